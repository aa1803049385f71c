/* SPDX-License-Identifier: ISC */
/* Reads the command line of a tool by its table, and reports what is wrong with it. */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include "base/option_table.h"

/* What was read. */
struct options {
	const struct options_tool	*tool;
	const struct options_command	*command;
	int				 argc;		/* what is left: arguments, without options */
	char				**argv;
	int				 verbosity;	/* -1: -q, 1: -v */
};

enum options_end {
	OPTIONS_GO,		/* all of it is read: do what it says */
	OPTIONS_SHOWN,		/* it asked for help or for the version, which is printed: leave with success */
	OPTIONS_UNWRITTEN,	/* the same, but nobody could be shown; logged */
	OPTIONS_WRONG		/* reported on standard error with the usage and what to type next */
};

/*
 * Reads argv into context and o, which borrow its words, and starts the log with the tool's name (base/log.h).
 * Options and arguments may stand in any order behind the command, -q and -v in front of it, too.
 */
enum options_end	options_read(struct options *o, const struct options_tool *, void *context, int argc,
			    char **argv);

/* Reports what does not go together, as options_read() does. */
enum options_end	options_wrong(const struct options *, const char *reason, ...)
			    __attribute__((format(printf, 2, 3)));

#endif
