/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_text.h"

#define BAD	48	/* bytes of the names of those that are not live */

const char *
health_text_of(const json_t *part, const char *member)
{
	return json_is_string(part) ? json_string_value(part) : record_text(part, member);
}

char *
health_text_destinations(char *dst, size_t size, const json_t *record)
{
	int all = 0, live = 0;
	char bad[BAD + 1] = "";
	const char *name, *state;
	json_t *d;

	json_object_foreach(json_object_get(record, "destinations"), name, d) {
		state = health_text_of(d, "state");
		all++;
		if (strcmp(state, "live") == 0) {
			live++;
			continue;
		}
		strlcat(bad, " ", sizeof(bad));
		strlcat(bad, name, sizeof(bad));
		strlcat(bad, ":", sizeof(bad));
		strlcat(bad, state, sizeof(bad));
	}
	if (all == 0)
		strlcpy(dst, "-", size);
	else
		snprintf(dst, size, "%d/%d live%s", live, all, bad);
	return dst;
}
