/* SPDX-License-Identifier: ISC */
/* The terminal, by ncurses: the one file that knows of it. */
#ifndef LSCTL_TOP_SCREEN_H
#define LSCTL_TOP_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "lsctl-top/layout.h"

enum screen_key {		/* beside printable ASCII, which is itself */
	SCREEN_NONE = -1,	/* nothing was typed */
	SCREEN_UP = 0x100, SCREEN_DOWN, SCREEN_PAGE_UP, SCREEN_PAGE_DOWN, SCREEN_FIRST, SCREEN_LAST,
	SCREEN_ENTER, SCREEN_BACK,	/* the escape key, or left */
	SCREEN_ERASE,			/* the character before */
	SCREEN_RESIZED,
	SCREEN_OTHER
};

/* 0; -1: this type of terminal is not known, and nothing was changed. */
int	screen_open(void);

/* Leaves the terminal as it was; safe at any time. */
void	screen_close(void);

bool	screen_is_utf8(void);
void	screen_size(int *width, int *height);

/*
 * The first line stays; of the others, the first ones are scrolled away, and as many as fit are shown. bottom: the last
 * line; input: the cursor is at its end.
 */
void	screen_draw(const struct layout *, size_t scrolled, const char *bottom, bool input);

/* A key that was typed; does not wait. */
int	screen_key(void);

#endif
