/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "control/db.h"

#include <ctype.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>

#define PREPARED_MAX	64

struct db {
	PGconn			*conn;
	const struct db_stmt	*prepared[PREPARED_MAX];
	int			 prepareds;
	int			 query_ms;
	bool			 lost;		/* the connection is of no more use */
	uint64_t		 trips;
	struct error		 err;
};

struct db_rows {
	PGresult	*res;
};

/* -- faults -- */

static bool
starts(const char *state, const char *class)
{
	return strncmp(state, class, strlen(class)) == 0;
}

static enum db_fault
fault_of_state(const char *state)
{
#define SQLSTATE(begin, fault)	{ begin, fault },
	static const struct {
		const char	*begin;
		enum db_fault	 fault;
	} table[] = {
#include "control/sqlstate.def"
	};
#undef SQLSTATE
	size_t i;

	for (i = 0; i < nitems(table) - 1; i++)
		if (starts(state, table[i].begin))
			break;
	return table[i].fault;
}

/* The schema, table, column or function does not exist. */
static bool
is_unknown(const char *state)
{
	static const char *const unknown[] = { "3F000", "42P01", "42703", "42883" };
	size_t i;

	for (i = 0; i < nitems(unknown); i++) {
		if (strcmp(state, unknown[i]) == 0)
			return true;
	}
	return false;
}

/* A restore, a migration or a pooler dropped the prepared statement: a new connection can prepare it again. */
static bool
is_outdated(const char *state)
{
	return strcmp(state, "0A000") == 0 || strcmp(state, "26000") == 0;
}

/* The first line of a text, without the white space that libpq leaves at its end. */
static void
line_copy(char *dst, size_t size, const char *text)
{
	size_t n = strcspn(text, "\n");

	while (n > 0 && isspace((unsigned char)text[n - 1]))
		n--;
	snprintf(dst, size, "%.*s", (int)n, n > 0 ? text : "");
}

/* Gives up the connection for this reason. Returns DB_AWAY. */
static enum db_fault
connection_lose(struct db *db, const char *reason)
{
	line_copy(db->err.text, sizeof(db->err.text), reason);
	if (db->err.text[0] == '\0')
		error_set(&db->err, "the connection was lost");
	db->lost = true;
	return DB_AWAY;
}

/* The fault that a failed result reports. */
static enum db_fault
fault_of_result(struct db *db, const PGresult *res)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

	/* 57P01 and others of its class: the server ends this connection, or shuts down */
	if (state == NULL || starts(state, "57P") ||
	    PQstatus(db->conn) == CONNECTION_BAD)
		return connection_lose(db, text != NULL ? text : PQerrorMessage(db->conn));
	if (is_outdated(state))
		return connection_lose(db, "the schema has changed: try again");
	line_copy(db->err.text, sizeof(db->err.text), text != NULL ? text : state);
	if (is_unknown(state))
		strlcat(db->err.text, ": the schema does not fit this tool: 'lsctl-db status' prints why; if the "
		    "schema is older, 'runuser -u postgres -- lsctl-db migrate'", sizeof(db->err.text));
	return fault_of_state(state);
}

/* -- deadlines -- */

/* Waits until the socket is ready for events: its revents, or 0 when the deadline has passed. */
static int
wait_for(const struct db *db, short events, int64_t deadline)
{
	struct pollfd p = { .fd = PQsocket(db->conn), .events = events };
	int64_t left;
	int n;

	do {
		if ((left = deadline - clock_ms()) < 0)
			left = 0;
		n = poll(&p, 1, (int)left);
	} while (n == -1 && errno == EINTR);
	if (n == 0)
		return 0;
	return n == 1 ? p.revents : POLLERR;	/* libpq then reports the error */
}

/* Sends what libpq has buffered, and reads until PQgetResult() returns without waiting. */
static enum db_fault
results_wait(struct db *db, int64_t deadline)
{
	short events;
	int unsent, ready;

	for (;;) {
		if ((unsent = PQflush(db->conn)) == -1)
			return connection_lose(db, PQerrorMessage(db->conn));
		if (unsent == 0 && !PQisBusy(db->conn))
			return DB_OK;
		events = (short)(POLLIN | (unsent ? POLLOUT : 0));
		if ((ready = wait_for(db, events, deadline)) == 0)
			return connection_lose(db, "the server does not answer");
		if ((ready & ~POLLOUT) != 0 && !PQconsumeInput(db->conn))
			return connection_lose(db, PQerrorMessage(db->conn));
	}
}

/*
 * Reads all results of a statement; sent is what libpq's send function returned. The first result that
 * failed is the fault; if none did, *res is the last one, to be cleared, unless res is NULL.
 */
