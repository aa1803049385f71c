/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-top/wall.h"

static int
rank(const json_t *record)
{
	const char *status = record_text(record, "status");

	return strcmp(status, "critical") == 0 ? 0 : strcmp(status, "warning") == 0 ? 1 : 2;
}

static int
by_rank(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;

	if (rank(x) != rank(y))
		return rank(x) - rank(y);
	return strcmp(record_text(x, "channel"), record_text(y, "channel"));
}

static int
sort(json_t *channels)
{
	size_t n = json_array_size(channels), i;
	json_t **all = calloc(n + 1, sizeof(json_t *));

	if (all == NULL)
		return -1;
	for (i = 0; i < n; i++)
		all[i] = json_incref(json_array_get(channels, i));
	qsort(all, n, sizeof(json_t *), by_rank);
	for (i = 0; i < n; i++)
		json_array_set_new(channels, i, all[i]);
	free(all);
	return 0;
}

static void
objects_add(json_t *to, const json_t *from)
{
	json_t *one;
	size_t i;

	json_array_foreach(from, i, one)
		if (json_is_object(one))
			json_array_append(to, one);
}

static void
record_add(struct wall *w, json_t *record)
{
	if (json_is_array(json_object_get(record, "channels"))) {
		objects_add(w->hosts, json_object_get(record, "hosts"));
		objects_add(w->channels, json_object_get(record, "channels"));
	} else
		json_array_append(record_text(record, "channel")[0] != '\0' ? w->channels : w->hosts, record);
}

int
wall_read(struct wall *w, const char *text, size_t len, struct error *err)
{
	struct wall new = { json_array(), json_array() };
	json_error_t where;
	json_t *record;
	int rc = 0;

	while (rc == 0) {
		for (; len > 0 && (*text == '\n' || *text == ' '); len--)
			text++;
		if (len == 0)
			break;
		record = json_loadb(text, len, JSON_DISABLE_EOF_CHECK, &where);
		if (!json_is_object(record))
			rc = error_set(err, "not a health record: %s", where.text);
		else {
			record_add(&new, record);
			text += where.position;
			len -= (size_t)where.position;
		}
		json_decref(record);
	}
	if (rc == 0 && json_array_size(new.hosts) == 0)
		rc = error_set(err, "no record of a host");
	if (rc == 0 && sort(new.channels) == -1)
		rc = error_set(err, "out of memory");
	if (rc == -1) {
		wall_free(&new);
		return -1;
	}
	wall_free(w);
	*w = new;
	return 0;
}

void
wall_free(struct wall *w)
{
	json_decref(w->hosts);
	json_decref(w->channels);
	w->hosts = w->channels = NULL;
}

const json_t *
wall_find(const struct wall *w, const char *channel)
{
	const json_t *one;
	size_t i;

	json_array_foreach(w->channels, i, one)
		if (strcmp(record_text(one, "channel"), channel) == 0)
			return one;
	return NULL;
}

bool
wall_matches(const json_t *record, const char *text)
{
	const json_t *one;
	size_t i;

	if (strcasestr(record_text(record, "channel"), text) != NULL ||
	    strcasestr(record_text(record, "state"), text) != NULL ||
	    strcasestr(record_text(record, "status"), text) != NULL)
		return true;
	json_array_foreach(json_object_get(record, "problems"), i, one)
		if (strcasestr(record_text(one, "code"), text) != NULL)
			return true;
	return false;
}

int64_t
wall_time(const struct wall *w)
{
	int64_t newest = -1, at;
	const json_t *one;
	size_t i;

	json_array_foreach(w->hosts, i, one) {
		at = record_time(record_text(one, "time"));
		newest = at > newest ? at : newest;
	}
	return newest;
}
