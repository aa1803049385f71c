/* SPDX-License-Identifier: ISC */
/* Bodies that were recorded from SRS 5 and nginx's RTMP module, and what nobody sent yet. */
#include "fuzz/callback.c"
#include "corpus.h"
#include "t.h"

#include <jansson.h>

static char body[CALLBACK_MAX + 2];
static const char *reason;
static struct callback cb;

static int
recorded(const char *name)
{
	char path[128];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "tests/data/hook/%s", name);
	if (!t_ok((f = fopen(path, "r")) != NULL))
		return -1;
	n = fread(body, 1, sizeof(body), f);
	fclose(f);
	callback_free(&cb);
	return callback_parse(&cb, strncmp(name, "srs", 3) == 0 ? CALLBACK_SRS :
	    CALLBACK_NGINX, body, n, &reason);
}

static void
says(const char *name, enum callback_action action, const char *stream, const char *client)
{
	if (t_int(recorded(name), 0)) {
		t_int(cb.action, action);
		t_str(cb.app, "live");
		t_str(cb.stream, stream);
		t_str(cb.client, client);
		t_str(cb.address, "127.0.0.1");
		t_ok(callback_is_live(&cb));
	}
	callback_free(&cb);
}

static void
token_is(const char *name, const char *token)
{
	char got[64];

	if (t_int(recorded(name), 0) && t_ok(cb.token != NULL)) {
		snprintf(got, sizeof(got), "%.*s", (int)cb.token_len, cb.token);
		t_str(got, token);
	}
	callback_free(&cb);
}

static void
srs_as_recorded(void)
{
	says("srs-on_publish.json", CALLBACK_PUBLISH, "ch01", "8133lkac");
	says("srs-on_unpublish.json", CALLBACK_UNPUBLISH, "ch01", "8133lkac");
	says("srs-on_connect-publisher.json", CALLBACK_CONNECT, "", "8133lkac");
	says("srs-on_close-publisher.json", CALLBACK_CLOSE, "", "8133lkac");
	says("srs-on_play-flv-player.json", CALLBACK_PLAY, "ch01", "z9iu00nw");
	says("srs-on_stop-flv-player.json", CALLBACK_STOP, "ch01", "z9iu00nw");
	t_int(recorded("srs-on_play-rtmp-player.json"), 0);
	callback_free(&cb);
	t_int(recorded("srs-on_stop-rtmp-player.json"), 0);
	callback_free(&cb);
	t_int(recorded("srs-on_connect-rtmp-player.json"), 0);
	callback_free(&cb);
	t_int(recorded("srs-on_close-rtmp-player.json"), 0);
	callback_free(&cb);
	t_int(recorded("srs-on_forward.json"), -1);	/* asks for something else */
	callback_free(&cb);
}

static void
srs_token_is_the_first(void)
{
	token_is("srs-on_publish.json", "PUBTOKEN");
	token_is("srs-token-in-app.json", "APP");
	token_is("srs-token-in-app-and-stream.json", "STREAM");
	token_is("srs-token-unknown-vhost.json", "V");
	token_is("srs-token-slash.json", "a");
	token_is("srs-token-nested-app.json", "a");
}

static void
nginx_as_recorded(void)
{
	says("nginx-publish.form", CALLBACK_PUBLISH, "key1", "1005");
	says("nginx-publish_done.form", CALLBACK_UNPUBLISH, "key1", "1005");
	says("nginx-update_publish.form", CALLBACK_UPDATE, "key1", "1005");
	says("nginx-done.form", CALLBACK_DONE, "key1", "1005");
	says("nginx-play.form", CALLBACK_PLAY, "key1", "1016");
	says("nginx-play_done.form", CALLBACK_STOP, "key1", "1016");
	says("nginx-connect.form", CALLBACK_CONNECT, "", "");
	token_is("nginx-publish.form", "SEKRIT");
	t_int(recorded("nginx-connect-denied.form"), 0);
	t_ok(!callback_is_live(&cb));
	callback_free(&cb);
}

static int
parse(enum callback_server server, const char *text)
{
	callback_free(&cb);
	return callback_parse(&cb, server, text, strlen(text), &reason);
}

#define FORM	"call=publish&app=live&addr=1.2.3.4&clientid=7&name=a_obs"
#define JSON(more) "{\"action\":\"on_publish\",\"client_id\":\"c\",\"ip\":\"1.2.3.4\"," \
	"\"vhost\":\"__defaultVhost__\",\"app\":\"live\",\"stream\":\"a_obs\"" more "}"

