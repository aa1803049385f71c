/* SPDX-License-Identifier: ISC */
/* Both ends of TLS in one thread, on a pair of sockets. */
#include "base/base.h"
#include "certificate.h"
#include "net/tls.h"
#include "t.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int fd[2];		/* ours, the server's */
static struct ssl_st *client;
static SSL *peer;
static struct error err;

static void
begin(const char *host)
{
	t_int(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd), 0);
	err.text[0] = '\0';
	client = tls_new(fd[0], host, ca_file, &err);
	t_ok(client != NULL);
	peer = SSL_new(server);
	SSL_set_fd(peer, fd[1]);
}

static void
end(void)
{
	tls_free(client);
	SSL_free(peer);
	close(fd[0]);
	close(fd[1]);
}

/* Each end goes on in turn until ours has come to something. */
static enum tls_result
shake_hands(void)
{
	enum tls_result r = TLS_WANT_READ;
	int i;

	for (i = 0; i < 20 && (r == TLS_WANT_READ || r == TLS_WANT_WRITE); i++) {
		r = tls_handshake(client, &err);
		if (!SSL_is_init_finished(peer))
			SSL_accept(peer);
	}
	return r;
}

static void
trusts_the_right_name_only(void)
{
	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	t_ok(SSL_get_servername(peer, TLSEXT_NAMETYPE_host_name) == NULL);	/* an address is no name */
	end();
	begin("127.0.0.2");
	t_int(shake_hands(), TLS_FAILED);
	t_str(err.text, "certificate refused: IP address mismatch");
	end();

	certify("DNS:a.example");
	begin("a.example");
	t_int(shake_hands(), TLS_DONE);
	t_str(SSL_get_servername(peer, TLSEXT_NAMETYPE_host_name), "a.example");
	end();
	begin("b.example");
	t_int(shake_hands(), TLS_FAILED);
	t_str(err.text, "certificate refused: hostname mismatch");
	end();

	/* A common name is no name of a server, even where there is no other one. */
	certify("CN:a.example");
	begin("a.example");
	t_int(shake_hands(), TLS_FAILED);
	t_str(err.text, "certificate refused: hostname mismatch");
	end();
	certify("CN:127.0.0.1");
	begin("127.0.0.1");
	t_int(shake_hands(), TLS_FAILED);
	t_str(err.text, "certificate refused: IP address mismatch");
	end();
	certify("IP:127.0.0.1");
}

static void
trusts_what_the_file_says_only(void)
{
	char kept[sizeof(ca_file) + 8];

	begin("127.0.0.1");
	/* the server has another one than the file that is trusted */
	snprintf(kept, sizeof(kept), "%s.kept", ca_file);
	t_int(rename(ca_file, kept), 0);
	certify("IP:127.0.0.1");
	t_int(rename(kept, ca_file), 0);
	SSL_free(peer);
	peer = SSL_new(server);
	SSL_set_fd(peer, fd[1]);
	t_int(shake_hands(), TLS_FAILED);
	t_str(err.text, "certificate refused: self-signed certificate");
	end();
}

/* A file of trusted certificates that is replaced counts at once; one that is gone as it was. */
static void
reads_the_file_anew(void)
{
	usleep(20000);		/* past the clock tick that file times come from */
	certify("IP:127.0.0.1");
	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	end();
	t_int(unlink(ca_file), 0);
	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	end();
	usleep(20000);
	certify("IP:127.0.0.1");
	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	end();
}

static void
says_that_there_is_nothing_to_trust(void)
{
	t_ok(tls_new(0, "127.0.0.1", "/nonexistent/ca.pem", &err) == NULL);
	t_ok(strncmp(err.text, "cannot read the trusted certificates", 36) == 0);
	tls_free(NULL);
}

static void
no_old_version(void)
{
	SSL_CTX_set_max_proto_version(server, TLS1_1_VERSION);
	SSL_CTX_set_security_level(server, 0);
	begin("127.0.0.1");
	t_int(shake_hands(), TLS_REFUSED);
	t_ok(strncmp(err.text, "handshake failed: ", 18) == 0);
	end();
	SSL_CTX_set_max_proto_version(server, TLS1_2_VERSION);
	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	end();
	certify("IP:127.0.0.1");
}

static void
reads_and_writes(void)
{
	char b[16];
	size_t n = 0;

	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	t_int(tls_read(client, b, sizeof(b), &n, &err), TLS_WANT_READ);
	t_int(tls_write(client, "there", 5, &err), TLS_DONE);
	t_int(SSL_read(peer, b, sizeof(b)), 5);
	t_mem(b, "there", 5);
	t_int(SSL_write(peer, "and back", 8), 8);
	t_int(tls_read(client, b, 3, &n, &err), TLS_DONE);
	t_int(n, 3);
	t_mem(b, "and", 3);
	t_int(tls_read(client, b, sizeof(b), &n, &err), TLS_DONE);
	t_int(n, 5);
	t_mem(b, " back", 5);
	end();
}

