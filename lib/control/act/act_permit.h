/* SPDX-License-Identifier: ISC */
/* A request, and whether its caller may. */
#ifndef CONTROL_ACT_ACT_PERMIT_H
#define CONTROL_ACT_ACT_PERMIT_H

#include <jansson.h>

#include "control/account/credential.h"
#include "control/db.h"

struct act_request {
	json_t		*json;			/* owned: the members below borrow from it */
	const char	*name;			/* do */
	const char	*address, *agent;	/* "": not known */
	const json_t	*arguments;
	const char	*key, *version;		/* NULL: none */
	char		 digest[CREDENTIAL_DIGEST];		/* of the credential, as hex; "": none */
};

/*
 * What the database says of the caller: act_begin() in sql/functions/api.sql, an object with "code", owned. NULL with
 * *answer: the database did not answer.
 */
json_t	*act_permit(struct db *, const struct act_request *, const char *permission, json_t **answer);

/* {"code": code}, with a detail if it is not NULL. */
json_t	*act_problem(const char *code, const char *detail);

/* The problem of a fault of the database. */
json_t	*act_fault(enum db_fault, const char *reason);

#endif
