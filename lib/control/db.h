/* SPDX-License-Identifier: ISC */
/*
 * PostgreSQL, with deadlines. Only db.c includes libpq. libpq finds the server by PGSERVICE, PGHOST,
 * PGDATABASE, ...; without PGDATABASE and PGSERVICE the database is "lsctl". A statement has a name,
 * is prepared once, and takes text parameters; compound values are JSON.
 *
 * When a server does not answer in time (killed, stopped, unreachable), the connection is lost: each
 * later call returns DB_AWAY at once, and the server ends the statement by itself. After DB_AWAY from
 * db_commit() it is unknown whether the transaction was committed. The deadlines do not cover a
 * resolver that hangs: name hosts by address, or in /etc/hosts.
 */
#ifndef CONTROL_DB_H
#define CONTROL_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define DB_CONNECT_S	3	/* seconds until a server that does not answer counts as down */
#define DB_QUERY_MS	5000	/* from sending a statement to the end of its answer */

/* The numbers are those of sqlstate.def, which maps SQLSTATEs to exit statuses: common/exit_db.h. */
enum db_fault {
	DB_OK		= 0,
	DB_AWAY		= 75,	/* the server is down, or the connection is lost: try again later */
	DB_DENIED	= 77,	/* the login lacks the privilege */
	DB_REFUSED	= 65,	/* a constraint or a raise refuses: db_reason() is written for the user */
	DB_BROKEN	= 78	/* no such schema, wrong version, an error in a program */
};

struct db_stmt {
	const char	*name;		/* of the prepared statement */
	const char	*sql;		/* $1 ... $n */
	int		 params;
};

struct db;

/*
 * Connects, sets the role ("lsctl_keys") and the search path, lsctl. NULL with *fault and the reason: one line
 * that names host and database, and never a password.
 */
struct db	*db_open(const char *role, enum db_fault *fault, struct error *);

/* The same with other deadlines: milliseconds to connect, and for each statement. */
struct db	*db_open_within(const char *role, int connect_ms, int query_ms,
		    enum db_fault *fault, struct error *);

void		 db_close(struct db *);		/* NULL is allowed */

/*
 * Runs a statement. *value is the first column of the first row, to be freed, or NULL for SQL null or no row;
 * value may be NULL. params has stmt->params entries; NULL is SQL null. DB_OK, or the fault with db_reason().
 */
enum db_fault	 db_run(struct db *, const struct db_stmt *,
		    const char *const params[], char **value);

/* Rows as text, for lists that are not JSON. A cell is valid until db_rows_free(). */
struct db_rows;
enum db_fault	 db_rows(struct db *, const struct db_stmt *,
		    const char *const params[], struct db_rows **);
int		 db_rows_count(const struct db_rows *);
const char	*db_rows_cell(const struct db_rows *, int row, int column);	/* NULL: SQL null */
void		 db_rows_free(struct db_rows *);

enum db_fault	 db_begin(struct db *);
enum db_fault	 db_commit(struct db *);
void		 db_rollback(struct db *);

/*
 * Was the connection notified since the last call, or is it lost? It must have run "listen" (PostgreSQL, LISTEN). Does not
 * wait, and sends nothing.
 */
bool		 db_notified(struct db *);

/* Is the connection of no more use? */
bool		 db_is_lost(const struct db *);

const char	*db_reason(const struct db *);	/* of the last fault: one line, for the user */

/* Round trips to the server so far. */
uint64_t	 db_trips(const struct db *);

#endif
