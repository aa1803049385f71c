/* SPDX-License-Identifier: ISC */
/* Prometheus's text format: all samples of a family together, under its HELP and TYPE. */
#include "base/base.h"
#include "health/health_counters.h"
#include "health/health_measures.h"
#include "health/health_record.h"
#include "lsctl-health/render_prometheus.h"

enum of { OF_HOST, OF_CHANNEL, OF_SOURCE, OF_DESTINATION, OF_PROBLEM, OF_MEASURE };

/* The value of an object; -1: it has none. */
typedef double	value(const json_t *, const char *field);

static double
value_number(const json_t *o, const char *field)
{
	return record_number(o, field);
}

static double
value_seconds(const json_t *o, const char *field)
{
	double ms = record_number(o, field);

	return ms >= 0 ? ms / 1000 : -1;
}

/* A missing member is not false. */
static double
value_boolean(const json_t *o, const char *field)
{
	const json_t *v = json_object_get(o, field);

	return json_is_boolean(v) ? json_is_true(v) : -1;
}

static double
value_server_up(const json_t *o, const char *field)
{
	return value_boolean(json_object_get(o, "server"), field);
}

static double
value_server_number(const json_t *o, const char *field)
{
	return value_number(json_object_get(o, "server"), field);
}

static double
value_length(const json_t *o, const char *field)
{
	return (double)json_array_size(json_object_get(o, field));
}

static double
value_status(const json_t *o, const char *field)
{
	const char *s = record_text(o, field);

	return strcmp(s, "ok") == 0 ? 0 : strcmp(s, "warning") == 0 ? 1 : 2;
}

static double
value_on_air(const json_t *o, const char *field)
{
	return record_text(o, field)[0] != '\0';
}

static double
value_loop_running(const json_t *o, const char *field)
{
	return value_boolean(json_object_get(o, "loop"), field);
}

static double
value_live(const json_t *o, const char *field)
{
	return strcmp(record_text(o, field), "live") == 0;
}

static double
value_desired(const json_t *o, const char *field)
{
	return value_boolean(json_object_get(o, "desired"), field);
}

static double
value_one(const json_t *o, const char *field)
{
	(void)o;
	(void)field;
	return 1;
}

/* 1, for a text that is a label. */
static double
value_info(const json_t *o, const char *field)
{
	return record_text(o, field)[0] != '\0' ? 1 : -1;
}

static double
value_time(const json_t *o, const char *field)
{
	int64_t ms = record_time(record_text(o, field));

	return ms >= 0 ? (double)ms / 1000 : -1;
}

/* Of 1000 bits a second. */
static double
value_byte_rate(const json_t *o, const char *field)
{
	double kbps = record_number(o, field);

	return kbps >= 0 ? kbps * 125 : -1;
}

