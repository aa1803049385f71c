/* SPDX-License-Identifier: ISC */
/*
 * Answers one request of lsctl-web(8), which is a JSON object on a line:
 *
 *	do		a command of act_command.h or act_account.h
 *	credential	the session or token that the client sent; absent: none
 *	address, agent	of the client
 *	arguments	an object
 *	key		Idempotency-Key; version: of If-Match; both may be absent
 *
 * The answer is an object with code: "ok" and body, or a problem with detail and field; wait_s if it may be tried later.
 * Nothing in a request is believed but what the database says of its credential.
 */
#ifndef CONTROL_ACT_ACT_H
#define CONTROL_ACT_ACT_H

#include <jansson.h>

#include "control/account/credential.h"
#include "control/db.h"

#define ACT_LINE_MAX	(64 * 1024)	/* bytes of a request */

struct act_request {
	json_t		*json;			/* owned: the members below borrow from it */
	const char	*name;			/* do */
	const char	*address, *agent;	/* "": not known */
	const json_t	*arguments;
	const char	*key, *version;		/* NULL: none */
	char		 digest[CREDENTIAL_DIGEST];		/* of the credential, as hex; "": none */
};

/* The answer, owned; never NULL unless there is no memory. Runs tools with the environment of this process. */
json_t	*act_answer(const char *line, size_t len);

/*
 * What the database says of the caller: act_begin() in sql/functions/api.sql, an object with "code", owned. NULL with
 * *answer: the database did not answer.
 */
json_t	*act_permit(struct db *, const struct act_request *, const char *permission, json_t **answer);

/* {"code": code}, with a detail if it is not NULL. */
json_t	*act_problem(const char *code, const char *detail);

#endif
