/* SPDX-License-Identifier: ISC */
/*
 * The declaration of alerts, a JSON file of the operator: what else is a problem (lib/health), and who is notified of
 * problems, how and when (lib/alert). lsctl-alert(8) describes it. It has no secrets: it names their files.
 *
 * What is returned is checked: members have the right types, names refer to what exists, windows can be read.
 */
#ifndef HEALTH_ALERTS_FILE_H
#define HEALTH_ALERTS_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/error.h"
#include "base/week_window.h"

#define ALERTS_TIME_MAX_S	604800

/* $LSCTL_ALERTS, or /etc/lsctl/alerts. */
const char	*alerts_file_path(void);

/*
 * The declaration, to be released. NULL with an error that begins with the path, and the line where it is known;
 * with an empty error: there is no such file.
 */
json_t		*alerts_file_load(const char *path, struct error *);

/* The same of a text; name stands for the path in the error. */
json_t		*alerts_file_parse(const char *text, const char *name, struct error *);

/* Is it printable ASCII without spaces, which cannot end a header or a URL, and not empty? */
bool		 alerts_is_plain(const char *);

/* Is it such a text, and a URL of HTTP or HTTPS? */
bool		 alerts_is_url(const char *);

/* A member's seconds, by a duration such as "10m" or a number; otherwise if it is missing. */
int64_t		 alerts_seconds(const json_t *o, const char *name, int64_t otherwise);

/* Is this text in the member, an array? otherwise: if the member is missing. */
bool		 alerts_list_has(const json_t *o, const char *name, const char *text, bool otherwise);

/* A checked window object; its time zone, or that of the declaration. */
struct week_window alerts_window(const json_t *window, const json_t *declaration);

#endif
