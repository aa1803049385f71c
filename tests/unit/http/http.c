/* SPDX-License-Identifier: ISC */
/* One request, as it arrives at a server of the test's own, and what comes of each kind of answer. */
#include "base/base.h"
#include "base/clock.h"
#include "http/http.h"

#include "http_peer.h"
#include "t.h"

static struct error err;
static struct buf body;

/* Asks a server with this one rule. What it was asked is in *asked. */
static long
ask(const char *auth, const char *method, const char *path, struct http_rule rule, const char **asked)
{
	int log = http_start(&rule, 1);
	struct http *h = http_new(auth, 1000);
	char url[256];
	long status;

	buf_free(&body);
	buf_init(&body, 65536);
	err.text[0] = '\0';
	snprintf(url, sizeof(url), "%s%s", http_url, path);
	status = http_ask(h, method, url, &body, &err);
	http_free(h);
	*asked = http_asked(log);
	return status;
}

static const char *
text(void)
{
	static char s[1024];

	snprintf(s, sizeof(s), "%.*s", (int)buf_len(&body), buf_len(&body) > 0 ? (const char *)buf_head(&body) : "");
	return s;
}

static void
the_method_and_the_path_are_sent(void)
{
	const char *asked;

	t_int(ask(NULL, "GET", "api/v1/streams/?count=10", (struct http_rule){ "", "200 OK", "body", "" }, &asked), 200);
	t_ok(strncmp(asked, "GET /api/v1/streams/?count=10 HTTP/1.1\r\n", 40) == 0);
	t_ok(strstr(asked, "User-Agent: lsctl/" LSCTL_VERSION "\r\n") != NULL);
	t_ok(strstr(asked, "Authorization:") == NULL);
	t_str(text(), "body");
	t_int(ask(NULL, "DELETE", "c1", (struct http_rule){ "", "200 OK", "", "" }, &asked), 200);
	t_ok(strncmp(asked, "DELETE /c1 HTTP/1.1\r\n", 21) == 0);
}

static void
credentials_are_sent_when_there_are_any(void)
{
	const char *asked;

	t_int(ask("lsctl:canary", "GET", "", (struct http_rule){ "", "200 OK", "", "" }, &asked), 200);
	t_ok(strstr(asked, "Authorization: Basic bHNjdGw6Y2FuYXJ5\r\n") != NULL);
	t_int(ask("", "GET", "", (struct http_rule){ "", "200 OK", "", "" }, &asked), 200);
	t_ok(strstr(asked, "Authorization:") == NULL);
}

/* A redirect is an answer like others: where it leads nobody has looked at. */
static void
each_status_is_told_and_none_is_followed(void)
{
	const char *asked;

	t_int(ask(NULL, "GET", "", (struct http_rule){ "", "302 Found", "", "Location: /other\r\n" }, &asked), 302);
	t_ok(strstr(asked, "/other") == NULL);
	t_int(ask("a:b", "GET", "", (struct http_rule){ "", "401 No", "", "WWW-Authenticate: Basic\r\n" }, &asked), 401);
	t_int(ask(NULL, "GET", "", (struct http_rule){ "", "500 Oh", "", "" }, &asked), 500);
}

static void
a_proxy_of_the_environment_is_not_used(void)
{
	const char *asked;

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	t_int(ask(NULL, "GET", "", (struct http_rule){ "", "200 OK", "", "" }, &asked), 200);
	unsetenv("http_proxy");
}

static void
an_answer_that_is_not_whole_is_none(void)
{
	int64_t began = clock_ms();
	const char *asked;

	t_int(ask(NULL, "GET", "", (struct http_rule){ "", "", NULL, "" }, &asked), -1);
	t_ok(err.text[0] != '\0');
	t_int(ask(NULL, "GET", "", (struct http_rule){ "", "200 OK", "short", "Content-Length: 99\r\n" }, &asked), -1);
	t_int(ask(NULL, "GET", "", (struct http_rule){ "", "", "long", "" }, &asked), -1);
	began = clock_ms();
	t_int(ask(NULL, "GET", "", (struct http_rule){ "", "", "hang", "" }, &asked), -1);
	t_ok(clock_ms() - began >= 900 && clock_ms() - began < 5000);
}

