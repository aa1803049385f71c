/* SPDX-License-Identifier: ISC */
/* Compares two sources of a channel: what differs becomes visible at a cut between them. */
#ifndef DOCTOR_DOCTOR_COMPARE_H
#define DOCTOR_DOCTOR_COMPARE_H

#include "doctor/doctor_case.h"

/* Adds a finding of the other source for each difference from the first one; of an audio track that is missing, one of
 * the source that has none. */
void	doctor_compare(struct doctor *, const struct doctor_source *first, const struct doctor_source *other);

#endif
