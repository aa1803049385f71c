/* SPDX-License-Identifier: ISC */
/* The doctor reads the record of a channel, and orders what it finds. */
#include "doctor_stage.h"

static void
sources_that_agree_are_well(void)
{
	json_t *record = doctor_record("rtmp://127.0.0.1:1935"), *findings = doctor_findings(record, "/media");

	t_int(json_array_size(findings), 0);
	t_ok(!doctor_is_ill(findings));
	json_decref(findings);
	json_decref(record);
}

/* An encoder and a film that have nothing in common. */
static void
each_of_twelve_mismatches_is_named(void)
{
	static const char *const codes[] = {
		"size-differs", "frame-rate-differs", "profile-differs", "level-differs", "pixel-format-differs", "b-frames-differ",
		"keyframes-differ", "bitrate-differs", "audio-codec-differs", "sample-rate-differs", "channels-differ",
		"video-codec-differs"
	};
	json_t *record = doctor_record("rtmp://127.0.0.1:1935"), *findings;
	const json_t *one;
	size_t i;

	doctor_set(record, "loop", "video", "\"hevc 1280x720 25\"");
	doctor_set(record, "loop", "profile", "\"Main 10\"");
	doctor_set(record, "loop", "level", "\"3.1\"");
	doctor_set(record, "loop", "pix_fmt", "\"yuv420p10le\"");
	doctor_set(record, "loop", "b_frames", "false");
	doctor_set(record, "loop", "keyframe_s", "6.0");
	doctor_set(record, "loop", "kbps", "1200");
	doctor_set(record, "loop", "audio", "\"mp3 44100 1\"");
	doctor_set(record, "loop", "audio_profile", NULL);
	findings = doctor_findings(record, "/media");
	t_int(json_array_size(findings), nitems(codes));
	for (i = 0; i < nitems(codes); i++) {
		one = doctor_has(findings, codes[i], "source:loop");
		if (one == NULL)
			printf("# missing: %s\n", codes[i]);
		t_ok(one != NULL && strlen(record_text(one, "cure")) > 20);
	}
	json_decref(findings);
	json_decref(record);
}

static void
the_worst_is_first(void)
{
	json_t *record = doctor_record(YOUTUBE), *findings;
	const char *last = "breaks", *weight;
	const json_t *one;
	size_t i;

	doctor_set(record, "loop", "level", "\"3.1\"");
	doctor_set(record, "loop", "video", "\"h264 1280x720 30\"");
	doctor_set(record, "obs", "keyframe_s", "8");
	findings = doctor_findings(record, "/media");
	t_str(record_text(json_array_get(findings, 0), "weight"), "breaks");
	t_str(record_text(json_array_get(findings, 1), "weight"), "risk");
	json_array_foreach(findings, i, one) {
		weight = record_text(one, "weight");
		t_ok(strcmp(last, weight) <= 0 || strcmp(weight, "note") == 0);	/* breaks, risk, note */
		last = weight;
	}
	t_str(last, "note");
	t_ok(doctor_is_ill(findings));
	json_decref(findings);
	json_decref(record);
}

static void
a_note_alone_is_no_illness(void)
{
	json_t *record = doctor_record(YOUTUBE), *findings = doctor_findings(record, "/media");

	t_int(json_array_size(findings), 1);
	t_str(record_text(json_array_get(findings, 0), "code"), "broadcast-limit");
	t_ok(!doctor_is_ill(findings));
	json_decref(findings);
	json_decref(record);
}

static void
what_was_not_observed_is_told(void)
{
	json_t *down = json_pack("{ss sb}", "channel", "krishna", "running", 0);

	t_finding(doctor_with(YOUTUBE, "obs", "video", NULL), "source-not-observed", "source:obs", "it has sent no video yet",
	    "start obs, then 'lsctl-health --doctor krishna'");
	t_finding(json_incref(down), "forwarder-not-observed", "channel", "the forwarder does not answer",
	    "lsctl-health krishna");
	t_ok(doctor_is_silent(down, "source-not-observed"));
}

/* Without the database there is no kind. */
static void
a_film_is_known_without_its_kind(void)
{
	json_t *record = doctor_with(YOUTUBE, "loop", "kind", NULL);

	doctor_set(record, "obs", "kind", NULL);
	doctor_set(record, "loop", "video", "\"h264 1280x720 30\"");
	t_finding(json_incref(record), "size-differs", "source:loop", "", "lsctl-loop prepare");
	json_object_set_new(json_object_get(record, "sources"), "cam2", json_deep_copy(json_object_get(json_object_get(record,
	    "sources"), "loop")));
	t_finding(json_incref(record), "size-differs", "source:cam2", "", "in the OBS that sends cam2");
	doctor_set(record, "cam2", "connected", NULL);
	t_finding(record, "size-differs", "source:cam2", "", "lsctl-loop prepare");
}

/* Words of any length and number, as a program that is not the forwarder might answer. */
static void
any_record_is_safe(void)
{
	json_t *record = doctor_record(YOUTUBE), *sources = json_object_get(record, "sources");
	char name[100], longer[2000];
	int i;

	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "s%d%.90s", i, longer);
		json_object_set_new(sources, name, json_pack("{ss ss ss ss sf}", "video", longer, "profile", longer,
		    "level", longer, "audio", i % 2 ? "aac" : "  ", "kbps", 1e300));
	}
	json_object_set_new(json_object_get(record, "destinations"), "d", json_pack("{ss}", "server", longer));
	json_object_set_new(json_object_get(record, "destinations"), "e", json_pack("{ss}", "server", "x://"));
	t_ok(doctor_is_silent(record, "no-code"));
	t_ok(doctor_is_silent(json_pack("{sb s[i] s[i]}", "running", 1, "sources", 1, "destinations", 2), "no-code"));
	t_ok(doctor_is_silent(json_array(), "no-code"));
}

T_MAIN(
	{ "sources_that_agree_are_well", sources_that_agree_are_well },
	{ "each_of_twelve_mismatches_is_named", each_of_twelve_mismatches_is_named },
	{ "the_worst_is_first", the_worst_is_first },
	{ "a_note_alone_is_no_illness", a_note_alone_is_no_illness },
	{ "what_was_not_observed_is_told", what_was_not_observed_is_told },
	{ "a_film_is_known_without_its_kind", a_film_is_known_without_its_kind },
	{ "any_record_is_safe", any_record_is_safe },
)
