/* SPDX-License-Identifier: ISC */
/*
 * A jump of a source's clock that its media does not make: timestamps leap ahead by seconds while frames go on arriving
 * each in its turn, or fall back by a few frames. The sender's clock was set, or a server corrected it (SRS passes on
 * leaps of up to 250 ms). When both tracks have made the same jump, the frames since then, which are still in the delay
 * line, and all that follow are moved back by it: the timeline has no seam. A jump of one track alone is a fault or a
 * correction of that track, and is left as it is. Longer jumps are new epochs: source.c.
 */
#ifndef MEDIA_TIME_JUMP_H
#define MEDIA_TIME_JUMP_H

#include <stdint.h>

#include "media/source_state.h"

/*
 * A frame of a media track with this DTS arrived now and is not in the queue yet. Returns the DTS that it has on the
 * source's unbroken timeline.
 */
int64_t	time_jump_frame(struct source *, enum track, int64_t dts, int64_t now);

#endif
