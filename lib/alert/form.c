/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/form.h"
#include "alert/outbox.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/hmac.h"
#include "health/alerts_file.h"
#include "health/health_record.h"

#include <stdarg.h>

#define SECRET_MIN	16	/* bytes of a secret of a webhook */
#define WHSEC		"whsec_"
#define TELEGRAM_MAX	4096	/* characters of a text */
#define DISCORD_MAX	2000
#define SLACK_MAX	3000	/* of 40000: nobody reads more */
#define BLOCK		"\n```\n"	/* begins a block of code */
#define DISCORD_NO_EMBEDS	4	/* SUPPRESS_EMBEDS */

struct making {
	struct form			*f;
	const json_t			*way, *message;
	const struct form_secrets	*s;
	const char			*id;
	int64_t				 now;
	struct error			*err;
};

/* -- parts -- */

__attribute__((format(printf, 2, 3))) static void
header_add(struct form *f, const char *format, ...)
{
	size_t n = 0;
	va_list ap;

	while (f->headers[n] != NULL)
		n++;
	va_start(ap, format);
	vsnprintf(f->header[n], sizeof(f->header[n]), format, ap);
	va_end(ap);
	f->headers[n] = f->header[n];
}

/* Sets the body, and releases it. */
static int
body_set(struct making *m, json_t *body)
{
	m->f->body = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	if (m->f->body == NULL)
		return error_set(m->err, "out of memory");
	header_add(m->f, "Content-Type: application/json");
	header_add(m->f, "Expect:");	/* libcurl would wait for a 100 */
	return 0;
}

/* The URL of the declaration or of a file, and what follows it. */
static int
url_set(struct making *m, const char *url, const char *more)
{
	if (!alerts_is_url(url))
		return error_set(m->err, "url_file: has no URL that begins with https:// or http://");
	snprintf(m->f->url, sizeof(m->f->url), "%s%s", url, more);
	return 0;
}

/* A member of the way, or what its file has. */
static const char *
member_or(const struct making *m, const char *name, const char *otherwise)
{
	const char *text = record_text(m->way, name);

	return text[0] != '\0' ? text : otherwise;
}

/* Title and text, at most so many bytes of UTF-8, of which there are never fewer than characters; to be freed. */
static char *
whole_text(const struct making *m, const char *between, size_t max)
{
	char *text = NULL;

	if (asprintf(&text, "%s%s%s", record_text(m->message, "title"), between, record_text(m->message, "text")) == -1)
		return NULL;
	if (strlen(text) > max)
		while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80)
			max--;
	if (strlen(text) > max)
		text[max] = '\0';
	return text;
}

/* Where it is acknowledged; "": not known. It is ours, and in no text of others. */
static const char *
link_of(const struct making *m)
{
	return record_text(json_object_get(m->message, "report"), "link");
}

/* Bytes that the link takes. */
static size_t
link_room(const struct making *m)
{
	return link_of(m)[0] != '\0' ? strlen(link_of(m)) + 1 : 0;
}

/* Ends a text, which it frees, and puts the link on a line of its own. */
static char *
link_add(const struct making *m, char *text, const char *end)
{
	const char *link = link_of(m);
	char *whole = NULL;

	if (text != NULL && asprintf(&whole, "%s%s%s%s", text, end, link[0] != '\0' ? "\n" : "", link) == -1)
		whole = NULL;
	free(text);
	return whole;
}

/* A JSON string of a text that is freed. */
static json_t *
string_take(char *text)
{
	json_t *s = text != NULL ? json_string(text) : NULL;

	free(text);
	return s;
}

/* -- ways -- */

/* "v1,BASE64" of "ID.TIMESTAMP.BODY". */
static int
webhook_sign(struct making *m)
{
	const char *secret = m->s->secret;
	uint8_t key[FORM_SECRET], code[SHA256_LEN];
	char text[BASE64_SIZE(SHA256_LEN)];
	long n = (long)strlen(secret);
	struct buf data;
	int rc = -1;

	if (strncmp(secret, WHSEC, strlen(WHSEC)) == 0)
		n = base64_get(key, sizeof(key), secret + strlen(WHSEC));
	else
		memcpy(key, secret, (size_t)n);
	buf_init(&data, 1 << 20);
	if (n < SECRET_MIN)
		error_set(m->err, "secret_file: must have " WHSEC " and 24 or more bytes as Base64, or a text of %d or more "
		    "characters: (printf " WHSEC "; openssl rand -base64 32)", SECRET_MIN);
	else if (buf_addf(&data, "%s.%lld.%s", m->id, (long long)m->now, m->f->body) == -1)
		error_set(m->err, "out of memory");
	else {
		hmac_sha256(key, (size_t)n, buf_head(&data), buf_len(&data), code);
		header_add(m->f, "webhook-id: %s", m->id);
		header_add(m->f, "webhook-timestamp: %lld", (long long)m->now);
		header_add(m->f, "webhook-signature: v1,%s", base64_put(text, code, sizeof(code)));
		rc = 0;
	}
	buf_free(&data);
	explicit_bzero(key, sizeof(key));
	return rc;
}

static int
webhook_make(struct making *m)
{
	json_t *body = json_copy(json_object_get(m->message, "report"));

	json_object_set(body, "title", json_object_get(m->message, "title"));
	json_object_set(body, "text", json_object_get(m->message, "text"));
	if (url_set(m, member_or(m, "url", m->s->url), "") == -1) {
		json_decref(body);
		return -1;
	}
	return body_set(m, body) == 0 ? webhook_sign(m) : -1;
}

