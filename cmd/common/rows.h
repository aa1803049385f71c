/* SPDX-License-Identifier: ISC */
/* Prints an array of JSON objects on standard output. */
#ifndef COMMON_ROWS_H
#define COMMON_ROWS_H

#include <jansson.h>

struct rows_column {
	const char	*member, *head;
};

/*
 * A table with a line for each object; a member that is no string is "-". A character that a terminal could take for a
 * command is printed as '?'.
 */
void	rows_print(const json_t *rows, const struct rows_column *columns, size_t n);

/* One object on each line, for programs. */
void	rows_print_json(const json_t *rows);

#endif
