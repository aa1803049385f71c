/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "forward/egress.h"

#include <unistd.h>

/* Bytes in the kernel are bytes we cannot take back: few enough to feel a slow peer soon. */
#define SNDBUF		(512 * 1024)

#define LOT_BYTES	(512 * 1024)
#define CHECK_MS	500

/* A peer that acknowledges nothing for this long, with bytes outstanding, is gone. */
#define STUCK_MS	10000

/* A server that asks for another connection sooner than this is dialled like one that hung up. */
#define LEAVE_MS	10000

static void
up(void *arg, int64_t now)
{
	struct egress *eg = arg;

	sink_start(&eg->sink, eg->log, SINK_RTMP, rtmp_msid(eg->link.rtmp));
	eg->progress = eg->rtmp_progress = now;
	eg->rtmp_acks = 0;
	eg->sent_before = eg->sink.bytes;
	eg->next_check = now + CHECK_MS;
	eg->acked_before += eg->acked;
	eg->acked = 0;
	eg->blocked = eg->leave = false;
	if (eg->link.connects > 1)
		eg->reconnects++;
	log_notice("destination=%s live connects=%llu", eg->name,
	    (unsigned long long)eg->link.connects);
}

static void
down(void *arg, int64_t now)
{
	struct egress *eg = arg;

	sink_stop(&eg->sink);
	snprintf(eg->last_error, sizeof(eg->last_error), "%s: %s",
	    link_fault_name(eg->link.fault), eg->link.error);
	if (!eg->link.again)
		log_warnx("destination=%s %s; retry in %lld ms", eg->name,
		    eg->last_error, (long long)(eg->link.retry_time - now));
	else
		log_debug("destination=%s %s", eg->name, eg->last_error);
}

static void
reconnect(void *arg)
{
	struct egress *eg = arg;

	eg->leave = true;
}

struct egress *
egress_new(struct ev *ev, const struct outlog *log, const struct spec_dest *d,
    const char **field, const char **why)
{
	static const struct link_ops ops = {
		.up = up, .down = down, .reconnect = reconnect
	};

	struct egress *eg = calloc(1, sizeof(*eg));

	*field = "url";
	*why = "out of memory";
	if (eg == NULL)
		return NULL;
	strlcpy(eg->name, d->name, sizeof(eg->name));
	eg->log = log;
	link_init(&eg->link, ev, RTMP_PUBLISH, eg);
	eg->link.ops = &ops;
	eg->link.sndbuf = SNDBUF;
	eg->link.retry.min_ms = 500;
	eg->link.retry.max_ms = 30000;
	egress_spec(eg, d);
	if (link_add_url(&eg->link, d->url, d->key, why) == -1)
		goto fail;
	*field = "backup_url";
	if (d->backup_url != NULL &&
	    link_add_url(&eg->link, d->backup_url, d->key, why) == -1)
		goto fail;
	*field = "ca_file";
	*why = "cannot be read";
	if (d->ca_file[0] != '\0' && access(d->ca_file, R_OK) == -1)
		goto fail;
	*why = "is too long a path";
	if (strlen(d->ca_file) >= sizeof(eg->link.conn.ca_file))
		goto fail;
	return eg;
fail:
	egress_free(eg);
	return NULL;
}

void
egress_free(struct egress *eg)
{
	if (eg == NULL)
		return;
	link_free(&eg->link);
	sink_stop(&eg->sink);
	free(eg);
}

void
egress_spec(struct egress *eg, const struct spec_dest *d)
{
	eg->spec = d;
	eg->queue_ms = d->queue_ms;
	eg->link.ca_file = d->ca_file;
}

void
egress_hold(struct egress *eg, enum egress_wish wish, int64_t now)
{
	bool hold = wish != EGRESS_GO;

	if (hold == eg->held)
		return;
	eg->held = hold;
	if (hold) {
		link_stop(&eg->link, now, wish == EGRESS_GOODBYE &&
		    sink_between(&eg->sink));
		sink_stop(&eg->sink);
		log_notice("destination=%s held", eg->name);
	} else
		link_resume(&eg->link, now);
}

/*
 * A proxy between us may take bytes that the server never reads. A server that has acknowledged before
 * (RTMP 1.0 section 5.4.3) and is owed several of its windows is not there any more.
 */
