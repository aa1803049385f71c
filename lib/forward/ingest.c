/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "forward/ingest.h"

/*
 * A wakeup costs more than the bytes it moves. With a delay line behind it a source need not be
 * read at once: lots of this length, when something else wakes us in time, a little later else.
 */
#define LOT_MS		100
#define LOT_GRACE_MS	60
#define LOT_MIN_DELAY_MS 800

static void
up(void *arg, int64_t now)
{
	struct ingest *in = arg;

	source_connected(&in->to->src);
	in->next_read = in->heard = now;
	log_notice("source=%s playing", in->to->name);
}

static void
media(void *arg, struct packet *p, int64_t now)
{
	struct ingest *in = arg;

	in->heard = now;
	source_push(&in->to->src, p, now);
}

static void
ended(void *arg)
{
	struct ingest *in = arg;

	source_ended(&in->to->src);
}

static void
down(void *arg, int64_t now)
{
	struct ingest *in = arg;

	(void)now;
	source_ended(&in->to->src);
	if (!in->link.again)
		log_warnx("source=%s %s: %s", in->to->name,
		    link_fault_name(in->link.fault), in->link.error);
	else
		log_debug("source=%s %s: %s", in->to->name,
		    link_fault_name(in->link.fault), in->link.error);
}

struct ingest *
ingest_new(struct ev *ev, struct channel_source *to, const char *url,
    int64_t delay_ms, const char **why)
{
	static const struct link_ops ops = {
		.up = up, .media = media, .ended = ended, .down = down
	};

	struct ingest *in = calloc(1, sizeof(*in));

	*why = "out of memory";
	if (in == NULL)
		return NULL;
	in->to = to;
	in->lot_ms = delay_ms >= LOT_MIN_DELAY_MS ? LOT_MS : 0;
	link_init(&in->link, ev, RTMP_PLAY, in);
	in->link.ops = &ops;
	in->link.arena = to->arena;
	in->link.retry.min_ms = 500;
	in->link.retry.max_ms = 4000;	/* it is ours, and viewers wait for it */
	if (link_add_url(&in->link, url, NULL, why) == 0)
		return in;
	ingest_free(in);
	return NULL;
}

void
ingest_free(struct ingest *in)
{
	if (in == NULL)
		return;
	link_free(&in->link);
	free(in);
}

int64_t
ingest_step(struct ingest *in, int64_t now)
{
	struct link *l = &in->link;
	int64_t wake;

	rate_update(&in->rate, in->to->src.bytes, now);
	if (l->state != LINK_UP && (wake = link_step(l, now)) != INT64_MAX)
		return wake;
	if (l->ready || now >= in->next_read) {
		in->next_read = now + (in->lot_ms > 0 ? in->lot_ms : RATE_MS);
		if (!link_hear(l, now) || !link_say(l, now))
			return l->retry_time;
	}
	ev_set(l->ev, &l->io, (in->lot_ms > 0 ? 0 : EV_READ) |
	    (buf_len(rtmp_out(l->rtmp)) > 0 ? EV_WRITE : 0));
	return in->next_read + LOT_GRACE_MS;
}