static void
first_value_wins(void)
{
	t_int(parse(CALLBACK_NGINX, FORM "&token=one&token=two&name=b_obs&call=done&app=x"), 0);
	t_str(cb.token, "one");
	t_str(cb.stream, "a_obs");
	t_str(cb.app, "live");
	t_int(cb.action, CALLBACK_PUBLISH);
	t_int(parse(CALLBACK_NGINX, FORM "&token=&token=two"), 0);
	t_int(cb.token_len, 0);
	t_ok(cb.token != NULL);
	t_int(parse(CALLBACK_SRS, JSON(",\"param\":\"?token=&token=two\"")), 0);
	t_int(cb.token_len, 0);
	t_int(parse(CALLBACK_SRS, JSON(",\"param\":\"?xtoken=1&token\"")), 0);
	t_ok(cb.token == NULL);
	t_int(parse(CALLBACK_SRS, JSON("")), 0);
	t_ok(cb.token == NULL);
	t_int(parse(CALLBACK_NGINX, FORM "&token"), 0);	/* a name without a value */
	t_ok(cb.token == NULL);
	callback_free(&cb);
}

static void
decodes_forms_only(void)
{
	t_int(parse(CALLBACK_NGINX, FORM "&token=a%41+%2b"), 0);
	t_str(cb.token, "aA +");
	t_int(parse(CALLBACK_SRS, JSON(",\"param\":\"?token=a%41+\"")), 0);
	t_int(cb.token_len, 5);
	t_int(parse(CALLBACK_NGINX, FORM "&token=%"), -1);
	t_int(parse(CALLBACK_NGINX, FORM "&token=%4"), -1);
	t_int(parse(CALLBACK_NGINX, FORM "&token=%zz"), -1);
	t_int(parse(CALLBACK_NGINX, FORM "&token=%00"), -1);
	t_int(parse(CALLBACK_NGINX, FORM "&other=%zz&&=&x"), 0);	/* the client's own */
	callback_free(&cb);
}

/* Each field that a decision needs, left out and empty; nginx has no application where none was asked for. */
static void
needs_every_field(void)
{
	static const char *const bad[] = {
		"{\"action\":\"on_publish\",\"ip\":\"1.2.3.4\",\"vhost\":\"v\",\"app\":\"live\",\"stream\":\"s\"}",
		"{\"action\":\"on_publish\",\"client_id\":\"c\",\"vhost\":\"v\",\"app\":\"live\",\"stream\":\"s\"}",
		"{\"action\":\"on_publish\",\"client_id\":\"c\",\"ip\":\"1\",\"app\":\"live\",\"stream\":\"s\"}",
		"{\"action\":\"on_publish\",\"client_id\":\"c\",\"ip\":\"1\",\"vhost\":\"v\",\"stream\":\"s\"}",
		"{\"action\":\"on_publish\",\"client_id\":\"c\",\"ip\":\"1\",\"vhost\":\"v\",\"app\":\"\",\"stream\":\"s\"}",
		"{\"action\":\"on_publish\",\"client_id\":\"c\",\"ip\":\"1\",\"vhost\":\"v\",\"app\":\"live\"}",
	};
	static const char *const forms[] = {
		"call=publish&addr=1&clientid=2&name=a", "call=publish&app=live&clientid=2&name=a",
		"call=publish&app=live&addr=1&name=a", "call=publish&app=live&addr=1&clientid=2",
		"call=publish&app=live&addr=1&clientid=&name=a", "call=publish&app=live&addr=1&clientid=2&name=",
	};
	size_t i;

	for (i = 0; i < nitems(bad); i++)
		if (!t_int(parse(CALLBACK_SRS, bad[i]), -1))
			printf("# %s\n", bad[i]);
	for (i = 0; i < nitems(forms); i++)
		if (!t_int(parse(CALLBACK_NGINX, forms[i]), -1))
			printf("# %s\n", forms[i]);
	t_str(reason, "a field is missing or too long");
	t_int(parse(CALLBACK_NGINX, "call=publish&app=&addr=1&clientid=2&name=a"), 0);
	t_ok(!callback_is_live(&cb));
	callback_free(&cb);
}

/* A token is a secret: its memory is wiped. */
static void
wipes_the_token(void)
{
	const char *token;
	json_t *held;

	t_int(parse(CALLBACK_SRS, JSON(",\"param\":\"?token=SEKRIT&x=1\"")), 0);
	held = json_incref(cb.body);
	token = cb.token;
	callback_free(&cb);
	t_mem(token, "\0\0\0\0\0\0&x=1", 11);
	json_decref(held);
}