static int
ntfy_make(struct making *m)
{
	const char *topic = member_or(m, "topic", m->s->topic);
	bool critical = json_is_true(json_object_get(m->message, "critical")),
	    over = strcmp(record_text(json_object_get(m->message, "report"), "kind"), "problem-over") == 0;

	if (!alerts_is_plain(topic) || strlen(topic) > 64 || strpbrk(topic, "/?#%") != NULL)
		return error_set(m->err, "topic_file: has no topic of 1 to 64 letters, digits, _ and -");
	if (m->s->token[0] != '\0' && !alerts_is_plain(m->s->token))
		return error_set(m->err, "token_file: has no token of printable ASCII");
	if (m->s->token[0] != '\0')
		header_add(m->f, "Authorization: Bearer %s", m->s->token);
	if (url_set(m, member_or(m, "server", "https://ntfy.sh"), "") == -1)
		return -1;
	return body_set(m, json_pack("{ss sO sO si s[s] ss*}", "topic", topic, "title", json_object_get(m->message, "title"),
	    "message", json_object_get(m->message, "text"), "priority", critical && !over ? 5 : 3, "tags",
	    over ? "white_check_mark" : critical ? "rotating_light" : "warning", "click",
	    link_of(m)[0] != '\0' ? link_of(m) : NULL));
}

static int
telegram_make(struct making *m)
{
	char path[FORM_SECRET + 32];
	int rc;

	if (!alerts_is_plain(m->s->token) || strpbrk(m->s->token, "/?#%") != NULL)
		return error_set(m->err, "token_file: has no token of a bot, like 123456:ABC-DEF");
	snprintf(path, sizeof(path), "/bot%s/sendMessage", m->s->token);
	rc = url_set(m, member_or(m, "server", "https://api.telegram.org"), path);
	explicit_bzero(path, sizeof(path));
	if (rc == -1)
		return -1;
	return body_set(m, json_pack("{ss so*}", "chat_id", record_text(m->way, "chat"), "text",
	    string_take(link_add(m, whole_text(m, "\n", TELEGRAM_MAX - link_room(m)), ""))));
}

/* The text is in a block of code: nothing in it is a link or a heading. Nobody is mentioned. */
static int
discord_make(struct making *m)
{
	char *text = whole_text(m, BLOCK, DISCORD_MAX - 8 - link_room(m)), *p;

	if (text != NULL && (p = strstr(text, BLOCK)) != NULL)
		for (p += strlen(BLOCK); *p != '\0'; p++)
			if (*p == '`')
				*p = '\'';
	text = link_add(m, text, "\n```");
	if (url_set(m, m->s->url, "") == -1) {
		free(text);
		return -1;
	}
	return body_set(m, json_pack("{so* s{s[]} si}", "content", string_take(text), "allowed_mentions", "parse",
	    "flags", DISCORD_NO_EMBEDS));
}

/* api.slack.com/reference/surfaces/formatting: without these three characters there is no link and no mention. */
static json_t *
slack_text(char *text)
{
	const char *p, *entity;
	struct buf b;
	json_t *s;

	buf_init(&b, 8 * SLACK_MAX);
	for (p = text != NULL ? text : ""; *p != '\0'; p++) {
		entity = *p == '&' ? "&amp;" : *p == '<' ? "&lt;" : *p == '>' ? "&gt;" : NULL;
		if (entity != NULL)
			buf_add(&b, entity, strlen(entity));
		else
			buf_add(&b, p, 1);
	}
	s = buf_len(&b) > 0 ? json_stringn((const char *)buf_head(&b), buf_len(&b)) : NULL;
	buf_free(&b);
	free(text);
	return s;
}

static int
slack_make(struct making *m)
{
	if (url_set(m, m->s->url, "") == -1)
		return -1;
	return body_set(m, json_pack("{so* sb}", "text", slack_text(link_add(m, whole_text(m, "\n", SLACK_MAX), "")), "mrkdwn", 0));
}

/* "/fail" goes before a query. */
static int
heartbeat_make(struct making *m)
{
	size_t path = strcspn(m->s->url, "?");
	char url[FORM_SECRET], *body;
	int rc;

	if (record_text(m->message, "text")[0] == '\0') {
		m->f->method = "GET";
		return url_set(m, m->s->url, "");
	}
	if ((body = strdup(record_text(m->message, "text"))) == NULL)
		return error_set(m->err, "out of memory");
	m->f->body = body;
	header_add(m->f, "Content-Type: text/plain; charset=utf-8");
	snprintf(url, sizeof(url), "%.*s/fail", (int)path, m->s->url);
	rc = url_set(m, url, m->s->url + path);
	explicit_bzero(url, sizeof(url));
	return rc;
}

static const struct {
	const char	*kind;
	int		(*make)(struct making *);
} makers[] = {
	{ "webhook", webhook_make }, { "ntfy", ntfy_make }, { "telegram", telegram_make }, { "discord", discord_make },
	{ "slack", slack_make }, { OUTBOX_HEARTBEAT, heartbeat_make }
};

int
form_make(struct form *f, const json_t *way, const struct form_secrets *s, const json_t *message, const char *id,
    int64_t now, struct error *err)
{
	struct making m = { NULL, way, message, s, id, now, err };
	const char *kind = record_text(way, "kind");
	size_t i;

	memset(f, 0, sizeof(*f));
	f->method = "POST";
	m.f = f;
	for (i = 0; i < nitems(makers); i++)
		if (strcmp(makers[i].kind, kind) == 0)
			return makers[i].make(&m);
	return error_set(err, "no such kind of way");
}

void
form_free(struct form *f)
{
	free(f->body);
	explicit_bzero(f, sizeof(*f));
}