/* The label of a family whose value is value_info() has its field's name. */
static const struct family {
	const char	*name, *type, *help;
	enum of		 of;
	value		*value;
	const char	*field;
} families[] = {
	{ "lsctl_build_info", "gauge", "1; the label version has the version of lsctl.", OF_HOST, value_info,
	    "version" },
	{ "lsctl_observed_timestamp_seconds", "gauge", "Time of the pass that these metrics are from.", OF_HOST,
	    value_time, "time" },
	{ "lsctl_database_up", "gauge", "Whether the database answers.", OF_HOST, value_boolean, "database" },
	{ "lsctl_server_up", "gauge", "Whether the media server answers.", OF_HOST, value_server_up, "up" },
	{ "lsctl_server_streams", "gauge", "Streams that the media server lists.", OF_HOST,
	    value_server_number, "streams" },
	{ "lsctl_server_unknown_publishers", "gauge", "Publishers that belong to no channel.", OF_HOST, value_length,
	    "unknown_publishers" },
	{ "lsctl_host_problems", "gauge", "Problems of the host as a whole.", OF_HOST, value_length,
	    "problems" },
	{ "lsctl_channel_status", "gauge", "0 ok, 1 warning, 2 critical.", OF_CHANNEL, value_status, "status" },
	{ "lsctl_channel_problems", "gauge", "Problems of the channel.", OF_CHANNEL, value_length,
	    "problems" },
	{ "lsctl_problem", "gauge", "1 for each problem; without a channel it is the host's.", OF_PROBLEM,
	    value_one, NULL },
	{ "lsctl_channel_enabled", "gauge", "Whether the channel is enabled.", OF_CHANNEL,
	    value_desired, "enabled" },
	{ "lsctl_channel_state_info", "gauge", "1; the label state has the state.", OF_CHANNEL, value_info, "state" },
	{ "lsctl_channel_state_timestamp_seconds", "gauge", "Time when the state began.", OF_CHANNEL, value_time,
	    "since" },
	{ "lsctl_channel_mode_info", "gauge", "1; the label mode has auto, off or the pinned source.", OF_CHANNEL,
	    value_info, "mode" },
	{ "lsctl_channel_on_air", "gauge", "Whether a source is on the air.", OF_CHANNEL, value_on_air,
	    "on_air" },
	{ "lsctl_channel_running", "gauge", "Whether the forwarder answers.", OF_CHANNEL, value_boolean,
	    "running" },
	{ "lsctl_channel_start_time_seconds", "gauge", "Time when the forwarder started.", OF_CHANNEL, value_time,
	    "started" },
	{ "lsctl_channel_loop_running", "gauge", "Whether the loop answers.", OF_CHANNEL, value_loop_running,
	    "running" },
	{ "lsctl_channel_cuts_total", "counter", "Changes of what is on the air.", OF_CHANNEL,
	    value_number, "cuts" },
	{ "lsctl_channel_max_gap_seconds", "gauge", "Longest time between two video frames sent.", OF_CHANNEL,
	    value_seconds, "max_gap_ms" },
	{ "lsctl_source_on_air", "gauge", "Whether it is on the air.", OF_SOURCE, value_boolean, "on_air" },
	{ "lsctl_source_healthy", "gauge", "Whether it can go on the air.", OF_SOURCE, value_boolean, "healthy" },
	{ "lsctl_source_publishing", "gauge", "Whether media arrives.", OF_SOURCE, value_boolean,
	    "publishing" },
	{ "lsctl_source_stale", "gauge", "Whether a silent publisher keeps the encoder out.", OF_SOURCE, value_boolean,
	    "stale" },
	{ "lsctl_source_receive_bytes_per_second", "gauge", "Bytes received in a second, now.", OF_SOURCE,
	    value_byte_rate, "kbps" },
	{ "lsctl_source_stable_seconds", "gauge", "How long it has been healthy without a break.", OF_SOURCE,
	    value_number, "stable_s" },
	{ "lsctl_source_keyframe_interval_seconds", "gauge", "Between the two newest keyframes.", OF_SOURCE,
	    value_number, "keyframe_s" },
	{ "lsctl_source_breaks_total", "counter", "Times that its media broke off and began anew.", OF_SOURCE,
	    value_number, "breaks" },
	{ "lsctl_source_dropped_frames_total", "counter", "Frames that could not be used.", OF_SOURCE,
	    value_number, "dropped" },
	{ "lsctl_destination_live", "gauge", "Whether it is live.", OF_DESTINATION, value_live, "state" },
	{ "lsctl_destination_state_info", "gauge", "1; the label state has the state.", OF_DESTINATION, value_info,
	    "state" },
	{ "lsctl_destination_address_info", "gauge", "1; the label address has the address in use: primary or backup.",
	    OF_DESTINATION, value_info, "address" },
	{ "lsctl_destination_send_bytes_per_second", "gauge", "Bytes sent in a second, now.", OF_DESTINATION,
	    value_byte_rate, "kbps" },
	{ "lsctl_destination_lag_seconds", "gauge", "How far its host is behind.", OF_DESTINATION,
	    value_seconds, "lag_ms" },
	{ "lsctl_destination_queue_seconds", "gauge", "The part of that which is not sent yet.", OF_DESTINATION,
	    value_seconds, "queue_ms" },
	{ "lsctl_destination_acknowledged_bytes_total", "counter", "Bytes that it acknowledged.",
	    OF_DESTINATION, value_number, "acked_bytes" },
	{ "lsctl_destination_reconnects_total", "counter", "Times that it was connected again.",
	    OF_DESTINATION, value_number, "reconnects" },
	{ "lsctl_destination_dropped_frames_total", "counter", "Frames left out because it was behind.", OF_DESTINATION,
	    value_number, "dropped_frames" },
	{ "lsctl_backup_last_success_timestamp_seconds", "gauge", "Time of the newest backup of the nightly unit.",
	    OF_MEASURE, NULL, "backup" },
	{ "lsctl_reconcile_last_pass_timestamp_seconds", "gauge", "Time of the last pass of the reconciliation.",
	    OF_MEASURE, NULL, "pass" },
	{ "lsctl_reconcile_duration_seconds", "histogram", "How long a pass of the reconciliation takes.", OF_MEASURE,
	    NULL, "pass" },
	{ "lsctl_hook_last_answer_timestamp_seconds", "gauge", "Time of the last answer of the hook.", OF_MEASURE,
	    NULL, "hook" },
	{ "lsctl_hook_duration_seconds", "histogram", "How long an answer of the hook takes.", OF_MEASURE, NULL,
	    "hook" }
};

