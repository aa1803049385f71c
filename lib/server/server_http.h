/* SPDX-License-Identifier: ISC */
/* HTTP to a media server: its .c is the only file that includes libcurl. */
#ifndef SERVER_SERVER_HTTP_H
#define SERVER_SERVER_HTTP_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

struct http;

/* auth: "user:password" or NULL; kept by libcurl until http_free(). NULL: no memory. */
struct http	*http_new(const char *auth, long timeout_ms);
void		 http_free(struct http *);	/* NULL is allowed */

/*
 * One request, no redirect followed, no proxy. The body is appended up to its cap, and is not a string.
 * Returns the status, or -1 with an error: nobody there, too late, too long.
 */
long		 http_ask(struct http *, const char *method, const char *url, struct buf *body,
		    struct error *);

/* Appends text with all but unreserved characters escaped (RFC 3986). 0, or -1. */
int		 http_escape(struct buf *, const char *text);

#endif
