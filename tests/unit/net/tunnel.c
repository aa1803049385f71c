/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "net/tunnel.h"
#include "t.h"

static struct tunnel t;

/* Says this to it, in pieces of at most so many bytes; where it wants no more, the rest is left. */
static enum tunnel_state
say(const void *bytes, size_t len, size_t most)
{
	enum tunnel_state state = TUNNEL_ASKS;
	const uint8_t *p = bytes;
	size_t n;

	while (len > 0 && state == TUNNEL_ASKS) {
		n = tunnel_wants(&t) < most ? tunnel_wants(&t) : most;
		t_ok(n > 0);
		if (n > len)
			n = len;
		state = tunnel_take(&t, p, n);
		p += n;
		len -= n;
	}
	t_int(len, 0);
	return state;
}

static void
asked(const void *bytes, size_t len)
{
	t_int(t.out_len, len);
	t_ok(memcmp(t.out, bytes, len) == 0);
	t.out_len = 0;
}

/* The longest name, 255 bytes and a port: no piece is longer than the room for one. */
static void
socks5_by_the_longest_name(void)
{
	uint8_t reply[5 + 255 + 2] = { 5, 0, 0, 3, 255 };

	tunnel_start(&t, PROXY_SOCKS5, "h", "1935");
	t.out_len = 0;
	t_int(say("\5\0", 2, TUNNEL_PIECE), TUNNEL_ASKS);
	t.out_len = 0;
	t_int(say(reply, 5, TUNNEL_PIECE), TUNNEL_ASKS);
	t_int(tunnel_wants(&t), TUNNEL_PIECE);
	t_int(say(reply + 5, sizeof(reply) - 5, SIZE_MAX), TUNNEL_OPEN);
}

/* RFC 1928: the method, then the request, then a reply whose address has one of three forms. */
static void
socks5_by_name(void)
{
	static const char ok4[] = "\5\0\0\1\x7f\0\0\1\x12\x34", ok6[] = "\5\0\0\4" "0123456789abcdef" "\x12\x34",
	    named[] = "\5\0\0\3\4host\x12\x34";
	size_t most;

	for (most = 1; most < 8; most++) {
		tunnel_start(&t, PROXY_SOCKS5, "a.example", "1935");
		asked("\5\1\0", 3);
		t_int(say("\5\0", 2, most), TUNNEL_ASKS);
		asked("\5\1\0\3\x09" "a.example\x07\x8f", 16);
		t_int(most % 3 == 0 ? say(ok4, sizeof(ok4) - 1, most) : most % 3 == 1 ? say(ok6, sizeof(ok6) - 1, most) :
		    say(named, sizeof(named) - 1, most), TUNNEL_OPEN);
	}
}

static void
socks5_by_address(void)
{
	tunnel_start(&t, PROXY_SOCKS5, "192.0.2.1", "443");
	t.out_len = 0;
	say("\5\0", 2, 2);
	asked("\5\1\0\1\xc0\0\2\1\x01\xbb", 10);
	tunnel_start(&t, PROXY_SOCKS5, "2001:db8::1", "443");
	t.out_len = 0;
	say("\5\0", 2, 2);
	asked("\5\1\0\4\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x01\xbb", 22);
}

static void
socks5_refuses(void)
{
	tunnel_start(&t, PROXY_SOCKS5, "a.example", "1935");
	t_int(say("\5\xff", 2, 2), TUNNEL_REFUSED);
	t_str(t.err.text, "the proxy asks for a user and a password");
	tunnel_start(&t, PROXY_SOCKS5, "a.example", "1935");
	say("\5\0", 2, 2);
	t_int(say("\5\5\0\1", 4, 4), TUNNEL_REFUSED);
	t_str(t.err.text, "the proxy reports: connection refused");
	tunnel_start(&t, PROXY_SOCKS5, "a.example", "1935");
	say("\5\0", 2, 2);
	t_int(say("\5\x7f\0\1", 4, 4), TUNNEL_REFUSED);
	t_str(t.err.text, "the proxy refuses");
	tunnel_start(&t, PROXY_SOCKS5, "a.example", "1935");
	t_int(say("HT", 2, 2), TUNNEL_REFUSED);
	t_str(t.err.text, "the proxy does not speak SOCKS5");
	tunnel_start(&t, PROXY_SOCKS5, "a.example", "1935");
	say("\5\0", 2, 2);
	t_int(say("\5\0\0\7", 4, 4), TUNNEL_REFUSED);
}

static void
http_connects(void)
{
	static const char answer[] = "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n";

	tunnel_start(&t, PROXY_HTTP, "a.example", "443");
	asked("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", 55);
	t_int(say(answer, sizeof(answer) - 1, 1), TUNNEL_OPEN);
	tunnel_start(&t, PROXY_HTTP, "2001:db8::1", "443");
	asked("CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n", 63);
}

static void
http_refuses(void)
{
	char junk[9000];

	tunnel_start(&t, PROXY_HTTP, "a.example", "443");
	t_int(say("HTTP/1.1 403 Not \x1b[1m here\r\n\r\n", 30, 1), TUNNEL_REFUSED);
	t_str(t.err.text, "the proxy answers 403 Not ?[1m here");
	tunnel_start(&t, PROXY_HTTP, "a.example", "443");
	t_int(say("SSH-2.0-x\r\n\r\n", 13, 1), TUNNEL_REFUSED);
	t_str(t.err.text, "the proxy does not speak HTTP");
	tunnel_start(&t, PROXY_HTTP, "a.example", "443");
	memset(junk, 'x', sizeof(junk));
	t_int(say(junk, TUNNEL_HEAD + 1, 1), TUNNEL_REFUSED);
	tunnel_start(&t, PROXY_HTTP, "a.example", "443");
	memcpy(junk, "HTTP/1.1 200 ", 13);	/* a first line that does not end soon */
	memcpy(junk + 5000, "\r\n\r\n", 4);
	t_int(say(junk, 5004, 1), TUNNEL_OPEN);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(socks5_by_name),
	T(socks5_by_the_longest_name),
	T(socks5_by_address),
	T(socks5_refuses),
	T(http_connects),
	T(http_refuses),
)
