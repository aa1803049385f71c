/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/db.h"

#include <libpq-fe.h>
#include <sysexits.h>

#define PREPARED_MAX	64

struct db {
	PGconn			*conn;
	const struct db_stmt	*prepared[PREPARED_MAX];
	int			 prepareds;
	uint64_t		 trips;
	char			 why[256];
};

struct db_rows {
	PGresult	*res;
};

/* libpq's texts have several lines; the first says what happened. */
static void
first_line(char *dst, size_t size, const char *text)
{
	size_t n = strcspn(text, "\n");

	snprintf(dst, size, "%.*s", (int)n, text);
}

static enum db_fault
fault_of(const PGresult *res)
{
	const char *state = res != NULL ?
	    PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;

	if (state == NULL || strncmp(state, "08", 2) == 0 ||
	    strncmp(state, "57", 2) == 0 || strncmp(state, "53", 2) == 0 ||
	    strcmp(state, "55P03") == 0)
		return DB_AWAY;
	if (strcmp(state, "42501") == 0 || strncmp(state, "28", 2) == 0)
		return DB_DENIED;
	if (strncmp(state, "23", 2) == 0 || strncmp(state, "22", 2) == 0 ||
	    strcmp(state, "P0001") == 0)
		return DB_REFUSED;
	return DB_BROKEN;
}

static enum db_fault
note(struct db *db, const PGresult *res)
{
	const char *text = res != NULL ?
	    PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	first_line(db->why, sizeof(db->why), text != NULL ? text :
	    PQerrorMessage(db->conn));
	return fault_of(res);
}

static enum db_fault
simple(struct db *db, const char *sql)
{
	PGresult *res = PQexec(db->conn, sql);
	ExecStatusType s = PQresultStatus(res);
	enum db_fault f = DB_OK;

	db->trips++;
	if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
		f = note(db, res);
	PQclear(res);
	return f;
}

static enum db_fault
take_role(struct db *db, const char *role)
{
	char *name = PQescapeIdentifier(db->conn, role, strlen(role));
	char sql[256];
	enum db_fault f;

	snprintf(sql, sizeof(sql), "set role %s; set search_path = lsctl, pg_catalog; "
	    "set statement_timeout = %d; set lock_timeout = %d",
	    name != NULL ? name : "none", DB_QUERY_MS, DB_QUERY_MS);
	PQfreemem(name);
	f = simple(db, sql);
	return f;
}

struct db *
db_open(const char *role, enum db_fault *fault, char *why, size_t size)
{
	static const char *const keys[] = { "connect_timeout",
	    "tcp_user_timeout", "application_name", NULL };
	char seconds[12], ms[12];
	const char *values[] = { seconds, ms, role, NULL };
	struct db *db = calloc(1, sizeof(*db));

	snprintf(seconds, sizeof(seconds), "%d", DB_CONNECT_S);
	snprintf(ms, sizeof(ms), "%d", DB_QUERY_MS);
	*fault = DB_AWAY;
	if (db == NULL || (db->conn = PQconnectdbParams(keys, values, 0)) == NULL) {
		strlcpy(why, "out of memory", size);
		free(db);
		return NULL;
	}
	if (PQstatus(db->conn) != CONNECTION_OK)
		first_line(why, size, PQerrorMessage(db->conn));
	else if ((*fault = take_role(db, role)) != DB_OK)
		strlcpy(why, db->why, size);
	else
		return db;
	db_close(db);
	return NULL;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	PQfinish(db->conn);
	free(db);
}

static enum db_fault
prepare(struct db *db, const struct db_stmt *stmt)
{
	PGresult *res;
	enum db_fault f = DB_OK;
	int i;

	for (i = 0; i < db->prepareds; i++)
		if (db->prepared[i] == stmt)
			return DB_OK;
	res = PQprepare(db->conn, stmt->name, stmt->sql, stmt->params, NULL);
	db->trips++;
	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		f = note(db, res);
	else if (db->prepareds < PREPARED_MAX)
		db->prepared[db->prepareds++] = stmt;
	PQclear(res);
	return f;
}

static enum db_fault
execute(struct db *db, const struct db_stmt *stmt, const char *const params[],
    PGresult **res)
{
	ExecStatusType s;
	enum db_fault f;

	*res = NULL;
	if ((f = prepare(db, stmt)) != DB_OK)
		return f;
	*res = PQexecPrepared(db->conn, stmt->name, stmt->params, params, NULL,
	    NULL, 0);
	db->trips++;
	s = PQresultStatus(*res);
	if (s == PGRES_TUPLES_OK || s == PGRES_COMMAND_OK)
		return DB_OK;
	f = note(db, *res);
	PQclear(*res);
	*res = NULL;
	return f;
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
		strlcpy(db->why, "out of memory", sizeof(db->why));
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
		strlcpy(db->why, "out of memory", sizeof(db->why));
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
	return simple(db, "begin");
}

enum db_fault
db_commit(struct db *db)
{
	return simple(db, "commit");
}

void
db_rollback(struct db *db)
{
	simple(db, "rollback");
}

const char *
db_why(const struct db *db)
{
	return db->why;
}

uint64_t
db_trips(const struct db *db)
{
	return db->trips;
}

int
db_exit(enum db_fault f)
{
	switch (f) {
	case DB_OK:
		return 0;
	case DB_DENIED:
		return EX_NOPERM;
	case DB_REFUSED:
		return EX_DATAERR;
	case DB_BROKEN:
		return EX_CONFIG;
	case DB_AWAY:
		break;
	}
	return EX_TEMPFAIL;
}
