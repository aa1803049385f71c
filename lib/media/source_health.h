/* SPDX-License-Identifier: ISC */
/* The health of a source: "Health" of SOURCES in lsctl(7). */
#ifndef MEDIA_SOURCE_HEALTH_H
#define MEDIA_SOURCE_HEALTH_H

#include "media/source_state.h"

/* "healthy", "video-stalled", ... */
const char	*source_health_name(enum source_health);

/* Updates and returns the health at this time. Cheap; call it every tick. */
enum source_health source_check(struct source *, int64_t now);

/* How long the source has been healthy without a break, ms; 0: it is not healthy. */
int64_t	source_stable_ms(const struct source *, int64_t now);

/*
 * Notes whether the epoch ends because its media came all the time, and too slowly. Call it with the frame of the track
 * that ends it.
 */
void	source_note_slow(struct source *, const struct track_state *, int64_t now);

#endif
