/* SPDX-License-Identifier: ISC */
/* What the doctor examines, and what it finds: for the files of the doctor alone. */
#ifndef DOCTOR_DOCTOR_CASE_H
#define DOCTOR_DOCTOR_CASE_H

#include "health/health_record.h"
#include "spec/spec.h"

/* The worst first. */
enum doctor_weight { DOCTOR_BREAKS, DOCTOR_RISK, DOCTOR_NOTE };

enum doctor_code {
	/* of a channel or a source that was not observed */
	DOCTOR_FORWARDER_NOT_OBSERVED,
	DOCTOR_SOURCE_NOT_OBSERVED,
	/* of a source that differs from the first one */
	DOCTOR_VIDEO_CODEC_DIFFERS,
	DOCTOR_SIZE_DIFFERS,
	DOCTOR_FRAME_RATE_DIFFERS,
	DOCTOR_PROFILE_DIFFERS,
	DOCTOR_LEVEL_DIFFERS,
	DOCTOR_PIXEL_FORMAT_DIFFERS,
	DOCTOR_B_FRAMES_DIFFER,
	DOCTOR_KEYFRAMES_DIFFER,
	DOCTOR_BITRATE_DIFFERS,
	DOCTOR_AUDIO_MISSING,
	DOCTOR_AUDIO_CODEC_DIFFERS,
	DOCTOR_AUDIO_PROFILE_DIFFERS,
	DOCTOR_SAMPLE_RATE_DIFFERS,
	DOCTOR_CHANNELS_DIFFER,
	/* of a source that a platform does not take, or not well */
	DOCTOR_VIDEO_CODEC_NOT_ACCEPTED,
	DOCTOR_AUDIO_CODEC_NOT_ACCEPTED,
	DOCTOR_AUDIO_DEMANDED,
	DOCTOR_KEYFRAMES_TOO_FAR_APART,
	DOCTOR_KEYFRAMES_NOT_RECOMMENDED,
	DOCTOR_BITRATE_TOO_HIGH,
	DOCTOR_LEVEL_TOO_HIGH,
	DOCTOR_AUDIO_PROFILE_NOT_ACCEPTED,
	DOCTOR_SAMPLE_RATE_NOT_ACCEPTED,
	DOCTOR_CHANNELS_NOT_ACCEPTED,
	DOCTOR_B_FRAMES_NOT_ACCEPTED,
	/* of a destination */
	DOCTOR_RTMPS_DEMANDED,
	DOCTOR_LOOPS_NOT_ALLOWED,
	DOCTOR_BROADCAST_LIMIT,
	DOCTOR_CODES
};

enum doctor_kind { DOCTOR_ENCODER, DOCTOR_FILM };

/* Numbers are -1, and texts "", where they are not known. */
struct doctor_source {
	const char		*name;
	enum doctor_kind	 kind;
	char			 video[32], size[32], fps[32], profile[32], level[32], pix_fmt[32];
	char			 audio[32], rate[32], channels[32], audio_profile[32];
	double			 keyframe_s, kbps, measured_fps;
	int			 b_frames;
};

struct doctor {
	const char		*channel, *media;
	const json_t		*record;
	struct doctor_source	 source[SPEC_SOURCES];	/* those whose video is known */
	size_t			 n;
	json_t			*of[DOCTOR_NOTE + 1];	/* findings by weight */
};

/* platform: or NULL. cure: what to type or to set. */
void	doctor_add(struct doctor *, enum doctor_code, const char *kind, const char *name, const char *platform,
	    const char *text, const char *cure);

/* The name of a code. NULL: there is none of this number. */
const char	*doctor_code(size_t i);

/* Is there nothing to cure now? */
bool	doctor_is_note(const json_t *finding);

/* name and source are borrowed. */
void	doctor_source_read(struct doctor_source *, const char *name, const json_t *source);

/* A text of a cure, for which this is room. */
#define DOCTOR_CURE	768

#endif
