/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_record.h"

/* What to do about a fault of the forwarder's; it adds its own words. */
static const struct {
	const char	*fault, *text;
} faults[] = {
	{ "dns", "its name has no address: is the address right, and does this machine reach DNS?" },
	{ "connect", "nobody answers there: is the address right, and the network up?" },
	{ "tls", "no trusted TLS connection" },
	{ "refused", "it refuses the stream: is its key right, and in use by nobody else?" },
	{ "closed", "it hung up" },
	{ "stalled", "it accepts and does not acknowledge what is sent: it is dialled again; if that "
	    "stays so, use backup_url or ask the platform" },
	{ "protocol", "what answers there does not speak RTMP: is the address right?" },
	{ "local", "this machine is out of memory or descriptors" }
};

static const char *
fault_words(const char *fault)
{
	size_t i;

	for (i = 0; i < nitems(faults); i++)
		if (strcmp(faults[i].fault, fault) == 0)
			return faults[i].text;
	return "it cannot be reached";
}

static enum health_status
one(const struct health_case *c, const char *name, const json_t *d, enum health_status s)
{
	const char *fault = record_text(d, "fault"), *state = record_text(d, "state"),
	    *said = record_text(d, "last_error");

	if (strcmp(state, "paused") == 0)
		return s;
	if (fault[0] != '\0' && strcmp(state, "live") != 0)
		return health_problem(c, HEALTH_WARNING, s, "destination %s: %s%s%s%s", name,
		    fault_words(fault), said[0] != '\0' ? " (" : "", said,
		    said[0] != '\0' ? ")" : "");
	if (strcmp(state, "blocked") == 0)
		return health_problem(c, HEALTH_WARNING, s, "destination %s: takes less than "
		    "it is sent: lower the encoder's bit rate, or look at the network", name);
	return s;
}

enum health_status
health_destination_problems(const struct health_case *c)
{
	enum health_status s = HEALTH_OK;
	const json_t *desired;
	const char *name, *state;
	int tried = 0, live = 0;
	json_t *d;
	size_t i;

	json_array_foreach(json_object_get(c->desired, "destinations"), i, desired)
		if (record_true(c->desired, "enabled") && record_true(desired, "enabled") &&
		    !record_true(desired, "key"))
			s = health_problem(c, HEALTH_WARNING, s, "destination %s: has no "
			    "stream key: 'lsctl-channel dest set %s %s --key'",
			    record_text(desired, "name"), record_text(c->record, "channel"),
			    record_text(desired, "name"));
	json_object_foreach(json_object_get(c->record, "destinations"), name, d) {
		s = one(c, name, d, s);
		state = record_text(d, "state");
		tried += strcmp(state, "paused") != 0;
		live += strcmp(state, "live") == 0 || strcmp(state, "blocked") == 0;
	}
	if (tried > 0 && live == 0 && strstr(record_text(c->record, "state"), "_ACTIVE") != NULL)
		s = health_problem(c, HEALTH_CRITICAL, s, "no destination is live: nobody can watch");
	return s;
}
