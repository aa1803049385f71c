/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/secret.h"
#include "control/host/spec_cache.h"
#include "control/host/spec_file.h"
#include "control/host/supervisor.h"
#include "control/reconcile/apply.h"
#include "process/ctl.h"
#include "process/ctl_code.h"
#include "server/server.h"

#include <errno.h>
#include <jansson.h>

static void
log_action(const struct plan_action *a)
{
	if (a->act == PLAN_KICK)
		log_notice("stream=%s kick client=%s: %s", a->stream, a->client, a->reason);
	else if (a->act == PLAN_SWITCH)
		log_notice("channel=%s switch to=%s for_ms=%lld: %s", a->channel,
		    a->to, (long long)a->for_ms, a->reason);
	else
		log_notice("channel=%s %s %s: %s", a->channel,
		    plan_do_name(a->act), plan_unit_name(a->unit), a->reason);
}

static void
action_failed(struct apply *c, size_t i, const char *reason)
{
	const struct plan_action *a = &c->todo[i];

	c->failed[i] = true;
	log_warnx("%s=%s %s %s failed: %s", a->channel[0] != '\0' ? "channel" :
	    "stream", a->channel[0] != '\0' ? a->channel : a->stream,
	    plan_do_name(a->act), plan_unit_name(a->unit), reason);
}

/* -- control sockets -- */

/* Sends a message, and frees it. 0 with the code of the answer, and an error unless it is CTL_OK; -1 with errno and
 * an error: no answer. */
static int
request(enum plan_unit u, const char *channel, json_t *message, enum ctl_code *code, struct error *err)
{
	char path[4096], *line = json_dumps(message, JSON_COMPACT), *text = NULL;
	const char *name, *error;
	json_t *answer;
	int saved;

	json_decref(message);
	path_run(path, sizeof(path), plan_unit_name(u), channel, ".sock");
	if (line != NULL)
		text = ctl_ask(path, line);
	saved = errno;
	secret_free(line);
	if (text == NULL) {
		error_set(err, "%s: %s", path, strerror(saved));
		errno = saved;
		return -1;
	}
	answer = json_loads(text, 0, NULL);
	free(text);
	name = json_string_value(json_object_get(answer, "code"));
	error = json_string_value(json_object_get(answer, "error"));
	if ((*code = ctl_code_find(name)) != CTL_OK)
		error_set(err, "it answers %s: %s", name != NULL ? name : "without a code",
		    error != NULL ? error : "no error text");
	json_decref(answer);
	return 0;
}

int
apply_switch(const char *channel, const char *to, int64_t for_ms, struct error *err)
{
	enum ctl_code code;

	return request(PLAN_FORWARD, channel, json_pack("{sssssI}", "cmd", "switch",
	    "to", to, "for_ms", (json_int_t)for_ms), &code, err) == 0 && code == CTL_OK ? 0 : -1;
}

/*
 * The message has the new spec, because a unit reads a copy of the file that was made when it started. A program
 * that is too old for that reads its file instead, or closes the connection on so long a message.
 */
static enum ctl_code
request_reload(const struct apply *c, const struct plan_action *a, struct error *err)
{
	const struct desired_channel *w = desired_find(c->desired, a->channel);
	const char *text = w != NULL ? w->spec[a->unit] : NULL;
	json_t *spec = text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
	enum ctl_code code = CTL_CODES;

	if (spec != NULL && (request(a->unit, a->channel, json_pack("{ssso}", "cmd", "reload", "spec", spec),
	    &code, err) == 0 || (errno != ECONNRESET && errno != EPIPE)))
		return code;
	request(a->unit, a->channel, json_pack("{ss}", "cmd", "reload"), &code, err);
	return code;
}

