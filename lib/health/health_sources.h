/* SPDX-License-Identifier: ISC */
/* What is wrong with a channel's sources, each for itself and beside one another. */
#ifndef HEALTH_HEALTH_SOURCES_H
#define HEALTH_HEALTH_SOURCES_H

#include "health/health_case.h"

void	health_source_problems(struct health_case *);

#endif
