/* SPDX-License-Identifier: ISC */
/* The bit rates and frame rates of the last hour: control/reconcile/rate_history.h. It needs no database. */
#include "base/base.h"
#include "control/reconcile/rate_history.h"
#include "lsctl-web/caller.h"
#include "lsctl-web/route.h"
#include "process/file.h"
#include "spec/spec.h"

#include <limits.h>

#define RATES_MAX	(1 << 20)	/* bytes of the file */

/* The lines of the last hour; one that was cut off by a power failure is none. Owned. */
static json_t *
samples_of(char *text, json_int_t now_s)
{
	json_t *list = json_array(), *one;
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		one = json_loads(line, 0, NULL);
		if (json_integer_value(json_object_get(one, "at")) > now_s - RATE_HISTORY_S)
			json_array_append(list, one);
		json_decref(one);
	}
	return list;
}

void
rates_show(struct call *c, const struct route *route)
{
	const char *channel = call_segment(c, "channel");
	char path[PATH_MAX], *text = NULL;
	json_t *who = caller_find(c, true);

	(void)route;
	if (who == NULL)
		return;
	if (!spec_name_ok(channel) || !caller_has(who, channel))
		reply_problem(c->reply, "no-such-channel", NULL, NULL);
	else {
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", c->web->rates, channel) < sizeof(path))
			text = file_text(path, RATES_MAX);
		reply_json(c->reply, 200, json_pack("{s:i, s:o}", "each_s", RATE_HISTORY_EACH_S, "samples",
		    text != NULL ? samples_of(text, (json_int_t)time(NULL)) : json_array()));
	}
	free(text);
	json_decref(who);
}
