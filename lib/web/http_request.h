/* SPDX-License-Identifier: ISC */
/*
 * A request as a CGI program gets it: RFC 3875, section 4.1. Everything in it is of an unknown client. Members borrow from
 * the variables; decoded copies are in the request itself.
 */
#ifndef WEB_HTTP_REQUEST_H
#define WEB_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#define HTTP_SEGMENTS	10	/* of a path */
#define HTTP_PATH	1024	/* bytes of a path, or of one value of a query */
#define HTTP_CREDENTIAL	64	/* bytes of a session or token, with its NUL */

struct http_request {
	const char	*method;		/* never NULL */
	const char	*address;		/* of the client */
	const char	*agent;			/* NULL: none */
	const char	*content_type;		/* NULL: none */
	long long	 content_length;	/* 0: none; -1: not a number */
	bool		 https;

	char		 path[HTTP_PATH];	/* decoded, cut into segments by NUL bytes */
	const char	*segment[HTTP_SEGMENTS];	/* after /api/v1/ */
	size_t		 segments;

	char		 credential[HTTP_CREDENTIAL];	/* "": none */
	bool		 bearer;		/* it came with Authorization, not with a cookie */
	char		 device[HTTP_CREDENTIAL];	/* the device cookie; "": none */

	char		 proxy_user[64];	/* web/proxy.h; "": none */

	/* headers; NULL: none */
	const char	*csrf, *if_match, *if_none_match, *idempotency_key, *upload_offset;
	const char	*query;			/* never NULL */
};

/* Returns the value of a variable such as "REQUEST_METHOD", or NULL. */
typedef const char	*http_variable(void *arg, const char *name);

/*
 * Reads the variables. 0; 404: the path is not one below /api/v1/, or has too many segments, a NUL byte or a wrong
 * percent-encoding.
 */
int	 http_request_read(struct http_request *, http_variable *, void *arg);

/*
 * The decoded value of a field of the query, application/x-www-form-urlencoded. NULL: it is not there, is longer than size,
 * or has a NUL byte.
 */
char	*http_query(const struct http_request *, const char *name, char *dst, size_t size);

/* The value of a cookie, RFC 6265 section 4.2.1; false: there is none, or it does not fit. */
bool	 http_cookie(const char *header, const char *name, char *dst, size_t size);

/* Does If-None-Match have this strong tag ("..." with its quotes), or *? RFC 9110, section 13.1.2: the weak comparison. */
bool	 http_tag_matches(const char *header, const char *tag);

/* The only tag of an If-Match header without its quotes: RFC 9110, section 13.1.1. false: it is not one strong tag. */
bool	 http_tag(const char *header, char *dst, size_t size);

#endif
