/* SPDX-License-Identifier: ISC */
/*
 * Declarations from the database, as text. json is what sql/functions/declaration.sql returns. Each function
 * appends to out: 0, or -1 when json has another form, or out is full.
 */
#ifndef CONTROL_DECLARE_DECLARED_TEXT_H
#define CONTROL_DECLARE_DECLARED_TEXT_H

#include <stdbool.h>

#include "base/buf.h"

/* A line for each step: "+ krishna destination youtube URL", "~ krishna delay_ms 2000 -> 0"; with lines one JSON object. */
int	declared_steps(struct buf *out, bool lines, const char *json, size_t *steps);

/* "CHANNEL NAME" and what, each with a NUL, for each destination that loses what it is, "key" or "password", in these
 * steps. */
int	declared_keys_lost(struct buf *out, const char *what, const char *json);

enum declared_form {
	FORM_DOCUMENT,		/* for people to edit: fields in a fixed order, one on each line */
	FORM_HOSTS,		/* the hosts of a document, as a table */
	FORM_TABLE,		/* one line for each channel */
	FORM_CHANNELS,		/* all fields of each channel */
	FORM_DESTINATIONS	/* the destinations of the only channel, as a table */
};

/* lines: one JSON object on each line instead. item: only this destination, or NULL; 1: there is no such item. */
int	declared_view(struct buf *out, enum declared_form, bool lines, const char *item,
	    const char *json);

#endif
