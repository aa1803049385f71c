/* SPDX-License-Identifier: ISC */
/* An action of a plan as text. It has its own file because plan.h needs no JSON. */
#ifndef CONTROL_RECONCILE_PLAN_LINE_H
#define CONTROL_RECONCILE_PLAN_LINE_H

#include "control/reconcile/plan.h"

/* One line of JSON, without a newline; to be freed. NULL: no memory. */
char	*plan_line(const struct plan_action *);

#endif
