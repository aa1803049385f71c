/* SPDX-License-Identifier: ISC */
#include "health_stage.h"

static bool
has(const struct health *h, const char *text)
{
	bool found = strstr(stage_problems(h->host), text) != NULL;

	if (!found)
		printf("# got: %s\n", stage_problems(h->host));
	return found;
}

static void
unknown_publishers_are_reported(void)
{
	struct server_stream v[5];
	struct stage s = GOOD_STAGE;
	const json_t *list;
	struct health *h;

	memcpy(v, good_streams, sizeof(good_streams));
	v[2] = v[3] = v[4] = v[0];
	v[2].name = (char[]){ "radha_obs" };
	v[3].vhost = (char[]){ "lab" };		/* the same name, past the hook */
	v[4].name = (char[]){ "a\xff\033[2Jb" };
	v[4].publishing = false;
	v[4].orphan = true;
	s.streams = v;
	s.n = 5;
	h = stage_make(&s);
	list = json_object_get(h->host, "unknown_publishers");
	t_int(json_array_size(list), 2);
	t_str(record_text(json_array_get(list, 0), "stream"), "radha_obs");
	t_str(record_text(json_array_get(list, 0), "client"), "cobs");
	t_str(record_text(json_array_get(list, 1), "vhost"), "lab");
	t_ok(has(h, "unknown-publisher stream:live/radha_obs: stream live/radha_obs: a client publishes it"));
	t_ok(has(h, "publisher-past-hook stream:lab/live/krishna_obs: "));
	t_ok(has(h, "orphan-streams server: the media server lists 1 stream that nobody publishes"));
	health_free(h);
	v[2].name = v[4].name;
	h = stage_make(&s);
	t_str(record_text(json_array_get(json_object_get(h->host, "unknown_publishers"), 0), "stream"),
	    "a??[2Jb");
	health_free(h);
}

static void
a_reconciliation_that_stopped_is_reported(void)
{
	static const struct {
		const char	*ago, *problem;
	} rows[] = {
		{ "null", NULL }, { "0.5", NULL }, { "10", NULL },
		{ "11.2", "reconcile-late host: lsctl-switch(8) has finished no pass for 11 s: " },
	};
	struct stage s = GOOD_STAGE;
	char desired[4096], *at;
	struct health *h;
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		at = strstr(s.desired, "\"api_url\"");
		snprintf(desired, sizeof(desired), "%.*s\"reconciled_s\":%s,%s", (int)(at - s.desired), s.desired,
		    rows[i].ago, at);
		s.desired = desired;
		h = stage_make(&s);
		if (rows[i].problem != NULL)
			t_ok(has(h, rows[i].problem));
		else
			t_str(stage_problems(h->host), "");
		health_free(h);
		s = (struct stage)GOOD_STAGE;
	}
}

/* Five each for itself, and one problem for the rest: its count is no part of what it is known by. */
static void
of_many_unknown_publishers_a_few_are_told(void)
{
	struct server_stream v[8];
	char name[8][16];
	struct stage s = GOOD_STAGE;
	struct health *h;
	size_t i;

	for (i = 0; i < nitems(v); i++) {
		snprintf(name[i], sizeof(name[i]), "nobody_%zu", i);
		v[i] = good_streams[0];
		v[i].name = name[i];
	}
	s.streams = v;
	s.n = nitems(v);
	h = stage_make(&s);
	t_int(json_array_size(json_object_get(h->host, "problems")), 6);
	t_ok(has(h, "unknown-publisher stream:live/nobody_4: "));
	t_ok(has(h, "unknown-publishers server: 3 more streams "));
	health_free(h);
}

static void
each_fault_of_server_and_database_has_a_code(void)
{
	static const struct {
		enum server_fault	 server;
		enum db_fault		 db;
		const char		*server_code, *db_code;
	} all[] = {
		{ SERVER_AWAY, DB_AWAY, "server-down server: ", "database-down database: " },
		{ SERVER_DENIED, DB_DENIED, "server-denied server: ", "database-denied database: " },
		{ SERVER_STRANGE, DB_BROKEN, "server-unrecognized server: ", "database-schema database: " },
		{ SERVER_AWAY, DB_REFUSED, "server-down server: ", "database-schema database: " }
	};
	struct stage s = GOOD_STAGE;
	struct health *h;
	size_t i;

	s.desired = NULL;
	s.streams = NULL;
	s.n = 0;
	for (i = 0; i < nitems(all); i++) {
		s.server_fault = all[i].server;
		s.db_fault = all[i].db;
		h = stage_make(&s);
		t_ok(has(h, all[i].server_code) && has(h, all[i].db_code));
		t_str(record_text(h->host, "status"), "critical");
		health_free(h);
	}
	s = (struct stage)GOOD_STAGE;
	s.desired = "{\"host\":null,\"channels\":[]}";
	h = stage_make(&s);
	t_ok(has(h, "host-undeclared host: host testhost is not declared"));
	t_str(record_text(h->host, "status"), "warning");
	health_free(h);
}

static void
the_spool_is_told(void)
{
	struct stage s = GOOD_STAGE;
	struct health *h;

	s.spool_refused = true;
	h = stage_make(&s);
	t_str(stage_problems(h->host), "spool-refused spool: files of the spool were put aside: look at them in "
	    "spool/*.refused, then remove them\n");
	health_free(h);
	s.spool_waits = true;
	h = stage_make(&s);
	t_ok(has(h, "spool-waits spool: ") && strstr(stage_problems(h->host), "refused") == NULL);
	health_free(h);
}

T_MAIN({ "unknown_publishers_are_reported", unknown_publishers_are_reported },
    { "a_reconciliation_that_stopped_is_reported", a_reconciliation_that_stopped_is_reported },
    { "of_many_unknown_publishers_a_few_are_told", of_many_unknown_publishers_a_few_are_told },
    { "each_fault_of_server_and_database_has_a_code", each_fault_of_server_and_database_has_a_code },
    { "the_spool_is_told", the_spool_is_told })
