/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/outbox.h"
#include "health/health_record.h"
#include "t.h"

static json_t *state;

static void
begin(void)
{
	json_decref(state);
	state = json_object();
}

static size_t
add(const char *way, const char *text, int64_t next, int64_t until)
{
	json_t *message = json_pack("{ss}", "text", text);
	size_t dropped = outbox_add(state, way, "anna", message, next, until);

	json_decref(message);
	return dropped;
}

/* The text of what is due; "-": nothing is. */
static const char *
due(int64_t now, int64_t *wait)
{
	json_t *one = outbox_due(state, now, wait);

	return one != NULL ? record_text(json_object_get(one, "message"), "text") : "-";
}

static char *
id_of_due(int64_t now)
{
	static char id[32];
	int64_t wait;

	strlcpy(id, record_text(outbox_due(state, now, &wait), "id"), sizeof(id));
	return id;
}

static void
in_the_order_in_which_they_came(void)
{
	int64_t wait;

	begin();
	t_str(due(100, &wait), "-");
	t_int(wait, -1);
	add("mail", "one", 100, 1000);
	add("mail", "two", 100, 1000);
	t_str(due(100, &wait), "one");
	t_int(wait, 0);
	outbox_remove(state, id_of_due(100));
	t_str(due(100, &wait), "two");
	outbox_remove(state, "unknown");
	t_str(due(100, &wait), "two");
	outbox_remove(state, id_of_due(100));
	t_int(json_object_size(state), 0);
}

static void
what_waits_for_a_time_stops_nothing(void)
{
	int64_t wait;

	begin();
	add("mail", "morning", 5000, 9000);
	add("mail", "now", 100, 1000);
	t_str(due(100, &wait), "now");
	outbox_remove(state, id_of_due(100));
	t_str(due(100, &wait), "-");
	t_int(wait, 4900);
	t_str(due(5000, &wait), "morning");
}

static void
a_failure_is_tried_again_later_and_later(void)
{
	static const int steps[] = { 10, 30, 60, 300, 900, 900, 900 };
	int64_t now = 100, wait;
	size_t i;

	begin();
	add("mail", "one", now, now + OUTBOX_UNTIL_S);
	for (i = 0; i < nitems(steps); i++) {
		t_ok(outbox_later(state, id_of_due(now), now, 0));
		t_str(due(now, &wait), "-");
		t_int(wait, steps[i]);
		now += wait;
		t_str(due(now, &wait), "one");
	}
	while (outbox_later(state, id_of_due(now), now, 0)) {
		due(now, &wait);
		now += wait;
	}
	t_ok(now > 100 + OUTBOX_UNTIL_S - 1000 && now <= 100 + OUTBOX_UNTIL_S);
	t_int(json_object_size(state), 0);
}

static void
a_server_may_ask_for_more_time(void)
{
	int64_t wait;

	begin();
	add("mail", "one", 0, 100000);
	t_ok(outbox_later(state, id_of_due(0), 0, 120));
	due(0, &wait);
	t_int(wait, 120);
	t_ok(outbox_later(state, id_of_due(120), 120, 5));
	due(120, &wait);
	t_int(wait, 30);
}

/* A server that drops packets costs each message its time limit: those of other ways do not wait for all of them. */
static void
a_way_that_fails_delays_no_other(void)
{
	int64_t wait;

	begin();
	add("mail", "one", 0, 1000);
	add("mail", "two", 0, 1000);
	add("mail", "at night", 500, 1000);
	t_ok(outbox_later(state, id_of_due(0), 30, 0));
	add("chat", "three", 30, 1000);
	t_str(due(30, &wait), "three");
	outbox_remove(state, id_of_due(30));
	t_str(due(30, &wait), "-");
	t_int(wait, 10);
	t_ok(outbox_later(state, id_of_due(40), 70, 0));	/* "one" again */
	t_str(due(80, &wait), "two");
	add("chat", "four", 60, 1000);
	t_str(due(80, &wait), "four");
	outbox_remove(state, id_of_due(80));
	t_ok(outbox_later(state, id_of_due(80), 80, 120));	/* the server asks for more time */
	t_str(due(199, &wait), "-");
	t_int(wait, 1);
	t_str(due(500, &wait), "one");
}

static void
the_latest_heartbeat_alone_waits(void)
{
	int64_t wait;
	char old[32];

	begin();
	add(OUTBOX_HEARTBEAT, "first", 0, 1000);
	strlcpy(old, id_of_due(0), sizeof(old));
	add("mail", "one", 0, 1000);
	add(OUTBOX_HEARTBEAT, "second", 0, 1000);
	t_int(json_array_size(json_object_get(state, "messages")), 2);
	t_ok(outbox_later(state, old, 0, 0));		/* it failed after another took its place */
	outbox_remove(state, id_of_due(0));
	t_str(due(0, &wait), "second");
}

static void
there_is_an_end_of_room(void)
{
	int64_t wait;
	size_t i, dropped = 0;
	char text[32];

	begin();
	for (i = 0; i < OUTBOX_MAX + 2; i++) {
		snprintf(text, sizeof(text), "%zu", i);
		dropped += add("mail", text, 0, 1000);
	}
	t_int(dropped, 2);
	t_int(json_array_size(json_object_get(state, "messages")), OUTBOX_MAX);
	t_str(due(0, &wait), "2");
	json_decref(state);
}

T_MAIN(
	{ "in_the_order_in_which_they_came", in_the_order_in_which_they_came },
	{ "what_waits_for_a_time_stops_nothing", what_waits_for_a_time_stops_nothing },
	{ "a_failure_is_tried_again_later_and_later", a_failure_is_tried_again_later_and_later },
	{ "a_server_may_ask_for_more_time", a_server_may_ask_for_more_time },
	{ "a_way_that_fails_delays_no_other", a_way_that_fails_delays_no_other },
	{ "the_latest_heartbeat_alone_waits", the_latest_heartbeat_alone_waits },
	{ "there_is_an_end_of_room", there_is_an_end_of_room },
)
