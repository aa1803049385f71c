/* SPDX-License-Identifier: ISC */
/* A server that has shaken hands and then says anything. */
#include "base/base.h"
#include "rtmp/handshake.h"
#include "rtmp/rtmp.h"

#include <ctype.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char key[] = "live_f00dbabe_Qx7?token=c0ffee99";

static void
text_check(const char *text)
{
	size_t i;

	if (strlen(text) > RTMP_TEXT_MAX || strcasestr(text, "f00dbabe") ||
	    strstr(text, "c0ffee99"))
		abort();
	for (i = 0; text[i] != '\0'; i++)
		if (!isprint((unsigned char)text[i]))
			abort();
}

static void
feed(struct rtmp *r, const uint8_t *p, size_t n)
{
	enum rtmp_event ev;
	struct packet *pkt;
	size_t used;

	do {
		used = rtmp_read(r, p, n, &ev, &pkt);
		if (used > n || (pkt != NULL) != (ev == RTMP_MEDIA))
			abort();
		packet_unref(pkt);
		p += used;
		n -= used;
		text_check(rtmp_text(r));
	} while (ev != RTMP_NONE);
	if (n > 0)
		abort();
	buf_clear(rtmp_out(r));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t hands[HANDSHAKE_TAKES] = { 3 };
	static struct rtmp_url url;
	struct rtmp_url elsewhere;
	struct arena *arena;
	const char *reason;
	struct rtmp *r;
	bool play;
	size_t k, step;

	if (n < 1)
		return 0;
	if (url.host[0] == '\0' && rtmp_url_parse(&url,
	    "rtmps://localhost/live", key, &reason) == -1)
		abort();
	play = p[0] & 1;
	step = p[0] & 2 ? 1u + (p[0] >> 2) : n;
	arena = play ? arena_new(1 << 18) : NULL;
	r = rtmp_new(play ? RTMP_PLAY : RTMP_PUBLISH, &url, arena, 65536);
	rtmp_login(r, "krishna", "pw-f00dbabe-9");
	feed(r, hands, sizeof(hands));
	for (p++, n--; n > 0; p += k, n -= k) {
		k = step < n ? step : n;
		feed(r, p, k);
	}
	rtmp_redirect(r, &elsewhere);
	if (!elsewhere.tls || strcmp(elsewhere.stream, key) != 0)
		abort();
	rtmp_unpublish(r);
	rtmp_free(r);
	arena_free(arena);
	return 0;
}
