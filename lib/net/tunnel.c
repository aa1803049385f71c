/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "net/tunnel.h"

#include <arpa/inet.h>

enum { METHOD, REPLY, BOUND_LENGTH, BOUND };	/* stages of SOCKS5 */

/* RFC 1928 section 4: by name, unless it is an address. */
static void
ask_socks(struct tunnel *t)
{
	uint8_t *p = t->out;
	unsigned int port = (unsigned int)strtoul(t->port, NULL, 10);
	size_t n = strlen(t->host);

	*p++ = 5;
	*p++ = 1;	/* CONNECT */
	*p++ = 0;
	if (inet_pton(AF_INET, t->host, p + 1) == 1) {
		*p = 1;
		p += 5;
	} else if (inet_pton(AF_INET6, t->host, p + 1) == 1) {
		*p = 4;
		p += 17;
	} else {
		*p++ = 3;
		*p++ = (uint8_t)n;
		memcpy(p, t->host, n);
		p += n;
	}
	*p++ = (uint8_t)(port >> 8);
	*p++ = (uint8_t)port;
	t->out_len = (size_t)(p - t->out);
}

void
tunnel_start(struct tunnel *t, enum proxy_kind kind, const char *host, const char *port)
{
	static const uint8_t no_authentication[] = { 5, 1, 0 };
	const char *open = strchr(host, ':') != NULL ? "[" : "", *shut = open[0] != '\0' ? "]" : "";

	memset(t, 0, sizeof(*t));
	t->kind = kind;
	strlcpy(t->host, host, sizeof(t->host));
	strlcpy(t->port, port, sizeof(t->port));
	if (kind == PROXY_SOCKS5) {
		memcpy(t->out, no_authentication, sizeof(no_authentication));
		t->out_len = sizeof(no_authentication);
		return;
	}
	snprintf((char *)t->out, sizeof(t->out), "CONNECT %s%s%s:%s HTTP/1.1\r\nHost: %s%s%s:%s\r\n\r\n", open, host, shut, port,
	    open, host, shut, port);
	t->out_len = strlen((const char *)t->out);
}

size_t
tunnel_wants(const struct tunnel *t)
{
	if (t->kind == PROXY_HTTP)
		return 1;	/* nobody says where its answer ends */
	switch (t->stage) {
	case METHOD:
		return 2 - t->in_len;
	case REPLY:
		return 4 - t->in_len;
	case BOUND_LENGTH:
		return 1;
	default:	/* of a name of 255 bytes and its port, the rest with the next */
		return t->head < TUNNEL_PIECE ? t->head : TUNNEL_PIECE;
	}
}

static enum tunnel_state
refuse(struct tunnel *t, const char *reason)
{
	error_set(&t->err, "the proxy %s", reason);
	return TUNNEL_REFUSED;
}

/* RFC 1928 section 6. */
static enum tunnel_state
socks_reply(struct tunnel *t)
{
	static const char *const reasons[] = { "", "cannot connect", "does not allow this connection", "finds the network unreachable",
	    "finds the host unreachable", "reports: connection refused", "timed out", "knows no CONNECT", "does not support such an address" };

	if (t->in[0] != 5)
		return refuse(t, "does not speak SOCKS5");
	if (t->in[1] != 0)
		return refuse(t, t->in[1] < nitems(reasons) ? reasons[t->in[1]] : "refuses");
	/* the address that it bound, and a port, which nobody needs */
	t->stage = t->in[3] == 3 ? BOUND_LENGTH : BOUND;
	t->head = (t->in[3] == 4 ? 16 : 4) + 2;
	return t->in[3] == 1 || t->in[3] == 3 || t->in[3] == 4 ? TUNNEL_ASKS : refuse(t, "does not speak SOCKS5");
}

static enum tunnel_state
socks_take(struct tunnel *t, const uint8_t *p, size_t n)
{
	if (t->stage == BOUND_LENGTH) {
		t->head = (size_t)p[0] + 2;
		t->stage = BOUND;
		return TUNNEL_ASKS;
	}
	if (t->stage == BOUND)
		return (t->head -= n) == 0 ? TUNNEL_OPEN : TUNNEL_ASKS;
	memcpy(t->in + t->in_len, p, n);
	t->in_len += n;
	if (tunnel_wants(t) > 0)
		return TUNNEL_ASKS;
	t->in_len = 0;
	if (t->stage == REPLY)
		return socks_reply(t);
	if (t->in[0] != 5)
		return refuse(t, "does not speak SOCKS5");
	if (t->in[1] != 0)
		return refuse(t, "asks for a user and a password");
	t->stage = REPLY;
	ask_socks(t);
	return TUNNEL_ASKS;
}

static enum tunnel_state
http_take(struct tunnel *t, uint8_t c)
{
	static const uint8_t empty_line[] = "\r\n\r\n";
	size_t i;

	if (++t->head > TUNNEL_HEAD)
		return refuse(t, "does not speak HTTP");
	if (t->in_len < sizeof(t->in) - 1 && memchr(t->in, '\r', t->in_len) == NULL)
		t->in[t->in_len++] = c;
	t->end = c == empty_line[t->end] ? t->end + 1 : c == '\r';
	if (t->end < 4)
		return TUNNEL_ASKS;
	t->in[strcspn((const char *)t->in, "\r")] = '\0';
	for (i = 0; t->in[i] != '\0'; i++)
		if (t->in[i] < ' ' || t->in[i] > '~')
			t->in[i] = '?';
	if (strncmp((const char *)t->in, "HTTP/1.", 7) != 0 || i < 12)
		return refuse(t, "does not speak HTTP");
	if (t->in[9] == '2')
		return TUNNEL_OPEN;
	error_set(&t->err, "the proxy answers %s", (const char *)t->in + 9);
	return TUNNEL_REFUSED;
}

enum tunnel_state
tunnel_take(struct tunnel *t, const uint8_t *p, size_t n)
{
	return t->kind == PROXY_HTTP ? http_take(t, p[0]) : socks_take(t, p, n);
}
