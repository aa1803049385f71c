/* SPDX-License-Identifier: ISC */
/* What a server said, made fit for a log. */
#ifndef RTMP_REDACT_H
#define RTMP_REDACT_H

#include <stddef.h>

#include "rtmp/rtmp_url.h"

#define REDACT_MIN	8	/* so many characters of a secret in a row are redacted too */

/*
 * Copies src to dst (always terminated, cut to fit) as printable ASCII, with "***" for
 * every secret, in either case of letters, for every piece of BLOT_MIN characters or more
 * of one, and for every value after a '='. Empty secrets and NULLs are passed over.
 */
void	redact(char *dst, size_t size, const char *src, const char *const *secrets,
	    size_t nsecrets);

/* With the secrets of an address: stream name, its part before a '?', both queries. */
void	redact_url(char *dst, size_t size, const char *src, const struct rtmp_url *);

#endif
