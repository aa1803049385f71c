/* SPDX-License-Identifier: ISC */
/*
 * The specs of a host's forwarders and loops: $LSCTL_RUN/forward/CHANNEL.json and loop/CHANNEL.json, readable only
 * by the owner of the folder. CHANNEL.reload-pending: the process has not loaded the changed spec yet.
 * CHANNEL.tried: its time is that of the last start of the unit by lsctl-switch.
 */
#ifndef CONTROL_HOST_SPEC_FILE_H
#define CONTROL_HOST_SPEC_FILE_H

#include "base/buf.h"
#include "control/reconcile/plan.h"

#define SPEC_FILE_MAX	(1 << 20)

/* Reads a spec. 0; 1: there is none; -1 with errno. */
int	spec_file_read(enum plan_unit, const char *channel, struct buf *);

/* Replaces a spec by rename, after the mark reload-pending. 0, or -1 with errno: the former spec is unchanged. */
int	spec_file_write(enum plan_unit, const char *channel, const char *text, bool reload_pending);

int	spec_file_remove(enum plan_unit, const char *channel);	/* 0, or -1 with errno */

bool	spec_file_reload_pending(enum plan_unit, const char *channel);
void	spec_file_settle(enum plan_unit, const char *channel);	/* the process has loaded it */

/* Records that the unit is started now; and how long ago that was, in ms, -1: not known. */
void	spec_file_note_start(enum plan_unit, const char *channel);
int64_t	spec_file_last_start_ms(enum plan_unit, const char *channel);

/* Calls visit() for each channel that has a spec. 0, or -1 with errno, also when visit() returns -1. */
int	spec_file_each(enum plan_unit, int (*visit)(void *arg, enum plan_unit, const char *channel),
	    void *arg);

#endif
