/* SPDX-License-Identifier: ISC */
/* One source, played from a media server that the test scripts. */
#include "base/base.h"
#include "forward/ingest.h"
#include "media/source_health.h"
#include "peer.h"

static const uint8_t avcc[] = { 0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xff, 0xe1, 0, 4,
    0x67, 66, 0, 30, 1, 0, 2, 0x68, 0xce };
static const uint8_t asc[] = { 0xaf, 0, 0x11, 0x90 };
static const uint8_t idr[] = { 0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x65, 0x88 };
static const uint8_t aac[] = { 0xaf, 1, 0x21, 0x10 };

static struct ev *ev;
static struct channel_source to;
static struct ingest *in;
static struct peer peer;
static int64_t now;
static bool spare;		/* another source is on the air */

static void
begin(int64_t delay_ms)
{
	struct source_limits lim = { .delay_ms = delay_ms, .stall_ms = 1500, .prove_ms = 1000,
	    .max_ms = 20000, .max_bytes = 1 << 24 };
	const struct spec spec = { .delay_ms = delay_ms };
	const char *reason;

	now = 1000000;
	spare = false;
	ev = ev_new();
	memset(&to, 0, sizeof(to));
	strlcpy(to.name, "obs", sizeof(to.name));
	to.arena = arena_new(65536);
	source_init(&to.src, &lim);
	peer_listen(&peer, 0);
	in = ingest_new(ev, &to, peer.url, &spec, &reason);
	t_ok(in != NULL);
}

static void
end(void)
{
	ingest_free(in);
	source_free(&to.src);
	arena_free(to.arena);
	peer_close(&peer);
	ev_free(ev);
}

static int64_t
turn(void)
{
	int64_t wake = ingest_step(in, spare, now);

	peer_step(&peer);
	ev_wait(ev, clock_us() + 5000);
	return wake;
}

static void
go_up(void)
{
	uint64_t before = in->rtmp_conn.connects;

	UNTIL(peer.fd != -1 && peer.n >= 1537);
	w_playing(&peer.w);
	peer_say(&peer);
	UNTIL(in->rtmp_conn.connects > before);
}

static void
say_headers(void)
{
	w_message(&peer.w, 6, 0, MSG_VIDEO, 1, avcc, sizeof(avcc));
	w_message(&peer.w, 4, 0, MSG_AUDIO, 1, asc, sizeof(asc));
}

static void
say_frames(uint32_t time)
{
	w_message(&peer.w, 6, time, MSG_VIDEO, 1, idr, sizeof(idr));
	w_message(&peer.w, 4, time, MSG_AUDIO, 1, aac, sizeof(aac));
	peer_say(&peer);
}

static void
plays_into_its_source(void)
{
	begin(0);
	t_int(source_check(&to.src, now), SOURCE_ABSENT);
	go_up();
	t_ok(to.src.connected);
	t_int(in->last_media, now);
	now += 500;
	say_headers();
	say_frames(40);
	UNTIL(to.src.frames == 2);
	t_int(in->last_media, now);
	t_int(source_check(&to.src, now), SOURCE_PROVING);
	t_int(to.src.track[TRACK_VIDEO].edge, 40);
	t_int(to.src.track[TRACK_VIDEO].arrived, now);
	t_ok(to.src.bytes > 0);
	end();
}

/* The server reports the end of the stream: the connection stays, for the next publisher. */
static void
the_streams_end_is_not_the_connections(void)
{
	begin(0);
	go_up();
	say_headers();
	say_frames(40);
	UNTIL(to.src.frames == 2);
	w_user(&peer.w, 1, 1);
	peer_say(&peer);
	UNTIL(source_check(&to.src, now) == SOURCE_ENDED);
	t_int(in->rtmp_conn.state, RTMP_CONN_UP);
	say_headers();
	say_frames(0);
	UNTIL(to.src.frames == 4);
	t_int(source_check(&to.src, now), SOURCE_PROVING);
	t_int(peer.calls, 1);
	end();
}

