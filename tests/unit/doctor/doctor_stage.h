/* SPDX-License-Identifier: ISC */
/* Records of a channel for the doctor: three sources that equal each other, but for what a test changes. */
#ifndef TESTS_UNIT_DOCTOR_DOCTOR_STAGE_H
#define TESTS_UNIT_DOCTOR_DOCTOR_STAGE_H

#include "base/base.h"
#include "doctor/doctor.h"
#include "health/health_record.h"
#include "t.h"

#define DOCTOR_ENCODER_JSON "{\"kind\":\"live\",\"connected\":true,\"kbps\":4500,\"video\":\"h264 1920x1080 30\"," \
	"\"profile\":\"High\",\"level\":\"4.0\",\"pix_fmt\":\"yuv420p\",\"audio\":\"aac 48000 2\",\"audio_profile\":\"LC\"," \
	"\"keyframe_s\":2.0,\"fps\":30.0,\"b_frames\":true}"
#define DOCTOR_FILM_JSON "{\"kind\":\"loop\",\"connected\":true,\"kbps\":4400,\"video\":\"h264 1920x1080 30\"," \
	"\"profile\":\"High\",\"level\":\"4.0\",\"pix_fmt\":\"yuv420p\",\"audio\":\"aac 48000 2\",\"audio_profile\":\"LC\"," \
	"\"keyframe_s\":2.0,\"fps\":30.0,\"b_frames\":true}"

#define YOUTUBE	"rtmps://a.rtmps.youtube.com:443"

/* The part of this record at sources/obs or sources/loop. */
__attribute__((unused)) static json_t *
doctor_record(const char *address)
{
	return json_pack("{ss sb s{so so} s{s{ss}}}", "channel", "krishna", "running", 1, "sources",
	    "obs", json_loads(DOCTOR_ENCODER_JSON, 0, NULL), "loop", json_loads(DOCTOR_FILM_JSON, 0, NULL),
	    "destinations", "out", "server", address);
}

/* Changes a member of a source; value is JSON, NULL: removed. */
__attribute__((unused)) static void
doctor_set(json_t *record, const char *source, const char *member, const char *value)
{
	json_t *o = json_object_get(json_object_get(record, "sources"), source);

	if (value == NULL)
		json_object_del(o, member);
	else
		json_object_set_new(o, member, json_loads(value, JSON_DECODE_ANY, NULL));
}

__attribute__((unused)) static const json_t *
doctor_has(const json_t *findings, const char *code, const char *subject)
{
	const json_t *one;
	size_t i;

	json_array_foreach(findings, i, one)
		if (strcmp(record_text(one, "code"), code) == 0 && strcmp(record_text(one, "subject"), subject) == 0)
			return one;
	return NULL;
}

/* Of a record, which is freed, there is a finding with these parts in its text and its cure. */
#define t_finding(record, code, subject, text, cure) \
	t_finding_(record, code, subject, text, cure, __FILE__, __LINE__)

__attribute__((unused)) static void
t_finding_(json_t *record, const char *code, const char *subject, const char *text, const char *cure,
    const char *file, int line)
{
	json_t *findings = doctor_findings(record, "/media");
	const json_t *one = doctor_has(findings, code, subject);
	char *dump;

	if (!t_report(one != NULL && strstr(record_text(one, "text"), text) != NULL &&
	    strstr(record_text(one, "cure"), cure) != NULL, file, line, code)) {
		dump = json_dumps(findings, JSON_INDENT(1));
		printf("# want %s: %s | %s, got: %s\n", subject, text, cure, dump);
		free(dump);
	}
	json_decref(findings);
	json_decref(record);
}

/* Of a record, which is freed, there is no finding of this code. */
__attribute__((unused)) static bool
doctor_is_silent(json_t *record, const char *code)
{
	json_t *findings = doctor_findings(record, "/media");
	const json_t *one;
	bool silent = true;
	size_t i;

	json_array_foreach(findings, i, one)
		silent &= strcmp(record_text(one, "code"), code) != 0;
	json_decref(findings);
	json_decref(record);
	return silent;
}

/* A record in which a source has another value. */
__attribute__((unused)) static json_t *
doctor_with(const char *address, const char *source, const char *member, const char *value)
{
	json_t *record = doctor_record(address);

	doctor_set(record, source, member, value);
	return record;
}

#endif
