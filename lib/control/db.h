/* SPDX-License-Identifier: ISC */
/*
 * PostgreSQL, under deadlines: the only file that includes libpq. Where it is comes from the usual
 * places (PGSERVICE, PGHOST, PGDATABASE, ...); without PGDATABASE and PGSERVICE the database is
 * "lsctl". Statements are named, prepared once, and take text parameters; what is compound travels
 * as JSON.
 *
 * A server that does not answer in time, killed, stopped or far away, is left: that connection
 * says DB_AWAY from then on, at once, and the server ends the statement by itself. Whether a
 * db_commit() that says DB_AWAY took place is then not known. Only a resolver that hangs is beyond
 * these deadlines: name hosts by address, or in /etc/hosts.
 */
#ifndef CONTROL_DB_H
#define CONTROL_DB_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define DB_PARAMS	16
#define DB_CONNECT_S	3	/* seconds until a server that does not answer counts as away */
#define DB_QUERY_MS	5000	/* until a statement's answer, all of it, must be there */

/* The numbers are those of sqlstate.def, which maps SQLSTATEs to what a tool leaves with: common/exit_db.h. */
enum db_fault {
	DB_OK		= 0,
	DB_AWAY		= 75,	/* no server, or it went away: try again later */
	DB_DENIED	= 77,	/* the login may not do this */
	DB_REFUSED	= 65,	/* a constraint or a raise says no: the reason is fit for the user */
	DB_BROKEN	= 78	/* no such schema, wrong version, a bug */
};

struct db_stmt {
	const char	*name;		/* of the prepared statement */
	const char	*sql;		/* $1 ... $n */
	int		 params;
};

struct db;

/*
 * Connects, takes a role ("lsctl_keys") and sets the search path to lsctl. NULL with *fault and reason: one
 * line, host and database named, never a password.
 */
struct db	*db_open(const char *role, enum db_fault *fault, struct error *);

/* The same for who cannot wait so long: milliseconds to connect, and for each statement. */
struct db	*db_open_within(const char *role, int connect_ms, int query_ms,
		    enum db_fault *fault, struct error *);

void		 db_close(struct db *);		/* NULL is allowed */

/*
 * Runs a statement. The value in the first column of the first row is returned in *value, to be freed
 * (NULL for SQL null or no row); value may be NULL when none is wanted. params has stmt->params entries;
 * NULL is SQL null. DB_OK, or the fault with db_reason().
 */
enum db_fault	 db_run(struct db *, const struct db_stmt *,
		    const char *const params[], char **value);

/* Rows as text; for lists that are not JSON. cell() borrows until db_rows_free(). */
struct db_rows;
enum db_fault	 db_rows(struct db *, const struct db_stmt *,
		    const char *const params[], struct db_rows **);
int		 db_rows_count(const struct db_rows *);
const char	*db_rows_cell(const struct db_rows *, int row, int column);	/* NULL: SQL null */
void		 db_rows_free(struct db_rows *);

enum db_fault	 db_begin(struct db *);
enum db_fault	 db_commit(struct db *);
void		 db_rollback(struct db *);

const char	*db_reason(const struct db *);	/* of the last fault: one line, fit for the user */

/* Round trips made: the cost counter. */
uint64_t	 db_trips(const struct db *);

#endif