/* "Sources are tried again after at most 4 seconds." Each connection is a run of its own. */
static void
a_lost_connection_is_dialled_again(void)
{
	uint32_t epoch;
	int i;

	begin(0);
	go_up();
	now += 5000;
	epoch = to.src.epoch;
	peer_hang_up(&peer);
	UNTIL(in->rtmp_conn.state == RTMP_CONN_WAITING);
	t_int(source_check(&to.src, now), SOURCE_ENDED);
	now = in->rtmp_conn.retry_time;
	go_up();
	t_ok(to.src.epoch > epoch);
	t_int(source_check(&to.src, now), SOURCE_ABSENT);
	for (i = 0; i < 8; i++) {
		peer_hang_up(&peer);
		UNTIL(in->rtmp_conn.state == RTMP_CONN_WAITING);
		t_ok(in->rtmp_conn.retry_time - now <= 4000);
		now = in->rtmp_conn.retry_time;
		UNTIL(peer.fd != -1);
	}
	end();
}

/* Two frames are there after so many ms, in steps of 10, and not before; until then each call returns the same time. */
static void
arrive_after(int64_t ms)
{
	int64_t since = now, wake = turn();
	uint64_t before = to.src.frames;

	t_int(in->last_read, since);
	t_int(wake, since + ms + 70);	/* some grace for another wakeup */
	say_frames(to.src.frames * 20 + 40);
	for (; now < since + ms; now += 10) {
		t_int(turn(), wake);
		t_int(to.src.frames, before);
	}
	UNTIL(to.src.frames == before + 2);
	t_int(in->last_read, now);
}

/* "Below 800 ms a source is read as bytes come; from there on in batches of 100 ms, which costs less." */
static void
a_delay_line_is_filled_in_batches(void)
{
	begin(800);
	go_up();
	turn();
	say_headers();
	arrive_after(100);
	arrive_after(100);
	spare = true;			/* "and one that is not on the air 4 times a second" */
	arrive_after(250);
	to.src.lim.stall_ms = 240;	/* a wait is no stall */
	arrive_after(80);
	spare = false;
	arrive_after(80);
	end();

	begin(799);
	go_up();
	turn();
	say_headers();
	say_frames(40);
	UNTIL(to.src.frames == 2);		/* no time has passed */
	end();
}

/* The end of a connection, and more than its room, are no reason to wait. */
static void
a_batch_does_not_wait_for_the_end(void)
{
	static uint8_t large[1 << 17];
	ssize_t n = 0, sent = 0;
	uint32_t i;

	begin(800);
	go_up();
	turn();
	say_headers();
	peer_say(&peer);
	memcpy(large, idr, sizeof(idr));
	for (i = 0; i < 16; i++) {
		w_message(&peer.w, 6, i * 40, MSG_VIDEO, 1, large, sizeof(large));
		for (n = sent = 0; sent < (ssize_t)peer.w.n; sent += n)
			UNTIL((n = write(peer.fd, peer.w.b + sent, peer.w.n - (size_t)sent)) > 0);
		peer.w.n = 0;
	}
	UNTIL(to.src.frames >= 8);
	peer_hang_up(&peer);
	UNTIL(in->rtmp_conn.state == RTMP_CONN_WAITING);
	end();
}

static void
an_address_that_is_wrong_is_told(void)
{
	const struct spec spec = { .delay_ms = 0 };
	struct ingest *none;
	const char *reason = NULL;

	begin(0);
	none = ingest_new(ev, &to, "rtmp://127.0.0.1/live", &spec, &reason);
	t_ok(none == NULL);
	t_str(reason, "has no stream name after the last /");
	ingest_free(NULL);
	end();
}

T_MAIN(
	{ "plays_into_its_source", plays_into_its_source },
	{ "the_streams_end_is_not_the_connections", the_streams_end_is_not_the_connections },
	{ "a_lost_connection_is_dialled_again", a_lost_connection_is_dialled_again },
	{ "a_delay_line_is_filled_in_batches", a_delay_line_is_filled_in_batches },
	{ "a_batch_does_not_wait_for_the_end", a_batch_does_not_wait_for_the_end },
	{ "an_address_that_is_wrong_is_told", an_address_that_is_wrong_is_told },
)
