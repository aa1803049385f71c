/* SPDX-License-Identifier: ISC */
/*
 * Plans how a film becomes a file that can be looped: which tracks can be copied, and how the others are
 * encoded. It runs nothing.
 */
#ifndef PREPARE_PREPARE_PLAN_H
#define PREPARE_PREPARE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "prepare/prepare_probe.h"

#define PREPARE_GAP_MS	100	/* audio may begin so much after the video */

#define PREPARE_TITLE_MAX	200	/* bytes */

enum corner { CORNER_TOP_RIGHT, CORNER_TOP_LEFT, CORNER_BOTTOM_RIGHT, CORNER_BOTTOM_LEFT };

/* Options of the operator; 0: as in the source. */
struct prepare_want {
	int		 width, height;
	struct ratio	 fps;
	int		 kbps;		/* video */
	int		 rate, channels;
	const char	*preset;	/* libx264's */
	char		 logo[1024];	/* file, or "" */
	enum corner	 corner;
	const char	*title;		/* or NULL */
	bool		 clock;
	double		 loudness;	/* LUFS; 0: -14 for what is encoded anyway */
	bool		 loudness_off;
	const char	*picture;	/* file that is shown in the place of the video, or NULL */
};

/* Read options: "1920x1080@30", rate also "29.97" or "30000/1001"; "6000k" or "6M"; "48000/2".
 * 0, or -1: the syntax is wrong, or a number is out of range. */
int	prepare_profile(struct prepare_want *, const char *);
int	prepare_bitrate(struct prepare_want *, const char *);
int	prepare_audio(struct prepare_want *, const char *);

#define PREPARE_SETTINGS_MAX	512	/* bytes */

/* Writes everything that changes the result as text, but for the contents of files; the name of the result depends on it. */
void	prepare_settings(const struct prepare_want *, char *dst, size_t size);

struct prepare_plan {
	bool		 copy_video, copy_audio;
	bool		 silence;	/* the film has no audio: add silence */
	bool		 still, cover;	/* prepare_probe.h */
	char		 video_reason[80], audio_reason[80];	/* why a track is not copied */
	char		 fault[160];	/* last fault that prepare_judge() found */
	int		 width, height;
	struct ratio	 fps;
	int		 gop;		/* frames */
	int		 kbps, rate, channels;
	const char	*preset;
	double		 loudness;	/* LUFS that audio gets if it is encoded; 0: it keeps its own */
	bool		 measured;
	double		 lufs, gain_db;	/* that was measured, and what it needs */
	double		 video_start;	/* seconds after the film's; video that is encoded begins with the film */
	double		 seconds;	/* the end of the video; 0: unknown */
	bool		 deinterlace, square;	/* filters needed */
	struct colours	 colours;	/* of the result */
	struct colours	 source_colours;
	bool		 hdr, convert;	/* the colours of the source are not those of the result: tones mapped, matrix changed */
	bool		 logo, title, clock;	/* drawn into the picture */
	enum corner	 corner;	/* of the logo */
	int		 title_fd;	/* what overlay_title() made, open for ffmpeg */
	bool		 tag;		/* video that is copied does not say which colours it has */
	int64_t		 bytes_max;	/* ffmpeg ends the result there; 0: no limit */
};

void	prepare_plan(struct prepare_plan *, const struct prepare_want *,
	    const struct prepare_source *);

/* Measurements of the result. */
struct prepare_result {
	bool		 constant_fps, audio_even;
	double		 fps;
	int64_t		 ms, kbps;	/* of video */
	int64_t		 key_min_ms, key_max_ms;
	int64_t		 audio_late_ms, audio_short_ms;	/* flv/flv_facts.h */
};

/*
 * Judges the result. 0: it is good. 1: a copied track has a fault; the plan now encodes that track:
 * try again. -1: it has a fault that another attempt does not remove.
 */
int	prepare_judge(struct prepare_plan *, const struct prepare_want *,
	    const struct prepare_result *);

/* The same for a result that cannot be played. */
int	prepare_reject(struct prepare_plan *, const char *reason);

#endif
