/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/heartbeat.h"
#include "alert/rules.h"
#include "base/problem_code.h"
#include "health/alerts_file.h"
#include "health/health_case.h"
#include "health/health_record.h"

#define TEXT	4096

static bool
counts(const json_t *declared, const char *key, const json_t *one, int64_t now)
{
	enum problem p = health_problem_of(key);
	bool blind = p < PROBLEMS && problem_code(p)->seen_by == OBSERVED_BY_DATABASE;

	if (!record_true(one, "critical") && !blind && strcmp(record_text(declared, "severity"), "warning") != 0)
		return false;
	return json_object_get(one, "gone") == NULL && (double)now - record_number(one, "since") >= RULES_DELAY_S;
}

/* A line for each problem that counts. Returns dst. */
static char *
problems_text(const json_t *declared, const json_t *problems, const char *host, int64_t now, char *dst, size_t size)
{
	const char *channel, *key;
	json_t *mine, *one;
	char line[1024];

	dst[0] = '\0';
	json_object_foreach((json_t *)(uintptr_t)problems, channel, mine) {
		json_object_foreach(mine, key, one) {
			if (!counts(declared, key, one, now))
				continue;
			snprintf(line, sizeof(line), "%s: %.*s: %s\n", channel[0] != '\0' ? channel : host,
			    (int)strcspn(key, " "), key, record_text(one, "text"));
			strlcat(dst, line, size);
		}
	}
	return dst;
}

json_t *
heartbeat_due(const json_t *declared, const json_t *problems, json_t *state, const char *host, int64_t now)
{
	char text[TEXT];
	double at = record_number(state, "at");
	bool well;

	if (declared == NULL)
		return NULL;
	well = problems_text(declared, problems, host, now, text, sizeof(text))[0] == '\0';
	if (at >= 0 && at <= (double)now && record_true(state, "well") == well &&
	    (double)now - at < (double)alerts_seconds(declared, "every", 0))
		return NULL;
	json_object_set_new(state, "at", json_integer(now));
	json_object_set_new(state, "well", json_boolean(well));
	return json_pack("{so}", "text", record_clean(text));
}
