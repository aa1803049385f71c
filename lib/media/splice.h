/* SPDX-License-Identifier: ISC */
/*
 * The splice: takes frames from the delay line of one source after the other, and writes one unbroken
 * timeline to the fanout log, each frame when it is due. No I/O and no clock.
 *
 * A cut starts at a keyframe. One offset for both tracks maps the new source's time to the
 * timeline: DTS goes on by one frame, and by more only where the new first PTS would otherwise
 * not be past the last one shown. Audio joins where the old audio ended, to less than a frame.
 *
 * The timeline is bound to our clock once, and again only after a gap: a frame is due at
 * dts + base, through every cut. base follows the drift of a source's clock.
 */
#ifndef MEDIA_SPLICE_H
#define MEDIA_SPLICE_H

#include <stdbool.h>
#include <stdint.h>

#include "media/announce.h"
#include "media/fanout_log.h"
#include "media/source.h"

struct out_track {
	int64_t	dts;		/* of the last frame written */
	int64_t	frame_ms;	/* ms to the next one */
	bool	any;
};

struct splice {
	struct fanout_log		*log;
	struct announce		 announce;
	struct source		*src;		/* on the air; NULL: none */
	uint32_t		 epoch;		/* of src */
	int64_t			 offset;	/* timeline = source dts + offset */
	int64_t			 base;		/* due = timeline + base, ms on our clock */
	int64_t			 base_goal;	/* value that base moves to */
	int64_t			 src_offset;	/* clock offset of the source when base_goal was set */
	int64_t			 slewed;	/* when base was last moved */
	int64_t			 audio_from;	/* source dts: the old source covers the audio before it */
	int64_t			 batch_ms;	/* any frame may go out this much early, along with one that is due */
	uint64_t		 end;		/* first video frame of src that is not sent */
	struct out_track	 out[TRACKS];
	int64_t			 shown;		/* largest PTS written */

	/* counters for status */
	uint64_t		 cuts, frames;
	int64_t			 last_video;	/* when a video frame was written */
	int64_t			 max_gap;	/* ms between two of those */
};

/* The arena is for the metadata that goes out; it is borrowed, as the log is. */
void	splice_init(struct splice *, struct fanout_log *, struct arena *);
void	splice_free(struct splice *);	/* a zeroed one is allowed */

/*
 * Cuts now to video frame n of src, a keyframe of its current epoch. The old source leaves the air;
 * src may be the old source.
 */
void	splice_cut(struct splice *, struct source *src, uint64_t n, int64_t now);

/* Takes the source off the air. The timeline goes on with the next cut. */
void	splice_stop(struct splice *);

/*
 * Writes the frames that are due now, and along with them those of the next batch_ms, and the audio before the next
 * video frame. Writes nothing while none is due, however often it is called. Returns when the next frame is due; INT64_MAX: none is held.
 */
int64_t	splice_run(struct splice *, int64_t now);

/*
 * Plans where the source on the air ends: at about the given time, where both tracks have frames, and where
 * the fewest pictures are outstanding (with B-frames, a picture is sent before it is shown). Call it again to
 * change the plan; splice_keep() cancels it.
 */
void	splice_plan_end(struct splice *, int64_t before);
void	splice_keep(struct splice *);

/* Is everything sent up to the planned end? Then the next video frame is expected at splice_slot(). */
bool	splice_dry(const struct splice *);
int64_t	splice_slot(const struct splice *);

#endif
