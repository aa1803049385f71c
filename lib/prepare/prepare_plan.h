/* SPDX-License-Identifier: ISC */
/*
 * How a film becomes a file that can be looped: what is wanted, and which tracks of what is there can be
 * copied. Decides only; runs nothing.
 */
#ifndef PREPARE_PREPARE_PLAN_H
#define PREPARE_PREPARE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "prepare/prepare_probe.h"

/* What the operator asks for; 0: whatever the source has. */
struct prepare_want {
	int		 width, height;
	struct ratio	 fps;
	int		 kbps;		/* video */
	int		 rate, channels;
	const char	*preset;	/* libx264's */
};

/* "1920x1080@30", rate also "29.97" or "30000/1001"; "6000k" or "6M"; "48000/2".
 * 0, or -1 when it is not one of these or out of reason. */
int	prepare_profile(struct prepare_want *, const char *);
int	prepare_bitrate(struct prepare_want *, const char *);
int	prepare_audio(struct prepare_want *, const char *);

/* Everything in want that changes the result, as text: part of the result's name. */
void	prepare_settings(const struct prepare_want *, char *dst, size_t size);

struct prepare_plan {
	bool		 copy_video, copy_audio;
	bool		 silence;	/* there is no audio: make some */
	char		 video_reason[80], audio_reason[80];	/* why it is not copied */
	char		 fault[160];	/* what prepare_judge() found last */
	int		 width, height;
	struct ratio	 fps;
	int		 gop;		/* frames */
	int		 kbps, rate, channels;
	const char	*preset;
	double		 seconds;	/* the video's length; 0: unknown */
	bool		 deinterlace, square;	/* filters needed */
};

void	prepare_plan(struct prepare_plan *, const struct prepare_want *,
	    const struct prepare_source *);

/* What was measured in the result. */
struct prepare_result {
	bool		 constant_fps, audio_even;
	double		 fps;
	int64_t		 ms, kbps;	/* of video */
	int64_t		 key_min_ms, key_max_ms;
	int64_t		 audio_short_ms;
};

/*
 * Does the result conform? If not, and the fault lies in a track that was copied, the plan now
 * encodes it, and 1 comes back: do it again. 0: it conforms. -1: it does not, and cannot.
 */
int	prepare_judge(struct prepare_plan *, const struct prepare_want *,
	    const struct prepare_result *);

/* The same for a result that cannot be played at all. */
int	prepare_reject(struct prepare_plan *, const char *reason);

#endif
