/* SPDX-License-Identifier: ISC */
/* Events are appended, claimed, sent. The database is this file's: a list of what was committed. */
#include "base/base.h"
#include "control/acl/spool.h"
#include "control/acl/spool_ship.h"
#include "control/db.h"
#include "hostile.h"
#include "t.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <unistd.h>

#define EVENTS	70000

/* Shared with processes that die. */
struct committed {
	int	 count;			/* distinct */
	int	 again;			/* were there already */
	int	 statements;
	int	 told, dropped;		/* events-dropped, and what they tell */
	char	 uid[EVENTS][37];
};

static struct committed *table;
static enum db_fault fault;
static enum { LIVES, DIES_BEFORE, DIES_AFTER } commit;
static char dir[] = "/tmp/spool-XXXXXX";
static struct error err;

static void
put_in(json_t *e)
{
	const char *uid = json_string_value(json_object_get(e, "uid"));
	int i;

	/* Twins are near each other: sent again, or not at all. */
	for (i = 0; table->count < 2000 && i < table->count; i++) {
		if (strcmp(table->uid[i], uid) == 0) {
			table->again++;
			return;
		}
	}
	if (table->count < EVENTS)
		strlcpy(table->uid[table->count++], uid, sizeof(table->uid[0]));
	if (strcmp(json_string_value(json_object_get(e, "kind")), "events-dropped") != 0)
		return;
	table->told++;
	table->dropped += (int)json_integer_value(json_object_get(
	    json_object_get(e, "detail"), "events"));
}

enum db_fault
db_run(struct db *db, const struct db_stmt *stmt, const char *const params[], char **value)
{
	json_t *list = json_loads(params[0], 0, NULL), *e;
	size_t i;

	(void)db;
	(void)stmt;
	(void)value;
	t_ok(json_is_array(list));
	if (commit == DIES_BEFORE)
		_exit(7);
	table->statements++;
	json_array_foreach(list, i, e)
		if (fault == DB_OK)
			put_in(e);
	json_decref(list);
	if (commit == DIES_AFTER)
		_exit(7);
	return fault;
}

const char *
db_reason(const struct db *db)
{
	(void)db;
	return "no server";
}

static const struct spool_event event = { "host", "waheguru", "publish-allowed", "obs",
    "lsctl-hook", NULL, "{\"server\":\"srs\"}" };

static void
add(int n)
{
	int i;

	for (i = 0; i < n; i++)
		if (!t_int(spool_append(dir, &event, &err), 0))
			printf("# %s\n", err.text);
}

static struct spool_shipped
ship(int want)
{
	struct spool_shipped s;

	if (!t_int(spool_ship(dir, NULL, &s, &err), want))
		printf("# %s\n", err.text);
	return s;
}

