/* SPDX-License-Identifier: ISC */
/*
 * An RTMP session that is kept up for ever: dialled, watched, dialled again after a delay.
 * Sources play through one, destinations publish through one.
 */
#ifndef FORWARD_RTMP_CONN_H
#define FORWARD_RTMP_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "forward/retry.h"
#include "net/conn.h"
#include "process/ev.h"
#include "rtmp/rtmp.h"

enum link_state {
	LINK_WAITING,		/* for the time of the next try */
	LINK_CONNECTING,	/* name, TCP, TLS */
	LINK_STARTING,		/* RTMP, until play or publish is accepted */
	LINK_UP
};

/* Why a link went down: each asks the operator for something else. */
enum link_fault {
	LINK_FINE,
	LINK_DNS,		/* the name has no address */
	LINK_CONNECT,		/* nobody answers there */
	LINK_TLS,		/* handshake or certificate */
	LINK_REFUSED,		/* the server said no: key, token */
	LINK_CLOSED,		/* by the peer */
	LINK_STALLED,		/* up, and nothing moves */
	LINK_PROTOCOL,		/* what came was not RTMP */
	LINK_LOCAL
};

const char	*link_fault_name(enum link_fault);	/* "dns", "refused", ... */

/* What the owner is told; arg is its own. All but up may be NULL. */
struct link_ops {
	void	(*up)(void *arg, int64_t now);
	void	(*media)(void *arg, struct packet *, int64_t now); /* takes the reference */
	void	(*ended)(void *arg);			/* the played stream, not the link */
	void	(*reconnect)(void *arg);		/* the server asks for it */
	void	(*down)(void *arg, int64_t now);	/* error and fault are set */
};

struct link {
	const struct link_ops	*ops;
	void			*arg;
	struct ev		*ev;
	struct ev_io		 io;
	struct conn		 conn;
	struct rtmp		*rtmp;
	enum rtmp_role		 role;
	struct arena		*arena;		/* for media played; NULL: none is expected */
	struct rtmp_url		 url[2];	/* tried in turn */
	int			 urls, turn;
	struct rtmp_url		 redirect;	/* where the server sent us: for one try */
	bool			 redirected;
	const char		*ca_file;	/* borrowed; NULL or "": the system's */
	int			 sndbuf;
	struct retry		 retry;
	enum link_state		 state;
	enum link_fault		 fault;
	int64_t			 retry_time;
	int64_t			 deadline;	/* once connected: to be up, ms */
	int64_t			 up_since;
	bool			 ready;		/* the loop saw something */
	bool			 again;		/* down is told, and it has not been up since */
	uint64_t		 connects;	/* times it was up */
	char			 error[200];	/* last fault in words, holds no secret */
};

/* Sets everything up but urls, ops and arena; dials nothing. */
void	link_init(struct link *, struct ev *, enum rtmp_role, void *arg);
void	link_free(struct link *);

/* Adds an address (at most two). -1 with *why a constant. */
int	link_add_url(struct link *, const char *url, const char *key,
	    const char **why);

/* Works towards being up. Returns when to call again at the latest; INT64_MAX once it is up. */
int64_t	link_step(struct link *, int64_t now);

/* While starting or up: reads and delivers what is there; sends what the session has to
 * say. false: the link went down. Never writes between two parts of a media message: the
 * owner calls link_say() only where that is allowed. */
bool	link_hear(struct link *, int64_t now);
bool	link_say(struct link *, int64_t now);

/* The connection failed, as l->conn tells. */
void	link_lost(struct link *, int64_t now);

/* Down it goes; ops->down is told and a retry is due. */
void	link_fail(struct link *, int64_t now, enum link_fault, const char *, ...)
	    __attribute__((format(printf, 4, 5)));

/* Ends the link, with an unpublish if asked to (not in the middle of a message), without a
 * retry until link_resume(). */
void	link_stop(struct link *, int64_t now, bool goodbye);
void	link_resume(struct link *, int64_t now);

#endif
