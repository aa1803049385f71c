/* SPDX-License-Identifier: ISC */
#include "render_stage.h"

#include <ctype.h>

/* The samples without HELP and TYPE. */
static const char *
samples(const char *text)
{
	static char out[65536];
	const char *line, *end;
	size_t n = 0;

	for (line = text; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		if (line[0] != '#')
			n += (size_t)snprintf(out + n, sizeof(out) - n, "%.*s",
			    (int)(end + 1 - line), line);
	}
	return out;
}

#define H "{host=\"testhost\"} "
#define C "{host=\"testhost\",channel=\"krishna\"} "
#define S(s) "{host=\"testhost\",channel=\"krishna\",source=\"" s "\"} "
#define D "{host=\"testhost\",channel=\"krishna\",destination=\"youtube\"} "

static void
all_well(void)
{
	t_text(samples(rendered(render_prometheus, render_good())),
	    "lsctl_database_up" H "1\nlsctl_server_up" H "1\nlsctl_server_streams" H "2\n"
	    "lsctl_server_unknown_publishers" H "0\nlsctl_host_problems" H "0\n"
	    "lsctl_channel_status" C "0\nlsctl_channel_problems" C "0\nlsctl_channel_enabled" C "1\n"
	    "lsctl_channel_state{host=\"testhost\",channel=\"krishna\",state=\"OBS_ACTIVE\"} 1\n"
	    "lsctl_channel_on_air" C "1\nlsctl_channel_running" C "1\n"
	    "lsctl_channel_loop_running" C "1\nlsctl_channel_cuts_total" C "3\n"
	    "lsctl_channel_max_gap_seconds" C "0.04\n"
	    "lsctl_source_on_air" S("obs") "1\nlsctl_source_on_air" S("loop") "0\n"
	    "lsctl_source_on_air" S("file") "0\n"
	    "lsctl_source_healthy" S("obs") "1\nlsctl_source_healthy" S("loop") "1\n"
	    "lsctl_source_healthy" S("file") "1\n"
	    "lsctl_source_publishing" S("obs") "1\nlsctl_source_publishing" S("loop") "1\n"
	    "lsctl_source_kbps" S("obs") "5980\nlsctl_source_kbps" S("loop") "4400\n"
	    "lsctl_source_stable_seconds" S("obs") "812.4\n"
	    "lsctl_source_stable_seconds" S("loop") "9.5\n"
	    "lsctl_source_keyframe_seconds" S("obs") "2\n"
	    "lsctl_source_keyframe_seconds" S("loop") "2\n"
	    "lsctl_source_breaks_total" S("obs") "1\nlsctl_source_breaks_total" S("loop") "1\n"
	    "lsctl_source_dropped_total" S("obs") "0\nlsctl_source_dropped_total" S("loop") "0\n"
	    "lsctl_destination_live" D "1\n"
	    "lsctl_destination_state{host=\"testhost\",channel=\"krishna\",destination=\"youtube\","
	    "state=\"live\"} 1\n"
	    "lsctl_destination_kbps" D "5975\nlsctl_destination_queue_seconds" D "0.012\n"
	    "lsctl_destination_acked_bytes_total" D "123456\n"
	    "lsctl_destination_reconnects_total" D "0\n"
	    "lsctl_destination_dropped_frames_total" D "0\n");
}

/* Each family has its HELP and TYPE once, before its samples, which are together. */
static void
families_stand_together(void)
{
	char text[65536], *rest = text, *line, name[128], now[128] = "", seen[8192] = " ";

	strlcpy(text, rendered(render_prometheus, render_bad()), sizeof(text));
	t_int(text[strlen(text) - 1], '\n');
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0') {
		if (strncmp(line, "# HELP ", 7) == 0) {
			snprintf(now, sizeof(now), " %.*s ", (int)strcspn(line + 7, " "), line + 7);
			t_ok(strstr(seen, now) == NULL);
			strlcat(seen, now, sizeof(seen));
			continue;
		}
		if (strncmp(line, "# TYPE ", 7) == 0)
			line += 7;
		snprintf(name, sizeof(name), " %.*s ", (int)strcspn(line, " {"), line);
		t_str(name, now);
	}
}

/* One for each problem, by what it is known by. */
static void
problems_have_codes(void)
{
	const char *text = rendered(render_prometheus, render_bad());

	t_ok(strstr(text, "\nlsctl_problem{host=\"testhost\",code=\"database-down\",subject=\"database\"} 1\n"
	    "lsctl_problem{host=\"testhost\",channel=\"krishna\",code=\"pin-not-healthy\","
	    "subject=\"source:obs\"} 1\n") != NULL);
	t_ok(strstr(text, "code=\"destination-down\",subject=\"destination:youtube\"} 1\n") != NULL);
}

static void
labels_are_escaped(void)
{
	struct health *h = render_good();

	json_object_set_new(h->host, "host", json_string("a\"b\\c\nd"));
	t_ok(strstr(rendered(render_prometheus, h), "lsctl_server_up{host=\"a\\\"b\\\\c\\nd\"} 1\n")
	    != NULL);
}

static void
no_room(void)
{
	render_full(render_prometheus);
}

T_MAIN({ "all well", all_well }, { "families stand together", families_stand_together },
    { "problems have codes", problems_have_codes }, { "labels are escaped", labels_are_escaped }, { "no room", no_room })
