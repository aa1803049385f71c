/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/source_health.h"

/* An encoder that sends less media than this in a second is too slow: it falls behind by stall_ms in a minute. */
#define SPEED_MIN	970	/* in 1/1000 of real time */
#define SLOW_MIN_MS	5000	/* an epoch that ended earlier says nothing about it */
#define SLOW_GAP_MS	500	/* after such a silence it is no slow encoder, but a stall */
#define KEEPS_UP_MS	10000

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
		[SOURCE_NO_IDR] = "no-idr",
		[SOURCE_ANNEX_B] = "annex-b",
		[SOURCE_OTHER_TRACK] = "other-track",
		[SOURCE_SLOW_ENCODER] = "slow-encoder",
		[SOURCE_PROVING] = "proving",
		[SOURCE_VIDEO_STALLED] = "video-stalled",
		[SOURCE_AUDIO_STALLED] = "audio-stalled",
	};

	return names[h];
}

void
source_note_slow(struct source *s, const struct track_state *ts, int64_t now)
{
	int64_t took = ts->arrived - s->epoch_began;

	if (!ts->seen || now - ts->arrived > SLOW_GAP_MS || took < SLOW_MIN_MS)
		return;
	s->speed = (int)((ts->edge - ts->first) * 1000 / took);
	s->slow = s->speed < SPEED_MIN;
}

/* Why no keyframe: more exactly where it is known. */
static enum source_health
no_keyframe(const struct source *s)
{
	return s->annex_b ? SOURCE_ANNEX_B : s->no_idr ? SOURCE_NO_IDR : SOURCE_NO_KEYFRAME;
}

/* A source that was slow keeps up when it has been no later than at SPEED_MIN for long enough. */
static bool
keeps_up(const struct source *s, int64_t now)
{
	int64_t age = now - s->epoch_began, most = age * (1000 - SPEED_MIN) / 1000;

	return age >= KEEPS_UP_MS && source_late_ms(s, TRACK_VIDEO, now) <= most &&
	    source_late_ms(s, TRACK_AUDIO, now) <= most;
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
		s->health = s->other_track[TRACK_VIDEO] ? SOURCE_OTHER_TRACK :
		    s->annex_b ? SOURCE_ANNEX_B : SOURCE_NO_VIDEO;
	else if (!a->seen)
		s->health = s->other_track[TRACK_AUDIO] ? SOURCE_OTHER_TRACK : SOURCE_NO_AUDIO;
	else if (source_late_ms(s, TRACK_VIDEO, now) > s->lim.stall_ms)
		s->health = SOURCE_VIDEO_STALLED;
	else if (source_late_ms(s, TRACK_AUDIO, now) > s->lim.stall_ms)
		s->health = SOURCE_AUDIO_STALLED;
	else if (!s->has_key)
		s->health = no_keyframe(s);
	else if (v->arrived - s->epoch_began < s->lim.prove_ms ||
	    a->arrived - s->epoch_began < s->lim.prove_ms)
		s->health = SOURCE_PROVING;
	else if (s->slow && !keeps_up(s, now))
		s->health = SOURCE_SLOW_ENCODER;
	else {
		s->slow = false;
		s->health = SOURCE_HEALTHY;
	}
	return s->health;
}

int64_t
source_stable_ms(const struct source *s, int64_t now)
{
	if (s->health != SOURCE_HEALTHY)
		return 0;
	return s->local ? INT64_MAX : now - s->epoch_began;
}
