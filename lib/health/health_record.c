/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health.h"
#include "health/health_record.h"

#include <stdarg.h>

const char *
record_text(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "";
}

double
record_number(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);

	return json_is_number(v) ? json_number_value(v) : -1;
}

bool
record_true(const json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}

int64_t
record_time(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t ms;

	if (rest == NULL)
		return -1;
	ms = (int64_t)timegm(&tm) * 1000;
	return *rest == '.' ? ms + strtol(rest + 1, NULL, 10) : ms;
}

static const char *const status_names[] = {
	[HEALTH_OK] = "ok", [HEALTH_WARNING] = "warning", [HEALTH_CRITICAL] = "critical"
};

const char *
health_status_name(enum health_status s)
{
	return status_names[s];
}

json_t *
record_clean(const char *s)
{
	json_t *v = json_string(s);
	char *copy, *p;

	if (v != NULL || (copy = strdup(s)) == NULL)
		return v != NULL ? v : json_string("");
	for (p = copy; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
			*p = '?';
	v = json_string(copy);
	free(copy);
	return v;
}

enum health_status
health_problem(const struct health_case *c, enum health_status s,
    enum health_status so_far, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_array_append_new(json_object_get(c->record, "problems"), record_clean(text));
	return s > so_far ? s : so_far;
}

void
health_free(struct health *h)
{
	if (h == NULL)
		return;
	json_decref(h->host);
	json_decref(h->index);
	json_decref(h->channels);
	free(h);
}

enum health_status
health_status(const struct health *h)
{
	const char *worst = record_text(h->host, "status");
	const json_t *one;
	size_t i;

	json_array_foreach(h->channels, i, one)
		if (strcmp(record_text(one, "status"), "critical") == 0 ||
		    strcmp(worst, "ok") == 0)
			worst = record_text(one, "status");
	return strcmp(worst, "critical") == 0 ? HEALTH_CRITICAL :
	    strcmp(worst, "warning") == 0 ? HEALTH_WARNING : HEALTH_OK;
}

int
health_pick(struct health *h, char *const names[], size_t n, const char **missing)
{
	json_t *picked = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		if (json_array_append(picked, json_object_get(h->index, names[i])) == -1) {
			*missing = names[i];
			json_decref(picked);
			return -1;
		}
	json_decref(h->channels);
	h->channels = picked;
	h->picked = true;
	return 0;
}
