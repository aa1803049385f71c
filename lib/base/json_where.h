/* SPDX-License-Identifier: ISC */
/* Finds the line of a member in a JSON text: jansson reports lines for syntax errors only. */
#ifndef BASE_JSON_WHERE_H
#define BASE_JSON_WHERE_H

/* The line (from 1) of the member at a path such as "destinations[1].url" in a well-formed text. If there
 * is no such member, the line of the innermost object or list on the path. */
int	json_where(const char *text, const char *path);

#endif