static bool
is_there(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

static void
fresh(void)
{
	static const char *const names[] = { "events", "events.old", "ship.old", "ship.new",
	    "lock" };
	char path[128];
	size_t i;

	for (i = 0; i < nitems(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	memset(table, 0, offsetof(struct committed, uid));
	fault = DB_OK;
	commit = LIVES;
}

static void
a_line_each(void)
{
	struct spool_event odd = { "h\"\\\n\x80", NULL, "k", NULL, "w", "\x7f", NULL };
	char line[SPOOL_LINE * 2] = "", path[128];
	json_t *j;
	FILE *f;

	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	t_ok(mkdtemp(dir) != NULL);
	rmdir(dir);	/* it makes it */
	add(1);
	t_int(spool_append(dir, &odd, &err), 0);
	snprintf(path, sizeof(path), "%s/events", dir);
	f = fopen(path, "r");
	t_ok(f != NULL && fgets(line, sizeof(line), f) != NULL);
	j = json_loads(line, 0, NULL);
	t_str(json_string_value(json_object_get(j, "channel")), "waheguru");
	t_int(strlen(json_string_value(json_object_get(j, "uid"))), 36);
	t_str(json_string_value(json_object_get(json_object_get(j, "detail"), "server")), "srs");
	t_ok(json_is_null(json_object_get(j, "reason")));
	json_decref(j);
	t_ok(fgets(line, sizeof(line), f) != NULL);
	j = json_loads(line, 0, NULL);
	t_str(json_string_value(json_object_get(j, "host")), "h????");
	t_str(json_string_value(json_object_get(j, "reason")), "?");
	json_decref(j);
	fclose(f);
}

static void
too_long_is_lost_and_said(void)
{
	static char text[SPOOL_LINE];
	struct spool_event e = event;

	memset(text, 'x', sizeof(text) - 1);
	e.reason = text;
	t_int(spool_append(dir, &e, &err), -1);
	t_ok(strstr(err.text, strerror(EMSGSIZE)) != NULL);
}

static void
sends_all_once(void)
{
	fresh();
	ship(0);
	t_int(table->statements, 0);
	add(10);
	t_int(ship(0).sent, 10);
	t_int(table->count, 10);
	t_int(table->statements, 1);
	ship(0);
	t_int(table->statements, 1);
	t_ok(!is_there("ship.new") && !is_there("events"));
}

static void
keeps_it_while_the_database_is_away(void)
{
	int i;

	fresh();
	fault = DB_AWAY;
	for (i = 0; i < 5; i++) {
		add(2);
		ship(-1);
	}
	t_ok(strstr(err.text, "no server") != NULL);
	fault = DB_OK;
	t_int(ship(0).sent, 10);
	t_int(table->count, 10);
	t_int(table->again, 0);
}

/* In a process that dies there. */
static void
die_at(int where)
{
	struct spool_claim c;
	int status;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		if (where == LIVES) {
			_exit(spool_claim(dir, &c, &err) == 1 ? 7 : 8);
		}
		commit = where;
		ship(0);
		_exit(8);
	}
	t_ok(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	t_int(WEXITSTATUS(status), 7);		/* it died there */
}

static void
dies_anywhere_and_nothing_is_lost_or_doubled(void)
{
	char a[128], b[128];

	fresh();
	add(3);
	die_at(LIVES);		/* claimed */
	add(3);
	die_at(DIES_BEFORE);	/* sent, not committed */
	add(3);
	die_at(DIES_AFTER);	/* committed, not removed */
	add(3);
	t_int(ship(0).sent, 12);
	t_int(table->count, 12);
	t_int(table->again, 3);	/* which the database leaves as they are */
	/* Between the two renames of a claim. */
	add(2);
	snprintf(a, sizeof(a), "%s/events", dir);
	snprintf(b, sizeof(b), "%s/ship.old", dir);
	t_int(rename(a, b), 0);
	add(2);
	t_int(ship(0).sent, 4);
	t_int(table->count, 16);
}

static int
mode_of(const char *name)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return stat(path, &st) == 0 ? (int)(st.st_mode & 0777) : -1;
}

/* The hook and lsctl-switch are two users of one group, each with its own umask. */
static void
its_group_may_do_the_same(void)
{
	mode_t old;

	fresh();
	old = umask(077);
	add(1);
	t_int(mode_of("events"), 0660);
	t_int(ship(0).sent, 1);
	t_int(mode_of("lock"), 0660);	/* others would keep it */
	umask(old);
}

/* The event is lost, at once and with the reason; no file outside is written or gets another mode. */
static void
what_is_no_file_is_not_appended_to(void)
{
	static const char *const names[] = { "events", "lock", "events.old" };
	char path[128], full[128], secret[] = "/tmp/spool-secret-XXXXXX";
	struct spool_claim c;
	enum hostile kind;
	size_t i;

	close(mkstemp(secret));
	for (i = 0; i < nitems(names); i++) {
		for (kind = 0; kind < HOSTILE_KINDS; kind++) {
			fresh();
			add(1);
			snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
			hostile_put(kind, path, secret);
			if (i > 0) {
				/* a full one, so that it must be renamed */
				snprintf(full, sizeof(full), "%s/events", dir);
				t_int(truncate(full, SPOOL_SEGMENT), 0);
			}
			t_int(spool_append(dir, &event, &err), i == 0 ? -1 : 0);
			if (i == 0)
				t_ok(strstr(err.text, ": Invalid argument") != NULL);
			if (i == 1) {
				t_int(spool_claim(dir, &c, &err), -1);
				t_ok(strstr(err.text, "/lock: Invalid argument") != NULL);
			}
			t_ok(hostile_spared(secret));
			hostile_put(HOSTILE_DANGLING, path, secret);
			unlink(path);
		}
	}
	fresh();
	add(1);
	snprintf(path, sizeof(path), "%s/events", dir);
	unlink(path);
	hostile_put(HOSTILE_DANGLING, path, secret);
	unlink(path);
	t_int(link(secret, path), 0);
	t_int(spool_append(dir, &event, &err), -1);
	t_ok(hostile_spared(secret));
	unlink(secret);
}

/* Writers and senders at once, each its own process. */
static void
many_at_once(void)
{
	pid_t pid[6];
	int i;

	fresh();
	fflush(stdout);
	for (i = 0; i < 6; i++) {
		if ((pid[i] = fork()) != 0)
			continue;
		if (i < 4)
			add(200);
		for (int n = 0; i == 4 && n < 100; n++) {
			ship(0);
			usleep(1000);
		}
		_exit(t_failed);
	}
	for (i = 0; i < 6; i++) {
		int status;

		waitpid(pid[i], &status, 0);
		t_int(status, 0);
	}
	ship(0);
	t_int(table->count, 800);
	t_int(table->again, 0);
}

static void
is_bounded_and_tells_what_it_dropped(void)
{
	struct spool_event e = event;
	static char text[3000];
	struct stat st;
	char path[128];
	int i, files = 0, total = 6000;

	fresh();
	memset(text, 'x', sizeof(text) - 1);
	e.reason = text;
	for (i = 0; i < total; i++)
		t_int(spool_append(dir, &e, &err), 0);
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/events%s", dir, i == 0 ? "" : ".old");
		if (stat(path, &st) == 0 && ++files)
			t_ok(st.st_size < SPOOL_SEGMENT + 2 * SPOOL_LINE);
	}
	t_int(files, 2);
	ship(0);
	t_ok(table->dropped > 0);
	/* Those that say so are events themselves; of several the last one counts for all. */
	t_int(table->count - table->told + table->dropped, total);
	fresh();
	rmdir(dir);
}

T_MAIN(
	{ "a_line_each", a_line_each },
	{ "too_long_is_lost_and_said", too_long_is_lost_and_said },
	{ "sends_all_once", sends_all_once },
	{ "keeps_it_while_the_database_is_away", keeps_it_while_the_database_is_away },
	{ "dies_anywhere_and_nothing_is_lost_or_doubled",
	    dies_anywhere_and_nothing_is_lost_or_doubled },
	{ "its_group_may_do_the_same", its_group_may_do_the_same },
	{ "what_is_no_file_is_not_appended_to", what_is_no_file_is_not_appended_to },
	{ "many_at_once", many_at_once },
	{ "is_bounded_and_tells_what_it_dropped", is_bounded_and_tells_what_it_dropped },
)
