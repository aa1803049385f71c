/* SPDX-License-Identifier: ISC */
/*
 * One outgoing TCP connection, plain or TLS, that never blocks: names are looked up beside
 * the loop, addresses are tried one after the other, certificates and host names are
 * verified. The owner polls: conn_step() until it is open, then reads and writes.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/error.h"

enum conn_state {
	CONN_IDLE,
	CONN_RESOLVING,		/* no descriptor yet: step again in a while */
	CONN_CONNECTING,
	CONN_HANDSHAKING,	/* TLS */
	CONN_OPEN,
	CONN_FAILED		/* fault and err tell; only conn_close() helps */
};

enum conn_fault {
	CONN_OK,
	CONN_DNS,		/* no address for the name */
	CONN_CONNECT,		/* refused, unreachable, timed out */
	CONN_TLS,		/* handshake or certificate */
	CONN_CLOSED,		/* by the peer, in order */
	CONN_LOST,		/* reset, or another error on an open connection */
	CONN_LOCAL		/* out of memory or descriptors */
};

struct lookup;
struct addrinfo;
struct ssl_st;

struct conn {
	int			 fd;		/* -1: none; changes only in conn_step() */
	enum conn_state		 state;
	enum conn_fault		 fault;
	unsigned int		 want;		/* EV_* to be armed while it is opening */
	bool			 tls;
	bool			 reset;		/* close at once: what is not sent is of no use */
	int64_t			 deadline;	/* ms: of the running attempt */
	struct lookup		*lookup;
	const struct addrinfo	*addr;		/* the one being tried */
	struct ssl_st		*ssl;
	uint8_t			*record;	/* TLS: the one that is being sent, */
	size_t			 unsent;		/* and its length; 0: none */
	char			 host[256];
	char			 ca_file[256];
	struct error		 err;	/* the fault in words; holds no secret */
	int			 sndbuf;
};

void	conn_init(struct conn *);

/*
 * Starts a connection. ca_file: trust these certificates ("": the system's). sndbuf: bound on bytes
 * in the kernel (0: the system's), so that a slow peer is felt at once.
 */
void	conn_dial(struct conn *, const char *host, const char *port, bool tls,
	    const char *ca_file, int sndbuf, int64_t now);
void	conn_close(struct conn *);	/* idle again; safe at any time */

/* Goes on as far as it can. */
enum conn_state	conn_step(struct conn *, int64_t now);

/*
 * As read(2) and writev(2) on an open connection, except: 0 means not now, and -1 that the
 * connection is over (state, fault and err are set; the peer's close is CONN_CLOSED). After a
 * part was written the next write begins with the byte after it; after 0, of two bytes or more, with
 * anything.
 */
ssize_t	conn_read(struct conn *, void *, size_t);
ssize_t	conn_writev(struct conn *, const struct iovec *, int n);

/* Bytes that the peer's kernel has acknowledged, and that ours still holds (TCP_INFO, SIOCOUTQ). */
uint64_t conn_acked(const struct conn *);
size_t	conn_unacked(const struct conn *);

#endif
