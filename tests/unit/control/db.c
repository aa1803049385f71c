/* SPDX-License-Identifier: ISC */
/* Against a server of its own, tests/lib/pg, that is stopped and killed on the way. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"
#include "control/db.h"
#include "pg_server.h"
#include "t.h"

static struct db *
open_as(const char *login, const char *role)
{
	struct error err = { "" };
	enum db_fault f;
	struct db *db;

	setenv("PGUSER", login, 1);
	db = db_open(role, &f, &err);
	setenv("PGUSER", "t_super", 1);
	if (!t_ok(db != NULL))
		printf("# %s\n", err.text);
	return db;
}

/* Runs sql once, as a statement of its own. *value is on the heap. */
static enum db_fault
run(struct db *db, const char *sql, char **value)
{
	static struct db_stmt once[256];
	static char name[256][16];
	static int n;

	snprintf(name[n], sizeof(name[n]), "once%d", n);
	once[n] = (struct db_stmt){ name[n], sql, 0 };
	return db_run(db, &once[n++], NULL, value);
}

static void
expect(struct db *db, const char *sql, const char *want)
{
	char *got = NULL;

	if (!t_int(run(db, sql, &got), DB_OK))
		printf("# %s: %s\n", sql, db_reason(db));
	t_str(got, want);
	free(got);
}

/* Fails to open: the fault, within 2.5 s. */
static enum db_fault
refused(const char *role, struct error *err)
{
	int64_t start = clock_ms();
	enum db_fault f = DB_OK;
	struct db *db;

	err->text[0] = '\0';
	db = db_open_within(role, 1500, 1000, &f, err);
	t_ok(db == NULL);
	t_ok(clock_ms() - start < 2500);
	t_ok(err->text[0] != '\0' && strchr(err->text, '\n') == NULL);
	db_close(db);
	return f;
}

/* -- what is answered -- */

static void
takes_role_and_path(void)
{
	struct db *db = open_as("t_admin", "lsctl_switch");

	expect(db, "select current_user || ' ' || session_user", "lsctl_switch t_admin");
	expect(db, "select current_schemas(false)::text", "{lsctl,pg_catalog}");
	expect(db, "select current_database()", "lsctl");
	expect(db, "show client_encoding", "UTF8");
	db_close(db);
	db_close(NULL);
}

static void
gives_values_and_rows(void)
{
	static const struct db_stmt echo = { "echo", "select $1::text, $2::int", 2 };
	const char *params[] = { "a \xc3\xa9 '\"\\ \n", NULL };
	struct db *db = open_as("t_super", "lsctl_viewer");
	struct db_rows *rows = NULL;
	uint64_t trips;
	char *value;

	t_int(db_run(db, &echo, params, &value), DB_OK);
	t_str(value, params[0]);
	free(value);
	trips = db_trips(db);
	t_int(db_run(db, &echo, params, NULL), DB_OK);
	t_int(db_trips(db) - trips, 1);
	t_int(db_rows(db, &echo, params, &rows), DB_OK);
	t_int(db_rows_count(rows), 1);
	t_str(db_rows_cell(rows, 0, 0), params[0]);
	t_ok(db_rows_cell(rows, 0, 1) == NULL);
	db_rows_free(rows);
	db_rows_free(NULL);
	t_int(run(db, "select null", &value), DB_OK);
	t_ok(value == NULL);
	t_int(run(db, "select 1 where false", &value), DB_OK);
	t_ok(value == NULL);
	db_close(db);
}

static void
runs_more_statements_than_it_prepares(void)
{
	struct db *db = open_as("t_super", "lsctl_viewer");
	int i;

	for (i = 0; i < 70; i++)
		expect(db, "select 7", "7");
	expect(db, "select count(*) from pg_prepared_statements", "64");
	db_close(db);
}

static void
commits_and_rolls_back(void)
{
	struct db *db = open_as("t_super", "lsctl_owner");

	t_int(db_begin(db), DB_OK);
	t_int(run(db, "insert into host (name) values ('kept')", NULL), DB_OK);
	t_int(db_commit(db), DB_OK);
	t_int(db_begin(db), DB_OK);
	t_int(run(db, "delete from host where name = 'kept'", NULL), DB_OK);
	db_rollback(db);
	expect(db, "select name from host where name = 'kept'", "kept");
	t_int(db_begin(db), DB_OK);
	t_int(run(db, "select nonsense", NULL), DB_BROKEN);
	db_rollback(db);
	expect(db, "select 1", "1");
	db_close(db);
}

