/* SPDX-License-Identifier: ISC */
/*
 * Bit rates and frame rates of the last hour, for the pages: a file for each channel in $LSCTL_STATE/www/rates, with a line
 * of JSON for each time that a pass has looked, the oldest first:
 *
 *	{"at": s, "sources": {NAME: {"kbps": n, "fps": x}}, "destinations": {NAME: {"kbps": n}}}
 *
 * A line is appended; a file of more than two hours is begun anew, by rename, with those of the last hour.
 */
#ifndef CONTROL_RECONCILE_RATE_HISTORY_H
#define CONTROL_RECONCILE_RATE_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#define RATE_HISTORY_EACH_S	30
#define RATE_HISTORY_S		3600

/*
 * Adds a line for each channel, unless this was done less than RATE_HISTORY_EACH_S ago. records: health records, a JSON
 * array without its end, of len bytes. Removes the files of channels that are here no longer. 0, or -1 with errno of the
 * last fault; ENOENT: this host has no such folder, and so no pages.
 */
int	rate_history_add(const char *folder, const char *records, size_t len, int64_t now_s);

#endif
