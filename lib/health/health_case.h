/* SPDX-License-Identifier: ISC */
/* How one problem gets into a record, and how bad it makes that. */
#ifndef HEALTH_HEALTH_CASE_H
#define HEALTH_HEALTH_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/problem_code.h"
#include "health/health_answers.h"

enum health_status { HEALTH_OK, HEALTH_WARNING, HEALTH_CRITICAL };

const char	*health_status_name(enum health_status);	/* "ok" */

/* What is known when the problems of a record are looked for, and the worst that was found. */
struct health_case {
	const struct health_answers *x;
	json_t			*record;
	const json_t		*desired;	/* of the database's answer; NULL: not there */
	bool			 off;		/* nobody wants it on the air: nothing is critical */
	int			 forward_error, loop_error;
	int64_t			 now;
	enum health_status	 status;
};

/*
 * Adds {"code", "subject", "text"} to the record's "problems". The subject is kind, or kind:name where name is not
 * NULL; detail may be NULL where the code has none.
 */
void		 health_problem(struct health_case *, enum problem, const char *kind, const char *name,
		    const char *detail);

#define HEALTH_KEY	512

/* What a problem is known by within its record, "CODE SUBJECT"; returns key. And the code of such a key. */
char		*health_problem_key(char key[HEALTH_KEY], const json_t *problem);
enum problem	 health_problem_of(const char *key);

/* Would a problem of this code be in the records now, if it were there? What does not answer tells nothing. */
bool		 health_problem_seen(enum problem, bool database, bool server, bool forwarder);

#endif
