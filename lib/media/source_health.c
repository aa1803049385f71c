/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/source_health.h"

const char *
source_health_name(enum source_health h)
{
	static const char *const names[] = {
		[SOURCE_HEALTHY] = "healthy",
		[SOURCE_ABSENT] = "absent",
		[SOURCE_ENDED] = "ended",
		[SOURCE_NO_VIDEO] = "no-video",
		[SOURCE_NO_AUDIO] = "no-audio",
		[SOURCE_NO_KEYFRAME] = "no-keyframe",
		[SOURCE_PROVING] = "proving",
		[SOURCE_VIDEO_STALLED] = "video-stalled",
		[SOURCE_AUDIO_STALLED] = "audio-stalled",
	};

	return names[h];
}

enum source_health
source_check(struct source *s, int64_t now)
{
	const struct track_state *v = &s->track[TRACK_VIDEO],
	    *a = &s->track[TRACK_AUDIO];

	if (s->local)
		s->health = SOURCE_HEALTHY;
	else if (s->ended)
		s->health = SOURCE_ENDED;
	else if (!s->connected || (!v->seen && !a->seen))
		s->health = SOURCE_ABSENT;
	else if (!v->seen)
		s->health = SOURCE_NO_VIDEO;
	else if (!a->seen)
		s->health = SOURCE_NO_AUDIO;
	else if (source_late_ms(s, TRACK_VIDEO, now) > s->lim.stall_ms)
		s->health = SOURCE_VIDEO_STALLED;
	else if (source_late_ms(s, TRACK_AUDIO, now) > s->lim.stall_ms)
		s->health = SOURCE_AUDIO_STALLED;
	else if (!s->has_key)
		s->health = SOURCE_NO_KEYFRAME;
	else if (v->arrived - s->epoch_began < s->lim.prove_ms ||
	    a->arrived - s->epoch_began < s->lim.prove_ms)
		s->health = SOURCE_PROVING;
	else
		s->health = SOURCE_HEALTHY;
	return s->health;
}

int64_t
source_stable_ms(const struct source *s, int64_t now)
{
	if (s->health != SOURCE_HEALTHY)
		return 0;
	return s->local ? INT64_MAX : now - s->epoch_began;
}
