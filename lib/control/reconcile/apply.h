/* SPDX-License-Identifier: ISC */
/* A plan carried out: specs, units, sockets, publishers. Logs what it does and what fails. */
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
	bool				*failed;	/* one for each, false at first */
};

/*
 * All specs first, what runs before what is to run, and whatever fails keeps nothing else from being done.
 * Returns how many failed.
 */
size_t	apply_plan(struct apply *);

/* What was done and is worth an event, as a JSON array. 0, or -1: no memory. */
int	apply_acts(const struct apply *, struct buf *);

/* The channels of which nothing is left here, as PostgreSQL writes an array: "{a,b}". 0, or -1: no memory. */
int	apply_released(const struct apply *, struct buf *);

/* Tells a forwarder; for_ms 0 is for ever. 0, or -1 with an error. */
int	apply_switch(const char *channel, const char *to, int64_t for_ms, struct error *);

#endif
