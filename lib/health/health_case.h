/* SPDX-License-Identifier: ISC */
/* Adds problems to a record, and raises its status. */
#ifndef HEALTH_HEALTH_CASE_H
#define HEALTH_HEALTH_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/problem_code.h"
#include "health/health_answers.h"

enum health_status { HEALTH_OK, HEALTH_WARNING, HEALTH_CRITICAL };

const char	*health_status_name(enum health_status);	/* "ok" */

/* What the search for the problems of a record knows, and the worst status that it found. */
struct health_case {
	const struct health_answers *x;
	json_t			*record;
	const json_t		*desired;	/* the channel in the database's answer, or NULL */
	bool			 off;		/* it should not be on the air: no problem is critical */
	int			 forward_error, loop_error;
	int64_t			 now;
	enum health_status	 status;
};

/*
 * Adds {"code", "subject", "text"} to the record's "problems". The subject is kind, or kind:name if name is not
 * NULL; detail may be NULL if the code has none.
 */
void		 health_problem(struct health_case *, enum problem, const char *kind, const char *name,
		    const char *detail);

#define HEALTH_KEY	512

/* The key of a problem within its record, "CODE SUBJECT"; returns key. And the code of a key. */
char		*health_problem_key(char key[HEALTH_KEY], const json_t *problem);
enum problem	 health_problem_of(const char *key);

/* Would the records show a problem of this code? Not if the part that shows it (database, ...) does not answer. */
bool		 health_problem_observed(enum problem, bool database, bool server, bool forwarder);

#endif
