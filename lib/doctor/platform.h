/* SPDX-License-Identifier: ISC */
/*
 * What the platforms demand of a stream, as their help pages said it when this table was written. platform.c names the
 * page of each value. A value that no page has is 0 or NULL: nothing is judged by it.
 */
#ifndef DOCTOR_PLATFORM_H
#define DOCTOR_PLATFORM_H

#include <stdbool.h>

struct platform {
	const char	*name;		/* "YouTube" */
	const char	*hosts[3];	/* a host is of it that has one of these names, or ends in "." and one of these */
	double		 keyframe_best, keyframe_max;	/* s between keyframes: recommended, accepted */
	unsigned int	 video_kbps, audio_kbps;	/* at most */
	const char	*video, *audio;	/* codecs that it takes, as status records name them, with a space between */
	const char	*audio_profile;
	const char	*rates;		/* Hz, with a space between */
	unsigned int	 channels;	/* at most */
	double		 level;		/* of H.264, at most */
	bool		 needs_audio, needs_tls;
	const char	*change;	/* what it makes of settings that change during a broadcast */
	const char	*limit;		/* how long a broadcast may last */
	const char	*loops;		/* its policy about films that repeat */
	const char	*b_frames;	/* where it refuses them */
};

/* The platform of a host name, which may be in any case; NULL: none that is known. */
const struct platform	*platform_of(const char *host);

/* Is the word in a list with a space between? */
bool			 platform_takes(const char *list, const char *word);

#endif