static void
large_values_pass(void)
{
	static const struct db_stmt large = { "large", "select $1::text", 1 };
	struct db *db = open_as("t_super", "lsctl_viewer");
	const size_t size = 8 << 20;
	char *text = malloc(size + 1), *got = NULL;
	const char *params[] = { text };

	memset(text, 'x', size);
	text[size] = '\0';
	t_int(db_run(db, &large, params, &got), DB_OK);
	t_ok(got != NULL && strcmp(got, text) == 0);
	free(got);
	free(text);
	db_close(db);
}

/* -- what is refused -- */

static void
faults_are_told_apart(void)
{
	struct db *db = open_as("t_super", "lsctl_owner");

	t_int(run(db, "do $$ begin raise exception E'no such channel\nor so'; end $$", NULL),
	    DB_REFUSED);
	t_str(db_reason(db), "no such channel");
	t_int(run(db, "insert into host (name) values ('A')", NULL), DB_REFUSED);
	t_int(run(db, "select 'x'::int", NULL), DB_REFUSED);
	t_int(run(db, "select from nowhere", NULL), DB_BROKEN);
	t_ok(strstr(db_reason(db), "lsctl-db status") != NULL);
	t_int(run(db, "selec", NULL), DB_BROKEN);
	t_int(run(db, "set role lsctl_viewer", NULL), DB_OK);
	t_int(run(db, "insert into host (name) values ('v')", NULL), DB_DENIED);
	expect(db, "select 1", "1");
	db_close(db);
}

/* Any SQLSTATE that begins as a line of the table says. */
static void
every_line_of_the_table_is_a_fault(void)
{
#define SQLSTATE(begin, fault)	{ begin, fault },
	static const struct {
		const char	*begin;
		enum db_fault	 fault;
	} table[] = {
#include "control/sqlstate.def"
	};
#undef SQLSTATE
	struct db *db = open_as("t_super", "lsctl_owner");
	char sql[128], state[6];
	size_t i, n;

	for (i = 0; i < nitems(table); i++) {
		strlcpy(state, table[i].begin, sizeof(state));
		for (n = strlen(state); n < 5; n++)
			state[n] = 'Z';
		state[n] = '\0';
		snprintf(sql, sizeof(sql), "do $$ begin raise exception 'no' using errcode = '%s'; end $$", state);
		t_report(run(db, sql, NULL) == table[i].fault, __FILE__, __LINE__, state);
		t_report(table[i].fault == DB_AWAY || table[i].fault == DB_DENIED ||
		    table[i].fault == DB_REFUSED || table[i].fault == DB_BROKEN, __FILE__, __LINE__, state);
	}
	db_close(db);
}

static void
wrong_logins_roles_and_databases(void)
{
	struct error err;

	setenv("PGUSER", "t_viewer", 1);
	t_int(refused("lsctl_keys", &err), DB_DENIED);
	setenv("PGUSER", "nobody-at-all", 1);
	t_int(refused("lsctl_keys", &err), DB_DENIED);
	t_ok(strstr(err.text, "nobody-at-all") != NULL && strstr(err.text, "database lsctl: ") != NULL);
	t_ok(strstr(err.text, "28000") == NULL);
	setenv("PGUSER", "t_super", 1);
	t_int(refused("no \"such role", &err), DB_BROKEN);
	setenv("PGDATABASE", "nowhere", 1);
	t_int(refused("lsctl_keys", &err), DB_BROKEN);
	t_ok(strstr(err.text, "database nowhere: ") != NULL);
	setenv("PGDATABASE", "lsctl", 1);
}

