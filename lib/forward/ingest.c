/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "forward/ingest.h"

#define RETRY_MIN_MS	500
#define RETRY_MAX_MS	4000	/* the server is our own, and viewers wait */

/*
 * A wakeup costs more than the bytes it moves. With a delay line a source need not be read at once: it is read after
 * SPEC_BATCH_MS, or SPARE_MS while another one is on the air, when something else wakes the process, and GRACE_MS later
 * otherwise. So much waiting is no stall: READS_A_STALL. A peer that is faster than READ_BYTES in that time wakes us.
 */
#define SPARE_MS	250
#define GRACE_MS	70
#define READS_A_STALL	3
#define READ_BYTES	(1024 * 1024)

static int64_t
longer(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void
on_up(void *arg, int64_t now)
{
	struct ingest *in = arg;

	source_connected(&in->to->src);
	silence_connected(&in->to->silence);
	in->last_read = in->last_media = now;
	if (in->batch_ms > 0)
		conn_read_late(&in->rtmp_conn.conn, READ_BYTES);
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
    const struct spec *spec, const char **reason)
{
	static const struct rtmp_conn_ops ops = {
		.up = on_up, .media = on_media, .ended = on_ended, .down = on_down
	};

	struct ingest *in = calloc(1, sizeof(*in));

	*reason = "out of memory";
	if (in == NULL)
		return NULL;
	in->to = to;
	if (spec->delay_ms >= SPEC_BATCH_DELAY_MS)
		in->batch_ms = longer(spec->batch_ms, SPEC_BATCH_MS);
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

/* The time between two reads, ms. */
static int64_t
read_every(const struct ingest *in, bool spare)
{
	int64_t every = spare ? longer(in->batch_ms, SPARE_MS) : in->batch_ms,
	    most = in->to->src.lim.stall_ms / READS_A_STALL;

	if (in->batch_ms == 0)
		return RATE_MS;
	return every < most ? every : most;
}

int64_t
ingest_step(struct ingest *in, bool spare, int64_t now)
{
	struct rtmp_conn *c = &in->rtmp_conn;
	int64_t every = read_every(in, spare), wake;

	if (c->state != RTMP_CONN_UP && (wake = rtmp_conn_step(c, now)) != INT64_MAX) {
		rate_update(&in->rate, in->to->src.bytes, now);
		return wake;
	}
	if (c->ready || now >= in->last_read + every) {
		in->last_read = now;
		if (!rtmp_conn_recv(c, now) || !rtmp_conn_flush(c, now))
			return c->retry_time;
		rate_update(&in->rate, in->to->src.bytes, now);
	}
	ev_set(c->ev, &c->io, EV_READ | (buf_len(rtmp_out(c->rtmp)) > 0 ? EV_WRITE : 0));
	return in->last_read + every + GRACE_MS;
}
