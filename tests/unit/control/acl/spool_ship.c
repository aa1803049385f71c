/* SPDX-License-Identifier: ISC */
/* What is sent of a spool, in which statements, and what becomes of it when the database does not take it. */
#include "base/base.h"
#include "control/acl/event_limit.h"
#include "control/acl/spool.h"
#include "control/db.h"
#include "fake/pq.h"
#include "control/acl/spool_ship.h"
#include "hostile.h"
#include "scratch.h"
#include "t.h"

#include <jansson.h>
#include <time.h>

#define TORN	"{\"uid\":\"12345678-1234"
#define MIB	(1 << 20)

static struct db *db;
static struct error err;

static struct spool_shipped
ship(int want)
{
	struct spool_shipped s;

	err.text[0] = '\0';
	if (!t_int(spool_ship(scratch_path("spool"), db, &s, &err), want))
		printf("# %s\n", err.text);
	return s;
}

static void
append(const char *reason)
{
	struct spool_event e = { "here", "krishna", "publish-refused", "obs", "lsctl-hook", reason, NULL };

	t_int(spool_append(scratch_path("spool"), &e, &err), 0);
}

/* A spool with nothing in it, and a new connection. */
static void
enter(void)
{
	static const char *const names[] = { "events", "events.old", "ship.old", "ship.new", "ship.old.refused",
	    "ship.new.refused" };
	char name[64];
	enum db_fault f;
	size_t i;

	for (i = 0; i < nitems(names); i++) {
		snprintf(name, sizeof(name), "spool/%s", names[i]);
		scratch_remove(name);
	}
	db_close(db);
	pq_expect("connect", { "lsctl_switch" });
	t_ok((db = db_open("lsctl_switch", &f, &err)) != NULL);
}

/* The reasons of the events of the last statement, each with a semicolon. */
static const char *
sent(void)
{
	static char text[1024];
	json_t *list = json_loads(pq_sent("spool_ingest", 0), 0, NULL), *e;
	size_t i;

	t_ok(json_is_array(list));
	text[0] = '\0';
	json_array_foreach(list, i, e) {
		strlcat(text, json_string_value(json_object_get(e, "reason")), sizeof(text));
		strlcat(text, ";", sizeof(text));
	}
	json_decref(list);
	return text;
}

static void
nothing_there_needs_no_statement(void)
{
	enter();
	t_int(ship(0).sent, 0);
	append("one");
	unlink(scratch_path("spool/events"));
	t_int(ship(0).sent, 0);
	t_pq();
}

static void
events_go_in_one_statement_in_their_order(void)
{
	struct spool_shipped s;

	enter();
	append("one");
	append("two");
	append("three");
	pq_expect("spool_ingest", { PQ_ANY });
	s = ship(0);
	t_int(s.sent, 3);
	t_int(s.torn, 0);
	t_str(sent(), "one;two;three;");
	t_ok(!scratch_has("spool/events") && !scratch_has("spool/ship.new"));
	t_pq();
}

static void
what_a_former_try_left_goes_first(void)
{
	enter();
	append("left");
	t_int(rename(scratch_path("spool/events"), scratch_path("spool/ship.new")), 0);
	append("older");
	t_int(rename(scratch_path("spool/events"), scratch_path("spool/events.old")), 0);
	append("newer");
	pq_expect("spool_ingest", { PQ_ANY }, .sqlstate = "57014", .message = "canceling statement");
	ship(-1);
	t_str(sent(), "left;");
	pq_expect("spool_ingest", { PQ_ANY });
	pq_expect("spool_ingest", { PQ_ANY });
	pq_expect("spool_ingest", { PQ_ANY });
	t_int(ship(0).sent, 3);
	t_str(sent(), "newer;");
	t_pq();
}

/* What a full disk leaves of a line, the next one behind it or not. */
static void
what_is_torn_is_skipped_and_counted(void)
{
	char text[2048], whole[512];
	struct spool_shipped s;

	enter();
	append("whole");
	strlcpy(whole, scratch_read("spool/events"), sizeof(whole));
	snprintf(text, sizeof(text), "%s" TORN "%s\n" "nothing of ours\n" TORN "\n%s" TORN, whole, whole, whole);
	scratch_write("spool/events", text, 0660);
	pq_expect("spool_ingest", { PQ_ANY });
	s = ship(0);
	t_int(s.sent, 3);
	t_int(s.torn, 5);
	t_str(sent(), "whole;whole;whole;");
	scratch_write("spool/events", TORN, 0660);
	s = ship(0);		/* which is no event: nothing is sent */
	t_int(s.sent, 0);
	t_int(s.torn, 1);
	t_ok(!scratch_has("spool/ship.new"));
	t_pq();
}

