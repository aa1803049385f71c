/* SPDX-License-Identifier: ISC */
/* The output of a monitoring plugin: a line with performance data, then a line for each problem. */
#include "base/base.h"
#include "health/health_record.h"
#include "lsctl-health/render_nagios.h"
#include "lsctl-health/render_plain.h"

static const char *const words[] = {
	[HEALTH_OK] = "OK", [HEALTH_WARNING] = "WARNING", [HEALTH_CRITICAL] = "CRITICAL"
};

struct counts {
	int	channels, on_air, warning, critical, problems;
	int	dests, live;
};

static void
counts_make(const struct health *h, struct counts *n)
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

/* "krishna: no-video: TEXT"; of the host without a channel. "|" would begin performance data. */
static int
problem_print(struct buf *b, const json_t *record, const json_t *problem)
{
	const char *channel = record_text(record, "channel");
	size_t from = buf_len(b), i;

	if (buf_addf(b, "%s%s%s: ", channel, channel[0] != '\0' ? ": " : "", record_text(problem, "code")) == -1 ||
	    render_plain(b, record_text(problem, "text")) == -1)
		return -1;
	for (i = from; i < buf_len(b); i++)
		if (b->data[b->head + i] == '|')
			b->data[b->head + i] = '/';
	return 0;
}

/* The first problem of a record that makes its status; NULL: the record has another status. */
static const json_t *
worst_of(const json_t *record, enum health_status worst)
{
	const json_t *one;
	enum problem p;
	size_t i;

	if (strcmp(record_text(record, "status"), health_status_name(worst)) != 0)
		return NULL;
	json_array_foreach(json_object_get(record, "problems"), i, one) {
		p = problem_find(record_text(one, "code"));
		if (worst != HEALTH_CRITICAL || (p != PROBLEMS && problem_code(p)->critical))
			return one;
	}
	return NULL;
}

/* The problem for the first line; NULL: there is none. */
static const json_t *
first_problem(const struct health *h, const json_t **record)
{
	enum health_status worst = health_status(h);
	const json_t *problem, *one;
	size_t i;

	*record = h->host;
	if (worst == HEALTH_OK || (problem = worst_of(h->host, worst)) != NULL)
		return worst == HEALTH_OK ? NULL : problem;
	json_array_foreach(h->channels, i, one) {
		*record = one;
		if ((problem = worst_of(one, worst)) != NULL)
			return problem;
	}
	return NULL;
}

static int
lines_print(struct buf *b, const json_t *record)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(record, "problems"), i, one)
		if (problem_print(b, record, one) == -1 || buf_add(b, "\n", 1) == -1)
			return -1;
	return 0;
}

int
render_nagios(const struct health *h, struct buf *b)
{
	const json_t *record, *first = first_problem(h, &record), *one;
	struct counts n;
	size_t i;

	counts_make(h, &n);
	if (buf_addf(b, "LSCTL %s - %d of %d channels on the air", words[health_status(h)],
	    n.on_air, n.channels) == -1)
		return -1;
	if (first != NULL && (buf_addf(b, "; ") == -1 || problem_print(b, record, first) == -1))
		return -1;
	if (buf_addf(b, " | channels=%d;;;0 on_air=%d;;;0;%d warning=%d;;;0 critical=%d;;;0 "
	    "problems=%d;;;0 destinations=%d;;;0 live=%d;;;0;%d\n", n.channels, n.on_air,
	    n.channels, n.warning, n.critical, n.problems, n.dests, n.live, n.dests) == -1)
		return -1;
	if (lines_print(b, h->host) == -1)
		return -1;
	json_array_foreach(h->channels, i, one)
		if (lines_print(b, one) == -1)
			return -1;
	return 0;
}
