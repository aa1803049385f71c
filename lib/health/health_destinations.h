/* SPDX-License-Identifier: ISC */
/*
 * The problems of a channel's destinations. A destination with the name HEALTH_PREVIEW is for the pages of its host: nobody
 * else watches it, and it has none.
 */
#ifndef HEALTH_HEALTH_DESTINATIONS_H
#define HEALTH_HEALTH_DESTINATIONS_H

#include "health/health_case.h"

#define HEALTH_PREVIEW	"preview"

void	health_destination_problems(struct health_case *);

/* What a fault of a destination means, and what to do, by its code ("refused"); NULL: unknown code. */
const char	*health_fault_words(const char *fault);

#endif
