/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "doctor/doctor_compare.h"
#include "doctor/doctor_cure.h"
#include "doctor/doctor_platform.h"

#include <math.h>

#define FPS_APART	0.1	/* a rate that is not in the header is rounded to a whole number */
#define NTSC_APART	0.02	/* 29.97 and 30 */
#define MEASURED_APART	0.05
#define KEYFRAMES_APART	0.5	/* s */
#define KBPS_RATIO	1.5

#define ANEW	"players and platforms must set up their decoder anew at a cut"

/* The texts of a source that are equal, or differ. */
static const struct property {
	enum doctor_code	 code;
	size_t			 at;
	const char		*label, *effect;
} properties[] = {
	{ DOCTOR_VIDEO_CODEC_DIFFERS, offsetof(struct doctor_source, video), "video codec",
	    "players must change to another decoder at a cut, and many stop there" },
	{ DOCTOR_SIZE_DIFFERS, offsetof(struct doctor_source, size), "resolution", ANEW },
	{ DOCTOR_PROFILE_DIFFERS, offsetof(struct doctor_source, profile), "profile", ANEW },
	{ DOCTOR_LEVEL_DIFFERS, offsetof(struct doctor_source, level), "level",
	    "the header changes at a cut, and some players set up their decoder anew" },
	{ DOCTOR_PIXEL_FORMAT_DIFFERS, offsetof(struct doctor_source, pix_fmt), "pixel format", ANEW },
	{ DOCTOR_AUDIO_CODEC_DIFFERS, offsetof(struct doctor_source, audio), "audio codec",
	    "players must change to another decoder at a cut, and many are silent from there" },
	{ DOCTOR_AUDIO_PROFILE_DIFFERS, offsetof(struct doctor_source, audio_profile), "audio profile", ANEW },
	{ DOCTOR_SAMPLE_RATE_DIFFERS, offsetof(struct doctor_source, rate), "sample rate",
	    "players must open their sound device anew at a cut, and some are silent or too fast from there" },
	{ DOCTOR_CHANNELS_DIFFER, offsetof(struct doctor_source, channels), "number of audio channels", ANEW }
};

/* What each platform of the destinations makes of a change: "; Facebook may end ...", each once. */
static void
changes_append(const struct doctor *d, char *dst, size_t size)
{
	char host[256];
	const struct platform *p;
	const char *name;
	json_t *dest;

	json_object_foreach(json_object_get(d->record, "destinations"), name, dest) {
		p = doctor_platform(dest, host, sizeof(host), NULL);
		if (p == NULL || p->change == NULL || strstr(dst, p->change) != NULL)
			continue;
		strlcat(dst, "; ", size);
		strlcat(dst, p->change, size);
	}
}

/*
 * A film is made like the encoder, as far as 'lsctl-loop prepare' can; else the encoder is set like the film, which
 * has what prepare makes.
 */
static void
difference_add(struct doctor *d, enum doctor_code code, const struct doctor_source *first,
    const struct doctor_source *other, const char *text)
{
	char cure[DOCTOR_CURE];

	if (other->kind == DOCTOR_ENCODER)
		doctor_cure_encoder(cure, code, other, first);
	else if (first->kind == DOCTOR_ENCODER && !doctor_can_prepare(code, first))
		doctor_cure_encoder(cure, code, first, other);
	else
		doctor_cure_film(cure, d, code, other, first);
	doctor_add(d, code, "source", other->name, NULL, text, cure);
}

static void
texts_differ(struct doctor *d, const struct property *p, const struct doctor_source *first,
    const struct doctor_source *other, const char *a, const char *b)
{
	char text[768];

	snprintf(text, sizeof(text), "its %s is %s, and that of %s is %s: %s", p->label, b, first->name, a, p->effect);
	changes_append(d, text, sizeof(text));
	difference_add(d, p->code, first, other, text);
}

