/* SPDX-License-Identifier: ISC */
/* How the process of a unit ended, from the service manager, and what that means. */
#ifndef ALERT_UNIT_EXIT_H
#define ALERT_UNIT_EXIT_H

#include <stdbool.h>
#include <stddef.h>

#define UNIT_EXIT_UNIT	256	/* with the NUL, as for systemd(1) */

/* "": not known. systemd.exec(5): SERVICE_RESULT, EXIT_CODE, EXIT_STATUS, INVOCATION_ID. */
struct unit_exit {
	char	unit[UNIT_EXIT_UNIT];
	char	result[32];
	char	code[16];	/* "exited", "killed", "dumped" */
	char	status[16];	/* "78", or a signal's name: "KILL" */
	char	invocation[33];	/* of this run of the unit */
};

/* Is it the name of a unit, which cannot leave a folder or be an option? */
bool	unit_exit_unit_ok(const char *);

/* The channel of a forwarder or a loop, which stands between "lsctl-forward@" and ".service"; NULL: another unit.
 * dst has SPEC_NAME bytes. */
char	*unit_exit_channel(const char *unit, char *dst);

/*
 * Reads the lines Result, ExecMainCode, ExecMainStatus and InvocationID that "systemctl show" prints. Does not set
 * the unit. Ignores what is not valid. Changes text.
 */
void	unit_exit_show(struct unit_exit *, char *text);

/* Did it fail? False if nothing is known. */
bool	unit_exit_failed(const struct unit_exit *);

/* What happened, and what to do, on one line. Returns dst. */
char	*unit_exit_words(const struct unit_exit *, char *dst, size_t size);

#endif
