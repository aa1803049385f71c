/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "codec/codec.h"
#include "codec/ertmp_header.h"
#include "forward/egress.h"
#include "forward/renewal.h"
#include "forward/rtmp_conn_leave.h"
#include "forward/turn.h"

#include <unistd.h>

/* Bytes in the kernel can no longer be dropped. A small buffer shows a slow peer early. */
#define SNDBUF		(512 * 1024)

#define BATCH_BYTES	(512 * 1024)
#define CHECK_MS	500	/* when something else wakes the process, and CHECK_GRACE_MS later otherwise */
#define CHECK_GRACE_MS	250
#define RETRY_MIN_MS	500	/* before a destination is dialled again: doubled each time, */
#define RETRY_MAX_MS	30000	/* to this; base and jitter in retry.c */

/* A peer that acknowledges nothing for this long, with bytes outstanding, is gone. */
#define STUCK_MS	10000

/* A time of day that is so long over was stepped over: a keyframe comes sooner. */
#define STEPPED_S	600

/* A server that does not take the stream's codec may learn it one day. */
#define UNFIT_RETRY_MS	300000

/* A server that asks for a reconnect sooner than this is dialled after the retry delay, like one that hung up. */
#define LEAVE_MS	10000

_Static_assert(SPEC_USER_MAX <= RTMP_USER_MAX && SPEC_PASSWORD_MAX <= RTMP_PASSWORD_MAX, "a session takes both");

static void
on_up(void *arg, int64_t now)
{
	struct egress *eg = arg;

	muxer_start(&eg->muxer, eg->log, MUXER_RTMP, rtmp_msid(eg->rtmp_conn.rtmp));
	/* a peer that gets nothing may hang up: the time before that counts */
	if (!eg->muxer.waiting)
		eg->keyless_since = 0;
	else if (eg->keyless_since == 0)
		eg->keyless_since = now;
	eg->progress = now;
	eg->next_check = now + CHECK_MS;
	eg->acked_before += eg->acked;
	eg->acked = 0;
	eg->fourccs = *rtmp_fourccs(eg->rtmp_conn.rtmp);
	eg->unfit = false;
	eg->blocked = false;
	if (eg->rtmp_conn.connects > 1 && !eg->renews)
		eg->reconnects++;
	eg->renews = false;
	eg->renew_time = renewal_next(eg->spec, clock_wall());
	log_notice("destination=%s live connects=%llu address=%s", eg->name,
	    (unsigned long long)eg->rtmp_conn.connects, egress_address(eg));
}

static void
on_down(void *arg, int64_t now)
{
	struct egress *eg = arg;

	muxer_stop(&eg->muxer);
	eg->leave = eg->renews = false;
	/* a second address may take what the first one does not */
	if (eg->rtmp_conn.fault == RTMP_CONN_CODEC && eg->rtmp_conn.urls == 1) {
		eg->rtmp_conn.retry_time = now + UNFIT_RETRY_MS;
		eg->unfit = true;
	}
	snprintf(eg->last_error, sizeof(eg->last_error), "%s: %s",
	    rtmp_conn_fault_name(eg->rtmp_conn.fault), eg->rtmp_conn.error);
	if (!eg->rtmp_conn.again)
		log_warnx("destination=%s %s; retry in %lld ms", eg->name,
		    eg->last_error, (long long)(eg->rtmp_conn.retry_time - now));
	else
		log_debug("destination=%s %s", eg->name, eg->last_error);
}

static void
on_reconnect_request(void *arg)
{
	struct egress *eg = arg;

	eg->leave = true;
}

