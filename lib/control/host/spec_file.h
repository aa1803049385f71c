/* SPDX-License-Identifier: ISC */
/*
 * The specs of a host's forwarders and loops as files: $LSCTL_RUN/forward/CHANNEL.json and loop/CHANNEL.json,
 * readable by the owner of the folder alone. Beside one, CHANNEL.owed says that it was changed and the process
 * was not told yet, and CHANNEL.tried is as old as the last start of the unit from here.
 */
#ifndef CONTROL_HOST_SPEC_FILE_H
#define CONTROL_HOST_SPEC_FILE_H

#include "base/buf.h"
#include "control/reconcile/plan.h"

#define SPECFILE_MAX	(1 << 20)

/* Its text. 0; 1: there is none; -1 with errno. */
int	specfile_read(enum plan_unit, const char *channel, struct buf *);

/* By rename; owed is marked before. 0, or -1 with errno; then what was there is there. */
int	specfile_write(enum plan_unit, const char *channel, const char *text, bool owed);

int	specfile_remove(enum plan_unit, const char *channel);	/* 0, or -1 with errno */

bool	specfile_owed(enum plan_unit, const char *channel);
void	specfile_settle(enum plan_unit, const char *channel);	/* it was told */

/* The unit is started now; how long ago it was, in ms, -1: not known. */
void	specfile_try(enum plan_unit, const char *channel);
int64_t	specfile_tried_ms(enum plan_unit, const char *channel);

/* Calls for each channel that has one. 0, or -1 with errno, also when tell() returns -1. */
int	specfile_each(enum plan_unit, int (*tell)(void *arg, enum plan_unit, const char *channel),
	    void *arg);

#endif
