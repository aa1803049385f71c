/* SPDX-License-Identifier: ISC */
/* The insides of health.h, for what makes records and what renders them. */
#ifndef HEALTH_HEALTH_RECORD_H
#define HEALTH_HEALTH_RECORD_H

#include <jansson.h>

#include "health/health.h"

struct health {
	json_t	*host;		/* the host's record */
	json_t	*channels;	/* array of records */
	json_t	*index;		/* name: record, borrowed from channels */
	bool	 picked;	/* not all of the host's */
};

/* Of an object, or of NULL: "" and -1 for what is not there or of another type. */
const char	*record_text(const json_t *, const char *name);
double		 record_number(const json_t *, const char *name);
bool		 record_true(const json_t *, const char *name);

/* A string of any bytes: what JSON cannot hold becomes question marks. */
json_t		*record_clean(const char *);

/* ms since the epoch of an RFC 3339 text of ours, or -1. */
int64_t		 record_time(const char *);

/* What is known when a channel's problems are told. */
struct health_case {
	const struct health_answers *x;
	json_t			*record;
	const json_t		*desired;	/* of the database's answer; NULL: not there */
	int			 forward_error, loop_error;
	const char		*db_observed;	/* NULL: the database is away */
	int64_t			 now;
};

/* Adds problems to the record's, and returns the worst. */
enum health_status	 health_channel_problems(const struct health_case *);
enum health_status	 health_source_problems(const struct health_case *);
enum health_status	 health_destination_problems(const struct health_case *);

/* Adds one, and returns the worse of the two. */
enum health_status	 health_problem(const struct health_case *, enum health_status,
			    enum health_status so_far, const char *, ...)
			    __attribute__((format(printf, 4, 5)));

const char		*health_status_name(enum health_status);

#endif