struct egress *
egress_new(struct ev *ev, const struct fanout_log *log, const struct spec_dest *d,
    const char **field, const char **reason)
{
	static const struct rtmp_conn_ops ops = {
		.up = on_up, .down = on_down, .reconnect = on_reconnect_request
	};

	struct egress *eg = calloc(1, sizeof(*eg));

	*field = "url";
	*reason = "out of memory";
	if (eg == NULL)
		return NULL;
	strlcpy(eg->name, d->name, sizeof(eg->name));
	eg->log = log;
	rtmp_conn_init(&eg->rtmp_conn, ev, RTMP_PUBLISH, eg);
	eg->rtmp_conn.ops = &ops;
	eg->rtmp_conn.sndbuf = SNDBUF;
	eg->rtmp_conn.retry.min_ms = RETRY_MIN_MS;
	eg->rtmp_conn.retry.max_ms = RETRY_MAX_MS;
	egress_spec(eg, d);
	*field = "key";
	if (d->key != NULL && (*reason = rtmp_url_fault(d->key)) != NULL)
		goto fail;
	*field = "url";
	if (rtmp_conn_add_url(&eg->rtmp_conn, d->url, d->key, reason) == -1)
		goto fail;
	*field = "backup_url";
	if (d->backup_url != NULL &&
	    rtmp_conn_add_url(&eg->rtmp_conn, d->backup_url, d->key, reason) == -1)
		goto fail;
	*field = "ca_file";
	*reason = "cannot be read";
	if (d->ca_file[0] != '\0' && access(d->ca_file, R_OK) == -1)
		goto fail;
	*reason = "is too long: 255 bytes at most";
	if (strlen(d->ca_file) >= sizeof(eg->rtmp_conn.conn.ca_file))
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
	rtmp_conn_free(&eg->rtmp_conn);
	muxer_stop(&eg->muxer);
	free(eg);
}

void
egress_spec(struct egress *eg, const struct spec_dest *d)
{
	if (eg->spec == NULL || eg->spec->renew_at != d->renew_at)
		eg->renew_time = renewal_next(d, clock_wall());
	eg->spec = d;
	eg->queue_ms = d->queue_ms;
	eg->rtmp_conn.ca_file = d->ca_file;
	eg->rtmp_conn.bind = d->bind;
	eg->rtmp_conn.proxy = d->proxy;
	rtmp_conn_set_return(&eg->rtmp_conn, d->primary_retry_ms);
	eg->rtmp_conn.user = d->user;
	eg->rtmp_conn.password = d->password;
	eg->rtmp_conn.answer_ms = d->answer_ms;
}

/* Does an unpublish come before the connection is closed? ends: because the broadcast should end. */
static bool
unpublishes(const struct egress *eg, bool ends)
{
	return eg->spec->unpublish == UNPUBLISH_AUTO ? ends : eg->spec->unpublish == UNPUBLISH_ALWAYS;
}

void
egress_set_mode(struct egress *eg, enum egress_mode mode, int64_t now)
{
	bool ends = mode == EGRESS_OFF || mode == EGRESS_OFF_SCHEDULE;

	if (mode == eg->mode)
		return;
	if (mode == EGRESS_SEND)
		rtmp_conn_resume(&eg->rtmp_conn, now);
	else if (eg->mode == EGRESS_SEND) {
		rtmp_conn_stop(&eg->rtmp_conn, now, unpublishes(eg, ends) && muxer_between(&eg->muxer));
		muxer_stop(&eg->muxer);
		eg->leave = eg->renews = false;
		eg->keyless_since = 0;
	}
	eg->mode = mode;
	if (mode != EGRESS_SEND)
		log_notice("destination=%s %s", eg->name, egress_state(eg));
}

/*
 * Does the host of the peer take what is sent? false: it does not, and the connection is down. Acknowledgements of RTMP
 * (section 5.4.3) are no condition: healthy servers send them at any distance, or a few and then none. A proxy that
 * takes what its server does not read is full soon, and then its host takes nothing.
 */
static bool
check_progress(struct egress *eg, int64_t now)
{
	uint64_t acked = conn_acked(&eg->rtmp_conn.conn);

	eg->next_check = now + CHECK_MS;
	if (acked != eg->acked || conn_unacked(&eg->rtmp_conn.conn) == 0)
		eg->progress = now;
	eg->acked = acked;
	if (now - eg->progress <= STUCK_MS)
		return true;
	eg->rtmp_conn.conn.reset = true;	/* else our kernel keeps the unsent bytes for minutes */
	rtmp_conn_fail(&eg->rtmp_conn, now, RTMP_CONN_STALLED,
	    "nothing acknowledged for %d s", STUCK_MS / 1000);
	return false;
}

/*
 * The header of the track whose codec the server did not list; NULL: it takes both. A message of the old format, without a
 * FourCC, is not subject to the list.
 */
static const struct packet *
not_taken(const struct fourcc_list *l, const struct codec_headers *h)
{
	const struct packet *v = h != NULL ? h->part[TRACK_VIDEO] : NULL, *a = h != NULL ? h->part[TRACK_AUDIO] : NULL;

	if (v != NULL && v->len > 0 && v->data[0] & 0x80 &&
	    !fourcc_list_takes(l, true, frame_parse(MSG_VIDEO, v->data, v->len).fourcc))
		return v;
	if (a != NULL && a->len > 0 && a->data[0] >> 4 == EX_AUDIO_FORMAT &&
	    !fourcc_list_takes(l, false, frame_parse(MSG_AUDIO, a->data, a->len).fourcc))
		return a;
	return NULL;
}

