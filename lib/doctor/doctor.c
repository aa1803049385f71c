/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "doctor/doctor.h"
#include "doctor/doctor_case.h"
#include "doctor/doctor_compare.h"
#include "doctor/doctor_platform.h"

static void
channel_note(struct doctor *d)
{
	char cure[DOCTOR_CURE];

	snprintf(cure, sizeof(cure), "lsctl-health %s", d->channel);
	doctor_add(d, DOCTOR_FORWARDER_NOT_OBSERVED, "channel", "", NULL,
	    "the forwarder does not answer: what the sources send is not known", cure);
}

static void
sources_read(struct doctor *d)
{
	char cure[DOCTOR_CURE];
	json_t *source;
	const char *name;

	json_object_foreach(json_object_get(d->record, "sources"), name, source) {
		if (record_text(source, "video")[0] != '\0') {
			if (d->n < nitems(d->source))
				doctor_source_read(&d->source[d->n++], name, source);
			continue;
		}
		snprintf(cure, sizeof(cure), "start %s, then 'lsctl-health --doctor %s'", name, d->channel);
		doctor_add(d, DOCTOR_SOURCE_NOT_OBSERVED, "source", name, NULL,
		    "it has sent no video yet, so that it is not compared with the others", cure);
	}
}

json_t *
doctor_findings(const json_t *record, const char *media)
{
	struct doctor d = { .channel = record_text(record, "channel"), .media = media, .record = record };
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < nitems(d.of); i++)
		d.of[i] = json_array();
	if (json_is_true(json_object_get(record, "running"))) {
		sources_read(&d);
		for (i = 1; i < d.n; i++)
			doctor_compare(&d, &d.source[0], &d.source[i]);
		doctor_platforms(&d);
	} else
		channel_note(&d);
	for (i = 0; i < nitems(d.of); i++) {
		json_array_extend(all, d.of[i]);
		json_decref(d.of[i]);
	}
	return all;
}

bool
doctor_is_ill(const json_t *findings)
{
	const json_t *one;
	size_t i;

	json_array_foreach(findings, i, one)
		if (!doctor_is_note(one))
			return true;
	return false;
}
