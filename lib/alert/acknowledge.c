/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/acknowledge.h"
#include "alert/alert_event.h"
#include "alert/problems.h"
#include "alert/rules.h"
#include "base/log.h"
#include "base/paths.h"
#include "control/state_file.h"

long
acknowledge(const struct acknowledge *a)
{
	char dir[4096];
	struct state_file s;
	json_t *list, *one;
	long n = -1;
	size_t i;

	if (state_file_open(&s, path_state(dir, sizeof(dir), "alert", NULL), "problems", true) == -1) {
		log_warn("%s", s.path);
		return -1;
	}
	list = rules_acknowledge(s.o, a->channel, a->code, a->who, a->until, a->now);
	if (state_file_save(&s) == -1)
		log_warn("%s", s.path);
	else
		n = (long)json_array_size(list);
	state_file_close(&s);
	if (n > 0)
		json_array_foreach(list, i, one) {
			alert_event(a->host, one);
		}
	json_decref(list);
	return n;
}

static json_t *
or_else(json_t *value, json_t *otherwise)
{
	if (value == NULL)
		return otherwise;
	json_decref(otherwise);
	return json_incref(value);
}

json_t *
acknowledge_list(void)
{
	char path[4096];
	json_t *state = state_file_peek(path_state(path, sizeof(path), "alert", "problems")), *list = json_array(), *mine,
	    *one, *o;
	const char *channel, *key;

	json_object_foreach(state, channel, mine) {
		json_object_foreach(mine, key, one) {
			if (json_object_get(one, "gone") != NULL)
				continue;
			o = problems_report("problem", channel, key, one);
			json_object_del(o, "kind");
			json_object_del(o, "reason");
			json_object_set(o, "text", json_object_get(one, "text"));
			json_object_set_new(o, "notified", or_else(json_object_get(one, "notified"), json_object()));
			json_object_set_new(o, "ack", or_else(json_object_get(one, "ack"), json_null()));
			json_array_append_new(list, o);
		}
	}
	json_decref(state);
	return list;
}
