/* SPDX-License-Identifier: ISC */
/* The findings of the doctor (health/doctor.h) instead of the health records. */
#ifndef LSCTL_HEALTH_RENDER_DOCTOR_H
#define LSCTL_HEALTH_RENDER_DOCTOR_H

#include "lsctl-health/render.h"

/* "table" or "json". NULL: findings have no such format. The exit status is 1 if there is a finding that is no note. */
const struct render_format	*render_doctor_find(const char *name);

#endif