static void
what_cannot_be_asked_says_why(void)
{
	struct http *h = http_new(NULL, 500);
	char other[256];

	t_int(http_ask(h, "GET", "http://127.0.0.1:1/", &body, &err), -1);
	t_ok(err.text[0] != '\0');
	strlcpy(other, err.text, sizeof(other));
	t_int(http_ask(h, "GET", "http://nowhere.invalid/", &body, &err), -1);
	t_ok(err.text[0] != '\0' && strcmp(err.text, other) != 0);
	t_int(http_ask(h, "GET", "file:///etc/passwd", &body, &err), -1);
	t_ok(strstr(err.text, "file") != NULL);
	http_free(h);
	http_free(NULL);
}

/* Sends this to a server with one rule, but to no address inside if outside. */
static long
post(const struct http_call *r, bool outside, struct http_rule rule, const char **asked, long *after)
{
	int log = http_start(&rule, 1);
	struct http *h = http_new(NULL, 1000);
	struct http_call whole = *r;
	long status;

	buf_free(&body);
	buf_init(&body, 65536);
	if (outside)
		t_int(http_outside_only(h), 0);
	whole.url = http_url;
	status = http_send(h, &whole, &body, &err);
	*after = http_retry_after(h);
	http_free(h);
	*asked = http_asked(log);
	return status;
}

static void
headers_and_a_body_are_sent(void)
{
	const char *const headers[] = { "Content-Type: application/json", "webhook-id: 7", "Expect:", NULL };
	const struct http_call r = { "POST", NULL, headers, "{\"a\":1}" };
	const char *asked;
	long after;

	t_int(post(&r, false, (struct http_rule){ "", "204 No Content", "", "" }, &asked, &after), 204);
	t_ok(strncmp(asked, "POST / HTTP/1.1\r\n", 17) == 0);
	t_ok(strstr(asked, "Content-Type: application/json\r\n") != NULL && strstr(asked, "webhook-id: 7\r\n") != NULL);
	t_ok(strstr(asked, "\r\n\r\n{\"a\":1}") != NULL && strstr(asked, "Expect") == NULL);
	t_int(after, 0);
	t_int(post(&r, false, (struct http_rule){ "", "429 No", "", "Retry-After: 120\r\n" }, &asked, &after), 429);
	t_int(after, 120);
}

/* The address is judged after its name was resolved, and before a byte is sent. */
static void
no_address_inside_is_connected_to(void)
{
	const struct http_call r = { "GET", NULL, NULL, NULL };
	struct http *h = http_new(NULL, 1000);
	const char *asked, *const urls[] = { "http://localhost:1/", "http://[::1]:1/", "http://0x7f.1:1/", "http://017700000001:1/" };
	long after;
	size_t i;

	t_int(post(&r, true, (struct http_rule){ "", "200 OK", "", "" }, &asked, &after), HTTP_INSIDE);
	t_str(asked, "");
	t_ok(strstr(err.text, "inside") != NULL);
	http_outside_only(h);
	for (i = 0; i < nitems(urls); i++)
		t_int(http_ask(h, "GET", urls[i], &body, &err), HTTP_INSIDE);
	t_int(http_ask(h, "GET", "http://nowhere.invalid/", &body, &err), HTTP_FAILED);
	http_free(h);
}

static void
names_are_escaped(void)
{
	struct buf b;

	buf_init(&b, 64);
	t_int(http_escape(&b, "aZ09-._~"), 0);
	t_int(http_escape(&b, "/?&=%+ \xc3\xa9"), 0);
	t_int(buf_add(&b, "", 1), 0);
	t_str((const char *)buf_head(&b), "aZ09-._~%2F%3F%26%3D%25%2B%20%C3%A9");
	buf_free(&b);
	buf_init(&b, 8);
	t_int(http_escape(&b, "12345678"), 0);
	t_int(http_escape(&b, "9"), -1);
	t_int(http_escape(&b, "/"), -1);
	buf_free(&b);
	buf_free(&body);
}

T_MAIN(
	{ "the_method_and_the_path_are_sent", the_method_and_the_path_are_sent },
	{ "credentials_are_sent_when_there_are_any", credentials_are_sent_when_there_are_any },
	{ "each_status_is_told_and_none_is_followed", each_status_is_told_and_none_is_followed },
	{ "a_proxy_of_the_environment_is_not_used", a_proxy_of_the_environment_is_not_used },
	{ "an_answer_that_is_not_whole_is_none", an_answer_that_is_not_whole_is_none },
	{ "what_cannot_be_asked_says_why", what_cannot_be_asked_says_why },
	{ "headers_and_a_body_are_sent", headers_and_a_body_are_sent },
	{ "no_address_inside_is_connected_to", no_address_inside_is_connected_to },
	{ "names_are_escaped", names_are_escaped }
)
