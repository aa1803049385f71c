/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "doctor/doctor_cure.h"
#include "doctor/doctor_platform.h"

#define KEYFRAME_SLACK	0.1	/* s: an encoder rounds to whole frames */
#define KBPS_SLACK	1.05	/* the measured rate has headers, and moves */
#define AUDIO_KBPS	160	/* where a platform limits only video */

/* "rtmps://a.rtmps.youtube.com:443": the host, and whether it is TLS. */
const struct platform *
doctor_platform(const json_t *dest, char *host, size_t size, bool *tls)
{
	const char *address = record_text(dest, "server"), *at = strstr(address, "://");

	if (at == NULL || !copy_part(host, size, at + 3, strcspn(at + 3, ":/")))
		return NULL;
	if (tls != NULL)
		*tls = strncmp(address, "rtmps", 5) == 0;
	return platform_of(host);
}

static void
add(struct doctor *d, enum doctor_code code, const struct doctor_source *s, const struct platform *p, const char *text)
{
	struct doctor_source like = *s;
	char cure[DOCTOR_CURE];

	like.kbps = p->video_kbps + DOCTOR_AUDIO_KBPS;
	if (s->kind == DOCTOR_ENCODER)
		doctor_cure_encoder(cure, code, s, code == DOCTOR_BITRATE_TOO_HIGH ? &like : NULL);
	else
		doctor_cure_film(cure, d, code, s, code == DOCTOR_BITRATE_TOO_HIGH ? &like : NULL);
	doctor_add(d, code, "source", s->name, p->name, text, cure);
}

static void
judge_codecs(struct doctor *d, const struct doctor_source *s, const struct platform *p)
{
	char text[256];

	if (p->video != NULL && !platform_takes(p->video, s->video)) {
		snprintf(text, sizeof(text), "its video is %s, and %s takes %s", s->video, p->name, p->video);
		add(d, DOCTOR_VIDEO_CODEC_NOT_ACCEPTED, s, p, text);
	}
	if (s->audio[0] == '\0') {
		snprintf(text, sizeof(text), "it has no audio, and %s demands an audio track", p->name);
		if (p->needs_audio)
			add(d, DOCTOR_AUDIO_DEMANDED, s, p, text);
	} else if (p->audio != NULL && !platform_takes(p->audio, s->audio)) {
		snprintf(text, sizeof(text), "its audio is %s, and %s takes %s", s->audio, p->name, p->audio);
		add(d, DOCTOR_AUDIO_CODEC_NOT_ACCEPTED, s, p, text);
	} else if (p->audio_profile != NULL && s->audio_profile[0] != '\0' &&
	    strcmp(s->audio_profile, p->audio_profile) != 0) {
		snprintf(text, sizeof(text), "its audio has the profile %s, and %s takes %s", s->audio_profile, p->name,
		    p->audio_profile);
		add(d, DOCTOR_AUDIO_PROFILE_NOT_ACCEPTED, s, p, text);
	}
}

static void
judge_audio(struct doctor *d, const struct doctor_source *s, const struct platform *p)
{
	char text[256];

	if (p->rates != NULL && s->rate[0] != '\0' && !platform_takes(p->rates, s->rate)) {
		snprintf(text, sizeof(text), "its sample rate is %s, and %s takes %s", s->rate, p->name, p->rates);
		add(d, DOCTOR_SAMPLE_RATE_NOT_ACCEPTED, s, p, text);
	}
	if (p->channels > 0 && strtoul(s->channels, NULL, 10) > p->channels) {
		snprintf(text, sizeof(text), "it has %s audio channels, and %s takes %u", s->channels, p->name, p->channels);
		add(d, DOCTOR_CHANNELS_NOT_ACCEPTED, s, p, text);
	}
}

