/* SPDX-License-Identifier: ISC */
/* What is known of a source, which the parts of the source share: source.h says what a source is. */
#ifndef MEDIA_SOURCE_STATE_H
#define MEDIA_SOURCE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "media/access_unit.h"
#include "media/gop_stats.h"
#include "media/rate_stats.h"
#include "packet/clock_offset.h"
#include "packet/frame_queue.h"
#include "packet/packet.h"

enum source_health {
	SOURCE_HEALTHY,
	SOURCE_ABSENT,		/* not connected, or nothing has arrived yet */
	SOURCE_ENDED,		/* the server reported the end, or the connection closed */
	SOURCE_NO_VIDEO,	/* no video has arrived since the epoch began */
	SOURCE_NO_AUDIO,
	SOURCE_NO_KEYFRAME,	/* or no sequence header for it */
	SOURCE_NO_IDR,		/* the same: what is marked as a keyframe is none */
	SOURCE_ANNEX_B,		/* the same: start codes instead of lengths */
	SOURCE_OTHER_TRACK,	/* no video or no audio but of tracks with numbers of their own */
	SOURCE_SLOW_ENCODER,	/* the last epoch ended because it was slower than real time; this one may be, too */
	SOURCE_PROVING,		/* media has arrived for less than prove_ms: it may be a burst */
	SOURCE_VIDEO_STALLED,
	SOURCE_AUDIO_STALLED
};

/* So many frames in a row may repeat a timestamp by mistake; with more of them, time stands still. */
#define SOURCE_STILL_FRAMES	2

struct source_limits {
	int64_t	delay_ms;	/* depth of the delay line */
	int64_t	stall_ms;	/* a track that is late by more than this is not healthy */
	int64_t	prove_ms;	/* an epoch younger than this proves nothing */
	int64_t	max_ms;		/* limit for the frames held, above the delay */
	size_t	max_bytes;	/* limit for the bytes held */
};

struct track_state {
	struct frame_queue	 queue;
	struct clock_offset	 clock_offset;
	uint64_t	 at;		/* next frame to play, while on the air */
	uint64_t	 begin;		/* first frame of the current epoch */
	int64_t		 edge;		/* newest DTS of the epoch, ms */
	int64_t		 arrived;	/* arrival time of the newest frame, ms */
	int64_t		 frame_ms;	/* length of a frame: the latest difference of DTS, ms */
	int64_t		 first;		/* DTS of the epoch's first frame, ms */
	struct rate_stats rate;		/* of the epoch, since the newest sequence header */
	bool		 seen;		/* the epoch has a frame of this track */
	int		 still;		/* frames in a row with the same timestamp */
};

/* The jump that is not decided yet; all zero: there is none. */
struct time_jump {
	int64_t		 began;		/* arrival of the first frame after it, ms */
	bool		 pending;
	struct {
		int64_t			 by;	/* ms; 0: this track has not made it */
		uint64_t		 first;	/* its first frame after the jump */
		int64_t			 edge, frame_ms;	/* of the track before it */
		struct clock_offset	 clock_offset;
	} track[TRACKS];
};

struct source {
	struct source_limits	 lim;
	struct track_state	 track[TRACKS];
	uint32_t		 epoch;		/* number of the current epoch, 0: none yet */
	struct codec_headers	*headers;	/* newest of the current epoch; NULL: none */
	struct access_unit	 picture;	/* the newest one */
	struct time_jump	 jump;
	int64_t			 epoch_began;	/* arrival time of the epoch's first frame, ms */
	int64_t			 raw_dts;	/* unwrapped time of the newest packet, ms */
	uint32_t		 raw;		/* the same as on the wire */
	uint64_t		 next_key;	/* second keyframe held: trimming waits until it is due */
	bool			 timed;		/* raw is set */
	bool			 connected;
	bool			 ended;
	bool			 has_key;	/* the epoch has a keyframe with its headers */
	bool			 holds_key;	/* one with audio from it on is still held: a cut can start there */
	bool			 other_track[TRACKS];	/* the epoch has frames of a track with another number */
	bool			 no_idr, annex_b;	/* the epoch has such video */
	bool			 slow;		/* slower than real time, until an epoch keeps up */
	bool			 announced;	/* metadata arrived again: other headers next mean a new publisher */
	bool			 repeated;	/* the same headers did: the next picture tells */
	bool			 on_air;	/* track[].at is in use: keep the frames from it on */
	bool			 local;		/* a file: never late */
	enum source_health	 health;	/* as of the last source_check(), source_health.h */

	/* counters for status */
	uint64_t		 bytes, frames, dropped, breaks;
	int			 speed;		/* of an epoch that was too slow, in 1/1000 of real time; 0: none was */
	uint64_t		 jumps;		/* of its clock that were taken out: time_jump.h */
	int64_t			 key_dts;	/* of the newest keyframe */
	int64_t			 key_gap;	/* ms between the two newest keyframes, 0: unknown */
	struct gop_stats	 gop;		/* of the newest frames; the last GOP is valid where key_gap is */
};

/* How late a track is, against its clock offset, ms. */
int64_t	source_late_ms(const struct source *, enum track, int64_t now);

/* When a frame of the current epoch is due, ms on our clock. */
int64_t	source_due(const struct source *, int64_t dts);

#endif
