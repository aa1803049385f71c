/* SPDX-License-Identifier: ISC */
/*
 * What the API can do: each command of it is one run of a tool, as a person would type it. The table also names the
 * permission that it needs, sql/functions/permission.sql. Pure: runs nothing.
 */
#ifndef CONTROL_ACT_ACT_COMMAND_H
#define CONTROL_ACT_ACT_COMMAND_H

#include <stddef.h>

#include <jansson.h>

#define ACT_WORDS	512	/* of a command line */
#define ACT_VALUE	2048	/* bytes of one value */

#define ACT_TEMPLATE	32	/* words of a command */

struct act_command {
	const char	*name;		/* "override" */
	const char	*permission;	/* "switch" */
	const char	*words[ACT_TEMPLATE];	/* see act_command.c; NULL ends them if there are fewer */
};

/* The command of this host's service manager. NULL: there is no such command. */
const struct act_command	*act_command_find(const char *name);

struct act_argv {
	char		*argv[ACT_WORDS + 1];	/* owned; ends with NULL */
	size_t		 n;
	const char	*input;			/* for standard input, borrowed; NULL: none */
	char		*document;		/* owned: the input, if it was made here */
	const char	*field;			/* after -1: the argument that is not valid or missing; borrowed */
	const char	*reason;		/* after -1: what is wrong with it, a constant */
};

/*
 * The command line for a JSON object of arguments, of a caller with this account. 0, or -1 with field and reason: one is
 * missing, unknown, of a wrong type, too long, or has control characters. Free it in both cases.
 */
int	act_argv_make(struct act_argv *, const struct act_command *, const json_t *arguments, const char *account);
void	act_argv_free(struct act_argv *);

#endif
