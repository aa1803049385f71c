/* SPDX-License-Identifier: ISC */
/* The calls over HTTP, to a server in another process that gives scripted answers. */
#include "base/base.h"
#include "base/clock.h"
#include "server/server.h"
#include "http/http.h"

#include "http_peer.h"
#include "t.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define STREAM(cid) "{\"name\":\"a_obs\",\"app\":\"live\",\"url\":\"/live/a_obs\"," \
	"\"publish\":{\"active\":true,\"cid\":\"" cid "\"}}"

/* One server_streams() of a server that follows one rule. */
static enum server_fault
streams_by(struct http_rule r, struct error *err)
{
	int log = http_start(&r, 1);
	struct server *s = server_open("srs", http_url, NULL, err);
	struct server_streams l;
	enum server_fault f;

	f = server_streams(s, &l);
	if (f == SERVER_OK)
		server_streams_free(&l);
	else
		t_int(l.n, 0);
	error_set(err, "%s", server_reason(s));
	server_close(s);
	http_stop(log);
	return f;
}

static void
faults_are_told_apart(void)
{
	struct error err;

	t_int(streams_by((struct http_rule){ "", "200 OK", "{\"code\":0,\"streams\":[]}", "" },
	    &err), SERVER_OK);
	t_int(streams_by((struct http_rule){ "", "401 Unauthorized", "",
	    "WWW-Authenticate: Basic\r\n" }, &err), SERVER_DENIED);
	t_ok(strstr(err.text, "credentials") != NULL);
	t_int(streams_by((struct http_rule){ "", "302 Found", "Redirect",
	    "Location: /api/v1/streams/\r\n" }, &err), SERVER_STRANGE);
	t_ok(strstr(err.text, "status 302") != NULL);
	t_int(streams_by((struct http_rule){ "", "500 Oh", "", "" }, &err), SERVER_AWAY);
	t_int(streams_by((struct http_rule){ "", "200 OK", NULL, "" }, &err),
	    SERVER_AWAY);
	t_ok(strstr(err.text, "closed the connection") != NULL);
	t_int(streams_by((struct http_rule){ "", "200 OK", "{\"code\":2048}", "" }, &err), SERVER_STRANGE);
	t_ok(strstr(err.text, "code 2048") != NULL);
}

static void
it_waits_no_longer_than_its_deadline(void)
{
	int64_t began = clock_ms();
	struct error err;

	t_int(streams_by((struct http_rule){ "", "", "hang", "" }, &err), SERVER_AWAY);
	t_ok(clock_ms() - began < SERVER_TIMEOUT_MS + 1000);
	t_ok(strstr(err.text, "in time") != NULL);
}

static void
an_answer_without_end_is_cut(void)
{
	struct http_rule r = { "", "", "long", "" };
	int log = http_start(&r, 1);
	struct http *h = http_new(NULL, 5000);
	struct error err = { "" };
	struct buf b;

	buf_init(&b, 1 << 20);
	t_int(http_ask(h, "GET", http_url, &b, &err), -1);
	t_str(err.text, "its answer is too long");
	buf_free(&b);
	http_free(h);
	http_stop(log);
}

static void
nobody_there_is_away(void)
{
	struct error err;
	struct server *s = server_open("nginx", "http://127.0.0.1:1", NULL, &err);
	struct server_streams l;

	t_int(server_streams(s, &l), SERVER_AWAY);
	t_str(server_reason(s), "media server http://127.0.0.1:1: no server answers there");
	t_int(server_requests(s), 1);
	server_close(s);
}

static void
credentials_are_sent_and_never_told(void)
{
	struct http_rule r = { "", "401 No", "", "" };
	int log = http_start(&r, 1);
	struct error err;
	char asked[4096];
	static const struct server_auth auth = { "lsctl:canary", "", "f" };
	struct server *s = server_open("srs", http_url, &auth, &err);
	struct server_streams l;
	ssize_t n;

	t_int(server_streams(s, &l), SERVER_DENIED);
	t_ok(strstr(server_reason(s), "canary") == NULL);
	n = read(log, asked, sizeof(asked) - 1);
	asked[n > 0 ? n : 0] = '\0';
	t_ok(strstr(asked, "GET /api/v1/streams/?count=1000000 HTTP/1.1\r\n") == asked);
	t_ok(strstr(asked, "Authorization: Basic bHNjdGw6Y2FuYXJ5\r\n") != NULL);
	server_close(s);
	http_stop(log);
}

static void
a_name_is_kicked_with_all_who_want_it(void)
{
	static const struct http_rule rules[] = {
		{ "GET /api/v1/clients/?count=1000000 ", "200 OK", "{\"code\":0,\"clients\":["
		    "{\"id\":\"c1\",\"url\":\"/live/a_obs\",\"publish\":true},"
		    "{\"id\":\"c2\",\"url\":\"/live/a_obs\",\"publish\":false},"
		    "{\"id\":\"c3\",\"url\":\"/live/a_obs\",\"publish\":true},"
		    "{\"id\":\"c4\",\"url\":\"v/live/a_obs\",\"publish\":true},"
		    "{\"id\":\"c5\",\"url\":\"/live/b_obs\",\"publish\":true}]}", "" },
		{ "DELETE /api/v1/clients/c1 ", "200 OK", "{\"code\":0}", "" },
		{ "DELETE /api/v1/clients/c3 ", "200 OK", "{\"code\":2049}", "" },
		{ "", "500 No", "", "" }
	};
	int log = http_start(rules, nitems(rules)), kicked = -1;
	struct server *s;
	struct error err;

	s = server_open("srs", http_url, NULL, &err);
	t_int(server_kick_name(s, "a_obs", &kicked), SERVER_OK);
	t_int(kicked, 1);
	t_int(server_requests(s), 3);
	t_int(server_kick_name(s, "nobody", &kicked), SERVER_OK);
	t_int(kicked, 0);
	server_close(s);
	http_stop(log);
}

