/* SPDX-License-Identifier: ISC */
/*
 * An RTMP connection that is kept up for ever: dialled, watched, dialled again after a delay.
 * A source plays through one, a destination publishes through one.
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
	RTMP_CONN_UP,
	RTMP_CONN_LEAVING	/* all is said; the peer has not closed yet, and is dialled again when it has */
};

/* Why a connection went down: the operator has a different remedy for each. */
enum rtmp_conn_fault {
	RTMP_CONN_FINE,
	RTMP_CONN_DNS,		/* the name has no address */
	RTMP_CONN_CONNECT,	/* refused, unreachable or timed out */
	RTMP_CONN_TLS,		/* handshake or certificate */
	RTMP_CONN_REFUSED,	/* by the server: key, token */
	RTMP_CONN_LOGIN,	/* it wants a user and a password, or does not accept ours: tried again slowly */
	RTMP_CONN_CODEC,	/* it does not take the codec of the stream */
	RTMP_CONN_CLOSED,	/* by the peer */
	RTMP_CONN_STALLED,	/* the peer neither answers nor acknowledges */
	RTMP_CONN_PROTOCOL,	/* the peer does not speak RTMP correctly */
	RTMP_CONN_FLOOD,	/* the peer sends more than RTMP_CONN_WORK, or CONN_FLOOD */
	RTMP_CONN_LOCAL		/* out of memory or descriptors */
};

/*
 * What a peer may make us do in a second, averaged, and on top of that at once: messages as rtmp_work() counts them, and
 * reads. A source in 4K at 60 fps with several tracks and captions sends less than 1000 messages and
 * 1000 * RTMP_WORK_BYTES a second; after a break, a media server sends what it kept, of 30 s at most. A destination sends
 * a few messages a second: acknowledgements and pings. A peer that sends more than this is broken or hostile: it costs
 * CPU, and it is dropped.
 */
#define RTMP_CONN_WORK		5000
#define RTMP_CONN_WORK_BURST	30000

const char	*rtmp_conn_fault_name(enum rtmp_conn_fault);	/* "dns", "refused", ... */

/* Callbacks to the owner; arg is the owner's. All but up may be NULL. */
struct rtmp_conn_ops {
	void	(*up)(void *arg, int64_t now);
	void	(*media)(void *arg, struct packet *, int64_t now); /* takes the reference */
	void	(*ended)(void *arg);			/* the played stream ended; the connection is up */
	void	(*reconnect)(void *arg);		/* the server asks for a reconnect */
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
	struct arena		*arena;		/* for played media; NULL: none is expected */
	struct rtmp_url		 url[2];	/* the primary one and its backup, tried in turn */
	int			 urls, turn;
	int64_t			 broke;		/* when a connection to this address last broke; 0: none has */
	int64_t			 return_ms;	/* from the backup to the primary after this long; 0: not before it breaks */
	int64_t			 return_wait;	/* the same, for a primary that failed again after a return */
	bool			 returned;	/* to the primary, and it has not yet proved well */
	struct rtmp_url		 redirect;	/* the address that the server named: for one try */
	bool			 redirected;
	int			 redirects;	/* since it was up, or failed */
	const char		*ca_file;	/* borrowed; NULL or "": the system's */
	const char		*bind, *proxy;	/* borrowed; as struct conn has them */
	const char		*user, *password;	/* borrowed; for a server that asks, "": none */
	int64_t			 answer_ms;	/* from the connection until the server accepts play or publish */
	int			 sndbuf;
	struct retry		 retry;
	enum rtmp_conn_state		 state;
	enum rtmp_conn_fault		 fault;
	int64_t			 retry_time;
	int64_t			 deadline;	/* of the RTMP start, or of the peer's close, ms */
	int64_t			 up_since;
	int64_t			 up_until;	/* the end of the last connection that was up; 0: none was */
	bool			 ready;		/* epoll(7) reported the descriptor, or its turn ended before its bytes */
	uint64_t		 reads;		/* of this connection */
	uint64_t		 work;		/* of this connection, as of worked */
	uint64_t		 backlog;	/* of that work, what RTMP_CONN_WORK a second did not cover yet */
	int64_t			 worked;	/* ms */
	bool			 again;		/* ops->down was called, and the connection was not up since */
	uint64_t		 connects;	/* times it was up */
	char			 error[200];	/* text of the last fault, without secrets */
};

/* Sets all fields except urls, ops and arena; dials nothing. */
void	rtmp_conn_init(struct rtmp_conn *, struct ev *, enum rtmp_role, void *arg);
void	rtmp_conn_free(struct rtmp_conn *);

/* Adds an address (at most two). -1 with *reason a constant. */
int	rtmp_conn_add_url(struct rtmp_conn *, const char *url, const char *key,
	    const char **reason);

/* Dials and starts RTMP, a step at a time. Returns the latest time (ms) of the next call; INT64_MAX: it is up. */
int64_t	rtmp_conn_step(struct rtmp_conn *, int64_t now);

/*
 * While starting or up: rtmp_conn_recv() reads and delivers what has arrived, at most one turn.h of it, and then marks
 * the connection ready; rtmp_conn_flush() sends the protocol messages that wait. false: the connection went down. A
 * protocol message must not go out between two parts of a media message: the owner calls rtmp_conn_flush() only where
 * that is allowed.
 */
bool	rtmp_conn_recv(struct rtmp_conn *, int64_t now);
bool	rtmp_conn_flush(struct rtmp_conn *, int64_t now);

/* Takes the connection down with the fault of conn. */
void	rtmp_conn_lost(struct rtmp_conn *, int64_t now);

/* For rtmp_conn.c and rtmp_conn_leave.c only: closes the connection, and says nothing. */
void	rtmp_conn_hang_up(struct rtmp_conn *);

/* Takes the connection down: calls ops->down and schedules a retry. */
void	rtmp_conn_fail(struct rtmp_conn *, int64_t now, enum rtmp_conn_fault, const char *, ...)
	    __attribute__((format(printf, 4, 5)));

/* How long a connection to the backup lasts before the primary is tried again, ms; 0: until it breaks. */
void	rtmp_conn_set_return(struct rtmp_conn *, int64_t ms);

/*
 * Is it time to try the primary again? Then rtmp_conn_return() leaves the backup and dials the primary, at once and
 * without ops->down: nothing failed. The owner calls it at a keyframe.
 */
bool	rtmp_conn_may_return(const struct rtmp_conn *, int64_t now);
void	rtmp_conn_return(struct rtmp_conn *, int64_t now);

/* Ends the connection, without a retry until rtmp_conn_resume(); unpublish: sends an unpublish first
 * (not allowed in the middle of a message). */
void	rtmp_conn_stop(struct rtmp_conn *, int64_t now, bool unpublish);
void	rtmp_conn_resume(struct rtmp_conn *, int64_t now);

#endif
