/* SPDX-License-Identifier: ISC */
/* The reason of a failure: one line for people, without secrets. No program decides by it. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#define ERROR_TEXT	512

struct error {
	char	 text[ERROR_TEXT];
};

/* Sets the text, truncated to fit. The arguments may point to err->text. Returns -1. */
int	error_set(struct error *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
