/* SPDX-License-Identifier: ISC */
/* Reads the command line of a tool by its table, and reports its errors. */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include "base/option_table.h"

/* The command line. */
struct options {
	const struct options_tool	*tool;
	const struct options_command	*command;
	int				 argc;		/* arguments, without command and options */
	char				**argv;
	int				 verbosity;	/* -1: -q, 1: -v */
};

enum options_end {
	OPTIONS_GO,		/* valid: run the command */
	OPTIONS_SHOWN,		/* help or version was printed: exit with success */
	OPTIONS_UNWRITTEN,	/* help or version could not be written; logged */
	OPTIONS_WRONG		/* not valid; reported on standard error with the usage and what to type next */
};

/*
 * Reads argv into context and o, which borrow its words, and calls log_init() (base/log.h). Options and arguments
 * may be in any order after the command; -q and -v may also be before it.
 */
enum options_end	options_read(struct options *o, const struct options_tool *, void *context, int argc,
			    char **argv);

/* Reports an error that the tool found, such as options that exclude each other, as options_read() does. */
enum options_end	options_wrong(const struct options *, const char *reason, ...)
			    __attribute__((format(printf, 2, 3)));

#endif
