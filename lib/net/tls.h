/* SPDX-License-Identifier: ISC */
/* The client side of TLS over a connected, non-blocking socket: OpenSSL's, verified. */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct ssl_st;

/* What a step on a TLS connection came to. */
enum tls_result { TLS_DONE, TLS_WANT_READ, TLS_WANT_WRITE, TLS_CLOSED, TLS_FAILED };

/*
 * A session that will insist on a certificate for host, signed by what ca_file or else the
 * system trusts, and names host to the server (SNI). NULL with an error filled in.
 */
struct ssl_st	*tls_new(int fd, const char *host, const char *ca_file, struct error *);
void		 tls_free(struct ssl_st *);	/* NULL is allowed */

/* err is filled in with TLS_FAILED. */
enum tls_result	 tls_handshake(struct ssl_st *, struct error *);
enum tls_result	 tls_read(struct ssl_st *, void *, size_t, size_t *got, struct error *);

/* TLS_DONE: all of it. After a TLS_WANT_* the next call must be the same. */
enum tls_result	 tls_write(struct ssl_st *, const void *, size_t, struct error *);

#endif
