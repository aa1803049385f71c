/* SPDX-License-Identifier: ISC */
/*
 * One outgoing TCP connection, plain or TLS, directly or through a proxy, that never blocks. It looks names up in the
 * background, tries the addresses in a race, and verifies certificate and host name. A name that was connected to keeps
 * its last addresses for when no resolver answers. The owner calls conn_step() until the connection is open, then reads
 * and writes.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/error.h"
#include "net/race.h"

enum conn_state {
	CONN_IDLE,
	CONN_RESOLVING,		/* no descriptor yet: step again in a while */
	CONN_CONNECTING,
	CONN_TUNNELING,		/* the proxy connects */
	CONN_HANDSHAKING,	/* TLS */
	CONN_OPEN,
	CONN_FAILED		/* see fault and err; call conn_close() */
};

enum conn_fault {
	CONN_OK,
	CONN_DNS,		/* no address for the name */
	CONN_CONNECT,		/* refused, unreachable, timed out; also by a proxy */
	CONN_TLS,		/* handshake or certificate */
	CONN_CLOSED,		/* by the peer, regularly */
	CONN_FLOOD,		/* handshake messages of TLS without end */
	CONN_LOST,		/* reset, or another error on an open connection */
	CONN_LOCAL		/* out of memory or descriptors */
};

struct lookup;
struct sockaddr;
struct ssl_st;
struct tunnel;

struct conn {
	int			 fd;		/* to watch; -1: none; changes only in conn_step() */
	enum conn_state		 state;
	enum conn_fault		 fault;
	unsigned int		 want;		/* EV_* to watch for while it opens */
	bool			 tls;
	bool			 reset;		/* conn_close() discards unsent bytes and resets the connection */
	int64_t			 deadline;	/* of what it waits for, ms */
	int64_t			 started;	/* the lookup, ms */
	struct lookup		*lookup;
	struct race		*race;		/* of the attempts to connect; fd is its epfd */
	struct tunnel		*tunnel;	/* through the proxy */
	bool			 is_old;	/* the addresses are the last good ones: no resolver answered */
	char			 dialled[256], dialled_port[6];	/* host and port of the lookup: of the proxy, if there is one */
	char			 port[6];
	struct ssl_st		*ssl;
	uint8_t			*record;	/* TLS: the record that is being sent, */
	size_t			 unsent;	/* and its length; 0: none */
	char			 host[256];
	char			 ca_file[256];
	struct error		 err;	/* text of the fault, without secrets */
	int			 sndbuf;
	bool			(*refuses)(const struct sockaddr *);	/* an address that is not tried; NULL: none */
	char			 bind[46];	/* an address or an interface to send from; "": any */
	const char		*proxy;		/* borrowed; as proxy_url_parse() takes it; NULL or "": none */
};

void	conn_init(struct conn *);

/*
 * Starts a connection. ca_file: trust these certificates ("": the system's). sndbuf: limit for bytes
 * in the kernel (0: the system's); a small one shows a slow peer early.
 */
void	conn_dial(struct conn *, const char *host, const char *port, bool tls,
	    const char *ca_file, int sndbuf, int64_t now);
/* Says that nothing more will be written: the peer reads all that was, and closes. Reading goes on. */
void	conn_finish(struct conn *);
void	conn_close(struct conn *);	/* idle again; safe at any time */

/* Does the next steps that do not block. */
enum conn_state	conn_step(struct conn *, int64_t now);

/*
 * As read(2) and writev(2) on an open connection, except: 0 means not now, and -1 means that the
 * connection is over (state, fault and err are set; the peer's close is CONN_CLOSED). After a partial
 * write the next write must begin with the byte after that part. After 0 for two bytes or more, the next
 * write may have other bytes.
 */
ssize_t	conn_read(struct conn *, void *, size_t);
ssize_t	conn_writev(struct conn *, const struct iovec *, int n);

/*
 * The descriptor becomes readable when so many bytes wait, when the peer has no room to send more, or at the end;
 * conn_read() gets what there is at any time. The kernel makes room for twice as many, within its own limits.
 */
void	conn_read_late(struct conn *, int bytes);

/*
 * Bytes that the peer's kernel has acknowledged (TCP_INFO), and bytes that were written and that it has not: those that
 * our kernel holds (SIOCOUTQ), with what TLS adds to them, and the TLS record that is being sent.
 */
uint64_t conn_acked(const struct conn *);
size_t	conn_unacked(const struct conn *);

#endif
