/* SPDX-License-Identifier: ISC */
/*
 * The specs of a host's forwarders and loops as files: $LSCTL_RUN/forward/CHANNEL.json and loop/CHANNEL.json,
 * readable by the owner of the folder alone. Beside one, CHANNEL.reload-pending says that it was changed and the process
 * was not told yet, and CHANNEL.tried is as old as the last start of the unit from here.
 */
#ifndef CONTROL_HOST_SPEC_FILE_H
#define CONTROL_HOST_SPEC_FILE_H

#include "base/buf.h"
#include "control/reconcile/plan.h"

#define SPEC_FILE_MAX	(1 << 20)

/* Its text. 0; 1: there is none; -1 with errno. */
int	spec_file_read(enum plan_unit, const char *channel, struct buf *);

/* By rename; owed is marked before. 0, or -1 with errno; then what was there is there. */
int	spec_file_write(enum plan_unit, const char *channel, const char *text, bool reload_pending);

int	spec_file_remove(enum plan_unit, const char *channel);	/* 0, or -1 with errno */

bool	spec_file_reload_pending(enum plan_unit, const char *channel);
void	spec_file_settle(enum plan_unit, const char *channel);	/* it was told */

/* The unit is started now; how long ago it was, in ms, -1: not known. */
void	spec_file_note_start(enum plan_unit, const char *channel);
int64_t	spec_file_last_start_ms(enum plan_unit, const char *channel);

/* Calls for each channel that has one. 0, or -1 with errno, also when tell() returns -1. */
int	spec_file_each(enum plan_unit, int (*tell)(void *arg, enum plan_unit, const char *channel),
	    void *arg);

#endif
