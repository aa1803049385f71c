/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_record.h"

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

bool
record_is_observed(const json_t *record)
{
	return record_text(record, "channel")[0] == '\0' || record_true(record, "running") ||
	    strcmp(record_text(record, "state"), "OFF") == 0;
}