static const char *
group_of(enum of of)
{
	return of == OF_SOURCE ? "sources" : of == OF_DESTINATION ? "destinations" : NULL;
}

/* Label values: backslash, quote and newline are escaped. */
static int
label_print(struct buf *b, const char *before, const char *name, const char *text)
{
	if (buf_addf(b, "%s%s=\"", before, name) == -1)
		return -1;
	for (; *text != '\0'; text++)
		if (*text == '\n' ? buf_addf(b, "\\n") == -1 : *text == '"' || *text == '\\' ?
		    buf_addf(b, "\\%c", *text) == -1 : buf_add(b, text, 1) == -1)
			return -1;
	return buf_add(b, "\"", 1);
}

struct place {
	const char		*host, *channel, *item;	/* channel and item may be NULL */
	const struct health_measures	*measures;	/* or NULL */
};

/* A count goes on over the restarts of forwarders, where that is known. */
static double
family_value(const struct family *f, const struct place *at, const json_t *o)
{
	double v = f->value(o, f->field), total = -1;

	if (v >= 0 && at->measures != NULL && strcmp(f->type, "counter") == 0)
		total = health_counter(at->measures->counters, at->channel, group_of(f->of), at->item, f->field);
	return total >= 0 ? total : v;
}

static int
sample_print(struct buf *b, const struct family *f, const struct place *at, const json_t *o)
{
	double v = family_value(f, at, o);

	if (v < 0)
		return 0;
	if (buf_addf(b, "%s", f->name) == -1 || label_print(b, "{", "host", at->host) == -1 ||
	    (at->channel != NULL && label_print(b, ",", "channel", at->channel) == -1) ||
	    (at->item != NULL && label_print(b, ",", f->of == OF_SOURCE ? "source" : "destination",
	    at->item) == -1) ||
	    (f->value == value_info && label_print(b, ",", f->field, record_text(o, f->field)) == -1))
		return -1;
	return buf_addf(b, "} %.15g\n", v);
}

/* The text is no label: it is for people, and may change. */
static int
problem_samples(struct buf *b, const struct family *f, const char *host, const json_t *record)
{
	const char *channel = record_text(record, "channel");
	const json_t *problem;
	size_t i;

	json_array_foreach(json_object_get(record, "problems"), i, problem) {
		if (buf_addf(b, "%s", f->name) == -1 || label_print(b, "{", "host", host) == -1 ||
		    (channel[0] != '\0' && label_print(b, ",", "channel", channel) == -1) ||
		    label_print(b, ",", "code", record_text(problem, "code")) == -1 ||
		    label_print(b, ",", "subject", record_text(problem, "subject")) == -1 ||
		    buf_addf(b, "} 1\n") == -1)
			return -1;
	}
	return 0;
}

