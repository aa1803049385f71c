/* SPDX-License-Identifier: ISC */
/* Prints tokens: server and stream key for an encoder, and a table without secrets. */
#ifndef LSCTL_KEYS_KEYS_PRINT_H
#define LSCTL_KEYS_KEYS_PRINT_H

#include <jansson.h>
#include <stdbool.h>

/* An element of keys_show() with its token: two lines, three when named, or one line of JSON. */
void	keys_print_shown(const json_t *shown, const char *token, bool json, bool named);

/* The list of keys_list(): a table, or one JSON object on each line. */
void	keys_print_list(const json_t *list, bool json);

#endif
