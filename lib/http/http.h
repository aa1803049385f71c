/* SPDX-License-Identifier: ISC */
/*
 * Requests to an HTTP server: the API of a media server, or what messages are sent to. Only http.c includes libcurl.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

struct http;

#define HTTP_FAILED	(-1L)	/* no server, no answer in time, or too long an answer */
#define HTTP_INSIDE	(-2L)	/* http_outside_only() did not permit any of its addresses */

struct http_call {
	const char		*method, *url;
	const char *const	*headers;	/* "Name: value", without a line end, and then NULL; or NULL: none */
	const char		*body;		/* or NULL */
};

/* auth: "user:password" or NULL; libcurl keeps a copy until http_free(). NULL: no memory. */
struct http	*http_new(const char *auth, long timeout_ms);
void		 http_free(struct http *);	/* NULL is allowed */

/* From now on connects to no address that inside_address() names. 0, or -1. */
int		 http_outside_only(struct http *);

/*
 * Sends a request, without proxy, and follows no redirect. Appends the body of the answer, up to its cap, without a
 * NUL. Returns the status, or HTTP_FAILED or HTTP_INSIDE, which are below 0, with an error that quotes nothing of the
 * request.
 */
long		 http_send(struct http *, const struct http_call *, struct buf *answer, struct error *);

/* The same without headers and body. */
long		 http_ask(struct http *, const char *method, const char *url, struct buf *body,
		    struct error *);

/* Seconds that the last answer asks to wait for (Retry-After, RFC 9110, section 10.2.3); 0: it does not. */
long		 http_retry_after(const struct http *);

/* Appends text with all but unreserved characters escaped (RFC 3986). 0, or -1. */
int		 http_escape(struct buf *, const char *text);

#endif
