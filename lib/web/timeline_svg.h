/* SPDX-License-Identifier: ISC */
/* A picture of which source was on the air when. */
#ifndef WEB_TIMELINE_SVG_H
#define WEB_TIMELINE_SVG_H

#include <jansson.h>

/*
 * timeline: {"from", "to", "states": [{"at", "state", "reason"}]} with RFC 3339 times, the states in order; one before
 * "from" is the state at the left edge. best: the state of the best source, "OBS_ACTIVE". An SVG 1.1 document without
 * scripts and styles, to be freed; NULL: no memory, or the times are not valid. Each kind of state has a colour and a
 * height of its own, and a title for screen readers and pointers.
 */
char	*timeline_svg(const json_t *timeline, const char *best);

#endif
