/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "forward/ingest.h"

/*
 * A wakeup costs more than the bytes it moves. With a delay line a source need not be read at once:
 * it is read after BATCH_MS when something else wakes the process, and BATCH_GRACE_MS later otherwise.
 */
#define RETRY_MIN_MS	500
#define RETRY_MAX_MS	4000	/* the server is our own, and viewers wait */
#define BATCH_MS		100
#define BATCH_GRACE_MS	60
#define BATCH_MIN_DELAY_MS 800

static void
on_up(void *arg, int64_t now)
{
	struct ingest *in = arg;

	source_connected(&in->to->src);
	silence_connected(&in->to->silence);
	in->next_read = in->last_media = now;
	log_notice("source=%s playing", in->to->name);
}

static void
on_media(void *arg, struct packet *p, int64_t now)
{
	struct ingest *in = arg;

	in->last_media = now;
	silence_push(&in->to->silence, &in->to->src, p, now);
}

static void
on_ended(void *arg)
{
	struct ingest *in = arg;

	source_ended(&in->to->src);
}

static void
on_down(void *arg, int64_t now)
{
	struct ingest *in = arg;

	(void)now;
	source_ended(&in->to->src);
	if (!in->rtmp_conn.again)
		log_warnx("source=%s %s: %s", in->to->name,
		    rtmp_conn_fault_name(in->rtmp_conn.fault), in->rtmp_conn.error);
	else
		log_debug("source=%s %s: %s", in->to->name,
		    rtmp_conn_fault_name(in->rtmp_conn.fault), in->rtmp_conn.error);
}

struct ingest *
ingest_new(struct ev *ev, struct channel_source *to, const char *url,
    int64_t delay_ms, const char **reason)
{
	static const struct rtmp_conn_ops ops = {
		.up = on_up, .media = on_media, .ended = on_ended, .down = on_down
	};

	struct ingest *in = calloc(1, sizeof(*in));

	*reason = "out of memory";
	if (in == NULL)
		return NULL;
	in->to = to;
	in->batch_ms = delay_ms >= BATCH_MIN_DELAY_MS ? BATCH_MS : 0;
	rtmp_conn_init(&in->rtmp_conn, ev, RTMP_PLAY, in);
	in->rtmp_conn.ops = &ops;
	in->rtmp_conn.arena = to->arena;
	in->rtmp_conn.retry.min_ms = RETRY_MIN_MS;
	in->rtmp_conn.retry.max_ms = RETRY_MAX_MS;
	if (rtmp_conn_add_url(&in->rtmp_conn, url, NULL, reason) == 0)
		return in;
	ingest_free(in);
	return NULL;
}

void
ingest_free(struct ingest *in)
{
	if (in == NULL)
		return;
	rtmp_conn_free(&in->rtmp_conn);
	free(in);
}

int64_t
ingest_step(struct ingest *in, int64_t now)
{
	struct rtmp_conn *c = &in->rtmp_conn;
	int64_t wake;

	rate_update(&in->rate, in->to->src.bytes, now);
	if (c->state != RTMP_CONN_UP && (wake = rtmp_conn_step(c, now)) != INT64_MAX)
		return wake;
	if (c->ready || now >= in->next_read) {
		in->next_read = now + (in->batch_ms > 0 ? in->batch_ms : RATE_MS);
		if (!rtmp_conn_recv(c, now) || !rtmp_conn_flush(c, now))
			return c->retry_time;
	}
	ev_set(c->ev, &c->io, (in->batch_ms > 0 ? 0 : EV_READ) |
	    (buf_len(rtmp_out(c->rtmp)) > 0 ? EV_WRITE : 0));
	return in->next_read + BATCH_GRACE_MS;
}
