/* SPDX-License-Identifier: ISC */
/* Tokens on standard output: what a publisher types in, and a table without secrets. */
#ifndef LSCTL_KEYS_KEYS_PRINT_H
#define LSCTL_KEYS_KEYS_PRINT_H

#include <jansson.h>
#include <stdbool.h>

/* One of keys_show() with its token, as two lines, three when named, or as JSON in one. */
void	keys_print_shown(const json_t *shown, const char *token, bool json, bool named);

/* What keys_list() gave: aligned under heads, or an object a line. */
void	keys_print_list(const json_t *list, bool json);

#endif
