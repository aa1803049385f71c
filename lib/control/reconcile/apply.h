/* SPDX-License-Identifier: ISC */
/* Applies a plan: specs, units, control sockets, publishers. Logs what it does and what fails. */
#ifndef CONTROL_RECONCILE_APPLY_H
#define CONTROL_RECONCILE_APPLY_H

#include "base/buf.h"
#include "base/error.h"
#include "control/reconcile/desired.h"
#include "control/reconcile/plan.h"

struct apply {
	const struct desired		*desired;
	const struct plan_action	*todo;
	size_t				 n;
	bool				*failed;	/* one for each action, false at first */
};

/*
 * Writes all specs first, and changes running units before it starts others. An action that fails does not stop the
 * others. Returns how many failed.
 */
size_t	apply_plan(struct apply *);

/* The events of the actions that were done, as a JSON array. 0, or -1: no memory. */
int	apply_acts(const struct apply *, struct buf *);

/* The channels that this host releases, as a PostgreSQL array: "{a,b}". 0, or -1: no memory. */
int	apply_released(const struct apply *, struct buf *);

/* Applies an override to a forwarder; for_ms 0: for ever. 0, or -1 with an error. */
int	apply_switch(const char *channel, const char *to, int64_t for_ms, struct error *);

#endif