/* Leaves a server that does not take what comes next: nobody could decode it there. */
static void
leave_unfit(struct egress *eg, const struct packet *header, int64_t now)
{
	uint32_t cc = frame_parse(header->type, header->data, header->len).fourcc;

	rtmp_conn_fail(&eg->rtmp_conn, now, RTMP_CONN_CODEC, "the server does not take %s in the codec %c%c%c%c",
	    header->type == MSG_VIDEO ? "video" : "audio", cc >> 24, cc >> 16 & 0xff, cc >> 8 & 0xff, cc & 0xff);
}

/* Dials again as soon as the stream is one that the server listed. */
static void
await_fit(struct egress *eg, int64_t now)
{
	const struct frame_queue *q = &eg->log->queue;

	if (frame_queue_has(q, eg->log->key) &&
	    not_taken(&eg->fourccs, frame_queue_at(q, eg->log->key)->headers) == NULL) {
		eg->unfit = false;
		eg->rtmp_conn.retry_time = now;
	}
}

/* Reconnects to where the server redirects: at once, or after the retry delay if it redirects too often. */
static void
leave(struct egress *eg, int64_t now)
{
	struct rtmp_conn *c = &eg->rtmp_conn;
	bool at_once = now - c->up_since >= LEAVE_MS;

	rtmp_conn_fail(c, now, RTMP_CONN_CLOSED, "the server asked to reconnect");
	if (at_once)
		c->retry_time = now;
}

/* Leaves the backup address, which works, for the primary one: one connection ends before the other is dialled. */
static void
try_primary(struct egress *eg, int64_t now)
{
	log_notice("destination=%s tries its primary address again", eg->name);
	/* what a slow address has not taken yet must not reach it beside the other connection */
	eg->rtmp_conn.conn.reset = egress_lag_ms(eg) > EGRESS_BEHIND_MS;
	rtmp_conn_return(&eg->rtmp_conn, now);
}

/* Leaves for a new connection, if it is time or the stream changes. false: the connection stays. */
static bool
renew(struct egress *eg, const struct entry *key, int64_t now)
{
	struct rtmp_conn *c = &eg->rtmp_conn;
	int64_t wall = clock_wall();
	bool due;

	if (eg->renew_time != INT64_MAX && wall > eg->renew_time + STEPPED_S)	/* the clock was set */
		eg->renew_time = renewal_next(eg->spec, wall);
	due = renewal_is_old(eg->spec, now - c->up_since) || wall >= eg->renew_time;
	if (!due && (eg->spec->on_change != CHANGE_REDIAL || !renewal_differs(key, eg->muxer.has)))
		return false;
	log_notice("destination=%s %s: dials again", eg->name, due ? "its connection is old enough" :
	    "the stream has other parameters now");
	eg->leave = false;
	eg->renews = true;	/* on_down() undoes that */
	rtmp_conn_leave(c, now, unpublishes(eg, due));
	return true;
}

/* At a keyframe: leaves this connection if there is a reason to. */
static bool
leaves(struct egress *eg, int64_t now)
{
	const struct entry *key = frame_queue_at(&eg->log->queue, eg->muxer.next);
	const struct packet *header = not_taken(&eg->fourccs, key->headers);

	if (eg->leave)
		leave(eg, now);
	else if (rtmp_conn_may_return(&eg->rtmp_conn, now))
		try_primary(eg, now);
	else if (header != NULL)
		leave_unfit(eg, header, now);
	else
		return renew(eg, key, now);
	return true;
}

/* Sends what is ready, until the socket is full or the turn is over. false: the connection is down. */
static bool
pump(struct egress *eg, int64_t now)
{
	static struct muxer_batch out;
	struct rtmp_conn *c = &eg->rtmp_conn;
	struct turn turn = { 0 };
	ssize_t n;

	muxer_limit(&eg->muxer, eg->log, eg->queue_ms);
	eg->blocked = false;
	for (;;) {
		if (muxer_at_keyframe(&eg->muxer, eg->log) && leaves(eg, now))
			return false;
		if (muxer_between(&eg->muxer)) {
			if (!rtmp_conn_flush(c, now))
				return false;
			if (buf_len(rtmp_out(c->rtmp)) > 0) {
				eg->blocked = true;	/* a protocol message may be half sent */
				return true;
			}
		}
		muxer_fill(&eg->muxer, eg->log, &out, BATCH_BYTES);
		if (out.n == 0)
			return true;
		if ((n = conn_writev(&c->conn, out.iov, out.n)) == -1) {
			rtmp_conn_lost(c, now);
			return false;
		}
		muxer_sent(&eg->muxer, eg->log, (size_t)n);
		eg->keyless_since = 0;
		if ((size_t)n < out.bytes) {
			eg->blocked = true;
			return true;
		}
		if (turn_over(&turn, (size_t)n)) {
			ev_again(c->ev, &c->io);
			return true;
		}
	}
}

