/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "prepare/prepare_loudness.h"

#define GAIN_MAX	20.0	/* dB; more of it makes noise loud */
#define SILENCE		-69.0	/* LUFS; ebur128 has -70 for all that is too quiet to count */

int
prepare_loudness(struct prepare_want *w, const char *s)
{
	char *end;
	double lufs;

	if ((w->loudness_off = strcmp(s, "off") == 0))
		return 0;
	lufs = strtod(s, &end);
	if (end == s || *end != '\0' || !(lufs >= -70 && lufs <= -5))
		return -1;
	w->loudness = lufs;
	return 0;
}

bool
prepare_must_measure(const struct prepare_plan *p)
{
	return !p->measured && !p->silence && (p->still || (!p->copy_audio && p->loudness < 0));
}

int
prepare_measured(struct prepare_plan *p, const char *log, double seconds)
{
	const char *at = strstr(log, "Integrated loudness:"), *next;
	double gain;
	char *end;

	/* the last one, if the text of a film looks like one */
	while (at != NULL && (next = strstr(at + 1, "Integrated loudness:")) != NULL)
		at = next;
	if (at == NULL || (at = strstr(at, "I:")) == NULL)
		return -1;
	p->lufs = strtod(at + 2, &end);
	if (end == at + 2 || !(p->lufs >= -100 && p->lufs <= 100))
		return -1;
	p->measured = true;
	if (p->still && seconds > 0)
		p->seconds = seconds;
	gain = p->loudness - p->lufs;
	if (p->loudness < 0 && p->lufs > SILENCE)
		p->gain_db = gain < GAIN_MAX ? gain : GAIN_MAX;
	return 0;
}