static enum db_fault
results_read(struct db *db, int sent, PGresult **res)
{
	int64_t deadline = clock_ms() + db->query_ms;
	enum db_fault f = DB_OK, x;
	PGresult *last = NULL, *r;
	ExecStatusType s;

	db->trips++;
	if (!sent)
		return connection_lose(db, PQerrorMessage(db->conn));
	while ((x = results_wait(db, deadline)) == DB_OK &&
	    (r = PQgetResult(db->conn)) != NULL) {
		PQclear(last);
		last = r;
		s = PQresultStatus(r);
		if (f == DB_OK && s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
			f = fault_of_result(db, r);
		if (db->lost)
			break;
	}
	if (x != DB_OK)
		f = x;
	if (f == DB_OK && res != NULL)
		*res = last;
	else
		PQclear(last);
	return f;
}

static enum db_fault
sql_run(struct db *db, const char *sql)
{
	return db->lost ? DB_AWAY : results_read(db, PQsendQuery(db->conn, sql), NULL);
}

/* -- connecting -- */

static void
no_notice(void *arg, const PGresult *res)
{
	(void)arg, (void)res;
}

/*
 * The fault that libpq's text about a failed connection describes. libpq reports the SQLSTATE only in this
 * text: "FATAL:  28000: no such role", in any language.
 */
static enum db_fault
connect_fault(struct db *db, const char *text)
{
	char line[192], state[6] = "";
	const char *p, *q;

	line_copy(line, sizeof(line), text);
	for (p = strstr(line, ":  "); p != NULL; p = strstr(p + 1, ":  ")) {
		for (q = p + 3; isupper((unsigned char)*q) || isdigit((unsigned char)*q);)
			q++;
		if (q - p != 8 || q[0] != ':')
			continue;
		strlcpy(state, p + 3, sizeof(state));
		memmove(line + (p + 3 - line), q + 2, strlen(q + 2) + 1);
		break;
	}
	error_set(&db->err, "database %.40s: %s",
	    PQdb(db->conn) != NULL ? PQdb(db->conn) : "", line);
	if (PQconnectionNeedsPassword(db->conn))
		return DB_DENIED;
	return state[0] != '\0' ? fault_of_state(state) : DB_AWAY;
}

static enum db_fault
connect_wait(struct db *db, int connect_ms)
{
	int64_t deadline = clock_ms() + connect_ms;
	PostgresPollingStatusType want = PGRES_POLLING_WRITING;

	if (PQstatus(db->conn) == CONNECTION_BAD)
		return connect_fault(db, PQerrorMessage(db->conn));
	PQsetNoticeReceiver(db->conn, no_notice, NULL);
	PQsetErrorVerbosity(db->conn, PQERRORS_VERBOSE);
	while (want != PGRES_POLLING_OK) {
		if (want == PGRES_POLLING_FAILED)
			return connect_fault(db, PQerrorMessage(db->conn));
		if (wait_for(db, want == PGRES_POLLING_READING ? POLLIN :
		    POLLOUT, deadline) == 0)
			return connect_fault(db, "the server does not answer");
		want = PQconnectPoll(db->conn);
	}
	return PQsetnonblocking(db->conn, 1) == 0 ? DB_OK :
	    connection_lose(db, PQerrorMessage(db->conn));
}

/*
 * The server's timeouts are shorter than ours, so that the connection survives a slow statement. JIT is off: a
 * connection runs few statements, and to compile them takes the server ten times as long as to run them.
 */
static enum db_fault
take_role(struct db *db, const char *role)
{
	char *name = PQescapeIdentifier(db->conn, role, strlen(role));
	int ms = db->query_ms * 9 / 10;
	char sql[256];
	enum db_fault f;

	if (name == NULL)
		return connection_lose(db, PQerrorMessage(db->conn));
	snprintf(sql, sizeof(sql), "set role %s; "
	    "set search_path = lsctl, pg_catalog, pg_temp; "
	    "set statement_timeout = %d; set lock_timeout = %d; set jit = off", name, ms, ms);
	PQfreemem(name);
	f = sql_run(db, sql);
	return f == DB_REFUSED ? DB_BROKEN : f;		/* no such role */
}

static PGconn *
connect_start(const char *role, int query_ms)
{
	const char *keys[] = { "tcp_user_timeout", "application_name",
	    "client_encoding", NULL, NULL };
	char ms[12];
	const char *values[] = { ms, role, "UTF8", NULL, NULL };

	snprintf(ms, sizeof(ms), "%d", query_ms);
	if (getenv("PGDATABASE") == NULL && getenv("PGSERVICE") == NULL) {
		keys[3] = "dbname";
		values[3] = "lsctl";
	}
	return PQconnectStartParams(keys, values, 0);
}

struct db *
db_open_within(const char *role, int connect_ms, int query_ms,
    enum db_fault *fault, struct error *err)
{
	struct db *db = calloc(1, sizeof(*db));

	*fault = DB_AWAY;
	if (db == NULL || (db->conn = connect_start(role, query_ms)) == NULL) {
		error_set(err, "out of memory");
		free(db);
		return NULL;
	}
	db->query_ms = query_ms;
	if ((*fault = connect_wait(db, connect_ms)) == DB_OK &&
	    (*fault = take_role(db, role)) == DB_OK)
		return db;
	error_set(err, "%s", db->err.text);
	db_close(db);
	return NULL;
}

struct db *
db_open(const char *role, enum db_fault *fault, struct error *err)
{
	return db_open_within(role, DB_CONNECT_S * 1000, DB_QUERY_MS, fault,
	    err);
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	PQfinish(db->conn);
	free(db);
}

/* -- statements -- */

/* True if stmt can be executed by its name. *f: the fault of preparing it. */
static bool
prepare(struct db *db, const struct db_stmt *stmt, enum db_fault *f)
{
	int i;

	*f = DB_OK;
	for (i = 0; i < db->prepareds; i++)
		if (db->prepared[i] == stmt)
			return true;
	if (db->prepareds == PREPARED_MAX)
		return false;
	*f = results_read(db, PQsendPrepare(db->conn, stmt->name, stmt->sql,
	    stmt->params, NULL), NULL);
	if (*f == DB_OK)
		db->prepared[db->prepareds++] = stmt;
	return true;
}

static enum db_fault
execute(struct db *db, const struct db_stmt *stmt, const char *const params[],
    PGresult **res)
{
	enum db_fault f;
	bool named;

	*res = NULL;
	if (db->lost)
		return DB_AWAY;
	named = prepare(db, stmt, &f);
	if (f != DB_OK)
		return f;
	return results_read(db, named ?
	    PQsendQueryPrepared(db->conn, stmt->name, stmt->params, params,
	    NULL, NULL, 0) :
	    PQsendQueryParams(db->conn, stmt->sql, stmt->params, NULL, params,
	    NULL, NULL, 0), res);
}

enum db_fault
db_run(struct db *db, const struct db_stmt *stmt, const char *const params[],
    char **value)
{
	PGresult *res;
	enum db_fault f;

	if (value != NULL)
		*value = NULL;
	if ((f = execute(db, stmt, params, &res)) != DB_OK)
		return f;
	if (value != NULL && PQntuples(res) > 0 && PQnfields(res) > 0 &&
	    !PQgetisnull(res, 0, 0) &&
	    (*value = strdup(PQgetvalue(res, 0, 0))) == NULL) {
		error_set(&db->err, "out of memory");
		f = DB_AWAY;
	}
	PQclear(res);
	return f;
}

enum db_fault
db_rows(struct db *db, const struct db_stmt *stmt, const char *const params[],
    struct db_rows **rows)
{
	enum db_fault f;

	if ((*rows = calloc(1, sizeof(**rows))) == NULL) {
		error_set(&db->err, "out of memory");
		return DB_AWAY;
	}
	if ((f = execute(db, stmt, params, &(*rows)->res)) != DB_OK) {
		free(*rows);
		*rows = NULL;
	}
	return f;
}

int
db_rows_count(const struct db_rows *r)
{
	return PQntuples(r->res);
}

const char *
db_rows_cell(const struct db_rows *r, int row, int column)
{
	return PQgetisnull(r->res, row, column) ? NULL :
	    PQgetvalue(r->res, row, column);
}

void
db_rows_free(struct db_rows *r)
{
	if (r == NULL)
		return;
	PQclear(r->res);
	free(r);
}

enum db_fault
db_begin(struct db *db)
{
	return sql_run(db, "begin");
}

enum db_fault
db_commit(struct db *db)
{
	return sql_run(db, "commit");
}

void
db_rollback(struct db *db)
{
	sql_run(db, "rollback");
}

bool
db_notified(struct db *db)
{
	bool notified = false;
	PGnotify *n;

	if (!db->lost && !PQconsumeInput(db->conn))
		connection_lose(db, PQerrorMessage(db->conn));
	while (!db->lost && (n = PQnotifies(db->conn)) != NULL) {
		PQfreemem(n);
		notified = true;
	}
	return notified || db->lost;
}

bool
db_is_lost(const struct db *db)
{
	return db->lost;
}

const char *
db_reason(const struct db *db)
{
	return db->err.text;
}

uint64_t
db_trips(const struct db *db)
{
	return db->trips;
}