static int
channel_samples(struct buf *b, const struct family *f, struct place at, const json_t *record)
{
	json_t *o;

	if (f->of == OF_PROBLEM)
		return problem_samples(b, f, at.host, record);
	at.channel = record_text(record, "channel");
	if (f->of == OF_CHANNEL)
		return sample_print(b, f, &at, record);
	json_object_foreach(json_object_get(record, group_of(f->of)), at.item, o)
		if (sample_print(b, f, &at, o) == -1)
			return -1;
	return 0;
}

/* Its buckets are cumulative, and the last one is the count. */
static int
histogram_print(struct buf *b, const char *name, const char *host, const struct histogram *m)
{
	uint64_t n = 0;
	char bound[32];
	size_t i;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		n += m->count[i];
		if (i < HISTOGRAM_BUCKETS - 1)
			snprintf(bound, sizeof(bound), "%.15g", (double)histogram_bound_us[i] / 1e6);
		else
			strlcpy(bound, "+Inf", sizeof(bound));
		if (buf_addf(b, "%s_bucket", name) == -1 || label_print(b, "{", "host", host) == -1 ||
		    buf_addf(b, ",le=\"%s\"} %llu\n", bound, (unsigned long long)n) == -1)
			return -1;
	}
	if (buf_addf(b, "%s_sum", name) == -1 || label_print(b, "{", "host", host) == -1 ||
	    buf_addf(b, "} %.15g\n%s_count", (double)m->sum_us / 1e6, name) == -1 ||
	    label_print(b, "{", "host", host) == -1)
		return -1;
	return buf_addf(b, "} %llu\n", (unsigned long long)n);
}

/* What is measured besides the records. */
static int
measure_print(struct buf *b, const struct family *f, const char *host, const struct health_measures *m)
{
	const struct histogram *times = NULL;
	int64_t seconds = -1;

	if (m == NULL)
		return 0;
	if (strcmp(f->field, "backup") == 0)
		seconds = m->backup_s;
	else if (strcmp(f->field, "hook") == 0 ? m->hook_known : m->pass_known) {
		times = strcmp(f->field, "hook") == 0 ? &m->hook : &m->pass;
		seconds = times->last_s;
	}
	if (seconds < 0)
		return 0;
	if (strcmp(f->type, "histogram") == 0)
		return histogram_print(b, f->name, host, times);
	if (buf_addf(b, "%s", f->name) == -1 || label_print(b, "{", "host", host) == -1)
		return -1;
	return buf_addf(b, "} %lld\n", (long long)seconds);
}

static int
family_print(struct buf *b, const struct family *f, const struct place *at, const struct health *h)
{
	const json_t *record;
	size_t i;

	if (buf_addf(b, "# HELP %s %s\n# TYPE %s %s\n", f->name, f->help, f->name, f->type) == -1)
		return -1;
	if (f->of == OF_MEASURE)
		return measure_print(b, f, at->host, h->measures);
	if (f->of == OF_HOST)
		return sample_print(b, f, at, h->host);
	if (f->of == OF_PROBLEM && problem_samples(b, f, at->host, h->host) == -1)
		return -1;
	json_array_foreach(h->channels, i, record)
		if (channel_samples(b, f, *at, record) == -1)
			return -1;
	return 0;
}

int
render_prometheus(const struct health *h, struct buf *b)
{
	struct place at = { .host = record_text(h->host, "host"), .measures = h->measures };
	size_t i;

	for (i = 0; i < nitems(families); i++)
		if (family_print(b, &families[i], &at, h) == -1)
			return -1;
	return 0;
}
