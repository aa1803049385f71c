/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "t.h"
#include "web/timeline_svg.h"

#define DAY	"\"from\": \"2026-11-29T00:00:00Z\", \"to\": \"2026-11-30T00:00:00Z\""

/* The picture of these states, in the same memory each time; "": none. */
static const char *
picture(const char *line)
{
	static char *svg;
	json_t *timeline = json_loads(line, 0, NULL);

	free(svg);
	svg = timeline_svg(timeline, "OBS_ACTIVE");
	json_decref(timeline);
	return svg != NULL ? svg : "";
}

static int
rects(const char *svg)
{
	int n = 0;

	while ((svg = strstr(svg, "<rect ")) != NULL) {
		svg++;
		n++;
	}
	return n;
}

/* A unit of the picture is a minute; a state lasts until the next one, and the last one until the end. */
static void
a_state_is_where_its_time_is(void)
{
	const char *svg = picture("{" DAY ", \"states\": ["
	    "{\"at\": \"2026-11-28T12:00:00Z\", \"state\": \"OBS_ACTIVE\", \"reason\": null},"
	    "{\"at\": \"2026-11-29T01:00:30.5Z\", \"state\": \"LOOP_ACTIVE\", \"reason\": \"video-stalled\"},"
	    "{\"at\": \"2026-11-29T02:00:00Z\", \"state\": \"OBS_ACTIVE\", \"reason\": \"back\"}]}");

	t_int(strncmp(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1440 60\"", 61), 0);
	t_int(rects(svg), 3);
	t_ok(strstr(svg, "<rect x=\"0.00\" y=\"0\" width=\"60.51\" height=\"60\" fill=\"#15803d\">"
	    "<title>2026-11-28T12:00:00Z OBS_ACTIVE</title></rect>") != NULL);
	t_ok(strstr(svg, "<rect x=\"60.51\" y=\"20\" width=\"59.49\" height=\"40\" fill=\"#2563eb\">"
	    "<title>2026-11-29T01:00:30.5Z LOOP_ACTIVE: video-stalled</title></rect>") != NULL);
	t_ok(strstr(svg, "<rect x=\"120.00\" y=\"0\" width=\"1320.00\" ") != NULL);
	t_str(svg + strlen(svg) - 6, "</svg>");
}

/* Who sees no colours sees the height. */
static void
each_kind_of_state_has_its_own_look(void)
{
	static const struct {
		const char	*state, *look;
	} looks[] = {
		{ "OBS_ACTIVE", "height=\"60\" fill=\"#15803d\"" }, { "LOOP_ACTIVE", "height=\"40\" fill=\"#2563eb\"" },
		{ "FILE_ACTIVE", "height=\"20\" fill=\"#b45309\"" }, { "DOWN", "height=\"10\" fill=\"#b91c1c\"" },
		{ "STARTING", "height=\"10\" fill=\"#b91c1c\"" }, { "OFF", "height=\"5\" fill=\"#94a3b8\"" },
	};
	char line[256];
	size_t i;

	for (i = 0; i < nitems(looks); i++) {
		snprintf(line, sizeof(line), "{" DAY ", \"states\": [{\"at\": \"2026-11-29T01:00:00Z\", \"state\": \"%s\"}]}",
		    looks[i].state);
		t_ok(strstr(picture(line), looks[i].look) != NULL);
	}
}

/* Names and reasons are of others: no element, no entity, no attribute of theirs is in the document. */
static void
text_stays_text(void)
{
	const char *svg = picture("{" DAY ", \"states\": [{\"at\": \"2026-11-29T01:00:00Z\", "
	    "\"state\": \"<script>_ACTIVE\", \"reason\": \"\\\"/><script src='x'>&amp;\"}]}");

	t_ok(strstr(svg, "&lt;script&gt;_ACTIVE: &quot;/&gt;&lt;script src='x'&gt;&amp;amp;</title>") != NULL);
	t_ok(strstr(svg, "<script") == NULL);
}

static void
what_ended_before_the_day_is_not_in_it(void)
{
	t_int(rects(picture("{" DAY ", \"states\": [{\"at\": \"2026-11-28T01:00:00Z\", \"state\": \"OFF\"},"
	    "{\"at\": \"2026-11-28T02:00:00Z\", \"state\": \"DOWN\"}, {\"at\": \"2026-11-29T00:00:00Z\", \"state\": \"OBS_ACTIVE\"},"
	    "{\"at\": \"x\", \"state\": \"DOWN\"}, {\"state\": \"DOWN\"}, {\"at\": \"2026-11-29T00:00:00Z\"}]}")), 0);
	t_int(rects(picture("{" DAY ", \"states\": []}")), 0);
}

static void
there_is_no_picture_of_wrong_times(void)
{
	t_str(picture("{}"), "");
	t_str(picture("{\"from\": \"2026-11-29T00:00:00Z\", \"to\": \"2026-11-29T00:00:00Z\", \"states\": []}"), "");
	t_str(picture("{\"from\": \"2026-11-29\", \"to\": \"2026-11-30T00:00:00Z\", \"states\": []}"), "");
	t_str(picture("{\"from\": 5, \"to\": 6, \"states\": []}"), "");
}

T_MAIN(
	{ "a_state_is_where_its_time_is", a_state_is_where_its_time_is },
	{ "each_kind_of_state_has_its_own_look", each_kind_of_state_has_its_own_look },
	{ "text_stays_text", text_stays_text },
	{ "what_ended_before_the_day_is_not_in_it", what_ended_before_the_day_is_not_in_it },
	{ "there_is_no_picture_of_wrong_times", there_is_no_picture_of_wrong_times }
)