static void
no_server_and_no_password_in_texts(void)
{
	struct error err;
	char *host = strdup(getenv("PGHOST"));

	setenv("PGPASSWORD", "canary-secret", 1);
	setenv("PGHOST", "/nonexistent", 1);
	t_int(refused("lsctl_keys", &err), DB_AWAY);
	t_ok(strstr(err.text, "/nonexistent") != NULL && strstr(err.text, "canary") == NULL);
	setenv("PGHOST", "127.0.0.1", 1);
	setenv("PGPORT", "1", 1);
	t_int(refused("lsctl_keys", &err), DB_AWAY);
	t_ok(strstr(err.text, "canary") == NULL);
	setenv("PGPORT", "no port", 1);
	t_int(refused("lsctl_keys", &err), DB_AWAY);
	t_ok(strstr(err.text, "canary") == NULL);
	unsetenv("PGPASSWORD");
	setenv("PGPORT", "5432", 1);
	setenv("PGHOST", host, 1);
	free(host);
}

static void
the_usual_database_is_lsctl(void)
{
	struct db *db;

	unsetenv("PGDATABASE");
	db = open_as("t_super", "lsctl_viewer");
	expect(db, "select current_database()", "lsctl");
	db_close(db);
	setenv("PGDATABASE", "lsctl", 1);
}

/* -- what does not answer -- */

static struct db *
open_soon(int query_ms)
{
	struct error err;
	enum db_fault f;
	struct db *db = db_open_within("lsctl_viewer", 2000, query_ms, &f, &err);

	if (!t_ok(db != NULL))
		printf("# %s\n", err.text);
	return db;
}

static pid_t
backend(struct db *db)
{
	char *pid = NULL;
	pid_t n;

	t_int(run(db, "select pg_backend_pid()", &pid), DB_OK);
	n = pid != NULL ? (int)strtol(pid, NULL, 10) : 0;
	free(pid);
	return n;
}

static void
a_slow_statement_ends_and_the_connection_stays(void)
{
	struct db *db = open_soon(500);
	int64_t start = clock_ms();

	t_int(run(db, "select pg_sleep(10)", NULL), DB_AWAY);
	t_ok(clock_ms() - start < 5000);
	expect(db, "select 1", "1");
	db_close(db);
}

/* A backend that is stopped, with 8 MB to be sent to it as well. */
static void
a_stopped_backend_is_left(void)
{
	static const struct db_stmt large = { "large", "select $1::text", 1 };
	const size_t size = 8 << 20;
	char *text = malloc(size + 1);
	const char *params[] = { text };
	struct db *db = open_soon(2000);
	pid_t pid = backend(db);
	int64_t start;

	memset(text, 'x', size);
	text[size] = '\0';
	t_int(db_run(db, &large, params, NULL), DB_OK);
	t_ok(pid > 1 && kill(pid, SIGSTOP) == 0);
	start = clock_ms();
	t_int(db_run(db, &large, params, NULL), DB_AWAY);
	t_ok(clock_ms() - start >= 1900 && clock_ms() - start < 6000);
	t_str(db_reason(db), "the server does not answer");
	start = clock_ms();
	t_int(run(db, "select 1", NULL), DB_AWAY);
	t_int(db_begin(db), DB_AWAY);
	t_int(db_commit(db), DB_AWAY);
	db_rollback(db);
	t_str(db_reason(db), "the server does not answer");
	db_close(db);
	t_ok(clock_ms() - start < 200);
	t_ok(kill(pid, SIGCONT) == 0);
	free(text);
}

/* Connections to it are accepted, by the kernel. */
static void
a_stopped_server_is_away(void)
{
	struct error err;
	char line[64] = "";
	int64_t start;
	FILE *p;
	pid_t pid;

	error_set(&err, "tests/lib/pg pid %s", pg_dir);
	p = popen(err.text, "r");
	t_ok(p != NULL && fgets(line, sizeof(line), p) != NULL);
	pclose(p);
	pid = (int)strtol(line, NULL, 10);
	t_ok(pid > 1 && kill(pid, SIGSTOP) == 0);
	start = clock_ms();
	t_int(refused("lsctl_keys", &err), DB_AWAY);
	t_ok(clock_ms() - start >= 1400);
	t_str(err.text, "database lsctl: the server does not answer");
	t_ok(kill(pid, SIGCONT) == 0);
	db_close(open_soon(500));
}

