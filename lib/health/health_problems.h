/* SPDX-License-Identifier: ISC */
/* What is wrong with a channel: its processes and its state, then its sources and destinations. */
#ifndef HEALTH_HEALTH_PROBLEMS_H
#define HEALTH_HEALTH_PROBLEMS_H

#include "health/health_case.h"

/* Adds them to the record, and sets c->off and the status. */
void	health_channel_problems(struct health_case *c);

#endif
