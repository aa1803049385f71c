/* SPDX-License-Identifier: ISC */
#include "health/health_counters.h"
#include "health/health_measures.h"
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

#define TIME	"1767225600"	/* 2026-01-01 */

static void
all_well(void)
{
	t_text(samples(rendered(render_prometheus, render_good())),
	    "lsctl_build_info{host=\"testhost\",version=\"" LSCTL_VERSION "\"} 1\n"
	    "lsctl_observed_timestamp_seconds" H "1767225609\n"
	    "lsctl_database_up" H "1\nlsctl_server_up" H "1\nlsctl_server_streams" H "2\n"
	    "lsctl_server_unknown_publishers" H "0\nlsctl_host_problems" H "0\n"
	    "lsctl_channel_status" C "0\nlsctl_channel_problems" C "0\nlsctl_channel_enabled" C "1\n"
	    "lsctl_channel_state_info{host=\"testhost\",channel=\"krishna\",state=\"OBS_ACTIVE\"} 1\n"
	    "lsctl_channel_state_timestamp_seconds" C TIME "\n"
	    "lsctl_channel_mode_info{host=\"testhost\",channel=\"krishna\",mode=\"auto\"} 1\n"
	    "lsctl_channel_on_air" C "1\nlsctl_channel_running" C "1\n"
	    "lsctl_channel_start_time_seconds" C TIME "\n"
	    "lsctl_channel_loop_running" C "1\nlsctl_channel_cuts_total" C "3\n"
	    "lsctl_channel_max_gap_seconds" C "0.04\n"
	    "lsctl_source_on_air" S("obs") "1\nlsctl_source_on_air" S("loop") "0\n"
	    "lsctl_source_on_air" S("file") "0\n"
	    "lsctl_source_healthy" S("obs") "1\nlsctl_source_healthy" S("loop") "1\n"
	    "lsctl_source_healthy" S("file") "1\n"
	    "lsctl_source_publishing" S("obs") "1\nlsctl_source_publishing" S("loop") "1\n"
	    "lsctl_source_receive_bytes_per_second" S("obs") "747500\n"
	    "lsctl_source_receive_bytes_per_second" S("loop") "550000\n"
	    "lsctl_source_stable_seconds" S("obs") "812.4\n"
	    "lsctl_source_stable_seconds" S("loop") "9.5\n"
	    "lsctl_source_keyframe_interval_seconds" S("obs") "2\n"
	    "lsctl_source_keyframe_interval_seconds" S("loop") "2\n"
	    "lsctl_source_breaks_total" S("obs") "1\nlsctl_source_breaks_total" S("loop") "1\n"
	    "lsctl_source_dropped_frames_total" S("obs") "0\nlsctl_source_dropped_frames_total" S("loop") "0\n"
	    "lsctl_destination_live" D "1\n"
	    "lsctl_destination_state_info{host=\"testhost\",channel=\"krishna\",destination=\"youtube\","
	    "state=\"live\"} 1\n"
	    "lsctl_destination_address_info{host=\"testhost\",channel=\"krishna\",destination=\"youtube\","
	    "address=\"primary\"} 1\n"
	    "lsctl_destination_send_bytes_per_second" D "746875\nlsctl_destination_lag_seconds" D "0.212\n"
	    "lsctl_destination_queue_seconds" D "0.012\n"
	    "lsctl_destination_acknowledged_bytes_total" D "123456\n"
	    "lsctl_destination_reconnects_total" D "0\n"
	    "lsctl_destination_dropped_frames_total" D "0\n");
}

/* Buckets are cumulative, in seconds; what is not known has no sample. */
static void
what_is_measured(void)
{
	struct health_measures m = { .hook_known = true, .backup_s = -1, .hook = { .count = { 3, 2, [14] = 1, [15] = 4 },
		.sum_us = 1500000, .last_s = 1767225600 } };
	struct health *h = render_good();
	const char *text;

	h->measures = &m;
	text = rendered(render_prometheus, h);
	t_ok(strstr(text, "\nlsctl_hook_last_answer_timestamp_seconds" H TIME "\n") != NULL);
	t_ok(strstr(text, "\n# TYPE lsctl_hook_duration_seconds histogram\n"
	    "lsctl_hook_duration_seconds_bucket{host=\"testhost\",le=\"0.0005\"} 3\n"
	    "lsctl_hook_duration_seconds_bucket{host=\"testhost\",le=\"0.001\"} 5\n"
	    "lsctl_hook_duration_seconds_bucket{host=\"testhost\",le=\"0.0025\"} 5\n") != NULL);
	t_ok(strstr(text, "\nlsctl_hook_duration_seconds_bucket{host=\"testhost\",le=\"30\"} 6\n"
	    "lsctl_hook_duration_seconds_bucket{host=\"testhost\",le=\"+Inf\"} 10\n"
	    "lsctl_hook_duration_seconds_sum" H "1.5\nlsctl_hook_duration_seconds_count" H "10\n") != NULL);
	t_ok(strstr(text, "\nlsctl_reconcile_duration_seconds") == NULL);
	t_ok(strstr(text, "\nlsctl_backup_last_success") == NULL);
	m.backup_s = 1767225600;
	h = render_good();
	h->measures = &m;
	t_ok(strstr(rendered(render_prometheus, h), "\nlsctl_backup_last_success_timestamp_seconds" H TIME "\n") != NULL);
}

/* A total goes on where a forwarder began anew. */
static void
counters_are_totals(void)
{
	struct health *before = render_good(), *h = render_good();
	struct health_measures m = { .backup_s = -1 };
	const char *text;
	json_t *known;

	known = health_counters_merge(NULL, before);
	json_object_set_new(json_array_get(h->channels, 0), "started", json_string("2026-01-02T00:00:00.000Z"));
	m.counters = health_counters_merge(known, h);
	h->measures = &m;
	text = rendered(render_prometheus, h);
	t_ok(strstr(text, "\nlsctl_channel_cuts_total" C "6\n") != NULL);
	t_ok(strstr(text, "\nlsctl_source_breaks_total" S("obs") "2\n") != NULL);
	t_ok(strstr(text, "\nlsctl_destination_acknowledged_bytes_total" D "246912\n") != NULL);
	health_free(before);
	json_decref(known);
	health_measures_free(&m);
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

T_MAIN({ "all well", all_well }, { "what is measured", what_is_measured },
    { "counters are totals", counters_are_totals }, { "families stand together", families_stand_together },
    { "problems have codes", problems_have_codes }, { "labels are escaped", labels_are_escaped }, { "no room", no_room })
