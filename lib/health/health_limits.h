/* SPDX-License-Identifier: ISC */
/* The problems of a channel that the declaration of alerts defines: health/alerts_file.h, "channels". */
#ifndef HEALTH_HEALTH_LIMITS_H
#define HEALTH_HEALTH_LIMITS_H

#include "health/health_case.h"

void	health_limit_problems(struct health_case *);

#endif
