/* SPDX-License-Identifier: ISC */
/* Text for a terminal: what a program outside chose must not control it, and must fit. */
#ifndef LSCTL_TOP_TEXT_H
#define LSCTL_TOP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copies UTF-8, cut to fit. '?' stands for each byte that is none, and for each character that a terminal might obey, or
 * that changes the direction of what is beside it; without utf8, for all that are not ASCII. Returns dst.
 */
char	*text_plain(char *dst, size_t size, const char *s, bool utf8);

/* Cells of a terminal that plain text takes, by wcwidth(3). */
int	 text_cells(const char *s);

/* Bytes at the beginning of plain text that take at most so many cells. */
size_t	 text_fit(const char *s, int cells);

/*
 * The same, and ends at a blank if there is one to end at; a word longer than that is broken. *next: where the following
 * line begins. Takes at least one character, so that the end is reached in any width.
 */
size_t	 text_wrap(const char *s, int cells, const char **next);

#endif
