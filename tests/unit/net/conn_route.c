/* SPDX-License-Identifier: ISC */
/* The way to a server: names whose resolver is dead, where it sends from, and proxies. */
#include "base/base.h"
#include "base/clock.h"
#include "net/conn.h"
#include "net/last_good.h"
#include "t.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static int status;		/* what the resolver says */
static const char *address;	/* status 0: of the name */

int
getaddrinfo_a(int mode, struct gaicb *list[], int n, struct sigevent *how)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM };

	(void)mode;
	(void)n;
	(void)how;
	if (status == 0)
		t_int(getaddrinfo(address, list[0]->ar_service, &hints, &list[0]->ar_result), 0);
	return 0;
}

int
gai_error(struct gaicb *cb)
{
	(void)cb;
	return status;
}

int
gai_cancel(struct gaicb *cb)
{
	(void)cb;
	return EAI_CANCELED;
}

static struct conn conn;
static int listening, peer;
static char port[6];
static int64_t now;

static void
begin(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);

	now = 1000;
	peer = -1;
	status = 0;
	address = "127.0.0.1";
	listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	t_int(bind(listening, (struct sockaddr *)&sin, sizeof(sin)), 0);
	t_int(listen(listening, 4), 0);
	getsockname(listening, (struct sockaddr *)&sin, &len);
	snprintf(port, sizeof(port), "%u", ntohs(sin.sin_port));
	conn_init(&conn);
}

static void
end(void)
{
	conn_close(&conn);
	if (peer != -1)
		close(peer);
	close(listening);
}

/* Until it is in this state; the clock of the test stands still. */
static void
until(enum conn_state want)
{
	struct pollfd p;
	int i;

	for (i = 0; i < 100 && conn_step(&conn, now) != want; i++) {
		p = (struct pollfd){ .fd = conn.fd, .events = POLLIN };
		poll(&p, 1, 20);
	}
	t_int(conn.state, want);
}

static void
dial(const char *host)
{
	conn_dial(&conn, host, port, false, "", 0, now);
}

static void
accepted(struct sockaddr_in *from)
{
	socklen_t len = sizeof(*from);

	peer = accept(listening, (struct sockaddr *)from, &len);
	t_ok(peer != -1);
}

/* "A dead resolver: the last good addresses are used", after three seconds, or at once when it says that it fails. */
static void
a_dead_resolver_does_not_keep_it_away(void)
{
	begin();
	dial("a.example");
	until(CONN_OPEN);
	status = EAI_INPROGRESS;
	dial("a.example");
	until(CONN_RESOLVING);
	now += 2999;
	until(CONN_RESOLVING);
	now += 1;
	until(CONN_OPEN);
	status = EAI_AGAIN;
	dial("a.example");
	until(CONN_OPEN);
	end();
}

/* A resolver that answers is right: a name that is gone is gone, and one that moved is where it says. */
static void
one_that_answers_is_right(void)
{
	struct race_list list;

	begin();
	dial("b.example");
	until(CONN_OPEN);
	status = EAI_NONAME;
	dial("b.example");
	until(CONN_FAILED);
	t_int(conn.fault, CONN_DNS);
	status = 0;
	address = "127.0.0.3";
	close(listening);
	listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	dial("b.example");
	until(CONN_FAILED);
	t_int(conn.fault, CONN_CONNECT);
	t_ok(last_good_get("b.example", port, &list, now));
	t_int(list.address[0].in.sin_addr.s_addr, htonl(INADDR_LOOPBACK));	/* what failed is not good */
	end();
}

static void
a_name_that_was_never_reached_is_not_known(void)
{
	begin();
	status = EAI_INPROGRESS;
	dial("c.example");
	now += 10000;
	until(CONN_RESOLVING);
	now += 1;
	until(CONN_FAILED);
	t_str(conn.err.text, "the name server does not answer");
	status = EAI_AGAIN;
	dial("c.example");
	until(CONN_FAILED);
	t_int(conn.fault, CONN_DNS);
	end();
}

