/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/alerts_file.h"
#include "health/health_limits.h"
#include "health/health_record.h"

#define ANY_CHANNEL	"*"	/* of the channels that are not declared themselves */

/* The first source is the encoder. A measured value under its limit is a problem; an unknown one is none. */
static void
rate_check(struct health_case *c, const char *name, const json_t *source, const json_t *limits, const char *limit,
    const char *measured, enum problem p)
{
	double least = record_number(limits, limit), value = record_number(source, measured);
	char detail[32];

	if (least < 0 || value < 0 || value >= least)
		return;
	snprintf(detail, sizeof(detail), "%.0f", least);
	health_problem(c, p, "source", name, detail);
}

static void
expected_check(struct health_case *c, const char *name, const json_t *source, const json_t *limits)
{
	struct week_window w;
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(limits, "expected"), i, one) {
		w = alerts_window(one, c->x->alerts);
		if (!record_true(source, "healthy") && week_window_has(&w, c->now / 1000)) {
			health_problem(c, PROBLEM_ENCODER_MISSING, "source", name, NULL);
			return;
		}
	}
}

static void
encoder_check(struct health_case *c, const char *name, const json_t *source, const json_t *limits)
{
	expected_check(c, name, source, limits);
	if (!record_true(source, "healthy"))
		return;
	rate_check(c, name, source, limits, "kbps_under", "kbps", PROBLEM_BITRATE_LOW);
	rate_check(c, name, source, limits, "fps_under", "fps", PROBLEM_FRAME_RATE_LOW);
}

void
health_limit_problems(struct health_case *c)
{
	json_t *channels = json_object_get(c->x->alerts, "channels"), *limits, *source;
	const char *name;
	bool first = true;

	if ((limits = json_object_get(channels, record_text(c->record, "channel"))) == NULL)
		limits = json_object_get(channels, ANY_CHANNEL);
	if (limits == NULL || c->off || !record_true(c->record, "running"))
		return;
	json_object_foreach(json_object_get(c->record, "sources"), name, source) {
		if (first)
			encoder_check(c, name, source, limits);
		if (json_is_false(json_object_get(limits, "b_frames")) && record_true(source, "healthy") &&
		    record_true(source, "b_frames"))
			health_problem(c, PROBLEM_B_FRAMES, "source", name, NULL);
		first = false;
	}
}
