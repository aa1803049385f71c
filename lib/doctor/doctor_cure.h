/* SPDX-License-Identifier: ISC */
/* The commands, and the settings of OBS by their place in its menu, that cure what the doctor finds. */
#ifndef DOCTOR_DOCTOR_CURE_H
#define DOCTOR_DOCTOR_CURE_H

#include "doctor/doctor_case.h"

#define DOCTOR_AUDIO_KBPS 128	/* what 'lsctl-loop prepare' gives to audio: the rest of kbps is video */

/*
 * How to cure a finding of a source, by preparing its film again, or by a setting of its encoder. like: the source that
 * it should equal; NULL: what every platform takes. Return dst, truncated to fit.
 */
char	*doctor_cure_film(char dst[DOCTOR_CURE], const struct doctor *, enum doctor_code, const struct doctor_source *,
	    const struct doctor_source *like);
char	*doctor_cure_encoder(char dst[DOCTOR_CURE], enum doctor_code, const struct doctor_source *,
	    const struct doctor_source *like);

/* Can 'lsctl-loop prepare' make a film that equals this source in what the code is about? */
bool	 doctor_can_prepare(enum doctor_code, const struct doctor_source *like);

#endif
