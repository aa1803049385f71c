/* SPDX-License-Identifier: ISC */
/* The output of a monitoring plugin: a line with performance data, then a line a problem. */
#include "base/base.h"
#include "health/health_record.h"
#include "lsctl-health/render.h"

static const char *const words[] = {
	[HEALTH_OK] = "OK", [HEALTH_WARNING] = "WARNING", [HEALTH_CRITICAL] = "CRITICAL"
};

struct counts {
	int	channels, on_air, warning, critical, problems;
	int	dests, live;
};

static void
count(const struct health *h, struct counts *n)
{
	const json_t *one;
	const char *name;
	json_t *d;
	size_t i;

	memset(n, 0, sizeof(*n));
	n->problems = (int)json_array_size(json_object_get(h->host, "problems"));
	json_array_foreach(h->channels, i, one) {
		n->channels++;
		n->on_air += record_text(one, "on_air")[0] != '\0';
		n->warning += strcmp(record_text(one, "status"), "warning") == 0;
		n->critical += strcmp(record_text(one, "status"), "critical") == 0;
		n->problems += (int)json_array_size(json_object_get(one, "problems"));
		json_object_foreach(json_object_get(one, "destinations"), name, d) {
			n->dests++;
			n->live += strcmp(record_text(d, "state"), "live") == 0;
		}
	}
}

/* "|" would begin performance data. */
static int
text_print(struct buf *b, const char *channel, const char *text)
{
	size_t from = buf_len(b), i;

	if (channel != NULL && buf_addf(b, "%s: ", channel) == -1)
		return -1;
	if (render_plain(b, text) == -1)
		return -1;
	for (i = from; i < buf_len(b); i++)
		if (b->data[b->head + i] == '|')
			b->data[b->head + i] = '/';
	return 0;
}

/* The first of the worst, for whoever reads one line; NULL: there is none. */
static const char *
first_problem(const struct health *h, const char **channel)
{
	const char *worst = words[health_status(h)];
	const json_t *one;
	size_t i;

	*channel = NULL;
	if (strcasecmp(record_text(h->host, "status"), worst) == 0)
		return json_string_value(json_array_get(json_object_get(h->host, "problems"), 0));
	json_array_foreach(h->channels, i, one)
		if (strcasecmp(record_text(one, "status"), worst) == 0) {
			*channel = record_text(one, "channel");
			return json_string_value(json_array_get(json_object_get(one,
			    "problems"), 0));
		}
	return NULL;
}

static int
lines_print(struct buf *b, const char *channel, const json_t *record)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(record, "problems"), i, one)
		if (text_print(b, channel, json_string_value(one)) == -1 ||
		    buf_add(b, "\n", 1) == -1)
			return -1;
	return 0;
}

int
render_nagios(const struct health *h, struct buf *b)
{
	const char *channel, *first = first_problem(h, &channel);
	const json_t *one;
	struct counts n;
	size_t i;

	count(h, &n);
	if (buf_addf(b, "LSCTL %s - %d of %d channels on the air", words[health_status(h)],
	    n.on_air, n.channels) == -1)
		return -1;
	if (first != NULL && (buf_addf(b, "; ") == -1 || text_print(b, channel, first) == -1))
		return -1;
	if (buf_addf(b, " | channels=%d;;;0 on_air=%d;;;0;%d warning=%d;;;0 critical=%d;;;0 "
	    "problems=%d;;;0 destinations=%d;;;0 live=%d;;;0;%d\n", n.channels, n.on_air,
	    n.channels, n.warning, n.critical, n.problems, n.dests, n.live, n.dests) == -1)
		return -1;
	if (lines_print(b, NULL, h->host) == -1)
		return -1;
	json_array_foreach(h->channels, i, one)
		if (lines_print(b, record_text(one, "channel"), one) == -1)
			return -1;
	return 0;
}
