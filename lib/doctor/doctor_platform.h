/* SPDX-License-Identifier: ISC */
/* Compares what the sources of a channel send with what the platforms of its destinations demand. */
#ifndef DOCTOR_DOCTOR_PLATFORM_H
#define DOCTOR_DOCTOR_PLATFORM_H

#include "doctor/doctor_case.h"
#include "doctor/platform.h"

/* Adds what each platform demands of each source, and of the destination. */
void			 doctor_platforms(struct doctor *);

/* The platform of a destination of a record, NULL: none that is known. host: room for the name of its host. *tls, unless
 * it is NULL: whether its address is RTMPS. */
const struct platform	*doctor_platform(const json_t *dest, char *host, size_t size, bool *tls);

#endif
