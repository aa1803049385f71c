/* SPDX-License-Identifier: ISC */
/* Whole dialogues of an RTMP session with a scripted server, fed in every way. */
#ifndef TESTS_UNIT_DIALOGUE_H
#define TESTS_UNIT_DIALOGUE_H

#include <stdarg.h>

#include "base/base.h"
#include "base/buf.h"
#include "rtmp/rtmp.h"
#include "t.h"
#include "wire.h"

static struct wire w, body;
static struct arena *arena;
static struct rtmp *r;
static struct buf sent;		/* what the client said */
static char events[4096], said[4096];

static void	add(char *, const char *, ...) printf_like(2, 3);

static void
add(char *dst, const char *fmt, ...)
{
	size_t n = strlen(dst);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(dst + n, 4096 - n, fmt, ap);
	va_end(ap);
}

/* -- the client's words, taken apart by hand -- */

static void
hear_client(const uint8_t *p, size_t len, unsigned int type)
{
	const uint8_t *arg;

	if (type != 20) {
		add(said, "%u:%u", type, type == 4 ? be16(p) : be32(p));
		return;
	}
	/* string, number, null, string */
	add(said, "%.*s", be16(p + 1), (const char *)p + 3);
	arg = p + 3 + be16(p + 1) + 9 + 1;
	if (arg + 3 < p + len && *arg == 2)
		add(said, "(%.*s)", be16(arg + 1), (const char *)arg + 3);
}

static void
hear_out(void)
{
	const uint8_t *p = buf_head(&sent), *end = p + buf_len(&sent);
	uint32_t len;

	said[0] = '\0';
	if (!t_ok(buf_len(&sent) >= 3073))
		return;
	for (p += 3073; p < end; p += 12 + len) {
		len = be24(p + 4);
		if (said[0] != '\0')
			add(said, " ");
		hear_client(p + 12, len, p[7]);
	}
	t_ok(p == end);
}

/* -- the server -- */

static void
begin(void)
{
	w_handshake(&w);
}

static void
put(uint32_t msid)
{
	w_command(&w, msid, &body);
}

static void
put_status(const char *level, const char *code, const char *words)
{
	w_status(&w, level, code, words);
}

static void
put_user(unsigned int event, uint32_t v)
{
	w_user(&w, event, v);
}

static void
put_connected(void)
{
	w_connected(&w);
}

static void
put_created(double msid)
{
	w_created(&w, msid);
}

static void
put_playing(void)
{
	w_playing(&w);
}

static void
put_publishing(void)
{
	w_publishing(&w);
}

/* -- the session -- */

static void
session_end(void)
{
	rtmp_free(r);
	arena_free(arena);
	buf_free(&sent);
	r = NULL;
	arena = NULL;
}

static void
session(enum rtmp_role role, const char *server, const char *name)
{
	static struct rtmp_url u;
	const char *reason;

	session_end();
	t_int(rtmp_url_parse(&u, server, name, &reason), 0);
	arena = role == RTMP_PLAY ? arena_new(1 << 18) : NULL;
	r = rtmp_new(role, &u, arena, 65536);
	buf_init(&sent, 1 << 20);
	events[0] = '\0';
}

static void
event(enum rtmp_event ev, struct packet *pkt)
{
	static const char *const names[] = { "none", "started", "media",
	    "ended", "restarted", "reconnect", "redirect", "refused", "closed", "broken" };

	add(events, "%s%s", events[0] ? " " : "", names[ev]);
	if (ev == RTMP_MEDIA)
		add(events, ":%u,%u,%u", pkt->type, pkt->time, pkt->len);
	packet_unref(pkt);
}

static void
session_feed(const uint8_t *p, size_t n, size_t step)
{
	enum rtmp_event ev;
	struct packet *pkt;
	struct buf *out;
	size_t used, k;

	do {
		k = step < n ? step : n;
		used = rtmp_read(r, p, k, &ev, &pkt);
		t_ok(used <= k);
		if (ev != RTMP_NONE)
			event(ev, pkt);
		else
			t_int(used, k);
		p += used;
		n -= used;
		out = rtmp_out(r);
		t_int(buf_add(&sent, buf_head(out), buf_len(out)), 0);
		buf_take(out, buf_len(out));
	} while (n > 0 || ev != RTMP_NONE);
}

/* What w holds gives these events, and these words of the client, for any split. */
static void
dialogue(enum rtmp_role role, const char *want, const char *want_said)
{
	static const size_t steps[] = { SIZE_MAX, 1, 2, 7, 100, 1537 };
	size_t i;

	for (i = 0; i < nitems(steps); i++) {
		session(role, "rtmp://h/live", "key?token=sesame");
		session_feed(w.b, w.n, steps[i]);
		t_str(events, want);
		hear_out();
		if (want_said != NULL)
			t_str(said, want_said);
	}
}

#define PLAY_WORDS	"1:60000 connect 5:500000 createStream "		\
	"play(key?token=sesame) 4:3"
#define PUBLISH_WORDS	"1:60000 connect 5:500000 "			\
	"releaseStream(key?token=sesame) FCPublish(key?token=sesame) "	\
	"createStream publish(key?token=sesame)"

#endif
