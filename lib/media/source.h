/* SPDX-License-Identifier: ISC */
/*
 * One source of a channel: its delay line with GOP cache, one frame queue a track, and the judgement
 * whether it lives. No I/O and no clock: arrival times come with the packets.
 *
 * What a source sends falls into runs. A run is unbroken: one timeline, decodable from its first
 * keyframe on. A new one begins with a connection, where timestamps jump, where a
 * publisher announces itself again (files of a list do, and are one run), and after a stall. Data
 * messages go along with the media, wherever their time is. Life is media that arrives at the
 * pace of its own timestamps; a burst is not life (a server replays the cached GOP of a
 * dead stream to whoever joins).
 */
#ifndef MEDIA_SOURCE_H
#define MEDIA_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/clock_offset.h"
#include "packet/frame_queue.h"
#include "packet/packet.h"

enum source_health {
	SOURCE_HEALTHY,
	SOURCE_ABSENT,		/* not connected, or nothing came yet */
	SOURCE_ENDED,		/* the server said so, or the connection closed */
	SOURCE_NO_VIDEO,	/* no video came since the run began */
	SOURCE_NO_AUDIO,
	SOURCE_NO_KEYFRAME,	/* or no sequence header to go with it */
	SOURCE_PROVING,		/* media came, but not for long enough to be more than a burst */
	SOURCE_VIDEO_STALLED,
	SOURCE_AUDIO_STALLED
};

/* "healthy", "video-stalled", ... */
const char	*source_health_name(enum source_health);

struct source_limits {
	int64_t	delay_ms;	/* depth of the delay line */
	int64_t	stall_ms;	/* behind its pace by more than this: not healthy */
	int64_t	prove_ms;	/* a run younger than this proves nothing */
	int64_t	max_ms;		/* held at the most, above the delay */
	size_t	max_bytes;	/* held at the most */
};

struct track_state {
	struct frame_queue	 queue;
	struct clock_offset	 clock_offset;
	uint64_t	 at;		/* next to play, while on the air */
	uint64_t	 begin;		/* where the current run begins */
	int64_t		 edge;		/* newest dts of the run */
	int64_t		 arrived;	/* when the newest came */
	int64_t		 frame_ms;		/* latest dts difference, ms: one frame */
	bool		 seen;		/* in this run */
	int		 still;		/* frames in a row whose time did not move */
};

struct source {
	struct source_limits	 lim;
	struct track_state	 track[TRACKS];
	uint32_t		 epoch;		/* number of the current run, 0: none yet */
	struct codec_headers		*headers;		/* newest of the current run; NULL: none */
	int64_t			 epoch_began;	/* arrival of the run's first frame */
	int64_t			 raw_dts;	/* unwrapped time of the newest packet */
	uint32_t		 raw;		/* and as on the wire */
	uint64_t		 next_key;	/* second keyframe held: what trimming waits for */
	bool			 timed;		/* raw is set */
	bool			 connected;
	bool			 ended;
	bool			 has_key;	/* the run has a keyframe with its headers */
	bool			 holds_key;	/* and it is still held: a cut can start here */
	bool			 announced;	/* metadata came again: headers next mean a new publisher */
	bool			 on_air;	/* track[].at is in use: keep what it points at */
	bool			 local;		/* a file: always at its pace */
	enum source_health	 health;	/* as of the last source_check() */

	/* counters for status */
	uint64_t		 bytes, frames, dropped, breaks;
	int64_t			 key_dts;	/* of the newest keyframe */
	int64_t			 key_gap;	/* ms between the two newest keyframes, 0: unknown */
};

void	source_init(struct source *, const struct source_limits *);
void	source_free(struct source *);

/* A connection that plays began; one ended. Any unbroken run ends. */
void	source_connected(struct source *);
void	source_ended(struct source *);

/*
 * A media packet that arrived now (ms); takes over the reference. Broken and useless packets
 * are dropped and counted.
 */
void	source_push(struct source *, struct packet *, int64_t now);

/* Judges, and returns, the health at this time. Cheap; call it every tick. */
enum source_health source_check(struct source *, int64_t now);

/* For how long the source has been healthy without a break, ms; 0 when it is not. */
int64_t	source_stable_ms(const struct source *, int64_t now);

/* When a frame of the current run is due out if nothing hinders: ms on our clock. */
int64_t	source_due(const struct source *, int64_t dts);

/* How far a track is behind its pace, ms. */
int64_t	source_late_ms(const struct source *, enum track, int64_t now);

/*
 * Finds a keyframe of the current run to start from, as its number in the video frame queue: the
 * last one due at or before now, else the first one after. false: there is none.
 */
bool	source_key_before(const struct source *, int64_t now, uint64_t *n);

/* The first keyframe due at or after now. */
bool	source_key_after(const struct source *, int64_t now, uint64_t *n);

/* Lets go of what no cut can need any more. */
void	source_trim(struct source *, int64_t now);

#endif