/* A peer that takes nothing; what is written again must be the same, and arrives once. */
static void
a_write_waits_for_room(void)
{
	static uint8_t out[16384], in[16384];
	size_t sent = 0, got = 0;
	int n;

	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	memset(out, 0x5a, sizeof(out));
	while (sent < 1000 && tls_write(client, out, sizeof(out), &err) == TLS_DONE)
		sent++;
	t_ok(sent > 0 && sent < 1000);
	while ((n = SSL_read(peer, in, sizeof(in))) > 0)
		got += (size_t)n;
	t_int(tls_write(client, out, sizeof(out), &err), TLS_DONE);
	while ((n = SSL_read(peer, in, sizeof(in))) > 0)
		got += (size_t)n;
	t_int(got, (sent + 1) * sizeof(out));
	end();
}

static void
an_end_is_told_from_a_break(void)
{
	char b[4];
	size_t n;

	signal(SIGPIPE, SIG_IGN);	/* as the forwarder does */
	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	SSL_shutdown(peer);
	t_int(tls_read(client, b, sizeof(b), &n, &err), TLS_CLOSED);
	end();

	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	shutdown(fd[1], SHUT_RDWR);
	t_int(tls_read(client, b, sizeof(b), &n, &err), TLS_FAILED);
	t_ok(strncmp(err.text, "read failed: ", 13) == 0);
	end();

	begin("127.0.0.1");		/* one that wants a certificate says so after the handshake of TLS 1.3 */
	SSL_set_verify(peer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	t_int(shake_hands(), TLS_DONE);
	SSL_accept(peer);
	t_int(tls_read(client, b, sizeof(b), &n, &err), TLS_REFUSED);
	t_ok(strstr(err.text, "certificate required") != NULL);
	end();

	begin("127.0.0.1");
	shutdown(fd[1], SHUT_WR);	/* hangs up before it says a word */
	t_int(tls_handshake(client, &err), TLS_FAILED);
	t_ok(strncmp(err.text, "handshake failed: ", 18) == 0);
	end();
}

static int
unread(void)
{
	int n = -1;

	t_int(ioctl(fd[0], FIONREAD, &n), 0);
	return n;
}

/* A server that sends handshake messages without end gets a part of a step, and no more. */
static void
a_step_ends_in_a_flood(void)
{
	static const uint8_t hello_request[] = { 22, 3, 3, 0, 4, 0, 0, 0, 0 };
	char b[16];
	size_t n = 0;
	int i, left;

	begin("127.0.0.1");
	for (i = 0; i < 200; i++)
		t_int(write(fd[1], hello_request, sizeof(hello_request)), sizeof(hello_request));
	t_int(tls_handshake(client, &err), TLS_WANT_READ);
	left = unread();
	t_ok(left > 1000 && left < 1800);
	t_int(tls_handshake(client, &err), TLS_WANT_READ);
	t_ok(unread() < left);
	end();

	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	t_int(tls_read(client, b, sizeof(b), &n, &err), TLS_WANT_READ);
	for (i = 0; i < 25; i++) {
		t_int(SSL_key_update(peer, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
		t_int(SSL_do_handshake(peer), 1);
	}
	t_int(SSL_write(peer, "x", 1), 1);
	for (i = 0; tls_read(client, b, sizeof(b), &n, &err) == TLS_WANT_READ && i < 100; i++)
		t_ok(unread() > 0);
	t_ok(i >= 2);
	t_ok(n == 1 && b[0] == 'x');
	end();
}

/* A server that sends tickets or asks for new keys without end is a flood, and never an empty read for ever. */
static void
is_flooded(bool tickets)
{
	enum tls_result r = TLS_WANT_READ;
	char b[16];
	size_t n = 0;
	int sent;

	begin("127.0.0.1");
	t_int(shake_hands(), TLS_DONE);
	for (sent = 0; sent < 1000 && r == TLS_WANT_READ; sent++) {
		t_int(tickets ? SSL_new_session_ticket(peer) : SSL_key_update(peer, SSL_KEY_UPDATE_NOT_REQUESTED), 1);
		t_int(SSL_do_handshake(peer), 1);
		r = tls_read(client, b, sizeof(b), &n, &err);
	}
	t_int(r, TLS_FLOODED);
	t_str(err.text, "sends more than 64 handshake messages of TLS an hour");
	t_ok(sent > 50 && sent <= 65);		/* and some in the handshake */
	end();
}

static void
tickets_without_end_are_a_flood(void)
{
	is_flooded(true);
}

static void
key_updates_without_end_are_a_flood(void)
{
	is_flooded(false);
}

T_MAIN(
	{ "certificate_prepare", certificate_prepare },
	{ "trusts_the_right_name_only", trusts_the_right_name_only },
	{ "trusts_what_the_file_says_only", trusts_what_the_file_says_only },
	{ "reads_the_file_anew", reads_the_file_anew },
	{ "says_that_there_is_nothing_to_trust", says_that_there_is_nothing_to_trust },
	{ "no_old_version", no_old_version },
	{ "reads_and_writes", reads_and_writes },
	{ "a_write_waits_for_room", a_write_waits_for_room },
	{ "an_end_is_told_from_a_break", an_end_is_told_from_a_break },
	{ "a_step_ends_in_a_flood", a_step_ends_in_a_flood },
	{ "tickets_without_end_are_a_flood", tickets_without_end_are_a_flood },
	{ "key_updates_without_end_are_a_flood", key_updates_without_end_are_a_flood },
	{ "certificate_remove", certificate_remove },
)
