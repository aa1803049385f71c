/* SPDX-License-Identifier: ISC */
/* Each way's form against its public API: the members that it documents, and what a hostile text can do in it. */
#include "base/base.h"
#include "alert/form.h"
#include "health/health_record.h"
#include "t.h"

#define NOW	INT64_C(1614265330)
#define ID	"msg_p5jXN8AQM9LWM0D4loKWxJek"
#define HOSTILE	"a <!channel> & @everyone ``` *b* \"c\""

static struct form_secrets secrets;
static struct form f;
static struct error err;
static json_t *body;
static const char *link;	/* of the report; NULL: none */

/* Makes the form of a message with this text, and reads its body. */
static int
make(const char *way, const char *text, int critical)
{
	json_t *w = json_loads(way, 0, NULL), *m = json_pack("{ss ss sb s{ss ss ss*}}", "title", "krishna: no-video", "text", text,
	    "critical", critical, "report", "kind", "problem", "code", "no-video", "link", link);
	int rc;

	json_decref(body);
	form_free(&f);
	rc = form_make(&f, w, &secrets, m, ID, NOW, &err);
	body = f.body != NULL ? json_loads(f.body, 0, NULL) : NULL;
	json_decref(w);
	json_decref(m);
	return rc;
}

static bool
has_header(const char *line)
{
	size_t i;

	for (i = 0; f.headers[i] != NULL; i++)
		if (strcmp(f.headers[i], line) == 0)
			return true;
	return false;
}

static void
secret(char dst[FORM_SECRET], const char *text)
{
	memset(&secrets, 0, sizeof(secrets));
	strlcpy(dst, text, FORM_SECRET);
}

