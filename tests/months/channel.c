/* SPDX-License-Identifier: ISC */
/*
 * Months of a channel in minutes: on a virtual clock, an encoder and a loop whose clocks are 200 ppm off in either
 * direction, a failover an hour, and four destinations. Prints TAP.
 *
 *	channel [DAYS]		60 by default: past 2^24, 2^31 and 2^32 ms, where times of RTMP change their form or wrap
 *
 * What must hold: no gap, no time that falls, no frame lost but at a failover, both tracks of a source moved alike, every
 * time on the wire that of the frame, modulo 2^32; and memory as it was after a day.
 */
#include "base/base.h"
#include "forward/sim.h"
#include "media/muxer.h"
#include "rtmp/chunk.h"
#include "rtmp/rtmp_request.h"

#include <sys/resource.h>

#define TICK_MS		10
#define FPS		10
#define RATE		8000	/* of audio: 128 ms a frame */
#define AUDIO_MS	128
#define DESTINATIONS	4
#define HOUR_MS		3600000
#define DAY_MS		(24 * (int64_t)HOUR_MS)
#define GAP_MS		(1000 / FPS + 2 * TICK_MS)
#define FAULTS_SHOWN	10

struct destination {
	struct muxer		 muxer;
	struct chunk_reader	*reader;
	struct arena		*arena;
	uint64_t		 frames;	/* that arrived */
};

/* What came out last, of each track. */
struct track_seen {
	bool		 any;
	int64_t		 wall, dts, offset;
	struct stamp	 stamp;
};

static struct sim s;
static struct destination to[DESTINATIONS];
static struct track_seen seen[TRACKS];
static uint64_t cuts, faults, frames;
static int64_t gap, skew;

static void
fault(int64_t dts, const char *what)
{
	if (faults++ < FAULTS_SHOWN)
		printf("# day %.3f, time %lld: %s\n", (double)(s.now - 1000000) / (double)DAY_MS, (long long)dts, what);
}

static void
judge(const struct entry *e)
{
	bool video = e->pkt->type == MSG_VIDEO;
	struct track_seen *t = &seen[video ? TRACK_VIDEO : TRACK_AUDIO], *v = &seen[TRACK_VIDEO];
	struct stamp st;
	bool same;

	memcpy(&st, e->pkt->data + e->pkt->len - sizeof(st), sizeof(st));
	same = t->any && t->stamp.source == st.source && t->stamp.epoch == st.epoch;
	frames++;
	if (t->any && e->dts < t->dts)
		fault(e->dts, "DTS falls");
	if (same && st.number != t->stamp.number + 1)
		fault(e->dts, "a frame is missing");
	if (video) {
		if (t->any && s.now - t->wall > gap)
			gap = s.now - t->wall;
		if (t->any && e->dts - t->dts > 2 * 1000 / FPS)
			fault(e->dts, "DTS steps by more than two frames");
		cuts += t->any && !same;
	} else if (v->any && v->stamp.source == st.source && v->stamp.epoch == st.epoch &&
	    llabs(e->dts - st.dts - v->offset) > skew)
		skew = llabs(e->dts - st.dts - v->offset);
	*t = (struct track_seen){ .any = true, .wall = s.now, .dts = e->dts, .offset = e->dts - st.dts, .stamp = st };
}

/* The frames on the wire are those of the log from entry at on, with their times. Returns how many they are. */
static uint64_t
wire_read(struct destination *d, uint64_t at, const uint8_t *p, size_t n)
{
	const struct frame_queue *q = &s.ch->log.queue;
	enum chunk_error err;
	struct message m;
	uint64_t begin = at;
	ptrdiff_t used;
	bool got;

	for (; n > 0; p += used, n -= (size_t)used) {
		if ((used = chunk_read(d->reader, p, n, &m, &got, &err)) <= 0) {
			fault(0, "the bytes on the wire are not valid");
			break;
		}
		if (!got || m.packet == NULL)
			continue;
		if (m.packet->type != MSG_DATA && m.packet->data[1] != 0) {	/* no header */
			if (m.packet->time != (uint32_t)frame_queue_at(q, at)->dts)
				fault(frame_queue_at(q, at)->dts, "another time on the wire");
			at++;
		}
		packet_unref(m.packet);
	}
	return at - begin;
}

static void
destination_start(struct destination *d)
{
	struct buf out;

	d->arena = arena_new(65536);
	d->reader = chunk_reader_new(d->arena, 1 << 20, 65536);
	buf_init(&out, 4096);
	if (request_control(&out, MSG_CHUNK_SIZE, RTMP_CHUNK_OUT) == 0)
		(void)wire_read(d, 0, buf_head(&out), buf_len(&out));
	buf_free(&out);
	muxer_start(&d->muxer, &s.ch->log, MUXER_RTMP, 1);
}

