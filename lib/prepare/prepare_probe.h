/* SPDX-License-Identifier: ISC */
/* The properties of a film, read from the output of ffprobe. */
#ifndef PREPARE_PREPARE_PROBE_H
#define PREPARE_PREPARE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "prepare/prepare_colours.h"

struct ratio {
	int	 num, den;		/* 0/1: unknown */
};

struct prepare_source {
	bool		 video, audio;	/* is there such a track? */
	bool		 still;		/* the video is one picture */
	bool		 cover;		/* and that is of a recording */
	char		 video_codec[32], pix_fmt[32];
	char		 audio_codec[32], audio_profile[32];
	struct colours	 colours;
	int		 width, height;
	struct ratio	 fps, sar;	/* average rate; shape of a sample */
	bool		 interlaced, rotated, dolby_only;
	int		 rate, channels;
	/* in seconds after the film begins, which it does with the first of its tracks; an end of 0: unknown */
	double		 video_start, audio_start, audio_end;
	double		 seconds;	/* the end of the video; of a picture: of the audio, and 0 without any */
};

/*
 * Reads "ffprobe -of json -show_format -show_streams" of something that has video, or audio and no video. 0, or -1 with
 * *reason a constant.
 */
int	prepare_source_read(struct prepare_source *, const char *json, size_t len,
	    const char **reason);

/* Shows a picture in the place of the film's video. 0, or -1 with *reason a constant. */
int	prepare_source_show(struct prepare_source *film, const struct prepare_source *picture, const char **reason);

#endif
