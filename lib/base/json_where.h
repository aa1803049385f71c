/* SPDX-License-Identifier: ISC */
/* Where in a JSON text a member stands: jansson tells lines of syntax errors only. */
#ifndef BASE_JSON_WHERE_H
#define BASE_JSON_WHERE_H

/* The line (from 1) of the member at a path such as "destinations[1].url" in a well-formed
 * text; of the innermost thing on the way to it that exists, when it does not. */
int	json_where(const char *text, const char *path);

#endif
