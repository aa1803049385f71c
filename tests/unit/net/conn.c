/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "net/conn.h"
#include "certificate.h"
#include "t.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The other end, on this host and in this thread. */
struct peer {
	int		 listening, fd;
	char		 port[6];
	SSL		*ssl;		/* NULL: plain */
};

static struct conn conn;
static struct peer peer;

static void
peer_listen(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);
	int small = 8192;

	peer.fd = -1;
	peer.listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(peer.listening, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	t_int(bind(peer.listening, (struct sockaddr *)&sin, sizeof(sin)), 0);
	t_int(listen(peer.listening, 1), 0);
	getsockname(peer.listening, (struct sockaddr *)&sin, &len);
	snprintf(peer.port, sizeof(peer.port), "%u", ntohs(sin.sin_port));
}

static void
peer_step(bool tls)
{
	if (peer.fd == -1) {
		peer.fd = accept4(peer.listening, NULL, NULL,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (tls) {
			peer.ssl = SSL_new(server);
			SSL_set_fd(peer.ssl, peer.fd);
		}
	}
	if (peer.ssl != NULL && !SSL_is_init_finished(peer.ssl))
		SSL_accept(peer.ssl);
}

/* What came, as far as it goes. */
static size_t
peer_read(uint8_t *p, size_t n)
{
	ssize_t got;

	if (peer.ssl != NULL) {
		got = SSL_read(peer.ssl, p, (int)n);
		return got > 0 ? (size_t)got : 0;
	}
	got = read(peer.fd, p, n);
	return got > 0 ? (size_t)got : 0;
}

static void
meet(bool tls)
{
	int64_t end = clock_ms() + 5000;

	peer_listen();
	conn_init(&conn);
	conn_dial(&conn, "127.0.0.1", peer.port, tls, ca_file, 8192, clock_ms());
	while (conn_step(&conn, clock_ms()) < CONN_OPEN && clock_ms() < end)
		if (conn.state > CONN_CONNECTING)
			peer_step(tls);
	peer_step(tls);
}

static void
part(void)
{
	conn_close(&conn);
	SSL_free(peer.ssl);
	peer.ssl = NULL;
	close(peer.fd);
	close(peer.listening);
}

/*
 * Begins a message, or ends the half of one that was sent, and goes on with other bytes each time; as
 * much as is taken is kept in taken.
 */
static ssize_t
say_something(uint8_t *taken, bool *half, uint8_t *next, bool small)
{
	static uint8_t piece[40000];
	size_t len = 2 + arc4random_uniform(small ? 30 : sizeof(piece) - 2);
	struct iovec iov[2] = { { piece, len / 3 }, { piece + len / 3, len - len / 3 } };
	ssize_t n;

	arc4random_buf(piece, len);
	if (*half)
		piece[0] = *next;
	if ((n = conn_writev(&conn, iov, 2)) <= 0)
		return 0;
	memcpy(taken, piece, (size_t)n);
	*half = (size_t)n < len;
	*next = piece[n < (ssize_t)len ? n : 0];
	return n;
}

/* What the peer gets is what was taken, however often the socket is full. */
static void
exchange(bool tls)
{
	static uint8_t taken[8 << 20], got[sizeof(taken)];
	size_t sent = 0, read = 0, more;
	int64_t end = clock_ms() + 10000;
	bool half = false;
	uint8_t next = 0;
	int i, k, full = 0;
	ssize_t n;

	meet(tls);
	if (!t_int(conn.state, CONN_OPEN))
		printf("# %s\n", conn.err.text);
	for (i = 0; i < 200 && sent < sizeof(taken) - (1 << 20); i++) {
		for (k = 0; k < 20; k++, sent += (size_t)n)
			full += (n = say_something(taken + sent, &half, &next, k % 3 == 0)) == 0;
		for (more = 1; more > 0 && arc4random_uniform(20) > 0; read += more)
			more = peer_read(got + read, sizeof(got) - read);
	}
	/* what is half said is finished, and what is on its way arrives */
	for (; clock_ms() < end && (half || read < sent); sent += (size_t)n) {
		n = half ? say_something(taken + sent, &half, &next, true) : 0;
		read += peer_read(got + read, sizeof(got) - read);
	}
	t_int(conn.state, CONN_OPEN);
	t_int(read, sent);
	t_mem(got, taken, sent);
	t_ok(sent > 100000 && full > 100);
	part();
}

static void
plain_sends_what_it_took(void)
{
	exchange(false);
}

static void
tls_sends_what_it_took(void)
{
	exchange(true);
}

/* A renewed certificate of one's own authority is trusted without a restart. */
static void
trusts_what_the_file_says_now(void)
{
	meet(true);
	t_int(conn.state, CONN_OPEN);
	part();
	usleep(20000);	/* for the file's time to differ */
	certify("IP:127.0.0.1");
	meet(true);
	if (!t_int(conn.state, CONN_OPEN))
		printf("# %s\n", conn.err.text);
	part();
}

/* Tickets without end are a fault of their own: the peer is not lost, it is dropped. */
static void
tickets_without_end_are_told(void)
{
	ssize_t n = 0;
	char b[16];
	int i;

	meet(true);
	t_int(conn.state, CONN_OPEN);
	for (i = 0; i < 1000 && n == 0; i++) {
		t_int(SSL_new_session_ticket(peer.ssl), 1);
		t_int(SSL_do_handshake(peer.ssl), 1);
		n = conn_read(&conn, b, sizeof(b));
	}
	t_int(n, -1);
	t_int(conn.state, CONN_FAILED);
	t_int(conn.fault, CONN_FLOOD);
	t_str(conn.err.text, "sends more than 64 handshake messages of TLS an hour");
	part();
}

static void
refused_is_told(void)
{
	int64_t end = clock_ms() + 5000;

	peer_listen();
	close(peer.listening);
	conn_init(&conn);
	conn_dial(&conn, "127.0.0.1", peer.port, false, "", 0, clock_ms());
	while (conn_step(&conn, clock_ms()) < CONN_OPEN && clock_ms() < end)
		continue;
	t_int(conn.state, CONN_FAILED);
	t_int(conn.fault, CONN_CONNECT);
	t_str(conn.err.text, "Connection refused");
	conn_close(&conn);
	t_int(conn.state, CONN_IDLE);
}

T_MAIN(
	{ "certificate_prepare", certificate_prepare },
	{ "refused_is_told", refused_is_told },
	{ "plain_sends_what_it_took", plain_sends_what_it_took },
	{ "tls_sends_what_it_took", tls_sends_what_it_took },
	{ "trusts_what_the_file_says_now", trusts_what_the_file_says_now },
	{ "tickets_without_end_are_told", tickets_without_end_are_told },
	{ "certificate_remove", certificate_remove },
)
