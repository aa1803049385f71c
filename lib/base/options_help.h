/* SPDX-License-Identifier: ISC */
/* What a tool prints of its command line. */
#ifndef BASE_OPTIONS_HELP_H
#define BASE_OPTIONS_HELP_H

#include <stdio.h>

#include "base/option_table.h"

#define OPTIONS_COMMON	4

/* The options of every tool. */
extern const struct option_row	options_common[OPTIONS_COMMON];

/*
 * Prints what --help does: of a command, or with NULL of the tool. Of that only the commands that begin with the word
 * group, unless it is "".
 */
void				options_help(FILE *, const struct options_tool *, const struct options_command *,
				    const char *group);

/* Prints the first lines of that. */
void				options_usage(FILE *, const struct options_tool *, const struct options_command *);

/* The command without a name, or NULL. */
const struct options_command	*options_default(const struct options_tool *);

/* Is the name of two words, the first of which is group? Any name is in "". */
bool				options_in_group(const struct options_command *, const char *group);

#endif
