/* SPDX-License-Identifier: ISC */
/* How the process of a unit ended, as the service manager tells it, and what that means. */
#ifndef ALERT_UNIT_EXIT_H
#define ALERT_UNIT_EXIT_H

#include <stdbool.h>
#include <stddef.h>

#define UNIT_EXIT_UNIT	256	/* with the NUL, as for systemd(1) */

/* Each "" where it is not known. systemd.exec(5): SERVICE_RESULT, EXIT_CODE, EXIT_STATUS, INVOCATION_ID. */
struct unit_exit {
	char	unit[UNIT_EXIT_UNIT];
	char	result[32];
	char	code[16];	/* "exited", "killed", "dumped" */
	char	status[16];	/* "78", or a signal's name: "KILL" */
	char	invocation[33];	/* of this run of the unit */
};

/* The name of a unit: nothing that could leave a folder, or be an option. */
bool	unit_exit_unit_ok(const char *);

/* The channel of a forwarder or a loop, which is all between "lsctl-forward@" and ".service"; NULL: it is another
 * unit. dst has SPEC_NAME bytes. */
char	*unit_exit_channel(const char *unit, char *dst);

/*
 * From what "systemctl show" prints of Result, ExecMainCode, ExecMainStatus and InvocationID, a line each; the
 * unit stays. What is not understood is not known. text is changed.
 */
void	unit_exit_show(struct unit_exit *, char *text);

/* Did it fail? Nothing is known of it: it did not. */
bool	unit_exit_failed(const struct unit_exit *);

/* What happened, and what is to be done, on one line. Returns dst. */
char	*unit_exit_words(const struct unit_exit *, char *dst, size_t size);

#endif
