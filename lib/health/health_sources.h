/* SPDX-License-Identifier: ISC */
/* The problems of a channel's sources: of each source, and where their formats differ. */
#ifndef HEALTH_HEALTH_SOURCES_H
#define HEALTH_HEALTH_SOURCES_H

#include "health/health_case.h"

void	health_source_problems(struct health_case *);

#endif