/* A process that cannot load the new spec while it runs reports that, and is restarted. */
static void
reload(struct apply *c, size_t i)
{
	const struct plan_action *a = &c->todo[i];
	const char *unit[] = { a->channel };
	struct error err;
	enum ctl_code code = request_reload(c, a, &err);
	bool done = code == CTL_OK;

	if (code == CTL_NEEDS_RESTART) {
		log_notice("channel=%s restart %s: %s", a->channel,
		    plan_unit_name(a->unit), err.text);
		done = supervisor_do(SUPERVISOR_RESTART, a->unit, unit, 1, &err) == 0;
	}
	if (done)
		spec_file_settle(a->unit, a->channel);
	else
		action_failed(c, i, err.text);
}

/* -- files -- */

static void
write_spec(struct apply *c, size_t i)
{
	const struct plan_action *a = &c->todo[i];
	const struct desired_channel *w = desired_find(c->desired, a->channel);

	/* The reload is pending until a later action reloads or starts the process. */
	if (w == NULL || w->spec[a->unit] == NULL)
		action_failed(c, i, "there is no desired spec");
	else if (spec_file_write(a->unit, a->channel, w->spec[a->unit], true) == -1)
		action_failed(c, i, strerror(errno));
}

/* Did an earlier action of the same unit fail? */
static bool
failed_before(const struct apply *c, size_t i, enum plan_do act)
{
	const struct plan_action *a = &c->todo[i];
	size_t k;

	for (k = i; k-- > 0 && strcmp(c->todo[k].channel, a->channel) == 0;)
		if (c->todo[k].act == act && c->todo[k].unit == a->unit)
			return c->failed[k];
	return false;
}

static void
remove_spec(struct apply *c, size_t i)
{
	const struct plan_action *a = &c->todo[i];

	if (failed_before(c, i, PLAN_STOP))
		c->failed[i] = true;	/* logged already */
	else if (spec_cache_remove(a->unit, a->channel) == -1 ||
	    spec_file_remove(a->unit, a->channel) == -1)
		action_failed(c, i, strerror(errno));
}

/* -- the media server -- */

static struct server *
server_for(const struct desired *w, struct error *err)
{
	struct server_auth auth;
	struct server *s = NULL;

	if (server_auth_load(&auth, err) == 0)
		s = server_open(w->server, w->api_url, &auth, err);
	explicit_bzero(&auth, sizeof(auth));
	return s;
}

static void
kick(struct apply *c, struct server **s, size_t i)
{
	const struct plan_action *a = &c->todo[i];
	struct error err;

	if (*s == NULL && (*s = server_for(c->desired, &err)) == NULL)
		action_failed(c, i, err.text);
	else if (server_kick(*s, SERVER_APP, a->stream, a->client, NULL) != SERVER_OK)
		action_failed(c, i, server_reason(*s));
}

/* -- the plan -- */

static const struct {
	enum plan_do		act;
	enum supervisor_verb	verb;
} verbs[] = {
	{ PLAN_STOP, SUPERVISOR_STOP },
	{ PLAN_START, SUPERVISOR_START },
	{ PLAN_RESTART, SUPERVISOR_RESTART },
};

/* Calls the supervisor once for a batch of units. */
static void
flush(struct apply *c, size_t v, enum plan_unit u, const size_t at[], size_t n)
{
	const char *channel[SUPERVISOR_BATCH] = { NULL };
	struct error err;
	size_t k;
	int rc;

	if (n == 0)
		return;
	for (k = 0; k < n; k++)
		channel[k] = c->todo[at[k]].channel;
	rc = supervisor_do(verbs[v].verb, u, channel, n, &err);
	for (k = 0; k < n; k++) {
		if (rc == -1)
			action_failed(c, at[k], err.text);
		else if (verbs[v].act != PLAN_STOP) {
			spec_file_settle(u, channel[k]);
			spec_file_note_start(u, channel[k]);
		}
	}
}

