/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/paths.h"
#include "control/acl/event_limit.h"
#include "control/acl/spool.h"
#include "control/acl/spool_ship.h"
#include "control/db.h"
#include "process/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <time.h>
#include <unistd.h>

#define STATEMENT_MAX	(1 << 20)	/* bytes: the database takes them well within DB_QUERY_MS */

static const struct db_stmt spool_in = {
	"spool_ingest", "select lsctl.spool_ingest($1::jsonb)", 1
};

struct shipment {
	struct db		*db;
	struct buf		 text;	/* of a statement: "[event,event" */
	struct spool_shipped	*count;
	uint64_t		 events;	/* in text */
};

static enum db_fault
batch_send(struct shipment *s)
{
	const char *params[1];
	enum db_fault f;

	if (s->events == 0)
		return DB_OK;
	if (buf_add(&s->text, "]", 2) == -1)
		return DB_BROKEN;
	params[0] = (const char *)buf_head(&s->text);
	if ((f = db_run(s->db, &spool_in, params, NULL)) == DB_OK)
		s->count->sent += s->events;
	s->events = 0;
	buf_clear(&s->text);
	return f;
}

/* The complete event at the end of a line. One that a full disk truncated has no newline: the next one
 * follows on the same line. NULL: there is none. */
static const char *
event_in(const char *line, size_t *len)
{
	static const char begin[] = "{\"uid\":\"";
	const char *p = line, *last = NULL;
	json_t *j;

	while ((p = memmem(p, *len - (size_t)(p - line), begin, sizeof(begin) - 1)) != NULL)
		last = p++;
	if (last == NULL)
		return NULL;
	*len -= (size_t)(last - line);
	j = json_loadb(last, *len, 0, NULL);
	json_decref(j);
	return j != NULL ? last : NULL;
}

static enum db_fault
add(struct shipment *s, const char *line, size_t len)
{
	size_t whole = len;
	const char *event = event_in(line, &len);
	enum db_fault f = DB_OK;

	if (event == NULL || whole != len)
		s->count->torn++;
	if (event == NULL)
		return DB_OK;
	if (buf_len(&s->text) + len > STATEMENT_MAX)
		f = batch_send(s);
	if (f == DB_OK && (buf_add(&s->text, s->events == 0 ? "[" : ",", 1) == -1 ||
	    buf_add(&s->text, event, len) == -1))
		return DB_BROKEN;
	s->events++;
	return f;
}

static enum db_fault
add_lines(struct shipment *s, const char *p, size_t len)
{
	const char *nl, *end = p + len;
	enum db_fault f = DB_OK;

	for (; f == DB_OK && p < end; p = nl + 1) {
		if ((nl = memchr(p, '\n', (size_t)(end - p))) == NULL)
			nl = end;
		f = add(s, p, (size_t)(nl - p));
	}
	return f == DB_OK ? batch_send(s) : f;
}

static int
ship(struct shipment *s, struct spool_claim *c, struct error *err)
{
	enum db_fault f = DB_OK;
	struct buf all;
	int rc = -1;

	buf_init(&all, 3 * SPOOL_SEGMENT);
	/* The file has no more writers. */
	if (file_read(c->fd, &all) == -1) {
		error_set(err, "%s: %s", c->path, strerror(errno));
		if (errno == ENOBUFS && spool_put_aside(c->path) == 0)
			error_set(err, "%s is larger than a file of events gets, and is %s" SPOOL_REFUSED " now: look "
			    "who made it, then remove it", c->path, strrchr(c->path, '/') + 1);
		goto out;
	}
	if (buf_len(&all) > 0)
		f = add_lines(s, (const char *)buf_head(&all), buf_len(&all));
	if (f == DB_OK && spool_done(c) == 0) {
		rc = 0;
		goto out;
	}
	error_set(err, "%s: %s", c->path, f == DB_OK ? strerror(errno) : db_reason(s->db));
	if (f == DB_REFUSED) {
		/* The database would refuse it each time, and the events after it would wait for ever. */
		if (spool_put_aside(c->path) == 0)
			error_set(err, "the database refused %s" SPOOL_REFUSED " (%s): read it, then remove it",
			    c->path, db_reason(s->db));
	}
out:
	spool_keep(c);
	buf_free(&all);
	return rc;
}

/* -- counts -- */

/* The counts are a file of the hook's: no text of them is believed. */
static const char *
address_of(const struct event_limit *e)
{
	uint8_t room[16];

	return inet_pton(AF_INET, e->address, room) == 1 || inet_pton(AF_INET6, e->address, room) == 1 ? e->address : "?";
}

static int
count_append(void *arg, const struct event_limit *e, uint32_t events, int64_t seconds)
{
	char host[256], detail[256];
	struct spool_event s = { .host = path_host(host, sizeof(host)), .kind = e->kind, .who = "lsctl-hook",
	    .channel = e->channel[0] != '\0' ? e->channel : NULL, .source = e->source[0] != '\0' ? e->source : NULL,
	    .reason = e->reason[0] != '\0' ? e->reason : NULL, .detail = detail };
	struct error err;

	snprintf(detail, sizeof(detail), "{\"server\":\"%s\",\"address\":\"%s\",\"count\":%u,\"seconds\":%lld}",
	    strcmp(e->server, "srs") == 0 ? "srs" : "nginx", address_of(e), events, (long long)seconds);
	if (spool_append((const char *)arg, &s, &err) == -1)
		log_warnx("a count of events is lost: %s", err.text);
	return 0;
}

int
spool_ship(const char *dir, struct db *db, struct spool_shipped *count, struct error *err)
{
	struct shipment s = { .db = db, .count = count };
	int n, rc = 0, bad = spool_check(dir, err);
	struct spool_claim c;

	memset(count, 0, sizeof(*count));
	if (event_limit_counts(dir, (int64_t)time(NULL), count_append, (void *)(uintptr_t)dir, err) == -1)
		log_warnx("events that were counted wait: %s", err->text);
	buf_init(&s.text, 2 * STATEMENT_MAX);
	/* Two files of an earlier try, then two with the events since. */
	for (n = 0; n < 4 && rc == 0; n++) {
		if ((rc = spool_claim(dir, &c, err)) != 1)
			break;
		rc = ship(&s, &c, err);
	}
	buf_free(&s.text);
	return rc == -1 ? -1 : bad;
}