static void
a_restart_is_another_identity(void)
{
	static const struct http_rule rules[] = { { "", "200 OK",
	    "{\"code\":0,\"service\":\"s1\",\"streams\":[" STREAM("c") "]}", "" } };
	int log = http_start(rules, 1);
	struct server_streams l;
	struct server *s;
	struct error err;

	s = server_open("srs", http_url, NULL, &err);
	t_int(server_streams(s, &l), SERVER_OK);
	t_str(l.identity, "s1");
	t_str(l.v[0].client, "c");
	server_streams_free(&l);
	server_close(s);
	http_stop(log);
}

static void
what_it_is_opened_with_is_checked(void)
{
	struct error err;

	t_ok(server_open("red5", "http://a", NULL, &err) == NULL);
	t_str(err.text, "media server red5: must be srs or nginx");
	t_ok(server_open("srs", "file:///etc/passwd", NULL, &err) == NULL);
	t_ok(server_open("srs", "http://u:canary@a", NULL, &err) == NULL);
	t_ok(strstr(err.text, "canary") == NULL);
}

/* Where an address is in the database, others than the admin of this host can change it. */
static void
credentials_go_to_this_machine_or_to_the_named_server(void)
{
	static const struct {
		const char	*url;
		bool		 with, with_named;	/* opens with credentials that name none, http://far:1985 */
	} rows[] = {
		{ "http://127.0.0.1:1985", true, true }, { "https://[::1]/x", true, true },
		{ "http://localhost:8081", true, true },
		{ "http://FAR:1985/", false, true }, { "http://far:1986", false, false },
		{ "https://far:1985", false, false },
		{ "http://127.0.0.1.far:1985", false, false }, { "http://10.0.0.1:1985", false, false },
		{ "http://127.0.0.1\\@far:1985", false, false }, { "http://far:1985@evil:1985", false, false },
	};
	static const struct server_auth plain = { "lsctl:canary", "", "/f" }, none = { "", "", "" };
	static const struct server_auth named = { "lsctl:canary", "http://far:1985", "/f" };
	struct server *s;
	struct error err;
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		t_int((s = server_open("srs", rows[i].url, &plain, &err)) != NULL, rows[i].with);
		server_close(s);
		t_int((s = server_open("srs", rows[i].url, &named, &err)) != NULL, rows[i].with_named);
		server_close(s);
	}
	t_ok((s = server_open("srs", "http://far", &none, &err)) != NULL);
	server_close(s);
	t_ok(server_open("srs", "http://Far/", &plain, &err) == NULL);
	t_str(err.text, "media server http://far:80: the password in /f is not for this address: if it is, make "
	    "http://far:80 the second line of that file");
}

static void
credentials_come_from_a_file_of_ours(void)
{
	char path[] = "/tmp/lsctl-auth.XXXXXX";
	struct server_auth auth;
	struct error err;
	int fd = mkstemp(path);

	unsetenv("CREDENTIALS_DIRECTORY");
	setenv("LSCTL_SERVER_AUTH_FILE", path, 1);
	t_int(server_auth_load(&auth, &err), -1);
	t_ok(strstr(err.text, "user:password") != NULL);
	t_int(write(fd, "lsctl:canary\n", 13), 13);
	t_int(server_auth_load(&auth, &err), 0);
	t_str(auth.login, "lsctl:canary");
	t_str(auth.address, "");
	t_int(fchmod(fd, 0640), 0);
	t_int(server_auth_load(&auth, &err), -1);
	t_ok(strstr(err.text, "chmod 600") != NULL && strstr(err.text, "canary") == NULL);
	t_str(auth.login, "");
	t_int(fchmod(fd, 0600), 0);
	t_int(write(fd, "x", 1), 1);
	t_int(server_auth_load(&auth, &err), -1);
	t_int(ftruncate(fd, 13), 0);
	t_int(pwrite(fd, "HTTP://Far:80/\n", 15, 13), 15);
	t_int(server_auth_load(&auth, &err), 0);
	t_str(auth.login, "lsctl:canary");
	t_str(auth.address, "http://far:80");
	t_int(pwrite(fd, "http://far/x\nthree\n", 19, 13), 19);
	t_int(server_auth_load(&auth, &err), -1);
	t_ok(strstr(err.text, "canary") == NULL);
	t_str(auth.login, "");
	close(fd);
	unlink(path);
	t_int(server_auth_load(&auth, &err), -1);
	setenv("LSCTL_SERVER_AUTH_FILE", "", 1);
	if (access("/etc/lsctl/server.auth", F_OK) == -1)
		t_int(server_auth_load(&auth, &err), 0);
}

T_MAIN({ "faults_are_told_apart", faults_are_told_apart },
    { "it_waits_no_longer_than_its_deadline", it_waits_no_longer_than_its_deadline },
    { "an_answer_without_end_is_cut", an_answer_without_end_is_cut },
    { "nobody_there_is_away", nobody_there_is_away },
    { "credentials_are_sent_and_never_told", credentials_are_sent_and_never_told },
    { "a_name_is_kicked_with_all_who_want_it", a_name_is_kicked_with_all_who_want_it },
    { "a_restart_is_another_identity", a_restart_is_another_identity },
    { "what_it_is_opened_with_is_checked", what_it_is_opened_with_is_checked },
    { "credentials_go_to_this_machine_or_to_the_named_server", credentials_go_to_this_machine_or_to_the_named_server },
    { "credentials_come_from_a_file_of_ours", credentials_come_from_a_file_of_ours })
