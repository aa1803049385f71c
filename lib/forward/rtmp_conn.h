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

enum rtmp_conn_state {
	RTMP_CONN_WAITING,		/* for the time of the next try */
	RTMP_CONN_CONNECTING,	/* name, TCP, TLS */
	RTMP_CONN_STARTING,		/* RTMP, until play or publish is accepted */
	RTMP_CONN_UP
};

/* Why a link went down: each asks the operator for something else. */
enum rtmp_conn_fault {
	RTMP_CONN_FINE,
	RTMP_CONN_DNS,		/* the name has no address */
	RTMP_CONN_CONNECT,		/* nobody answers there */
	RTMP_CONN_TLS,		/* handshake or certificate */
	RTMP_CONN_REFUSED,		/* the server said no: key, token */
	RTMP_CONN_CLOSED,		/* by the peer */
	RTMP_CONN_STALLED,		/* up, and nothing moves */
	RTMP_CONN_PROTOCOL,		/* what came was not RTMP */
	RTMP_CONN_LOCAL
};

const char	*rtmp_conn_fault_name(enum rtmp_conn_fault);	/* "dns", "refused", ... */

/* What the owner is told; arg is its own. All but up may be NULL. */
struct rtmp_conn_ops {
	void	(*up)(void *arg, int64_t now);
	void	(*media)(void *arg, struct packet *, int64_t now); /* takes the reference */
	void	(*ended)(void *arg);			/* the played stream, not the link */
	void	(*reconnect)(void *arg);		/* the server asks for it */
	void	(*down)(void *arg, int64_t now);	/* error and fault are set */
};

struct rtmp_conn {
	const struct rtmp_conn_ops	*ops;
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
	enum rtmp_conn_state		 state;
	enum rtmp_conn_fault		 fault;
	int64_t			 retry_time;
	int64_t			 deadline;	/* once connected: to be up, ms */
	int64_t			 up_since;
	bool			 ready;		/* the loop saw something */
	bool			 again;		/* down is told, and it has not been up since */
	uint64_t		 connects;	/* times it was up */
	char			 error[200];	/* last fault in words, holds no secret */
};

/* Sets everything up but urls, ops and arena; dials nothing. */
void	rtmp_conn_init(struct rtmp_conn *, struct ev *, enum rtmp_role, void *arg);
void	rtmp_conn_free(struct rtmp_conn *);

/* Adds an address (at most two). -1 with *reason a constant. */
int	rtmp_conn_add_url(struct rtmp_conn *, const char *url, const char *key,
	    const char **reason);

/* Works towards being up. Returns when to call again at the latest; INT64_MAX once it is up. */
int64_t	rtmp_conn_step(struct rtmp_conn *, int64_t now);

/* While starting or up: reads and delivers what is there; sends what the session has to
 * say. false: the link went down. Never writes between two parts of a media message: the
 * owner calls rtmp_conn_flush() only where that is allowed. */
bool	rtmp_conn_recv(struct rtmp_conn *, int64_t now);
bool	rtmp_conn_flush(struct rtmp_conn *, int64_t now);

/* The connection failed, as l->conn tells. */
void	rtmp_conn_lost(struct rtmp_conn *, int64_t now);

/* Down it goes; ops->down is told and a retry is due. */
void	rtmp_conn_fail(struct rtmp_conn *, int64_t now, enum rtmp_conn_fault, const char *, ...)
	    __attribute__((format(printf, 4, 5)));

/* Ends the link, with an unpublish if asked to (not in the middle of a message), without a
 * retry until rtmp_conn_resume(). */
void	rtmp_conn_stop(struct rtmp_conn *, int64_t now, bool unpublish);
void	rtmp_conn_resume(struct rtmp_conn *, int64_t now);

#endif
