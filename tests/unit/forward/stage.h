/* SPDX-License-Identifier: ISC */
/*
 * A forwarder whole, with everything that it talks to in the test's own thread: an encoder behind a media server, a
 * film, two platforms. Time is the test's; sockets of this host take none.
 */
#ifndef TESTS_UNIT_FORWARD_STAGE_H
#define TESTS_UNIT_FORWARD_STAGE_H

#include "flvmake.h"
#include "forward/forwarder.h"
#include "peer.h"
#include "spec/spec_parse.h"

static struct ev *ev;
static struct forwarder *fw;
static struct peer obs, youtube, facebook;
static const char *film;
static int64_t now;
static bool encoding;		/* OBS publishes */
static int64_t obs_time;	/* its clock */
static size_t obs_bytes;	/* of a frame; 0: as few as can be */
static bool obs_mute;		/* OBS sends no sound */
static int64_t obs_gop;		/* ms between its keyframes */

/* $obs, $film, $youtube and $facebook stand for where they are. */
static struct spec *
spec_of(const char *text, enum spec_kind kind)
{
	const struct { const char *name, *value; } names[] = {
		{ "$obs", obs.url }, { "$film", film }, { "$youtube", youtube.url }, { "$facebook", facebook.url },
	};
	struct spec_fault fault;
	struct spec *spec;
	char full[2048];
	size_t n = 0, i;

	for (; *text != '\0' && n < sizeof(full) - 200; ) {
		for (i = 0; i < nitems(names); i++)
			if (strncmp(text, names[i].name, strlen(names[i].name)) == 0)
				break;
		if (i == nitems(names)) {
			full[n++] = *text++;
			continue;
		}
		n += strlcpy(full + n, names[i].value, sizeof(full) - n);
		text += strlen(names[i].name);
	}
	full[n] = '\0';
	spec = spec_parse(full, n, ".", kind, &fault);
	if (!t_ok(spec != NULL))
		printf("# %s: %s\n", fault.field, fault.reason);
	return spec;
}

static void
stage_begin(void)
{
	now = 1000000;
	encoding = false;
	obs_time = 0;
	obs_bytes = 0;
	obs_gop = 1000;
	obs_mute = false;
	ev = ev_new();
	peer_listen(&obs, 0);
	peer_listen(&youtube, 0);
	peer_listen(&facebook, 0);
	obs.answers = w_playing;
	youtube.answers = facebook.answers = w_publishing;
	film = file_of("film.flv", &one);
}

static void
begin(const char *text)
{
	struct spec_fault fault;

	stage_begin();
	fw = forwarder_new(ev, spec_of(text, SPEC_FORWARD), now, &fault);
	if (!t_ok(fw != NULL))
		printf("# %s: %s\n", fault.field, fault.reason);
}

static void
end(void)
{
	forwarder_free(fw);
	fw = NULL;
	peer_close(&obs);
	peer_close(&youtube);
	peer_close(&facebook);
	ev_free(ev);
}

static const uint8_t obs_avcc[] = { 0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xff, 0xe1, 0, 4, 0x67, 66, 0, 30, 1, 0, 2,
    0x68, 0xce };
static const uint8_t obs_asc[] = { 0xaf, 0, 0x11, 0x90 };

/* What OBS made since: 25 frames a second. */
static void
encode(void)
{
	static const uint8_t aac[] = { 0xaf, 1, 0x21, 0x10 };
	static uint8_t frame[32768] = { 0, 1, 0, 0, 0 };
	size_t n = obs_bytes > 11 ? obs_bytes : 11;
	bool key = obs_time % obs_gop == 0;

	if (!encoding || obs.fd == -1 || obs.answered < obs.calls)
		return;
	if (obs_time == 0) {
		w_message(&obs.w, 6, 0, MSG_VIDEO, 1, obs_avcc, sizeof(obs_avcc));
		if (!obs_mute)
			w_message(&obs.w, 4, 0, MSG_AUDIO, 1, obs_asc, sizeof(obs_asc));
	}
	frame[0] = key ? 0x17 : 0x27;
	frame[9] = key ? 0x65 : 0x41;
	put_be32(frame + 5, (uint32_t)n - 9);
	if (obs_time % 40 == 0)
		w_message(&obs.w, 6, (uint32_t)obs_time, MSG_VIDEO, 1, frame, n);
	if (!obs_mute)
		w_message(&obs.w, 4, (uint32_t)obs_time, MSG_AUDIO, 1, aac, sizeof(aac));
	peer_say(&obs);
	obs_time += 20;
}

/* Time goes on by 20 ms. */
static void
turn(void)
{
	encode();
	forwarder_step(fw, now);
	peer_step(&obs);
	peer_step(&youtube);
	peer_step(&facebook);
	ev_wait(ev, 0);
	now += 20;
}

static void
pass(int64_t ms)
{
	int64_t until = now + ms;

	while (now < until)
		turn();
}

/* It comes to that within so many ms. */
#define WITHIN(ms, cond) do {						\
	int64_t until_ = now + (ms);					\
									\
	while (!(cond) && now < until_)					\
		turn();							\
	t_ok(cond);							\
} while (0)

static const char *
state(void)
{
	static char text[SPEC_NAME + 8];

	return channel_state(fw->channel, text, sizeof(text));
}

#endif
