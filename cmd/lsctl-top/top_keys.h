/* SPDX-License-Identifier: ISC */
/* What the keys do. */
#ifndef LSCTL_TOP_TOP_KEYS_H
#define LSCTL_TOP_TOP_KEYS_H

#include "lsctl-top/state.h"

/* The times of a pin that can be chosen: what is shown, and what lsctl-switch --for takes; NULL: no end. */
extern const char *const top_time_texts[];
extern const char *const top_time_values[];
extern const size_t top_times;

/* Takes a key of screen.h. It may change the page, start lsctl-switch, and set t->quit. */
void	top_key(struct top *, int key);

/* Selects the first channel that is shown, if the selected one is not. */
void	top_select(struct top *);

#endif
