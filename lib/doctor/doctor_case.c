/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "doctor/doctor_case.h"

static const struct {
	const char		*name;
	enum doctor_weight	 weight;
} codes[DOCTOR_CODES] = {
	[DOCTOR_FORWARDER_NOT_OBSERVED] = { "forwarder-not-observed", DOCTOR_BREAKS },
	[DOCTOR_SOURCE_NOT_OBSERVED] = { "source-not-observed", DOCTOR_NOTE },
	[DOCTOR_VIDEO_CODEC_DIFFERS] = { "video-codec-differs", DOCTOR_BREAKS },
	[DOCTOR_SIZE_DIFFERS] = { "size-differs", DOCTOR_RISK },
	[DOCTOR_FRAME_RATE_DIFFERS] = { "frame-rate-differs", DOCTOR_RISK },
	[DOCTOR_PROFILE_DIFFERS] = { "profile-differs", DOCTOR_RISK },
	[DOCTOR_LEVEL_DIFFERS] = { "level-differs", DOCTOR_NOTE },
	[DOCTOR_PIXEL_FORMAT_DIFFERS] = { "pixel-format-differs", DOCTOR_RISK },
	[DOCTOR_B_FRAMES_DIFFER] = { "b-frames-differ", DOCTOR_RISK },
	[DOCTOR_KEYFRAMES_DIFFER] = { "keyframes-differ", DOCTOR_NOTE },
	[DOCTOR_BITRATE_DIFFERS] = { "bitrate-differs", DOCTOR_NOTE },
	[DOCTOR_AUDIO_MISSING] = { "audio-missing", DOCTOR_BREAKS },
	[DOCTOR_AUDIO_CODEC_DIFFERS] = { "audio-codec-differs", DOCTOR_BREAKS },
	[DOCTOR_AUDIO_PROFILE_DIFFERS] = { "audio-profile-differs", DOCTOR_RISK },
	[DOCTOR_SAMPLE_RATE_DIFFERS] = { "sample-rate-differs", DOCTOR_RISK },
	[DOCTOR_CHANNELS_DIFFER] = { "channels-differ", DOCTOR_RISK },
	[DOCTOR_VIDEO_CODEC_NOT_ACCEPTED] = { "video-codec-not-accepted", DOCTOR_BREAKS },
	[DOCTOR_AUDIO_CODEC_NOT_ACCEPTED] = { "audio-codec-not-accepted", DOCTOR_BREAKS },
	[DOCTOR_AUDIO_DEMANDED] = { "audio-demanded", DOCTOR_BREAKS },
	[DOCTOR_KEYFRAMES_TOO_FAR_APART] = { "keyframes-too-far-apart", DOCTOR_BREAKS },
	[DOCTOR_KEYFRAMES_NOT_RECOMMENDED] = { "keyframes-not-recommended", DOCTOR_RISK },
	[DOCTOR_BITRATE_TOO_HIGH] = { "bitrate-too-high", DOCTOR_RISK },
	[DOCTOR_LEVEL_TOO_HIGH] = { "level-too-high", DOCTOR_RISK },
	[DOCTOR_AUDIO_PROFILE_NOT_ACCEPTED] = { "audio-profile-not-accepted", DOCTOR_RISK },
	[DOCTOR_SAMPLE_RATE_NOT_ACCEPTED] = { "sample-rate-not-accepted", DOCTOR_RISK },
	[DOCTOR_CHANNELS_NOT_ACCEPTED] = { "channels-not-accepted", DOCTOR_RISK },
	[DOCTOR_B_FRAMES_NOT_ACCEPTED] = { "b-frames-not-accepted", DOCTOR_NOTE },
	[DOCTOR_RTMPS_DEMANDED] = { "rtmps-demanded", DOCTOR_BREAKS },
	[DOCTOR_LOOPS_NOT_ALLOWED] = { "loops-not-allowed", DOCTOR_NOTE },
	[DOCTOR_BROADCAST_LIMIT] = { "broadcast-limit", DOCTOR_NOTE }
};

