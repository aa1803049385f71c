/* SPDX-License-Identifier: ISC */
/*
 * The join: takes frames from one source's delay line after the other and writes one unbroken
 * timeline to the log, each frame when it is due. No I/O and no clock.
 *
 * A cut starts at a keyframe. One offset for both tracks maps the new source's time to the
 * timeline's: DTS goes on by one frame, and by more only where the new first PTS would
 * otherwise not be past the last one shown. Audio joins where the old one ended, to less
 * than a frame.
 *
 * The timeline is bound to our clock once, and again only when frames came late: a frame
 * is due at dts + base, through every cut. Base follows a source's clock that drifts.
 */
#ifndef MEDIA_SPLICE_H
#define MEDIA_SPLICE_H

#include <stdbool.h>
#include <stdint.h>

#include "media/fanout_log.h"
#include "media/source.h"

struct out_track {
	int64_t	dts;		/* of the last frame written */
	int64_t	frame_ms;		/* ms to the next one */
	bool	any;
};

struct splice {
	struct fanout_log		*log;
	struct source		*src;		/* on the air; NULL: nobody */
	uint32_t		 epoch;		/* of src */
	int64_t			 offset;	/* timeline = source dts + offset */
	int64_t			 base;		/* due = timeline + base, ms on our clock */
	int64_t			 base_goal;	/* where base drifts to */
	int64_t			 src_offset;	/* pace of the source when base_goal was set */
	int64_t			 slewed;	/* when base was last moved */
	int64_t			 audio_from;	/* source dts: earlier audio was heard from the one before */
	int64_t			 batch_ms;	/* any frame may go out this much early */
	uint64_t		 end;		/* video frames of src from here on stay unsent */
	struct out_track	 out[TRACKS];
	int64_t			 shown;		/* largest PTS written */

	/* counters for status */
	uint64_t		 cuts, frames;
	int64_t			 last_video;	/* when a video frame was written */
	int64_t			 max_gap;	/* ms between two of those */
};

void	splice_init(struct splice *, struct fanout_log *);

/*
 * Cuts to video frame n (a keyframe of its current run) of src, now; what src was on the
 * air before is let go. src may be the one that is on the air.
 */
void	splice_cut(struct splice *, struct source *src, uint64_t n, int64_t now);

/* Off the air. The timeline stays and goes on with the next cut. */
void	splice_stop(struct splice *);

/*
 * Writes what is due now, in batches: audio goes out along with the video frame before it.
 * Returns when the next frame is due, INT64_MAX when none is held.
 */
int64_t	splice_run(struct splice *, int64_t now);

/*
 * Plans the end of what is on the air: at about the given time, before frames that lack one of the
 * tracks, and where the fewest pictures are outstanding (B-frames wait for those that are
 * shown before them). Call it again to plan anew; splice_keep() forgets it.
 */
void	splice_plan_end(struct splice *, int64_t before);
void	splice_keep(struct splice *);

/* Is all sent that may be? Then the next video frame is expected at splice_slot(). */
bool	splice_dry(const struct splice *);
int64_t	splice_slot(const struct splice *);

#endif
