/* SPDX-License-Identifier: ISC */
/*
 * The doctor of lsctl-health(8): compares what the sources of a channel send with each other, and with what the
 * platforms of its destinations demand. It only reports: no source is refused because of a finding.
 */
#ifndef DOCTOR_DOCTOR_H
#define DOCTOR_DOCTOR_H

#include "health/health_record.h"

/*
 * record: that of a channel (health.h), with destinations.NAME.server and sources.NAME.kind. media: the folder of
 * films, for the commands. The findings, the worst first:
 *
 *	[{"code", "subject", "weight", "platform", "text", "cure"}]
 *
 * subject is "channel", "source:NAME" or "destination:NAME"; weight "breaks" (a platform refuses or ends the stream, or
 * players cannot go on), "risk" (they may) or "note" (there is nothing to cure now); platform the name of one, or null.
 * cure is what to type or to set. Members of the record may be missing or of another type: what is not known makes no
 * finding.
 */
json_t	*doctor_findings(const json_t *record, const char *media);

/* Has it a finding that is no note? */
bool	 doctor_is_ill(const json_t *findings);

#endif
