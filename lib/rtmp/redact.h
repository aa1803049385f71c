/* SPDX-License-Identifier: ISC */
/* Removes secrets from the text of a server, so that it can be logged. */
#ifndef RTMP_REDACT_H
#define RTMP_REDACT_H

#include <stddef.h>

#include "rtmp/rtmp_url.h"

#define REDACT_MIN	8	/* a piece of a secret of so many characters is redacted, too */

/*
 * Copies src to dst (always terminated, truncated to fit) as printable ASCII, with "***" for
 * every secret, in either case of letters, for every piece of a secret of REDACT_MIN characters
 * or more, and for every value after a '='. Skips empty secrets and NULLs.
 */
void	redact(char *dst, size_t size, const char *src, const char *const *secrets,
	    size_t nsecrets);

/* The same with the secrets of an address: stream name, its part before a '?', both queries, password. */
void	redact_url(char *dst, size_t size, const char *src, const struct rtmp_url *);

#endif
