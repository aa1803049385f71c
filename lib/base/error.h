/* SPDX-License-Identifier: ISC */
/* Why something failed: one line for people, by which no program decides. It has no secret in it. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#define ERROR_TEXT	512

struct error {
	char	 text[ERROR_TEXT];
};

/* What does not fit is left out. The text may be part of what is printed into it. Returns -1. */
int	error_set(struct error *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