static void
refuses_what_is_none(void)
{
	static const char *const bad[] = { "", "{", "[]", "null", "{}", "{\"action\":1}",
	    JSON(",\"app\":\"x\""), JSON(",\"param\":1"), JSON(",\"x\":\"\xff\""),
	    JSON(",\"x\":\"\\u0000\""), "{\"action\":\"on_publish\"}" };
	static const char *const forms[] = { "", "call=publish", "call=x&" FORM,
	    "name=a_obs&app=live&addr=1&clientid=2", "call=publish&app=live&addr=&clientid=2&name=x" };
	size_t i;

	for (i = 0; i < nitems(bad); i++)
		if (!t_int(parse(CALLBACK_SRS, bad[i]), -1))
			printf("# %s\n", bad[i]);
	for (i = 0; i < nitems(forms); i++)
		if (!t_int(parse(CALLBACK_NGINX, forms[i]), -1))
			printf("# %s\n", forms[i]);
	callback_free(&cb);
	t_int(callback_parse(&cb, CALLBACK_NGINX, FORM "\0&x=1", sizeof(FORM "\0&x=1") - 1, &reason), -1);
	t_str(reason, "not a form");
	t_int(parse(CALLBACK_SRS, "[]"), -1);
	t_str(reason, "not a JSON object");
	callback_free(&cb);
}

static void
is_bounded(void)
{
	size_t n;

	memset(body, 'x', sizeof(body));
	memcpy(body, FORM "&token=", sizeof(FORM "&token=") - 1);
	t_int(callback_parse(&cb, CALLBACK_NGINX, body, CALLBACK_MAX, &reason), 0);
	t_int(cb.token_len, CALLBACK_MAX - strlen(FORM "&token="));
	callback_free(&cb);
	t_int(callback_parse(&cb, CALLBACK_NGINX, body, CALLBACK_MAX + 1, &reason), -1);
	callback_free(&cb);
	n = sizeof("call=publish&app=live&addr=1&clientid=2&name=") - 1;
	memset(body, 'x', sizeof(body));
	memcpy(body, "call=publish&app=live&addr=1&clientid=2&name=", n);
	t_int(callback_parse(&cb, CALLBACK_NGINX, body, n + 255, &reason), 0);
	callback_free(&cb);
	t_int(callback_parse(&cb, CALLBACK_NGINX, body, n + 256, &reason), -1);
	callback_free(&cb);
}

static void
only_live_of_the_default_host(void)
{
	t_int(parse(CALLBACK_NGINX, "call=publish&app=liv&addr=1&clientid=2&name=a"), 0);
	t_ok(!callback_is_live(&cb));
	t_int(parse(CALLBACK_NGINX, "call=publish&app=live%2fx&addr=1&clientid=2&name=a"), 0);
	t_ok(!callback_is_live(&cb));
	t_int(recorded("srs-token-nested-app.json"), 0);
	t_ok(!callback_is_live(&cb));
	t_int(parse(CALLBACK_SRS, "{\"action\":\"on_publish\",\"client_id\":\"c\",\"ip\":\"1.2.3.4\","
	    "\"vhost\":\"other\",\"app\":\"live\",\"stream\":\"a_obs\"}"), 0);
	t_ok(!callback_is_live(&cb));
	callback_free(&cb);
}

static void
server_by_content_type(void)
{
	enum callback_server s;

	t_int(callback_server_of("application/json", &s), 0);
	t_int(s, CALLBACK_SRS);
	t_int(callback_server_of("application/x-www-form-urlencoded; charset=x", &s), 0);
	t_int(s, CALLBACK_NGINX);
	t_int(callback_server_of("text/plain", &s), -1);
	t_int(callback_server_of("", &s), -1);
	t_int(callback_server_of(NULL, &s), -1);
}

static void
corpus(void)
{
	t_corpus("callback", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "srs_as_recorded", srs_as_recorded },
	{ "srs_token_is_the_first", srs_token_is_the_first },
	{ "nginx_as_recorded", nginx_as_recorded },
	{ "first_value_wins", first_value_wins },
	{ "decodes_forms_only", decodes_forms_only },
	{ "needs_every_field", needs_every_field },
	{ "wipes_the_token", wipes_the_token },
	{ "refuses_what_is_none", refuses_what_is_none },
	{ "is_bounded", is_bounded },
	{ "only_live_of_the_default_host", only_live_of_the_default_host },
	{ "server_by_content_type", server_by_content_type },
	{ "corpus", corpus },
)
