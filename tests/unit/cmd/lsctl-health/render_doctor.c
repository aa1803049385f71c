/* SPDX-License-Identifier: ISC */
#include "lsctl-health/render_doctor.h"

#include "render_stage.h"

static struct health *
health_with(const char *video)
{
	struct stage s = GOOD_STAGE;
	char source[1024];
	struct health *h = stage_make(&s);
	json_t *sources = json_object_get(json_array_get(h->channels, 0), "sources");

	snprintf(source, sizeof(source), "{\"kind\":\"loop\",\"video\":\"%s\",\"audio\":\"aac 48000 2\"}", video);
	json_object_set_new(sources, "loop", json_loads(source, 0, NULL));
	json_object_del(sources, "file");
	return h;
}

static void
a_finding_has_two_lines(void)
{
	struct health *h = health_with("h264 1280x720 30");

	t_int(render_doctor_find("table")->exit_status(h), 1);
	t_str(rendered(render_doctor_find("table")->render, h), "krishna\n"
	    "    ! size-differs: source loop: its resolution is 1280x720, and that of obs is 1920x1080: players and platforms "
	    "must set up their decoder anew at a cut\n"
	    "        lsctl-channel media krishna loop \"$(lsctl-loop prepare -d /var/lib/lsctl/media --profile 1920x1080@30 "
	    "--audio 48000/2 FILM)\"\n");
}

static void
programs_get_an_object_a_line(void)
{
	const char *text = rendered(render_doctor_find("json")->render, health_with("h264 1280x720 25"));
	json_t *o;
	json_error_t e;
	int n;

	for (n = 0; *text != '\0'; n++) {
		o = json_loads(text, JSON_DISABLE_EOF_CHECK, &e);
		t_str(record_text(o, "channel"), "krishna");
		t_str(record_text(o, "subject"), "source:loop");
		t_str(record_text(o, "weight"), "risk");
		t_ok(json_is_null(json_object_get(o, "platform")));
		json_decref(o);
		text = strchr(text, '\n') + 1;
	}
	t_int(n, 2);
}

static void
nothing_found_is_told_to_people(void)
{
	struct health *h = health_with("h264 1920x1080 30");

	t_int(render_doctor_find("json")->exit_status(h), 0);
	t_str(rendered(render_doctor_find("json")->render, h), "");
	t_str(rendered(render_doctor_find("table")->render, health_with("h264 1920x1080 30")), "krishna  nothing found\n");
}

static void
notes_are_no_failure(void)
{
	struct health *h = health_with("");

	t_int(render_doctor_find("table")->exit_status(h), 0);
	t_str(rendered(render_doctor_find("table")->render, h), "krishna\n"
	    "    - source-not-observed: source loop: it has sent no video yet, so that it is not compared with the others\n"
	    "        start loop, then 'lsctl-health --doctor krishna'\n");
}

static void
bytes_that_control_a_terminal_are_replaced(void)
{
	t_ok(strchr(rendered(render_doctor_find("table")->render, health_with("\\u001b[2J 1920x1080 30")), '\033') == NULL);
}

static void
full(void)
{
	render_full(render_doctor_find("table")->render);
}

static void
other_formats_are_of_records(void)
{
	t_ok(render_doctor_find("prometheus") == NULL);
	t_ok(render_doctor_find("nagios") == NULL);
}

T_MAIN(
	{ "a_finding_has_two_lines", a_finding_has_two_lines },
	{ "programs_get_an_object_a_line", programs_get_an_object_a_line },
	{ "nothing_found_is_told_to_people", nothing_found_is_told_to_people },
	{ "notes_are_no_failure", notes_are_no_failure },
	{ "bytes_that_control_a_terminal_are_replaced", bytes_that_control_a_terminal_are_replaced },
	{ "full", full },
	{ "other_formats_are_of_records", other_formats_are_of_records },
)