static bool
server_acks(struct egress *eg, int64_t now)
{
	uint64_t sent = eg->sink.bytes - eg->sent_before,
	    acked = rtmp_acked(eg->link.rtmp);
	uint32_t acks = rtmp_acks(eg->link.rtmp);

	if (acks != eg->rtmp_acks || acks < 2 || sent < acked ||
	    (sent - acked) * acks < 4 * acked)
		eg->rtmp_progress = now;
	eg->rtmp_acks = acks;
	return now - eg->rtmp_progress <= STUCK_MS;
}

/* Does the peer take what it is sent? false: it does not, and the link is down. */
static bool
check_progress(struct egress *eg, int64_t now)
{
	uint64_t acked = conn_acked(&eg->link.conn);

	eg->next_check = now + CHECK_MS;
	if (acked != eg->acked || (conn_unacked(&eg->link.conn) == 0 &&
	    sink_lag_ms(&eg->sink, eg->log) == 0))
		eg->progress = now;
	eg->acked = acked;
	if (now - eg->progress <= STUCK_MS && server_acks(eg, now))
		return true;
	eg->link.conn.reset = true;	/* its kernel would keep our bytes for minutes */
	link_fail(&eg->link, now, LINK_STALLED,
	    "nothing acknowledged for %d s", STUCK_MS / 1000);
	return false;
}

/* A keyframe is next: the place to leave for another connection. */
static bool
at_keyframe(const struct egress *eg)
{
	const struct lane *l = &eg->log->lane;

	return sink_between(&eg->sink) && lane_has(l, eg->sink.next) &&
	    (lane_at(l, eg->sink.next)->flags & ENTRY_KEY);
}

/* To where the server sent us: at once, unless it does nothing else. */
static void
leave(struct egress *eg, int64_t now)
{
	struct link *l = &eg->link;
	bool at_once = now - l->up_since >= LEAVE_MS;

	link_fail(l, now, LINK_CLOSED, "the server asked to reconnect");
	if (at_once)
		l->retry_time = now;
}

/* Sends what there is, as far as the socket takes it. false: the link is down. */
static bool
pump(struct egress *eg, int64_t now)
{
	static struct sink_lot out;
	struct link *l = &eg->link;
	ssize_t n;

	sink_limit(&eg->sink, eg->log, eg->queue_ms);
	if (eg->leave && at_keyframe(eg)) {
		leave(eg, now);
		return false;
	}
	eg->blocked = false;
	for (;;) {
		if (sink_between(&eg->sink)) {
			if (!link_say(l, now))
				return false;
			if (buf_len(rtmp_out(l->rtmp)) > 0) {
				eg->blocked = true;	/* half said, maybe */
				return true;
			}
		}
		sink_fill(&eg->sink, eg->log, &out, LOT_BYTES);
		if (out.n == 0)
			return true;
		if ((n = conn_writev(&l->conn, out.iov, out.n)) == -1) {
			link_lost(l, now);
			return false;
		}
		sink_sent(&eg->sink, eg->log, (size_t)n);
		if ((size_t)n < out.bytes) {
			eg->blocked = true;
			return true;
		}
	}
}

int64_t
egress_step(struct egress *eg, int64_t now)
{
	struct link *l = &eg->link;
	int64_t wake;

	if (eg->held)
		return INT64_MAX;
	rate_update(&eg->rate, eg->sink.bytes, now);
	if (l->state != LINK_UP && (wake = link_step(l, now)) != INT64_MAX)
		return wake;
	if (l->ready && !link_hear(l, now))
		return l->retry_time;
	if (!pump(eg, now) ||
	    (now >= eg->next_check && !check_progress(eg, now)))
		return l->retry_time;
	ev_set(l->ev, &l->io, EV_READ | (eg->blocked ? EV_WRITE : 0));
	return eg->next_check;
}

uint64_t
egress_needs(const struct egress *eg)
{
	return eg->link.state == LINK_UP ? eg->sink.next : UINT64_MAX;
}

const char *
egress_state(const struct egress *eg)
{
	if (eg->held)
		return "held";
	switch (eg->link.state) {
	case LINK_WAITING:
		return "waiting";
	case LINK_CONNECTING:
		return "connecting";
	case LINK_STARTING:
		return "starting";
	case LINK_UP:
		break;
	}
	return sink_lag_ms(&eg->sink, eg->log) > 1000 ? "blocked" : "live";
}

int64_t
egress_queue_ms(const struct egress *eg)
{
	return eg->link.state == LINK_UP ? sink_lag_ms(&eg->sink, eg->log) : 0;
}

uint64_t
egress_acked(const struct egress *eg)
{
	return eg->acked_before + eg->acked;
}
