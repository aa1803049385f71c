/* SPDX-License-Identifier: ISC */
/* Prints the help and the usage of a tool. */
#ifndef BASE_OPTIONS_HELP_H
#define BASE_OPTIONS_HELP_H

#include <stdio.h>

#include "base/option_table.h"

#define OPTIONS_COMMON	4

/* The options of every tool. */
extern const struct option_row	options_common[OPTIONS_COMMON];

/*
 * Prints the help of a command, or with NULL of the tool: then only the commands whose names begin with the word group,
 * unless group is "".
 */
void				options_help(FILE *, const struct options_tool *, const struct options_command *,
				    const char *group);

/* Prints the usage, the first lines of the help. */
void				options_usage(FILE *, const struct options_tool *, const struct options_command *);

/* The command without a name, or NULL. */
const struct options_command	*options_default(const struct options_tool *);

/* Does the name have two words, the first of which is group? Every name is in group "". */
bool				options_in_group(const struct options_command *, const char *group);

#endif
