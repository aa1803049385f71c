/* SPDX-License-Identifier: ISC */
/* The problems of a channel: of its processes and its state, then of its sources and destinations. */
#ifndef HEALTH_HEALTH_PROBLEMS_H
#define HEALTH_HEALTH_PROBLEMS_H

#include "health/health_case.h"

/* Adds all problems to the record, and sets c->off and c->status. */
void	health_channel_problems(struct health_case *c);

#endif