static void
compare_texts(struct doctor *d, const struct doctor_source *first, const struct doctor_source *other)
{
	const char *a, *b;
	size_t i;

	for (i = 0; i < nitems(properties); i++) {
		a = (const char *)first + properties[i].at;
		b = (const char *)other + properties[i].at;
		if (a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0)
			texts_differ(d, &properties[i], first, other, a, b);
	}
}

static void
compare_fps(struct doctor *d, const struct doctor_source *first, const struct doctor_source *other)
{
	static const struct property p = { DOCTOR_FRAME_RATE_DIFFERS, 0, "frame rate",
	    "motion is uneven at a cut, and a platform that encodes anew drops or repeats frames from there" };

	double apart = fabs(strtod(first->fps, NULL) - strtod(other->fps, NULL));
	bool measured = first->measured_fps > 0 && other->measured_fps > 0 &&
	    fabs(first->measured_fps - other->measured_fps) > MEASURED_APART;

	if (first->fps[0] != '\0' && other->fps[0] != '\0' &&
	    (apart > FPS_APART || (apart > NTSC_APART && measured)))
		texts_differ(d, &p, first, other, first->fps, other->fps);
}

static void
compare_numbers(struct doctor *d, const struct doctor_source *first, const struct doctor_source *other)
{
	char text[768];

	if (first->b_frames != -1 && other->b_frames != -1 && first->b_frames != other->b_frames) {
		snprintf(text, sizeof(text), "it has %s, and %s has %s: the order and the delay of frames change at a cut, and "
		    ANEW, other->b_frames ? "B-frames" : "no B-frames", first->name, first->b_frames ? "some" : "none");
		changes_append(d, text, sizeof(text));
		difference_add(d, DOCTOR_B_FRAMES_DIFFER, first, other, text);
	}
	if (first->keyframe_s > 0 && other->keyframe_s > 0 &&
	    fabs(first->keyframe_s - other->keyframe_s) > KEYFRAMES_APART) {
		snprintf(text, sizeof(text), "it has a keyframe every %.1f s, and %s every %.1f s: platforms cut their segments at "
		    "keyframes, so that the delay of viewers changes", other->keyframe_s, first->name, first->keyframe_s);
		difference_add(d, DOCTOR_KEYFRAMES_DIFFER, first, other, text);
	}
	if (first->kbps > 0 && other->kbps > 0 && (first->kbps > KBPS_RATIO * other->kbps ||
	    other->kbps > KBPS_RATIO * first->kbps)) {
		snprintf(text, sizeof(text), "it has %.0f kbps, and %s %.0f: viewers see a step of quality at a cut", other->kbps,
		    first->name, first->kbps);
		difference_add(d, DOCTOR_BITRATE_DIFFERS, first, other, text);
	}
}

/* Only one of them has audio. */
static void
compare_presence(struct doctor *d, const struct doctor_source *first, const struct doctor_source *other)
{
	const struct doctor_source *mute = first->audio[0] == '\0' ? first : other, *sounds = mute == first ? other : first;
	char text[256], cure[DOCTOR_CURE];

	if ((first->audio[0] == '\0') == (other->audio[0] == '\0'))
		return;
	snprintf(text, sizeof(text), "it has no audio, and %s has: at a cut the audio track ends, and many players stop",
	    sounds->name);
	doctor_add(d, DOCTOR_AUDIO_MISSING, "source", mute->name, NULL, text, mute->kind == DOCTOR_ENCODER ?
	    doctor_cure_encoder(cure, DOCTOR_AUDIO_MISSING, mute, NULL) :
	    doctor_cure_film(cure, d, DOCTOR_AUDIO_MISSING, mute, sounds));
}

void
doctor_compare(struct doctor *d, const struct doctor_source *first, const struct doctor_source *other)
{
	compare_texts(d, first, other);
	compare_fps(d, first, other);
	compare_numbers(d, first, other);
	compare_presence(d, first, other);
}
