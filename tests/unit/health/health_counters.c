/* SPDX-License-Identifier: ISC */
#include "health/health_counters.h"
#include "health_stage.h"

#define FIRST	"2026-01-01T00:00:00.000Z"
#define SECOND	"2026-01-01T01:00:00.000Z"

static json_t *known;

static void
pass(const struct stage *s, const char *started, int cuts, int acked)
{
	struct health *h = stage_make(s);
	json_t *record = json_array_get(h->channels, 0), *dest, *merged;

	if (started != NULL) {
		json_object_set_new(record, "started", json_string(started));
		json_object_set_new(record, "cuts", json_integer(cuts));
		dest = json_object_get(json_object_get(record, "destinations"), "youtube");
		json_object_set_new(dest, "acked_bytes", json_integer(acked));
	}
	merged = health_counters_merge(known, h);
	json_decref(known);
	known = merged;
	health_free(h);
}

static int64_t
cuts(void)
{
	return (int64_t)health_counter(known, "krishna", NULL, NULL, "cuts");
}

static int64_t
acked(void)
{
	return (int64_t)health_counter(known, "krishna", "destinations", "youtube", "acked_bytes");
}

static void
fresh(void)
{
	json_decref(known);
	known = NULL;
}

static void
a_total_goes_on_after_a_restart(void)
{
	struct stage s = GOOD_STAGE;

	fresh();
	t_int(cuts(), -1);
	pass(&s, FIRST, 3, 1000);
	t_int(cuts(), 3);
	pass(&s, FIRST, 5, 1500);
	t_int(cuts(), 5);
	t_int(acked(), 1500);
	pass(&s, SECOND, 1, 0);
	t_int(cuts(), 6);
	t_int(acked(), 1500);
	/* also where the new one has counted more than the old one had */
	pass(&s, FIRST, 9, 9000);
	t_int(cuts(), 15);
	t_int(acked(), 10500);
}

/* A destination that was declared anew in a forwarder that runs on. */
static void
a_count_that_falls_begins_anew(void)
{
	struct stage s = GOOD_STAGE;

	fresh();
	pass(&s, FIRST, 3, 1000);
	pass(&s, FIRST, 3, 10);
	t_int(cuts(), 3);
	t_int(acked(), 1010);
}

static void
counts_stay_while_the_forwarder_is_away(void)
{
	struct stage s = GOOD_STAGE, down = GOOD_STAGE;

	fresh();
	down.forward = NULL;
	pass(&s, FIRST, 3, 1000);
	pass(&down, NULL, 0, 0);
	t_int(cuts(), 3);
	pass(&s, SECOND, 1, 5);
	t_int(cuts(), 4);
	t_int(acked(), 1005);
}

/* A channel that this host may still own is not forgotten while the database is down. */
static void
counts_go_with_the_channel(void)
{
	struct stage s = GOOD_STAGE, down = GOOD_STAGE;
	json_t *other;

	fresh();
	pass(&s, FIRST, 3, 1000);
	other = json_deep_copy(json_object_get(known, "krishna"));
	json_object_set_new(known, "radha", other);
	down.desired = NULL;
	pass(&down, FIRST, 3, 1000);
	t_int(health_counter(known, "radha", NULL, NULL, "cuts"), 3);
	pass(&s, FIRST, 3, 1000);
	t_int(health_counter(known, "radha", NULL, NULL, "cuts"), -1);
}

/* A file that somebody has edited. */
static void
nonsense_counts_from_zero(void)
{
	struct stage s = GOOD_STAGE;

	fresh();
	known = json_loads("{\"krishna\": {\"started\": \"" FIRST "\", \"cuts\": \"x\", \"destinations youtube acked_bytes\": [7]}}",
	    0, NULL);
	pass(&s, FIRST, 2, 9);
	t_int(cuts(), 2);
	t_int(acked(), 16);
	fresh();
	known = json_loads("{\"krishna\": 3}", 0, NULL);
	pass(&s, FIRST, 2, 9);
	t_int(cuts(), 2);
	fresh();
}

T_MAIN({ "a total goes on after a restart", a_total_goes_on_after_a_restart },
    { "a count that falls begins anew", a_count_that_falls_begins_anew },
    { "counts stay while the forwarder is away", counts_stay_while_the_forwarder_is_away },
    { "counts go with the channel", counts_go_with_the_channel },
    { "nonsense counts from zero", nonsense_counts_from_zero })