static const char *const weights[] = {
	[DOCTOR_BREAKS] = "breaks", [DOCTOR_RISK] = "risk", [DOCTOR_NOTE] = "note"
};

const char *
doctor_code(size_t i)
{
	return i < DOCTOR_CODES ? codes[i].name : NULL;
}

bool
doctor_is_note(const json_t *finding)
{
	return strcmp(record_text(finding, "weight"), weights[DOCTOR_NOTE]) == 0;
}

void
doctor_add(struct doctor *d, enum doctor_code code, const char *kind, const char *name, const char *platform,
    const char *text, const char *cure)
{
	enum doctor_weight weight = codes[code].weight;
	char subject[SPEC_LEG_NAME + 16];

	snprintf(subject, sizeof(subject), "%s%s%s", kind, name[0] != '\0' ? ":" : "", name);
	json_array_append_new(d->of[weight], json_pack("{ss ss ss ss? ss ss}", "code", codes[code].name, "subject",
	    subject, "weight", weights[weight], "platform", platform, "text", text, "cure", cure));
}

/* -- what a source sends -- */

/* The nth word of s; "" if it has fewer. */
static void
word_copy(char *dst, size_t size, const char *s, int n)
{
	while (n-- > 0) {
		s += strcspn(s, " ");
		s += strspn(s, " ");
	}
	if (!copy_part(dst, size, s, strcspn(s, " ")))
		dst[0] = '\0';
}

/* Of a record without the kind, from a host whose database does not answer, a source without a connection is a file. */
static enum doctor_kind
kind_of(const char *name, const json_t *source)
{
	const char *kind = record_text(source, "kind");

	if (kind[0] != '\0')
		return strcmp(kind, "live") == 0 ? DOCTOR_ENCODER : DOCTOR_FILM;
	return json_object_get(source, "connected") == NULL || strcmp(name, "loop") == 0 ? DOCTOR_FILM : DOCTOR_ENCODER;
}

/* "h264 1920x1080 30"; a codec whose header has no size may have the rate in its place. */
static void
video_read(struct doctor_source *s, const char *text)
{
	word_copy(s->video, sizeof(s->video), text, 0);
	word_copy(s->size, sizeof(s->size), text, 1);
	word_copy(s->fps, sizeof(s->fps), text, 2);
	if (strchr(s->size, 'x') != NULL)
		return;
	strlcpy(s->fps, s->size, sizeof(s->fps));
	s->size[0] = '\0';
}

void
doctor_source_read(struct doctor_source *s, const char *name, const json_t *source)
{
	const json_t *b_frames = json_object_get(source, "b_frames");
	const char *audio = record_text(source, "audio");

	memset(s, 0, sizeof(*s));
	s->name = name;
	s->kind = kind_of(name, source);
	video_read(s, record_text(source, "video"));
	strlcpy(s->profile, record_text(source, "profile"), sizeof(s->profile));
	strlcpy(s->level, record_text(source, "level"), sizeof(s->level));
	strlcpy(s->pix_fmt, record_text(source, "pix_fmt"), sizeof(s->pix_fmt));
	word_copy(s->audio, sizeof(s->audio), audio, 0);
	word_copy(s->rate, sizeof(s->rate), audio, 1);
	word_copy(s->channels, sizeof(s->channels), audio, 2);
	strlcpy(s->audio_profile, record_text(source, "audio_profile"), sizeof(s->audio_profile));
	s->keyframe_s = record_number(source, "keyframe_max_s");
	if (s->keyframe_s == -1)
		s->keyframe_s = record_number(source, "keyframe_s");
	s->kbps = record_number(source, "kbps");
	if (s->kbps == 0)
		s->kbps = -1;	/* nothing arrives now */
	s->measured_fps = record_number(source, "fps");
	s->b_frames = json_is_boolean(b_frames) ? json_is_true(b_frames) : -1;
}
