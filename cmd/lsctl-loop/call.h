/* SPDX-License-Identifier: ISC */
/* A call of lsctl-loop. */
#ifndef LSCTL_LOOP_CALL_H
#define LSCTL_LOOP_CALL_H

#include <stdbool.h>

#include "base/options.h"
#include "prepare/prepare_plan.h"

struct call {
	struct options		 o;
	bool			 dry, force;
	const char		*output, *directory, *socket, *progress, *like;
	struct prepare_want	 want;
	long			 rounds;
};

/* The commands. Each takes a struct call, logs errors, and returns the exit status. */
int	call_check(void *);
int	call_join(void *);
int	call_prepare(void *);

#endif