static void
destination_send(struct destination *d)
{
	static struct muxer_batch batch;
	static uint8_t bytes[1 << 20];
	uint64_t at;
	size_t n;
	int i;

	for (;;) {
		(void)muxer_at_keyframe(&d->muxer, &s.ch->log);
		at = d->muxer.next;
		muxer_fill(&d->muxer, &s.ch->log, &batch, sizeof(bytes) / 2);
		if (batch.n == 0)
			return;
		for (i = 0, n = 0; i < batch.n; n += batch.iov[i++].iov_len)
			memcpy(bytes + n, batch.iov[i].iov_base, batch.iov[i].iov_len);
		muxer_sent(&d->muxer, &s.ch->log, n);
		d->frames += wire_read(d, at, bytes, n);
	}
}

static void
take(void)
{
	struct fanout_log *log = &s.ch->log;
	int i;

	if (s.seen == log->queue.end)
		return;
	for (; s.seen < log->queue.end; s.seen++)
		judge(frame_queue_at(&log->queue, s.seen));
	for (i = 0; i < DESTINATIONS; i++)
		destination_send(&to[i]);
	fanout_log_trim(log, s.seen);
}

static void
run(int64_t ms)
{
	int64_t until = s.now + ms;
	int i;

	for (; s.now < until; s.now += TICK_MS) {
		for (i = 0; i < s.encoders; i++)
			sim_deliver(&s, &s.enc[i]);
		(void)channel_step(s.ch, s.now);
		take();
	}
}

/* Each hour OBS is away for a minute. It comes back as a new publisher, as OBS does. */
static void
hour(void)
{
	run(HOUR_MS - 120000);
	s.enc[0].up = false;
	run(60000);
	if (strcmp(sim_state(&s), "LOOP_ACTIVE") != 0)
		fault(0, "the loop is not on the air");
	sim_up(&s, 0);
	run(60000);
	if (strcmp(sim_state(&s), "OBS_ACTIVE") != 0)
		fault(0, "OBS is not on the air again");
}

static void
begin_channel(void)
{
	int i;

	sim_init(&s, 2, 2000);
	for (i = 0; i < s.encoders; i++) {
		s.enc[i].fps = FPS;
		s.enc[i].rate = RATE;
		s.enc[i].gop = 2 * FPS;
		s.enc[i].speed = i == 0 ? 1.0002 : 0.9998;
	}
	/* its clock passes 2^32 ms on the first day, too */
	s.enc[1].start = UINT32_MAX - 10 * HOUR_MS;
	for (i = 0; i < s.encoders; i++)
		sim_up(&s, i);
	for (i = 0; i < DESTINATIONS; i++)
		destination_start(&to[i]);
}

static void
say(bool good, const char *text)
{
	static int n;

	printf("%sok %d - %s\n", good ? "" : "not ", ++n, text);
	fflush(stdout);
}

int
main(int argc, char *argv[])
{
	int days = argc > 1 ? (int)strtonum(argv[1], 1, 3650, NULL) : 60, i, h;
	long after_a_day = 0, most = 0;
	struct rusage used;
	bool all = true;

	printf("1..5\n");
	begin_channel();
	for (h = 0; h < days * 24; h++) {
		hour();
		(void)getrusage(RUSAGE_SELF, &used);
		most = used.ru_maxrss;
		after_a_day = h < 24 ? most : after_a_day;
	}
	for (i = 0; i < DESTINATIONS; i++)
		all = all && to[i].frames > 0 && to[i].frames == to[0].frames;
	printf("# %d days: %llu frames to each of %d destinations, %llu cuts, longest gap %lld ms, tracks apart by %lld ms, "
	    "memory %ld kB after a day, %ld at most\n", days, (unsigned long long)to[0].frames, DESTINATIONS,
	    (unsigned long long)cuts, (long long)gap, (long long)skew, after_a_day, most);
	say(faults == 0, "no time falls or steps, no frame is missing, every time on the wire is that of the frame");
	say(gap <= GAP_MS && skew <= AUDIO_MS, "no gap, and both tracks are moved alike");
	say(cuts == 2 * (uint64_t)days * 24 + 1 || cuts == 2 * (uint64_t)days * 24, "two cuts an hour");
	say(all && frames > 0, "each destination gets every frame");
	say(most <= after_a_day + after_a_day / 10, "memory is as it was after a day");
	return faults > 0;
}