static void
it_sends_from_where_it_is_bound(void)
{
	struct sockaddr_in from;

	begin();
	strlcpy(conn.bind, "127.0.0.2", sizeof(conn.bind));
	dial("127.0.0.1");
	until(CONN_OPEN);
	accepted(&from);
	t_int(from.sin_addr.s_addr, htonl(INADDR_LOOPBACK + 1));
	strlcpy(conn.bind, "lo", sizeof(conn.bind));
	dial("127.0.0.1");
	until(CONN_OPEN);
	strlcpy(conn.bind, "192.0.2.1", sizeof(conn.bind));
	dial("127.0.0.1");
	until(CONN_FAILED);
	t_str(conn.err.text, strerror(EADDRNOTAVAIL));
	strlcpy(conn.bind, "no-such-device", sizeof(conn.bind));
	dial("127.0.0.1");
	until(CONN_FAILED);
	t_str(conn.err.text, strerror(ENODEV));
	strlcpy(conn.bind, "::1", sizeof(conn.bind));
	dial("127.0.0.1");
	until(CONN_FAILED);
	t_str(conn.err.text, "bind is an IPv6 address, and this one of the server is IPv4");
	end();
}

static void
what_is_unacknowledged_ends_it(void)
{
	int ms = 0;
	socklen_t len = sizeof(ms);

	begin();
	dial("127.0.0.1");
	until(CONN_OPEN);
	getsockopt(conn.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, &len);
	t_int(ms, 25000);
	end();
}

/* What the proxy was asked is this, and it answers that. */
static void
proxied(const char *want, size_t want_len, const char *answer, size_t len)
{
	char got[256];

	t_int(read(peer, got, want_len), (int64_t)want_len);
	t_ok(memcmp(got, want, want_len) == 0);
	t_int(write(peer, answer, len), (int64_t)len);
}

/* The proxy resolves the name of the server, and its own name is looked up; what follows its answer is left alone. */
static void
through_a_proxy(void)
{
	struct sockaddr_in from;
	struct iovec iov = { (void *)(uintptr_t)"hello", 5 };
	char url[64], got[16];

	begin();
	snprintf(url, sizeof(url), "socks5://proxy.example:%s", port);
	conn.proxy = url;
	conn_dial(&conn, "server.example", "1935", false, "", 0, now);
	until(CONN_TUNNELING);
	accepted(&from);
	proxied("\5\1\0", 3, "\5\0", 2);
	while (conn_step(&conn, now) == CONN_TUNNELING && conn.tunnel != NULL && recv(peer, got, 1, MSG_PEEK | MSG_DONTWAIT) == -1)
		poll(NULL, 0, 1);
	proxied("\5\1\0\3\x0eserver.example\x07\x8f", 21, "\5\0\0\1\0\0\0\0\0\0media", 15);
	until(CONN_OPEN);
	t_int(conn_read(&conn, got, sizeof(got)), 5);
	t_int(conn_writev(&conn, &iov, 1), 5);
	t_int(read(peer, got, sizeof(got)), 5);
	close(peer);
	snprintf(url, sizeof(url), "http://127.0.0.1:%s", port);
	conn_dial(&conn, "server.example", "1935", false, "", 0, now);
	until(CONN_TUNNELING);
	accepted(&from);
	proxied("CONNECT server.example:1935 HTTP/1.1\r\n", 38, "HTTP/1.1 502 Bad Gateway\r\n\r\n", 28);
	until(CONN_FAILED);
	t_int(conn.fault, CONN_CONNECT);
	t_str(conn.err.text, "the proxy answers 502 Bad Gateway");
	end();
}

static void
a_proxy_that_does_not_answer(void)
{
	struct sockaddr_in from;
	char url[64];

	begin();
	snprintf(url, sizeof(url), "http://127.0.0.1:%s", port);
	conn.proxy = url;
	conn_dial(&conn, "server.example", "1935", false, "", 0, now);
	until(CONN_TUNNELING);
	now += 10001;
	until(CONN_FAILED);
	t_str(conn.err.text, "the proxy does not answer");
	accepted(&from);
	close(peer);
	conn_dial(&conn, "server.example", "1935", false, "", 0, now);
	until(CONN_TUNNELING);
	accepted(&from);
	shutdown(peer, SHUT_WR);
	until(CONN_FAILED);
	t_str(conn.err.text, "the proxy hung up");
	end();
}

#define T(name)	{ #name, name }

T_MAIN(
	T(a_dead_resolver_does_not_keep_it_away),
	T(one_that_answers_is_right),
	T(a_name_that_was_never_reached_is_not_known),
	T(it_sends_from_where_it_is_bound),
	T(what_is_unacknowledged_ends_it),
	T(through_a_proxy),
	T(a_proxy_that_does_not_answer),
)
