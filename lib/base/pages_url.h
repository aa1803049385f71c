/* SPDX-License-Identifier: ISC */
/* The address of the pages, which the operator has written: https://example.org. */
#ifndef BASE_PAGES_URL_H
#define BASE_PAGES_URL_H

#define PAGES_URL	300	/* bytes, with the NUL */

/* Copies it without a slash at its end. NULL, or the reason why it is none; then dst is "". */
const char	*pages_url(char dst[PAGES_URL], const char *url);

#endif
