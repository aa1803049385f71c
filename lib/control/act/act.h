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

#define ACT_LINE_MAX	(3 << 20)	/* bytes of a request: more than lsctl-web(8) takes, and what it adds */

/* What the exit status of a tool means; -1: a signal ended it, or the time was over. "ok", or the code of a problem. */
typedef const char	*act_code(int status);

/* The answer, owned; never NULL unless there is no memory. Runs tools with the environment of this process. */
json_t	*act_answer(const char *line, size_t len, act_code *);

#endif
