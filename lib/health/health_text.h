/* SPDX-License-Identifier: ISC */
/* Parts of a record in a few words, for people. Records of lsctl-health(8), and those of the last pass, in which a source
 * is the text of its health, and a destination that of its state. */
#ifndef HEALTH_HEALTH_TEXT_H
#define HEALTH_HEALTH_TEXT_H

#include <stddef.h>

#include "health/health_record.h"

/* The text itself, or this member of an object; "" if there is none. */
const char	*health_text_of(const json_t *part, const char *member);

/* How many destinations are live, and the names and states of those that are not; "-": there are none. Returns dst. */
char		*health_text_destinations(char *dst, size_t size, const json_t *record);

#endif
