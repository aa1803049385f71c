/* SPDX-License-Identifier: ISC */
/*
 * What the database says of declarations, as text. json is what sql/functions/declaration.sql returns. Each
 * appends to out: 0, or -1 when json is not that, or out is full.
 */
#ifndef CONTROL_DECLARE_DECLARED_TEXT_H
#define CONTROL_DECLARE_DECLARED_TEXT_H

#include <stdbool.h>

#include "base/buf.h"

/* A line for each step: "+ krishna destination youtube URL", "~ krishna delay_ms 2000 -> 0". */
int	declared_steps(struct buf *out, const char *json, size_t *steps);

enum declared_form {
	FORM_DOCUMENT,		/* for people to edit: fields in their usual order, one a line */
	FORM_HOSTS,		/* of a document, as a table */
	FORM_TABLE,		/* a line a channel */
	FORM_CHANNELS,		/* all of each */
	FORM_DESTINATIONS	/* of the one channel that there is, as a table */
};

/* lines: an object a line instead. item: only that destination, or NULL; 1 when it is not there. */
int	declared_view(struct buf *out, enum declared_form, bool lines, const char *item,
	    const char *json);

#endif