/* The signature of the reference implementation: HMAC-SHA256 of "id.timestamp.body". */
static void
a_webhook_is_signed_as_standard_webhooks_say(void)
{
	secret(secrets.secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
	t_int(make("{\"kind\":\"webhook\",\"url\":\"https://example.org/hook?a=b\"}", "x", 0), 0);
	t_str(f.method, "POST");
	t_str(f.url, "https://example.org/hook?a=b");
	t_str(f.body, "{\"kind\":\"problem\",\"code\":\"no-video\",\"title\":\"krishna: no-video\",\"text\":\"x\"}");
	t_ok(has_header("webhook-id: " ID));
	t_ok(has_header("webhook-timestamp: 1614265330"));
	t_ok(has_header("Content-Type: application/json"));
	t_ok(has_header("webhook-signature: v1,Ha9wqrvqCvHzsaGE0vck4RI80NooZ0YnPRr6tvMm+6c="));
	secret(secrets.secret, "a secret as it is typed");
	strlcpy(secrets.url, "https://example.org/secret", sizeof(secrets.url));
	t_int(make("{\"kind\":\"webhook\"}", "x", 0), 0);
	t_str(f.url, "https://example.org/secret");
	secret(secrets.secret, "too short");
	t_int(make("{\"kind\":\"webhook\",\"url\":\"https://example.org/\"}", "x", 0), -1);
	t_ok(strstr(err.text, "secret_file") != NULL && strstr(err.text, "too short") == NULL);
	secret(secrets.secret, "whsec_not Base64 at all, but long enough");
	t_int(make("{\"kind\":\"webhook\",\"url\":\"https://example.org/\"}", "x", 0), -1);
}

static void
ntfy(void)
{
	secret(secrets.topic, "secret-topic");
	strlcpy(secrets.token, "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2", sizeof(secrets.token));
	t_int(make("{\"kind\":\"ntfy\"}", HOSTILE, 1), 0);
	t_str(f.url, "https://ntfy.sh");
	t_ok(has_header("Authorization: Bearer tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2"));
	t_str(record_text(body, "topic"), "secret-topic");
	t_str(record_text(body, "title"), "krishna: no-video");
	t_str(record_text(body, "message"), HOSTILE);
	t_int(record_number(body, "priority"), 5);
	t_str(json_string_value(json_array_get(json_object_get(body, "tags"), 0)), "rotating_light");
	t_int(make("{\"kind\":\"ntfy\",\"topic\":\"open\",\"server\":\"https://ntfy.example.org\"}", "x", 0), 0);
	t_str(f.url, "https://ntfy.example.org");
	t_str(record_text(body, "topic"), "open");
	t_int(record_number(body, "priority"), 3);
	secret(secrets.token, "a\r\nHost: b");
	t_int(make("{\"kind\":\"ntfy\",\"topic\":\"open\"}", "x", 0), -1);
	t_ok(strncmp(err.text, "token_file", 10) == 0);
	secret(secrets.topic, "a/b");
	t_int(make("{\"kind\":\"ntfy\"}", "x", 0), -1);
}

static void
telegram(void)
{
	char longer[6000];

	secret(secrets.token, "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11");
	t_int(make("{\"kind\":\"telegram\",\"chat\":\"-100123\"}", HOSTILE, 0), 0);
	t_str(f.url, "https://api.telegram.org/bot123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11/sendMessage");
	t_str(record_text(body, "chat_id"), "-100123");
	t_str(record_text(body, "text"), "krishna: no-video\n" HOSTILE);
	t_ok(json_object_get(body, "parse_mode") == NULL);
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	t_int(make("{\"kind\":\"telegram\",\"chat\":\"1\"}", longer, 0), 0);
	t_int(strlen(record_text(body, "text")), 4096);
	secret(secrets.token, "../x");
	t_int(make("{\"kind\":\"telegram\",\"chat\":\"1\"}", "x", 0), -1);
}

static void
discord(void)
{
	char longer[6000] = "";
	const char *text;
	int i;

	secret(secrets.url, "https://discord.com/api/webhooks/1/token");
	t_int(make("{\"kind\":\"discord\"}", HOSTILE, 0), 0);
	t_str(f.url, "https://discord.com/api/webhooks/1/token");
	t_str(record_text(body, "content"), "krishna: no-video\n```\na <!channel> & @everyone ''' *b* \"c\"\n```");
	t_int(json_array_size(json_object_get(json_object_get(body, "allowed_mentions"), "parse")), 0);
	t_ok(json_is_array(json_object_get(json_object_get(body, "allowed_mentions"), "parse")));
	/* cut between two characters, not within one */
	for (i = 0; i < 1500; i++)
		strlcat(longer, "\xc3\xa9", sizeof(longer));
	t_int(make("{\"kind\":\"discord\"}", longer, 0), 0);
	text = record_text(body, "content");
	t_ok(strlen(text) <= 2000 && strlen(text) > 1990);
	t_str(text + strlen(text) - 4, "\n```");
	secret(secrets.url, "ftp://example.org/");
	t_int(make("{\"kind\":\"discord\"}", "x", 0), -1);
	secret(secrets.url, "https://example.org/ x");
	t_int(make("{\"kind\":\"discord\"}", "x", 0), -1);
	t_ok(strstr(err.text, "example") == NULL);
}

static void
slack(void)
{
	secret(secrets.url, "https://hooks.slack.com/services/T0/B0/x");
	t_int(make("{\"kind\":\"slack\"}", HOSTILE, 0), 0);
	t_str(f.url, "https://hooks.slack.com/services/T0/B0/x");
	t_str(record_text(body, "text"), "krishna: no-video\na &lt;!channel&gt; &amp; @everyone ``` *b* \"c\"");
	t_ok(json_is_false(json_object_get(body, "mrkdwn")));
}

#define LINK	"https://live.example.org/#/channel/krishna"

/* Each way has it where nothing of others is, whole, and as something to click on. */
static void
the_link_has_a_place_of_its_own(void)
{
	char longer[6000];
	size_t n;

	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	link = LINK;
	secret(secrets.token, "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11");
	t_int(make("{\"kind\":\"telegram\",\"chat\":\"1\"}", longer, 0), 0);
	n = strlen(record_text(body, "text"));
	t_int(n, 4096);
	t_str(record_text(body, "text") + n - strlen("x\n" LINK), "x\n" LINK);
	secret(secrets.topic, "topic");
	t_int(make("{\"kind\":\"ntfy\"}", HOSTILE, 1), 0);
	t_str(record_text(body, "click"), LINK);
	t_str(record_text(body, "message"), HOSTILE);
	secret(secrets.url, "https://discord.com/api/webhooks/1/token");
	t_int(make("{\"kind\":\"discord\"}", "```", 0), 0);
	t_str(record_text(body, "content"), "krishna: no-video\n```\n'''\n```\n" LINK);
	t_int(make("{\"kind\":\"discord\"}", longer, 0), 0);
	t_ok(strlen(record_text(body, "content")) <= 2000 && strstr(record_text(body, "content"), "x\n```\n" LINK) != NULL);
	secret(secrets.url, "https://hooks.slack.com/services/T0/B0/x");
	t_int(make("{\"kind\":\"slack\"}", "<x>", 0), 0);
	t_str(record_text(body, "text"), "krishna: no-video\n&lt;x&gt;\n" LINK);
	secret(secrets.secret, "a secret as it is typed");
	t_int(make("{\"kind\":\"webhook\",\"url\":\"https://example.org/\"}", "x", 0), 0);
	t_str(record_text(body, "link"), LINK);
	link = NULL;
}

static void
heartbeat(void)
{
	secret(secrets.url, "https://hc-ping.com/eb095278-f28d-448d-87fb-7b75c171a6aa?rid=1");
	t_int(make("{\"kind\":\"(heartbeat)\"}", "", 0), 0);
	t_str(f.method, "GET");
	t_str(f.url, secrets.url);
	t_ok(f.body == NULL);
	t_int(make("{\"kind\":\"(heartbeat)\"}", "krishna: nothing-on-air: x\n", 0), 0);
	t_str(f.method, "POST");
	t_str(f.url, "https://hc-ping.com/eb095278-f28d-448d-87fb-7b75c171a6aa/fail?rid=1");
	t_str(f.body, "krishna: nothing-on-air: x\n");
	form_free(&f);
	json_decref(body);
}

T_MAIN(
	{ "a_webhook_is_signed_as_standard_webhooks_say", a_webhook_is_signed_as_standard_webhooks_say },
	{ "ntfy", ntfy },
	{ "telegram", telegram },
	{ "discord", discord },
	{ "slack", slack },
	{ "the_link_has_a_place_of_its_own", the_link_has_a_place_of_its_own },
	{ "heartbeat", heartbeat },
)