static void
statements_have_an_end_to_their_size(void)
{
	static char reason[3000];
	struct spool_shipped s;
	int i;

	enter();
	memset(reason, 'x', sizeof(reason) - 1);
	for (i = 0; i < 800; i++)
		append(reason);
	pq_expect("spool_ingest", { PQ_ANY });
	pq_expect("spool_ingest", { PQ_ANY });
	pq_expect("spool_ingest", { PQ_ANY });
	s = ship(0);
	t_int(s.sent, 800);
	t_ok(strlen(pq_sent("spool_ingest", 0)) <= MIB + 8);
	t_pq();
}

static void
what_is_not_in_is_kept(void)
{
	static char reason[3000];
	struct spool_shipped s;
	int i;

	enter();
	memset(reason, 'x', sizeof(reason) - 1);
	for (i = 0; i < 400; i++)
		append(reason);
	pq_expect("spool_ingest", { PQ_ANY });
	pq_expect("spool_ingest", { PQ_ANY }, .lost = true, .message = "no server");
	s = ship(-1);
	t_ok(s.sent > 0 && s.sent < 400);		/* by the first, and by the next try once more */
	t_ok(strstr(err.text, "no server") != NULL && strstr(err.text, "ship.new") != NULL);
	t_ok(scratch_has("spool/ship.new"));
	db_close(db);
	db = NULL;
	t_pq();
}

static void
what_the_database_refuses_is_put_aside(void)
{
	enter();
	append("poison");
	pq_expect("spool_ingest", { PQ_ANY }, .sqlstate = "22P02", .message = "invalid input");
	t_int(ship(-1).sent, 0);
	t_ok(strstr(err.text, "invalid input") != NULL && strstr(err.text, "ship.new" SPOOL_REFUSED) != NULL);
	t_ok(strstr(scratch_read("spool/ship.new" SPOOL_REFUSED), "poison") != NULL);
	append("good");
	pq_expect("spool_ingest", { PQ_ANY });
	t_int(ship(0).sent, 1);
	t_str(sent(), "good;");
	t_pq();
}

static void
what_may_not_be_sent_is_kept(void)
{
	enter();
	append("one");
	pq_expect("spool_ingest", { PQ_ANY }, .sqlstate = "42501", .message = "permission denied");
	ship(-1);
	t_ok(scratch_has("spool/ship.new") && !scratch_has("spool/ship.new" SPOOL_REFUSED));
	pq_expect("spool_ingest", { PQ_ANY });
	t_int(ship(0).sent, 1);
	t_pq();
	db_close(db);
}

/* A taken-over hook writes the counts: what is no address, and no server, is not a part of an event. */
static void
no_text_of_a_count_is_believed(void)
{
	struct event_limit forged = { .kind = "publish-refused", .address = "1\"},{\"uid\":\"", .server = "\"srs\"" };
	const char *text;
	int i;

	enter();
	for (i = 0; i < 1000; i++)
		event_limit_passes(scratch_path("spool"), &forged, (int64_t)time(NULL) - 120);
	pq_expect("spool_ingest", { PQ_ANY });
	t_int(ship(0).sent, 1);
	text = pq_sent("spool_ingest", 0);
	t_ok(strstr(text, "{\"server\":\"nginx\",\"address\":\"?\",\"count\":") != NULL);
	t_pq();
	db_close(db);
	db = NULL;
}

