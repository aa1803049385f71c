/* SPDX-License-Identifier: ISC */
/* The commands of people for their own account: signing in and out, password, second factor, links. */
#ifndef CONTROL_ACT_ACT_ACCOUNT_H
#define CONTROL_ACT_ACT_ACCOUNT_H

#include <stdbool.h>

#include "control/act/act_permit.h"
#include "control/db.h"

bool	 act_account_has(const char *name);

/* The answer, owned. db: as lsctl_act. */
json_t	*act_account(struct db *, const struct act_request *);

#endif
