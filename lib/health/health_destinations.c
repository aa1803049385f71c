/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_destinations.h"
#include "health/health_record.h"

/* What a fault code of the forwarder means, and what to do. */
static const struct {
	const char	*fault, *text;
} faults[] = {
	{ "dns", "its name has no address: is the address right, and does this machine reach DNS?" },
	{ "connect", "nobody answers there: is the address right, and the network up?" },
	{ "tls", "no trusted TLS connection" },
	{ "refused", "it refuses the stream: is its key right, and in use by nobody else?" },
	{ "login", "it wants a user and a password that it knows" },
	{ "codec", "it does not take the codec of what is on the air; H.264 and AAC are taken everywhere" },
	{ "closed", "it hung up" },
	{ "stalled", "it accepts and does not acknowledge what is sent: it is dialled again; if that "
	    "stays so, use backup_url or ask the platform" },
	{ "protocol", "what answers there does not speak RTMP: is the address right?" },
	{ "flood", "it sends far more messages than a platform has reason to: is the address right?" },
	{ "local", "this machine is out of memory or descriptors" }
};

const char *
health_fault_words(const char *fault)
{
	size_t i;

	for (i = 0; i < nitems(faults); i++)
		if (strcmp(faults[i].fault, fault) == 0)
			return faults[i].text;
	return NULL;
}

/* The forwarder keeps away from it, as declared. */
static bool
is_declared_off(const char *state)
{
	return strcmp(state, "paused") == 0 || strcmp(state, "away") == 0 || strcmp(state, "off-schedule") == 0;
}

static void
destination_problems(struct health_case *c, const char *name, const json_t *d)
{
	const char *fault = record_text(d, "fault"), *state = record_text(d, "state"),
	    *last_error = record_text(d, "last_error"), *words = health_fault_words(fault);
	char detail[512];

	if (is_declared_off(state))
		return;
	if (fault[0] != '\0' && strcmp(state, "live") != 0) {
		snprintf(detail, sizeof(detail), "%s%s%s%s", words != NULL ? words : "it cannot be reached",
		    last_error[0] != '\0' ? " (" : "", last_error, last_error[0] != '\0' ? ")" : "");
		health_problem(c, PROBLEM_DESTINATION_DOWN, "destination", name, detail);
	} else if (strcmp(state, "slow") == 0)
		health_problem(c, PROBLEM_DESTINATION_BEHIND, "destination", name, NULL);
	else if (strcmp(state, "waiting-keyframe") == 0 && record_text(c->record, "on_air")[0] != '\0')
		health_problem(c, PROBLEM_WAITING_KEYFRAME, "destination", name, NULL);
	if (record_true(d, "bitrate_high")) {
		snprintf(detail, sizeof(detail), "%.0f", record_number(d, "max_kbps"));
		health_problem(c, PROBLEM_BITRATE_HIGH, "destination", name, detail);
	}
}

void
health_destination_problems(struct health_case *c)
{
	const json_t *desired;
	const char *name, *state;
	int tried = 0, live = 0;
	json_t *d;
	size_t i;

	json_array_foreach(json_object_get(c->desired, "destinations"), i, desired) {
		if (record_true(c->desired, "enabled") && record_true(desired, "enabled") &&
		    !record_true(desired, "key"))
			health_problem(c, PROBLEM_NO_STREAM_KEY, "destination", record_text(desired, "name"), NULL);
	}
	json_object_foreach(json_object_get(c->record, "destinations"), name, d) {
		if (strcmp(name, HEALTH_PREVIEW) == 0)
			continue;
		destination_problems(c, name, d);
		state = record_text(d, "state");
		tried += !is_declared_off(state);
		live += strcmp(state, "live") == 0 || strcmp(state, "slow") == 0 || strcmp(state, "renewing") == 0;
	}
	if (tried > 0 && live == 0 && record_text(c->record, "on_air")[0] != '\0')
		health_problem(c, PROBLEM_NO_DESTINATION_LIVE, "channel", NULL, NULL);
}