static void
call_supervisor(struct apply *c, size_t v)
{
	size_t at[SUPERVISOR_BATCH], n, i;
	enum plan_unit u;

	for (u = 0; u < PLAN_UNITS; u++) {
		for (i = n = 0; i < c->n; i++) {
			if (c->todo[i].act != verbs[v].act || c->todo[i].unit != u)
				continue;
			if (failed_before(c, i, PLAN_WRITE)) {
				c->failed[i] = true;
				continue;
			}
			log_action(&c->todo[i]);
			at[n++] = i;
			if (n == SUPERVISOR_BATCH) {
				flush(c, v, u, at, n);
				n = 0;
			}
		}
		flush(c, v, u, at, n);
	}
}

static void
apply_one(struct apply *c, struct server **s, size_t i)
{
	const struct plan_action *a = &c->todo[i];
	struct error err;

	if (failed_before(c, i, PLAN_WRITE)) {
		c->failed[i] = true;
		return;
	}
	log_action(a);
	if (a->act == PLAN_WRITE)
		write_spec(c, i);
	else if (a->act == PLAN_REMOVE)
		remove_spec(c, i);
	else if (a->act == PLAN_RELOAD)
		reload(c, i);
	else if (a->act == PLAN_KICK)
		kick(c, s, i);
	else if (a->act == PLAN_SWITCH &&
	    apply_switch(a->channel, a->to, a->for_ms, &err) == -1)
		action_failed(c, i, err.text);
}

size_t
apply_plan(struct apply *c)
{
	static const enum plan_do order[] = {
		PLAN_WRITE, PLAN_KICK, PLAN_RELOAD, PLAN_SWITCH, PLAN_STOP,
		PLAN_REMOVE, PLAN_START, PLAN_RESTART
	};
	struct server *s = NULL;
	size_t i, k, v, bad = 0;

	for (k = 0; k < nitems(order); k++) {
		for (v = 0; v < nitems(verbs) && verbs[v].act != order[k]; v++)
			continue;
		if (v < nitems(verbs)) {
			call_supervisor(c, v);
			continue;
		}
		for (i = 0; i < c->n; i++)
			if (c->todo[i].act == order[k])
				apply_one(c, &s, i);
	}
	server_close(s);
	for (i = 0; i < c->n; i++)
		bad += c->failed[i];
	return bad;
}

static json_t *
act_of(const struct plan_action *a)
{
	json_t *o = json_pack("{ss ss so so ss}", "kind", plan_done_name(a->act),
	    "reason", a->reason, "channel", a->channel[0] != '\0' ?
	    json_string(a->channel) : json_null(), "source",
	    a->source[0] != '\0' ? json_string(a->source) : json_null(), "unit",
	    plan_unit_name(a->unit));

	if (a->act == PLAN_SWITCH)
		json_object_set_new(o, "detail", json_pack("{ss sI}", "to", a->to,
		    "for_ms", (json_int_t)a->for_ms));
	else if (a->act == PLAN_KICK)
		json_object_set_new(o, "detail", json_pack("{ss ss}", "stream",
		    a->stream, "client", a->client));
	else
		json_object_set_new(o, "detail", json_pack("{ss}", "unit",
		    plan_unit_name(a->unit)));
	return o;
}

int
apply_acts(const struct apply *c, struct buf *b)
{
	json_t *list = json_array();
	size_t i;
	char *text;
	int rc;

	for (i = 0; i < c->n; i++)
		if (!c->failed[i] && plan_done_name(c->todo[i].act) != NULL)
			json_array_append_new(list, act_of(&c->todo[i]));
	text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	rc = text != NULL ? buf_add(b, text, strlen(text) + 1) : -1;
	free(text);
	return rc;
}

int
apply_released(const struct apply *c, struct buf *b)
{
	const char *before = "{";
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (c->todo[i].act != PLAN_RELEASE)
			continue;
		if (buf_addf(b, "%s%s", before, c->todo[i].channel) == -1)
			return -1;
		before = ",";
	}
	return buf_addf(b, "%s}", before[0] == '{' ? before : "") == -1 ? -1 : buf_add(b, "", 1);
}
