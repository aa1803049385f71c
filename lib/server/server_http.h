/* SPDX-License-Identifier: ISC */
/* HTTP to a media server. Only server_http.c includes libcurl. */
#ifndef SERVER_SERVER_HTTP_H
#define SERVER_SERVER_HTTP_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

struct http;

/* auth: "user:password" or NULL; libcurl keeps a copy until http_free(). NULL: no memory. */
struct http	*http_new(const char *auth, long timeout_ms);
void		 http_free(struct http *);	/* NULL is allowed */

/*
 * Sends a request, without proxy, and follows no redirect. Appends the body, up to its cap, without a NUL.
 * Returns the status, or -1 with an error: no server, no answer in time, or too long an answer.
 */
long		 http_ask(struct http *, const char *method, const char *url, struct buf *body,
		    struct error *);

/* Appends text with all but unreserved characters escaped (RFC 3986). 0, or -1. */
int		 http_escape(struct buf *, const char *text);

#endif
