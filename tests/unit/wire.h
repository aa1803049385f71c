/* SPDX-License-Identifier: ISC */
/* An RTMP server's bytes, written without the code under test. */
#ifndef TESTS_UNIT_WIRE_H
#define TESTS_UNIT_WIRE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define unused_	__attribute__((unused))

struct wire {
	uint8_t	 b[1 << 18];
	size_t	 n;
	size_t	 chunk;		/* chunk size, 0: 128 */
};

unused_ static void
w_byte(struct wire *w, unsigned int v)
{
	if (w->n == sizeof(w->b))
		abort();
	w->b[w->n++] = (uint8_t)v;
}

unused_ static void
w_bytes(struct wire *w, const void *p, size_t n)
{
	const uint8_t *b = p;

	while (n-- > 0)
		w_byte(w, *b++);
}

/* n bytes, big endian */
unused_ static void
w_int(struct wire *w, uint64_t v, int n)
{
	while (n-- > 0)
		w_byte(w, (unsigned int)(v >> (8 * n)) & 0xff);
}

unused_ static void
w_fill(struct wire *w, unsigned int v, size_t n)
{
	while (n-- > 0)
		w_byte(w, v);
}

/* Header of type 0: one-byte csid, time field, length, type, message stream */
unused_ static void
w_head0(struct wire *w, unsigned int csid, uint32_t field, uint32_t len,
    unsigned int type, uint32_t msid)
{
	w_byte(w, csid);
	w_int(w, field, 3);
	w_int(w, len, 3);
	w_byte(w, type);
	w_byte(w, msid & 0xff);
	w_byte(w, msid >> 8 & 0xff);
	w_byte(w, msid >> 16 & 0xff);
	w_byte(w, msid >> 24);
}

/* A message cut into chunks. */
unused_ static void
w_message(struct wire *w, unsigned int csid, uint32_t time, unsigned int type,
    uint32_t msid, const void *body, size_t len)
{
	size_t size = w->chunk ? w->chunk : 128, i, k;

	w_head0(w, csid, time < 0xffffff ? time : 0xffffff, (uint32_t)len, type,
	    msid);
	if (time >= 0xffffff)
		w_int(w, time, 4);
	for (i = 0; i < len; i += k) {
		k = len - i < size ? len - i : size;
		if (i > 0) {
			w_byte(w, 0xc0 | csid);
			if (time >= 0xffffff)
				w_int(w, time, 4);
		}
		w_bytes(w, (const uint8_t *)body + i, k);
	}
}

/* Protocol control with one number. */
unused_ static void
w_control(struct wire *w, unsigned int type, uint32_t v)
{
	uint8_t b[4] = { v >> 24, v >> 16 & 0xff, v >> 8 & 0xff, v & 0xff };

	w_message(w, 2, 0, type, 0, b, sizeof(b));
}

/* -- AMF0 -- */

unused_ static void
w_key(struct wire *w, const char *s)
{
	w_int(w, strlen(s), 2);
	w_bytes(w, s, strlen(s));
}

unused_ static void
w_string(struct wire *w, const char *s)
{
	w_byte(w, 2);
	w_key(w, s);
}

unused_ static void
w_number(struct wire *w, double d)
{
	uint64_t v;

	memcpy(&v, &d, sizeof(v));
	w_byte(w, 0);
	w_int(w, v, 8);
}

/* { level, code, description }; a NULL is left out */
unused_ static void
w_info(struct wire *w, const char *level, const char *code, const char *words)
{
	w_byte(w, 3);
	if (level != NULL) {
		w_key(w, "level");
		w_string(w, level);
	}
	if (code != NULL) {
		w_key(w, "code");
		w_string(w, code);
	}
	if (words != NULL) {
		w_key(w, "description");
		w_string(w, words);
	}
	w_int(w, 9, 3);
}

/* name(call, null, then what the caller adds): the body alone */
unused_ static void
w_call(struct wire *body, const char *name, double call)
{
	body->n = 0;
	w_string(body, name);
	w_number(body, call);
	w_byte(body, 5);
}

/* -- a server's words, as nginx and SRS say them -- */

unused_ static void
w_command(struct wire *w, uint32_t msid, const struct wire *body)
{
	w_message(w, 3, 0, 20, msid, body->b, body->n);
}

/* S0, S1 and S2: a new dialogue. */
unused_ static void
w_handshake(struct wire *w)
{
	size_t i;

	w->n = 0;
	w_byte(w, 3);
	for (i = 0; i < 2 * 1536; i++)
		w_byte(w, i * 7 & 0xff);
}

unused_ static void
w_status(struct wire *w, const char *level, const char *code, const char *words)
{
	static struct wire body;

	w_call(&body, "onStatus", 0);
	w_info(&body, level, code, words);
	w_command(w, 1, &body);
}

unused_ static void
w_user(struct wire *w, unsigned int event, uint32_t v)
{
	uint8_t b[6] = { 0, (uint8_t)event, v >> 24, v >> 16 & 0xff, v >> 8 & 0xff, v & 0xff };

	w_message(w, 2, 0, 4, 0, b, sizeof(b));
}

/* Window, bandwidth, the answer to connect. */
unused_ static void
w_connected(struct wire *w)
{
	static struct wire body;

	w_control(w, 5, 2500000);
	w_message(w, 2, 0, 6, 0, "\0\x26\x25\xa0\2", 5);
	body.n = 0;
	w_string(&body, "_result");
	w_number(&body, 1);
	w_info(&body, NULL, NULL, "FMS");
	w_info(&body, "status", "NetConnection.Connect.Success", "ok");
	w_command(w, 0, &body);
}

unused_ static void
w_created(struct wire *w, double msid)
{
	static struct wire body;

	w_call(&body, "onBWDone", 0);
	w_command(w, 0, &body);
	w_call(&body, "_result", 4);
	w_number(&body, msid);
	w_command(w, 0, &body);
}

unused_ static void
w_playing(struct wire *w)
{
	w_handshake(w);
	w_connected(w);
	w_created(w, 1);
	w_user(w, 0, 1);
	w_status(w, "status", "NetStream.Play.Reset", "x");
	w_status(w, "status", "NetStream.Play.Start", "x");
}

unused_ static void
w_publishing(struct wire *w)
{
	w_handshake(w);
	w_connected(w);
	w_created(w, 1);
	w_status(w, "status", "NetStream.Publish.Start", "x");
}

#endif
