/* SPDX-License-Identifier: ISC */
/*
 * A libpq that a test scripts, linked where a tool has -lpq: lib/control/db.c does not see the difference. The
 * test says which statements come, in order and with which parameters, and how each is answered. What comes
 * otherwise is answered as by a connection that was lost, and pq_end() tells it.
 *
 *	pq_expect("connect", { "lsctl_keys" });
 *	pq_expect("keys_list", .value = "[]");
 *	pq_expect("begin");
 *	pq_expect("keys_new", { PQ_ANY, "k1" }, .sqlstate = "P0001", .message = "no such channel");
 *	...
 *	t_pq();
 *
 * A prepared statement goes by its name, begin, commit and rollback by their text. Preparing and the settings that
 * follow a connection need no step. As with a server, a transaction in which a statement failed does nothing
 * but roll back.
 */
#ifndef TESTS_FAKE_PQ_H
#define TESTS_FAKE_PQ_H

#include <stdbool.h>

#define PQ_PARAMS	8
#define PQ_ROWS		8
#define PQ_COLUMNS	4

extern const char pq_any[];
#define PQ_ANY		pq_any		/* a parameter of any value */

/* Without value, reply, row, sqlstate and lost the answer has no row. */
struct pq_step {
	const char	*stmt;
	const char	*param[PQ_PARAMS];	/* each of the statement; NULL: SQL null */
	const char	*value;			/* one row of one column */
	char		*(*reply)(const char *const param[]);	/* makes that, to be freed */
	const char	*row[PQ_ROWS][PQ_COLUMNS];	/* rows, as many as have a first column */
	int		 columns;		/* of row */
	const char	*sqlstate, *message;	/* an error */
	bool		 lost;			/* the connection ends here; message: what libpq says */
};

/* Adds a step; all but its name, which is a constant, is copied. */
#define pq_expect(name, ...) pq_step(&(const struct pq_step){ .stmt = name, __VA_ARGS__ })
void	pq_step(const struct pq_step *);

/* A parameter of the last execution of a statement since pq_end(); NULL: SQL null, "": never executed. */
const char	*pq_sent(const char *stmt, int param);

/* How often a statement was executed since pq_end(). */
int	pq_count(const char *stmt);

/* "", or what came otherwise first; a step that did not come is that, too. Begins anew. */
const char	*pq_end(void);

#define t_pq()		t_str(pq_end(), "")

#endif