static void
judge_keyframes(struct doctor *d, const struct doctor_source *s, const struct platform *p)
{
	char text[256];

	if (p->keyframe_max > 0 && s->keyframe_s > p->keyframe_max + KEYFRAME_SLACK) {
		snprintf(text, sizeof(text), "it has a keyframe every %.1f s, and %s accepts %g s at most", s->keyframe_s, p->name,
		    p->keyframe_max);
		add(d, DOCTOR_KEYFRAMES_TOO_FAR_APART, s, p, text);
	} else if (p->keyframe_best > 0 && s->keyframe_s > p->keyframe_best + KEYFRAME_SLACK) {
		snprintf(text, sizeof(text), "it has a keyframe every %.1f s, and %s recommends %g s", s->keyframe_s, p->name,
		    p->keyframe_best);
		add(d, DOCTOR_KEYFRAMES_NOT_RECOMMENDED, s, p, text);
	}
}

static void
judge_video(struct doctor *d, const struct doctor_source *s, const struct platform *p)
{
	unsigned int kbps = p->video_kbps + (p->audio_kbps > 0 ? p->audio_kbps : AUDIO_KBPS);
	char text[320];

	if (p->video_kbps > 0 && s->kbps > kbps * KBPS_SLACK) {
		snprintf(text, sizeof(text), "it has %.0f kbps, and %s takes %u of video", s->kbps, p->name, p->video_kbps);
		add(d, DOCTOR_BITRATE_TOO_HIGH, s, p, text);
	}
	if (p->level > 0 && strcmp(s->video, "h264") == 0 && strtod(s->level, NULL) > p->level) {
		snprintf(text, sizeof(text), "its level is %s, and %s takes %.1f at most", s->level, p->name, p->level);
		add(d, DOCTOR_LEVEL_TOO_HIGH, s, p, text);
	}
	if (p->b_frames != NULL && s->b_frames == 1) {
		snprintf(text, sizeof(text), "it has B-frames: %s", p->b_frames);
		add(d, DOCTOR_B_FRAMES_NOT_ACCEPTED, s, p, text);
	}
}

/* -- destinations -- */

static bool
has_film(const struct doctor *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->source[i].kind == DOCTOR_FILM)
			return true;
	return false;
}

static void
judge_destination(struct doctor *d, const char *name, const struct platform *p, const char *host, bool tls)
{
	char text[320], cure[DOCTOR_CURE];
	int declared = (int)strcspn(name, ":");		/* a second leg has no declaration of its own */

	if (p->needs_tls && !tls) {
		snprintf(text, sizeof(text), "%s takes RTMPS, and its address is rtmp://%s", p->name, host);
		snprintf(cure, sizeof(cure), "lsctl-channel dest set --key %s %.*s %s=rtmps://%s:443/PATH, with the PATH that it has",
		    d->channel, declared, name, name[declared] != '\0' ? "backup_url" : "url", host);
		doctor_add(d, DOCTOR_RTMPS_DEMANDED, "destination", name, p->name, text, cure);
	}
	if (p->loops != NULL && has_film(d)) {
		snprintf(cure, sizeof(cure), "lsctl-channel dest set --on-backup disconnect %s %.*s, unless it is declared so",
		    d->channel, declared, name);
		doctor_add(d, DOCTOR_LOOPS_NOT_ALLOWED, "destination", name, p->name, p->loops, cure);
	}
	if (p->limit != NULL)
		doctor_add(d, DOCTOR_BROADCAST_LIMIT, "destination", name, p->name, p->limit,
		    "end and begin the broadcast at a time of your choice before that");
}

void
doctor_platforms(struct doctor *d)
{
	const struct platform *seen[SPEC_DESTS], *p;
	size_t n = 0, i, k;
	const char *name;
	char host[256];
	json_t *dest;
	bool tls = false;

	json_object_foreach(json_object_get(d->record, "destinations"), name, dest) {
		if ((p = doctor_platform(dest, host, sizeof(host), &tls)) == NULL)
			continue;
		judge_destination(d, name, p, host, tls);
		for (k = 0; k < n && seen[k] != p; k++)
			continue;
		if (k < n || n == nitems(seen))
			continue;	/* two destinations of a platform: it says the same twice */
		seen[n++] = p;
		for (i = 0; i < d->n; i++) {
			judge_codecs(d, &d->source[i], p);
			judge_audio(d, &d->source[i], p);
			judge_keyframes(d, &d->source[i], p);
			judge_video(d, &d->source[i], p);
		}
	}
}
