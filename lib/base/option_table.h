/* SPDX-License-Identifier: ISC */
/*
 * The table of a tool's command line: base/options.h reads arguments by it, base/options_help.h prints it.
 *
 *	static const struct option_row add_options[] = {
 *		OPTION_FLAG("dry-run", 'n', struct call, dry, "print what would change, change nothing"),
 *		OPTION_TIME("for", 0, struct call, for_s, DAY_MAX_S, "go back to auto after this time"),
 *		OPTION_END
 *	};
 *
 * Write each row on a line of its own that begins with the names: scripts/dev/check-man reads it. Every option has a
 * long name; the letter is optional. Every tool has -q, -v, -h and --version, which are in no table.
 * Values are stored in members of a context of the caller; the compiler checks their types.
 */
#ifndef BASE_OPTION_TABLE_H
#define BASE_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum option_kind {
	OPTION_IS_FLAG,		/* bool */
	OPTION_IS_TEXT,		/* const char *, of argv */
	OPTION_IS_CHOICE,	/* const char *: one of the words in value, "a|b" */
	OPTION_IS_NUMBER,	/* long, min to max */
	OPTION_IS_TIME,		/* long, seconds, 1 to max: base/duration.h */
	OPTION_IS_CALL,		/* call() stores it */
	OPTION_IS_QUIET, OPTION_IS_VERBOSE, OPTION_IS_HELP, OPTION_IS_VERSION
};

struct option_row {
	const char		*name;		/* without the dashes; NULL ends a table */
	int			 letter;	/* 0: none */
	const char		*value;		/* the name of the value in the help; NULL: the option has none */
	const char		*help;		/* one line */
	enum option_kind	 kind;
	size_t			 at;		/* offset of the member; for OPTION_IS_CALL any number */
	long			 min, max;
	long			 without;	/* of a time: seconds if no value follows; 0: a value is required */
	const char		*(*call)(void *context, const struct option_row *, const char *value);	/* NULL, or
							 * why the value is not valid; then reading ends */
};

/* The offset of a member; a compile-time error if it has another type. */
#define OPTION_AT(type, member, of) \
	(offsetof(type, member) + 0 * sizeof((of *)NULL == &((type *)NULL)->member))

#define OPTION_FLAG(n, l, type, member, text) \
	{ n, l, NULL, text, OPTION_IS_FLAG, OPTION_AT(type, member, bool), 0, 0, 0, NULL }
#define OPTION_TEXT(n, l, what, type, member, text) \
	{ n, l, what, text, OPTION_IS_TEXT, OPTION_AT(type, member, const char *), 0, 0, 0, NULL }
#define OPTION_CHOICE(n, l, words, type, member, text) \
	{ n, l, words, text, OPTION_IS_CHOICE, OPTION_AT(type, member, const char *), 0, 0, 0, NULL }
#define OPTION_NUMBER(n, l, type, member, low, high, text) \
	{ n, l, "N", text, OPTION_IS_NUMBER, OPTION_AT(type, member, long), low, high, 0, NULL }
#define OPTION_TIME(n, l, type, member, high, text) \
	{ n, l, "TIME", text, OPTION_IS_TIME, OPTION_AT(type, member, long), 1, high, 0, NULL }
/* A time whose value may be missing. A value may still be in the next argument. */
#define OPTION_TIME_OR(n, l, type, member, high, otherwise, text) \
	{ n, l, "TIME", text, OPTION_IS_TIME, OPTION_AT(type, member, long), 1, high, otherwise, NULL }
#define OPTION_CALL(n, l, what, function, tag, text) \
	{ n, l, what, text, OPTION_IS_CALL, tag, 0, 0, 0, function }
#define OPTION_END	{ NULL, 0, NULL, NULL, OPTION_IS_FLAG, 0, 0, 0, 0, NULL }

#define OPTIONS_MANY	1000000	/* arguments: no limit */

struct options_command {
	const char			*name;		/* "dest add"; NULL: the tool without a command */
	const char			*args;		/* "CHANNEL [SOURCE]", "": none; other forms after '\n' */
	int				 min, max;	/* number of arguments */
	const char			*help;		/* one line: what it does */
	const struct option_row		*options;	/* or NULL */
	int				(*run)(void *context);	/* the exit status; options_read() does not call it */
	const void			*own;		/* for use by the tool */
	const char			*examples[2];	/* or NULL */
};

struct options_tool {
	const char			*name;
	const char			*help;		/* one line: what it is for */
	const struct options_command	*commands;
	size_t				 n;
	const char			*examples[2];
};

#endif