/* One line says what was there; the events go on, and no file outside is touched. */
static void
what_is_no_file_is_put_aside(void)
{
	char name[64], aside[80], told[128];
	enum hostile kind;
	size_t i;

	for (i = 0; i < nitems(spool_names); i++) {
		for (kind = 0; kind < HOSTILE_KINDS; kind++) {
			enter();
			append("good");
			t_int(rename(scratch_path("spool/events"), scratch_path(i == 0 ? "spool/ship.new" :
			    i == 1 ? "spool/ship.old" : i == 2 ? "spool/events" : "spool/events.old")), 0);
			snprintf(name, sizeof(name), "spool/%s", spool_names[i]);
			snprintf(aside, sizeof(aside), "%s" SPOOL_REFUSED, name);
			scratch_remove(aside);
			scratch_write(aside, "of last month", 0600);
			hostile_put(kind, scratch_path(name), scratch_path("secret"));
			pq_expect("spool_ingest", { PQ_ANY });
			t_int(ship(-1).sent, 1);
			snprintf(told, sizeof(told), "%s is no file of events, and is ", name);
			if (!t_ok(strstr(err.text, told) != NULL))
				printf("# %d: %s\n", (int)kind, err.text);
			t_str(sent(), "good;");
			t_ok(!scratch_has(name));
			t_ok(hostile_spared(scratch_path("secret")));
			t_int(ship(0).sent, 0);		/* and the next pass has nothing to tell */
			scratch_remove(aside);
			t_pq();
		}
	}
}

/* A folder that is not empty where the other one should go: it stays, an error reports it, and the rest goes on. */
static void
what_cannot_be_put_aside_is_passed_by(void)
{
	enter();
	append("good");
	hostile_put(HOSTILE_FULL_FOLDER, scratch_path("spool/ship.old.refused"), scratch_path("secret"));
	hostile_put(HOSTILE_FULL_FOLDER, scratch_path("spool/ship.old"), scratch_path("secret"));
	t_int(rename(scratch_path("spool/events"), scratch_path("spool/ship.new")), 0);
	pq_expect("spool_ingest", { PQ_ANY });
	t_int(ship(-1).sent, 1);
	t_ok(strstr(err.text, "spool/ship.old is no file of events, and cannot be renamed") != NULL);
	t_ok(hostile_spared(scratch_path("secret")));
	append("later");
	pq_expect("spool_ingest", { PQ_ANY });
	t_int(ship(-1).sent, 1);
	t_str(sent(), "later;");
	t_pq();
}

/* A second name of a file of another user: it is not read, written or changed. */
static void
a_second_name_is_put_aside(void)
{
	enter();
	hostile_put(HOSTILE_LINK, scratch_path("spool/events"), scratch_path("secret"));
	unlink(scratch_path("spool/events"));
	t_int(link(scratch_path("secret"), scratch_path("spool/events")), 0);
	ship(-1);
	t_ok(strstr(err.text, "spool/events is no file of events, and is ") != NULL);
	t_ok(hostile_spared(scratch_path("secret")));
	t_pq();
}

static void
a_huge_file_is_put_aside(void)
{
	enter();
	append("good");
	t_int(rename(scratch_path("spool/events"), scratch_path("spool/ship.new")), 0);
	scratch_write("spool/ship.old", "", 0660);
	t_int(truncate(scratch_path("spool/ship.old"), (off_t)1 << 40), 0);
	ship(-1);
	t_ok(strstr(err.text, "spool/ship.old is larger than a file of events gets, and is ") != NULL);
	t_ok(scratch_has("spool/ship.old.refused"));
	pq_expect("spool_ingest", { PQ_ANY });
	t_int(ship(0).sent, 1);
	t_pq();
}

T_MAIN(
	{ "what_is_no_file_is_put_aside", what_is_no_file_is_put_aside },
	{ "what_cannot_be_put_aside_is_passed_by", what_cannot_be_put_aside_is_passed_by },
	{ "a_second_name_is_put_aside", a_second_name_is_put_aside },
	{ "a_huge_file_is_put_aside", a_huge_file_is_put_aside },
	{ "nothing_there_needs_no_statement", nothing_there_needs_no_statement },
	{ "events_go_in_one_statement_in_their_order", events_go_in_one_statement_in_their_order },
	{ "what_a_former_try_left_goes_first", what_a_former_try_left_goes_first },
	{ "what_is_torn_is_skipped_and_counted", what_is_torn_is_skipped_and_counted },
	{ "statements_have_an_end_to_their_size", statements_have_an_end_to_their_size },
	{ "what_is_not_in_is_kept", what_is_not_in_is_kept },
	{ "no_text_of_a_count_is_believed", no_text_of_a_count_is_believed },
	{ "what_the_database_refuses_is_put_aside", what_the_database_refuses_is_put_aside },
	{ "what_may_not_be_sent_is_kept", what_may_not_be_sent_is_kept }
)
