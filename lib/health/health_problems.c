/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_destinations.h"
#include "health/health_limits.h"
#include "health/health_problems.h"
#include "health/health_record.h"
#include "health/health_sources.h"

#include <errno.h>

#define RESTART_MS	300000	/* for so long a restart of the media server is a problem */

static bool
desired_on(const struct health_case *c)
{
	return c->desired != NULL ? record_true(c->desired, "enabled") &&
	    strcmp(record_text(c->desired, "mode"), "off") != 0 :
	    strcmp(record_text(c->record, "mode"), "off") != 0;
}

/* problems: for a process that is down, one that hangs, and one that denies access. */
static void
not_running(struct health_case *c, const char *what, int error, const enum problem problems[3])
{
	health_problem(c, problems[error == ENOENT || error == ECONNREFUSED ? 0 :
	    error == EACCES || error == EPERM ? 2 : 1], what, NULL, NULL);
}

static void
loop_problems(struct health_case *c)
{
	static const enum problem problems[] = { PROBLEM_LOOP_DOWN, PROBLEM_LOOP_HUNG, PROBLEM_LOOP_DENIED };
	const json_t *loop = json_object_get(c->record, "loop"), *dest = json_object_get(loop, "destination");

	if (json_is_object(loop) && !record_true(loop, "running"))
		not_running(c, "loop", c->loop_error, problems);
	else if (json_is_object(loop) && strcmp(record_text(dest, "state"), "live") != 0 &&
	    record_text(dest, "last_error")[0] != '\0')
		health_problem(c, PROBLEM_LOOP_CANNOT_PUBLISH, "loop", NULL, record_text(dest, "last_error"));
}

static void
running_problems(struct health_case *c)
{
	static const enum problem problems[] = {
		PROBLEM_FORWARDER_DOWN, PROBLEM_FORWARDER_HUNG, PROBLEM_FORWARDER_DENIED
	};
	bool runs = record_true(c->record, "running"),
	    loops = record_true(json_object_get(c->record, "loop"), "running");

	if (c->desired == NULL && c->x->desired != NULL) {
		health_problem(c, PROBLEM_NOT_OF_THIS_HOST, "channel", NULL, NULL);
		return;
	}
	if (c->desired != NULL && !record_true(c->desired, "enabled")) {
		if (runs || loops)
			health_problem(c, PROBLEM_DISABLED_BUT_RUNNING, "channel", NULL, runs ? "forwarder" : "loop");
		return;
	}
	if (record_text(c->desired, "waiting_for")[0] != '\0') {
		health_problem(c, PROBLEM_WAITS_FOR_HOST, "channel", NULL, record_text(c->desired, "waiting_for"));
		return;
	}
	if (!runs)
		not_running(c, "forwarder", c->forward_error, problems);
	loop_problems(c);
}

static void
state_problems(struct health_case *c)
{
	const char *mode = record_text(c->record, "mode"), *pin = record_text(
	    c->desired != NULL ? c->desired : c->record, "mode");
	const json_t *source = json_object_get(json_object_get(c->record, "sources"), pin);

	if (!record_true(c->record, "running") || c->off)
		return;
	if (strcmp(mode, "off") == 0)
		health_problem(c, PROBLEM_SHOULD_BE_ON, "channel", NULL, NULL);
	else if (record_text(c->record, "on_air")[0] == '\0')
		health_problem(c, PROBLEM_NOTHING_ON_AIR, "channel", NULL, NULL);
	if (source != NULL && strcmp(mode, pin) == 0 && !record_true(source, "healthy"))
		health_problem(c, PROBLEM_PIN_NOT_HEALTHY, "source", pin, NULL);
}

static void
restart_problems(struct health_case *c)
{
	int64_t since = record_time(record_text(json_object_get(c->record, "server"), "since"));

	if (since != -1 && c->now - since <= RESTART_MS && c->x->streams != NULL)
		health_problem(c, PROBLEM_SERVER_RESTARTED, "server", NULL, NULL);
}

void
health_channel_problems(struct health_case *c)
{
	c->off = !desired_on(c);
	running_problems(c);
	state_problems(c);
	health_source_problems(c);
	health_limit_problems(c);
	health_destination_problems(c);
	restart_problems(c);
}
