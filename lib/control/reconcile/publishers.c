/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/reconcile/publishers.h"

#include <jansson.h>

static const struct db_stmt query = { "reconcile_publishers", "select reconcile_publishers($1, $2::jsonb)", 2 };

/* [{"channel", "source", "client", "since_s"}] */
static json_t *
publishing_list(const struct desired *w)
{
	json_t *list = json_array();
	const struct plan_channel *c;
	const struct plan_source *s;
	size_t i;
	int k;

	for (i = 0; i < w->channels; i++) {
		c = &w->channel[i].plan;
		for (k = 0; k < c->sources && c->place == PLAN_HERE; k++) {
			s = &c->source[k];
			if (s->publishing && s->client[0] != '\0')
				json_array_append_new(list, json_pack("{ss ss ss so}", "channel", c->name,
				    "source", s->name, "client", s->client, "since_s", s->alive_ms >= 0 ?
				    json_real((double)s->alive_ms / 1000) : json_null()));
		}
	}
	return list;
}

static struct plan_source *
source_find(const struct desired *w, const char *channel, const char *source)
{
	struct desired_channel *c = desired_find(w, channel);
	int i;

	for (i = 0; c != NULL && i < c->plan.sources; i++)
		if (strcmp(c->plan.source[i].name, source) == 0)
			return &c->plan.source[i];
	return NULL;
}

static int
answer_read(struct desired *w, const char *text)
{
	json_t *list = text != NULL ? json_loads(text, 0, NULL) : NULL;
	const char *channel, *source, *client;
	struct plan_source *s;
	const json_t *o, *age;
	size_t i;
	int revoked, rc = json_is_array(list) ? 0 : -1;

	json_array_foreach(list, i, o) {
		if (json_unpack((json_t *)(uintptr_t)o, "{ss ss ss so sb}", "channel", &channel, "source", &source,
		    "client", &client, "allowed_s", &age, "revoked", &revoked) == -1) {
			rc = -1;
			break;
		}
		if ((s = source_find(w, channel, source)) == NULL || strcmp(s->client, client) != 0)
			continue;
		s->revoked = revoked != 0;
		if (json_is_number(age))
			s->allowed_ms = (int64_t)(json_number_value(age) * 1000);
	}
	json_decref(list);
	return rc;
}

bool
publishers_desired(const struct desired *w, const char *stream)
{
	const char *at = strrchr(stream, '_');
	char channel[SPEC_NAME];

	if (at == NULL || (size_t)(at - stream) >= sizeof(channel))
		return false;
	strlcpy(channel, stream, (size_t)(at - stream) + 1);
	return source_find(w, channel, at + 1) != NULL;
}

enum db_fault
publishers_query(struct db *db, const char *host, struct desired *w, struct error *err)
{
	const char *params[] = { host, NULL };
	json_t *list = publishing_list(w);
	char *asked = NULL, *text = NULL;
	enum db_fault f = DB_OK;

	if (json_array_size(list) == 0)
		goto out;
	if ((params[1] = asked = json_dumps(list, JSON_COMPACT)) == NULL) {
		error_set(err, "out of memory for the list of publishers");
		f = DB_AWAY;
	} else if ((f = db_run(db, &query, params, &text)) != DB_OK)
		error_set(err, "%s", db_reason(db));
	else if (answer_read(w, text) == -1) {
		error_set(err, "the database gave no list of publishers: type 'lsctl-db migrate'");
		f = DB_BROKEN;
	}
out:
	json_decref(list);
	free(asked);
	free(text);
	return f;
}
