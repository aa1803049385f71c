/* SPDX-License-Identifier: ISC */
/* The client side of TLS, by OpenSSL, over a connected, non-blocking socket. The peer is verified. */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct ssl_st;

/*
 * The result of a step on a TLS connection. TLS_REFUSED: the peer sent an alert (RFC 8446, section 6), also after the
 * handshake: for a certificate that it wants.
 */
enum tls_result { TLS_DONE, TLS_WANT_READ, TLS_WANT_WRITE, TLS_CLOSED, TLS_FLOODED, TLS_REFUSED, TLS_FAILED };

/*
 * A session that requires a certificate for host, signed by an authority that ca_file (or else the
 * system) trusts, and that sends host to the server (SNI). NULL with *err filled in.
 */
struct ssl_st	*tls_new(int fd, const char *host, const char *ca_file, struct error *);
void		 tls_finish(struct ssl_st *);	/* tells the peer that no more follows */
void		 tls_free(struct ssl_st *);	/* NULL is allowed */

/*
 * err is filled in with TLS_FLOODED, TLS_REFUSED and TLS_FAILED. Neither function reads more than a few records before it
 * returns, and TLS_WANT_READ may mean that more of them are there already: epoll(7) reports the descriptor again. The
 * peer's next handshake or KeyUpdate message may follow at once, for ever, and OpenSSL goes on as long as bytes come. TLS_FLOODED: there
 * were more of the peer's handshake messages (tickets and KeyUpdates among them) than a connection ever needs in an hour.
 */
enum tls_result	 tls_handshake(struct ssl_st *, struct error *);
enum tls_result	 tls_read(struct ssl_st *, void *, size_t, size_t *got, struct error *);

/* TLS_DONE: all bytes are written. After TLS_WANT_* the next call must have the same arguments. */
enum tls_result	 tls_write(struct ssl_st *, const void *, size_t, struct error *);

#endif
