/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "doctor/doctor_case.h"
#include "t.h"

static void
codes_are_listed_once(void)
{
	size_t i, k;

	for (i = 0; doctor_code(i) != NULL; i++)
		for (k = 0; k < i; k++)
			t_ok(strcmp(doctor_code(i), doctor_code(k)) != 0);
	t_int(i, 30);
}

static struct doctor_source
source_of(const char *name, const char *text)
{
	struct doctor_source s;
	json_t *o = json_loads(text, 0, NULL);

	doctor_source_read(&s, name, o);
	json_decref(o);
	return s;
}

static void
formats_are_words(void)
{
	struct doctor_source s = source_of("obs", "{\"video\":\"h264 1920x1080 29.97\",\"audio\":\"aac 48000 2\"}");

	t_str(s.video, "h264");
	t_str(s.size, "1920x1080");
	t_str(s.fps, "29.97");
	t_str(s.audio, "aac");
	t_str(s.rate, "48000");
	t_str(s.channels, "2");
	s = source_of("obs", "{\"video\":\"av1 30\",\"audio\":\"opus\"}");	/* its header has no size */
	t_str(s.size, "");
	t_str(s.fps, "30");
	t_str(s.rate, "");
	s = source_of("obs", "{\"video\":\"0123456789012345678901234567890123456789 1x1\"}");
	t_str(s.video, "");
	t_str(s.size, "1x1");
}

static void
what_is_missing_is_not_known(void)
{
	struct doctor_source s = source_of("obs", "{\"kbps\":0,\"b_frames\":null,\"profile\":7}");

	t_int(s.kbps, -1);	/* nothing arrives */
	t_int(s.b_frames, -1);
	t_int(s.keyframe_s, -1);
	t_str(s.profile, "");
	t_int(source_of("obs", "{\"b_frames\":false}").b_frames, 0);
	t_int(source_of("file", "{\"keyframe_max_s\":8.0,\"keyframe_s\":2.0}").keyframe_s, 8);
}

static void
kinds(void)
{
	t_int(source_of("x", "{\"kind\":\"live\"}").kind, DOCTOR_ENCODER);
	t_int(source_of("x", "{\"kind\":\"loop\",\"connected\":true}").kind, DOCTOR_FILM);
	/* without the database */
	t_int(source_of("x", "{\"connected\":false}").kind, DOCTOR_ENCODER);
	t_int(source_of("loop", "{\"connected\":true}").kind, DOCTOR_FILM);
	t_int(source_of("x", "{}").kind, DOCTOR_FILM);
}

T_MAIN(
	{ "codes_are_listed_once", codes_are_listed_once },
	{ "formats_are_words", formats_are_words },
	{ "what_is_missing_is_not_known", what_is_missing_is_not_known },
	{ "kinds", kinds },
)
