/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/deliver.h"
#include "alert/form.h"
#include "alert/mail.h"
#include "alert/message.h"
#include "alert/notifier.h"
#include "alert/outbox.h"
#include "health/health_record.h"
#include "http/http.h"
#include "process/private_file.h"
#include "process/secret_read.h"

#include <errno.h>

#define ANSWER_MAX	65536
#define SHOWN		120	/* bytes of an answer that are shown */
#define ASKED_MAX_S	3600

/* -- secrets -- */

/* 0, or -1 with an error. There may be no such member. */
static int
secret_load(struct delivery *d, const json_t *way, const char *member, char dst[FORM_SECRET])
{
	const char *name = record_text(way, member);
	char path[4096];

	dst[0] = '\0';
	if (name[0] == '\0')
		return 0;
	snprintf(path, sizeof(path), "%s%s%s", name[0] == '/' ? "" : d->folder, name[0] == '/' ? "" : "/", name);
	if (secret_file(path, dst, FORM_SECRET) == 0)
		return 0;
	if (errno == EMSGSIZE || errno == EBADMSG)
		error_set(&d->came_back, "%s: is longer than %d bytes, or has a NUL byte", path, FORM_SECRET - 1);
	else
		private_file_reason(path, &d->came_back);
	return -1;
}

static int
secrets_load(struct delivery *d, const json_t *way, struct form_secrets *s)
{
	return secret_load(d, way, "url_file", s->url) == 0 && secret_load(d, way, "topic_file", s->topic) == 0 &&
	    secret_load(d, way, "token_file", s->token) == 0 ? secret_load(d, way, "secret_file", s->secret) : -1;
}

/* Is a part of what a secret says in the answer? A server may repeat the path that it was asked for. */
static bool
shows_secret(const char *answer, const struct form_secrets *s)
{
	const char *path = strstr(s->url, "://");

	path = path != NULL ? strchr(path + 3, '/') : NULL;
	return (path != NULL && path[1] != '\0' && strstr(answer, path) != NULL) ||
	    (s->token[0] != '\0' && strstr(answer, s->token) != NULL) ||
	    (s->topic[0] != '\0' && strstr(answer, s->topic) != NULL) ||
	    (s->secret[0] != '\0' && strstr(answer, s->secret) != NULL);
}

/* -- HTTP -- */

/* "HTTP 400: what it says", where that is short and harmless to print. */
static void
answer_describe(struct delivery *d, long status, struct buf *answer, const struct form_secrets *s)
{
	char text[SHOWN + 1], *p;
	bool hidden;

	if (buf_add(answer, "", 1) == -1)
		buf_clear(answer);
	hidden = buf_len(answer) < 2 || shows_secret((const char *)buf_head(answer), s);
	strlcpy(text, hidden ? "" : (const char *)buf_head(answer), sizeof(text));
	for (p = text; *p != '\0'; p++)
		if (*p < 0x20 || *p > 0x7e)
			*p = ' ';
	error_set(&d->came_back, "HTTP %ld%s%s%s", status, status >= 300 && status < 400 ?
	    ", a redirect, which is not followed" : "", text[0] != '\0' ? ": " : "", text);
}

static enum deliver
status_judge(long status)
{
	if (status >= 200 && status < 300)
		return DELIVER_DONE;
	return status >= 500 || status == 408 || status == 425 || status == 429 ? DELIVER_LATER : DELIVER_NEVER;
}

static enum deliver
form_send(struct delivery *d, const json_t *way, const struct form *f, const struct form_secrets *s)
{
	struct http_call r = { f->method, f->url, f->headers, f->body };
	struct http *h = http_new(NULL, DELIVER_S * 1000L);
	enum deliver end = DELIVER_LATER;
	struct buf answer;
	long status;

	buf_init_secret(&answer, ANSWER_MAX);
	if (h == NULL || (!record_true(way, "inside") && http_outside_only(h) == -1))
		error_set(&d->came_back, "out of memory");
	else if ((status = http_send(h, &r, &answer, &d->came_back)) == HTTP_INSIDE) {
		strlcat(d->came_back.text, "; \"inside\": true permits that", sizeof(d->came_back.text));
		end = DELIVER_NEVER;
	} else if (status != HTTP_FAILED) {
		end = status_judge(status);
		answer_describe(d, status, &answer, s);
		d->asked_s = http_retry_after(h) < ASKED_MAX_S ? http_retry_after(h) : ASKED_MAX_S;
	}
	buf_free(&answer);
	http_free(h);
	return end;
}

static enum deliver
http_deliver(struct delivery *d, const json_t *way, const json_t *message)
{
	struct form_secrets s;
	enum deliver end = DELIVER_LATER;
	struct form f;

	if (secrets_load(d, way, &s) == 0) {
		if (form_make(&f, way, &s, message, d->id, d->now, &d->came_back) == 0)
			end = form_send(d, way, &f, &s);
		form_free(&f);
	}
	explicit_bzero(&s, sizeof(s));
	return end;
}

/* -- programs -- */

static enum deliver
program_deliver(struct delivery *d, const json_t *way, const json_t *message)
{
	const json_t *report = json_object_get(message, "report");
	const char *channel = record_text(report, "channel");
	char line[1024], *json = json_dumps(report, JSON_COMPACT);
	int rc = -1;

	if (json == NULL)
		error_set(&d->came_back, "out of memory");
	else if ((rc = notifier_run(record_text(way, "program"), channel[0] != '\0' ? channel : d->host,
	    message_line(report, line, sizeof(line)), json, NOTIFIER_S, &d->came_back)) == 0)
		error_set(&d->came_back, "exit status 0");
	free(json);
	return rc == 0 ? DELIVER_DONE : DELIVER_LATER;
}

static enum deliver
mail_deliver(struct delivery *d, const json_t *way, const json_t *message)
{
	if (mail_send(way, message, d->host, d->id, d->now, &d->came_back) == -1)
		return DELIVER_LATER;
	error_set(&d->came_back, "sendmail took it");
	return DELIVER_DONE;
}

/* The heartbeat is declared beside the ways. */
static json_t *
way_find(const json_t *declaration, const char *name)
{
	json_t *way;

	if (strcmp(name, OUTBOX_HEARTBEAT) != 0)
		return json_deep_copy(json_object_get(json_object_get(declaration, "ways"), name));
	way = json_copy(json_object_get(declaration, "heartbeat"));
	json_object_set_new(way, "kind", json_string(OUTBOX_HEARTBEAT));
	return way;
}

enum deliver
deliver(struct delivery *d, const char *name, const json_t *message)
{
	json_t *way = way_find(d->declaration, name);
	const char *kind = record_text(way, "kind");
	enum deliver end;

	d->asked_s = 0;
	if (way == NULL) {
		error_set(&d->came_back, "is not declared");
		return DELIVER_NEVER;
	}
	end = strcmp(kind, "mail") == 0 ? mail_deliver(d, way, message) :
	    strcmp(kind, "program") == 0 ? program_deliver(d, way, message) : http_deliver(d, way, message);
	json_decref(way);
	return end;
}