static void
watch_rate(struct egress *eg, int64_t now)
{
	if (eg->rtmp_conn.state != RTMP_CONN_UP || eg->spec->max_kbps == 0 || eg->rate.kbps <= eg->spec->max_kbps)
		eg->over_since = 0;
	else if (eg->over_since == 0)
		eg->over_since = now;
}

bool
egress_over(const struct egress *eg, int64_t now)
{
	return eg->over_since != 0 && now - eg->over_since >= EGRESS_OVER_MS;
}

int64_t
egress_step(struct egress *eg, int64_t now)
{
	struct rtmp_conn *c = &eg->rtmp_conn;
	int64_t wake;

	if (eg->mode != EGRESS_SEND)
		return INT64_MAX;
	rate_update(&eg->rate, eg->muxer.bytes, now);
	watch_rate(eg, now);
	if (c->state == RTMP_CONN_LEAVING)
		return rtmp_conn_leave_step(c, now);
	if (eg->unfit)
		await_fit(eg, now);
	if (eg->unfit && now < c->retry_time)
		return now + CHECK_MS < c->retry_time ? now + CHECK_MS : c->retry_time;
	if (c->state != RTMP_CONN_UP && (wake = rtmp_conn_step(c, now)) != INT64_MAX)
		return wake;
	if (c->ready && !rtmp_conn_recv(c, now))
		return c->retry_time;
	if (!pump(eg, now) ||
	    (now >= eg->next_check && !check_progress(eg, now)))
		return c->retry_time;
	ev_set(c->ev, &c->io, EV_READ | (eg->blocked ? EV_WRITE : 0));
	return eg->next_check + CHECK_GRACE_MS;
}

uint64_t
egress_needs(const struct egress *eg)
{
	return eg->rtmp_conn.state == RTMP_CONN_UP ? eg->muxer.next : UINT64_MAX;
}

int64_t
egress_keyframe_wait_ms(const struct egress *eg, int64_t now)
{
	if (eg->rtmp_conn.state != RTMP_CONN_UP || eg->keyless_since == 0)
		return 0;
	return now - eg->keyless_since;
}

const char *
egress_state(const struct egress *eg)
{
	static const char *const modes[] = {
		[EGRESS_IDLE] = "paused", [EGRESS_AWAY] = "away", [EGRESS_OFF_SCHEDULE] = "off-schedule",
		[EGRESS_OFF] = "paused"
	};

	if (eg->mode != EGRESS_SEND)
		return modes[eg->mode];
	if (eg->renews)
		return "renewing";
	switch (eg->rtmp_conn.state) {
	case RTMP_CONN_WAITING:
		return "waiting";
	case RTMP_CONN_CONNECTING:
		return "connecting";
	case RTMP_CONN_STARTING:
		return "starting";
	case RTMP_CONN_LEAVING:
	case RTMP_CONN_UP:
		break;
	}
	if (eg->muxer.waiting)
		return "waiting-keyframe";
	return egress_lag_ms(eg) > EGRESS_BEHIND_MS ? "slow" : "live";
}

const char *
egress_address(const struct egress *eg)
{
	return eg->spec->backup_leg || eg->rtmp_conn.turn > 0 ? "backup" : "primary";
}

int64_t
egress_queue_ms(const struct egress *eg)
{
	return eg->rtmp_conn.state == RTMP_CONN_UP ? muxer_lag_ms(&eg->muxer, eg->log) : 0;
}

int64_t
egress_lag_ms(const struct egress *eg)
{
	if (eg->rtmp_conn.state != RTMP_CONN_UP)
		return 0;
	return muxer_unacked_ms(&eg->muxer, eg->log, conn_unacked(&eg->rtmp_conn.conn));
}

uint64_t
egress_acked(const struct egress *eg)
{
	return eg->acked_before + eg->acked;
}