static void
a_backend_that_is_ended_is_told(void)
{
	struct db *other = open_as("t_super", "t_super"), *db = open_soon(3000);
	char sql[64];

	snprintf(sql, sizeof(sql), "select pg_terminate_backend(%d)", (int)backend(db));
	expect(other, sql, "t");
	t_int(run(db, "select 1", NULL), DB_AWAY);
	t_int(run(db, "select 1", NULL), DB_AWAY);
	t_str(db_reason(db), "terminating connection due to administrator command");
	db_close(db);
	db_close(other);
}

static void
a_server_killed_in_mid_query_is_away(void)
{
	struct db *db = open_soon(9000);
	int64_t start = clock_ms();
	struct error err;
	int status;
	pid_t pid;

	if ((pid = fork()) == 0) {
		usleep(300000);
		_exit(pg("halt", "immediate") == 0 ? 0 : 1);
	}
	t_int(run(db, "select pg_sleep(8)", NULL), DB_AWAY);
	t_ok(clock_ms() - start < 4000);
	t_ok(db_reason(db)[0] != '\0');
	t_int(run(db, "select 1", NULL), DB_AWAY);
	db_close(db);
	t_ok(waitpid(pid, &status, 0) == pid && status == 0);
	t_int(refused("lsctl_keys", &err), DB_AWAY);
	t_int(pg("resume", ""), 0);
	db_close(open_soon(500));
}

static void
a_changed_schema_asks_for_a_new_connection(void)
{
	static const struct db_stmt all = { "all", "select * from changing", 0 };
	struct db *owner = open_as("t_super", "lsctl_owner"), *db;

	t_int(run(owner, "create table changing (a int)", NULL), DB_OK);
	t_int(run(owner, "grant select on changing to lsctl_viewer", NULL), DB_OK);
	db = open_soon(1000);
	t_int(db_run(db, &all, NULL, NULL), DB_OK);
	t_int(run(owner, "alter table changing add b text", NULL), DB_OK);
	t_int(db_run(db, &all, NULL, NULL), DB_AWAY);
	t_int(db_run(db, &all, NULL, NULL), DB_AWAY);
	db_close(db);
	db = open_soon(1000);
	t_int(db_run(db, &all, NULL, NULL), DB_OK);
	db_close(db);
	t_int(run(owner, "drop table changing", NULL), DB_OK);
	db_close(owner);
}

/* Not a test: the first and the last of the table. */
static void
starts_a_server(void)
{
	t_ok(mkdtemp(pg_dir) != NULL);
	t_int(pg("start", ""), 0);
}

static void
ends_it(void)
{
	t_int(pg("stop", "immediate"), 0);
	t_int(rmdir(pg_dir), 0);
}

T_MAIN(
	{ "starts_a_server", starts_a_server },
	{ "takes_role_and_path", takes_role_and_path },
	{ "gives_values_and_rows", gives_values_and_rows },
	{ "runs_more_statements_than_it_prepares", runs_more_statements_than_it_prepares },
	{ "commits_and_rolls_back", commits_and_rolls_back },
	{ "large_values_pass", large_values_pass },
	{ "faults_are_told_apart", faults_are_told_apart },
	{ "every_line_of_the_table_is_a_fault", every_line_of_the_table_is_a_fault },
	{ "wrong_logins_roles_and_databases", wrong_logins_roles_and_databases },
	{ "no_server_and_no_password_in_texts", no_server_and_no_password_in_texts },
	{ "the_usual_database_is_lsctl", the_usual_database_is_lsctl },
	{ "a_slow_statement_ends_and_the_connection_stays",
	    a_slow_statement_ends_and_the_connection_stays },
	{ "a_stopped_backend_is_left", a_stopped_backend_is_left },
	{ "a_stopped_server_is_away", a_stopped_server_is_away },
	{ "a_backend_that_is_ended_is_told", a_backend_that_is_ended_is_told },
	{ "a_server_killed_in_mid_query_is_away", a_server_killed_in_mid_query_is_away },
	{ "a_changed_schema_asks_for_a_new_connection", a_changed_schema_asks_for_a_new_connection },
	{ "ends_it", ends_it })
