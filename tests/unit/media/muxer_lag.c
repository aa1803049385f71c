/* SPDX-License-Identifier: ISC */
/* Who lags, and how it goes on. */
#include "muxer_stage.h"

/* A lagging reader loses whole GOPs, never half a message, never a header. */
static void
lag_drops_whole_gops(void)
{
	struct stage t;
	struct muxer_batch batch;
	struct observed seen;
	int i;

	begin(&t);
	gop(&t.log, t.headers, 0, 5000, ENTRY_CUT);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	muxer_fill(&t.s, &t.log, &batch, 100);
	for (i = 0; wired < 60; i++) {
		size_t n = batch.iov[i].iov_len;

		memcpy(wire + wired, batch.iov[i].iov_base, n);
		wired += n;
	}
	muxer_sent(&t.s, &t.log, wired);
	t_ok(!muxer_between(&t.s));
	for (i = 1; i < 20; i++)
		gop(&t.log, i < 10 ? t.headers : t.other, i * 400, 5000, i == 10 ? ENTRY_CUT : 0);
	fanout_log_trim(&t.log, UINT64_MAX);	/* what it was sending is gone from the log */
	muxer_limit(&t.s, &t.log, 1000);
	while (!muxer_between(&t.s)) {	/* but not from the muxer */
		muxer_fill(&t.s, &t.log, &batch, 1);
		memcpy(wire + wired, batch.iov[0].iov_base, batch.iov[0].iov_len);
		wired += batch.iov[0].iov_len;
		muxer_sent(&t.s, &t.log, batch.iov[0].iov_len);
	}
	muxer_limit(&t.s, &t.log, 1000);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 1 + 3 + 20);
	t_int(seen.m[3].len, 5000);
	t_int(seen.m[4].type, MSG_DATA);
	t_int(seen.m[7].len, 5000);
	t_int(seen.m[7].time, 19 * 400);
	t_ok(t.s.dropped > 0);
	end(&t);
}

/* A socket that takes a little each time, hardly ever up to the end of a message. */
static void
slow_reader_is_kept_within_the_limit(void)
{
	struct stage t;
	struct muxer_batch batch;
	static struct observed seen;
	int64_t worst = 0, lag;
	uint32_t metadata = 0;
	size_t n, left;
	int i, k;

	begin(&t);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	for (i = 0; i < 150; i++) {	/* a minute of 400 ms each */
		gop(&t.log, i % 4 < 2 ? t.headers : t.other, i * 400, 5000, i % 2 ? 0 : ENTRY_CUT);
		muxer_limit(&t.s, &t.log, 2000);
		muxer_fill(&t.s, &t.log, &batch, 65536);
		for (k = 0, left = 4999; k < batch.n && left > 0; k++, left -= n) {
			n = batch.iov[k].iov_len < left ? batch.iov[k].iov_len : left;
			memcpy(wire + wired, batch.iov[k].iov_base, n);
			wired += n;
		}
		muxer_sent(&t.s, &t.log, 4999 - left);
		fanout_log_trim(&t.log, t.s.next);
		lag = muxer_lag_ms(&t.s, &t.log);
		worst = lag > worst ? lag : worst;
	}
	t_ok(worst <= 2000 + 400);
	if (worst > 2400)
		printf("# %lld ms\n", (long long)worst);
	t_ok(t.s.dropped > 1000);
	muxer_limit(&t.s, &t.log, 0);
	drain(&t.s, &t.log, SIZE_MAX);
	t_int(t.s.next, t.log.queue.end);
	parse(&seen);
	for (i = 0; i < seen.n; i++) {	/* where it goes on, all headers come first, and metadata only if it is another */
		if (seen.m[i].type == MSG_DATA) {
			t_ok(seen.sum[i] != metadata);
			metadata = seen.sum[i];
		}
		if (i == 0 || seen.m[i].time - seen.m[i - 1].time <= 50)
			continue;
		k = i + (seen.m[i].type == MSG_DATA);
		t_int(seen.m[k].len, 30);
		t_int(seen.m[k + 1].len, 4);
		t_int(seen.m[k + 2].len, 5000);
	}
	end(&t);
}

/* Where no newer keyframe is there yet, the next one is awaited: nothing is sent twice. */
static void
waits_where_there_is_no_newer_keyframe(void)
{
	struct stage t;
	struct muxer_batch batch;
	struct observed seen;
	int i;

	begin(&t);
	push(&t.log, t.headers, packet(MSG_VIDEO, 500, 1), 0, ENTRY_KEY | ENTRY_CUT);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	drain(&t.s, &t.log, SIZE_MAX);
	for (i = 1; i <= 50; i++)
		push(&t.log, t.headers, packet(MSG_VIDEO, 100, 1), i * 40, 0);
	t_int(muxer_lag_ms(&t.s, &t.log), 49 * 40);
	muxer_limit(&t.s, &t.log, 1960);
	t_int(t.s.dropped, 0);
	muxer_limit(&t.s, &t.log, 1959);
	t_int(t.s.dropped, 50);
	t_int(muxer_lag_ms(&t.s, &t.log), 0);	/* it waits, and owes nothing */
	for (; i <= 60; i++)
		push(&t.log, t.headers, packet(MSG_VIDEO, 100, 1), i * 40, 0);
	muxer_fill(&t.s, &t.log, &batch, SIZE_MAX);
	t_int(batch.n, 0);
	push(&t.log, t.headers, packet(MSG_VIDEO, 600, 1), i * 40, ENTRY_KEY);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 1 + 2 + 1);		/* with its headers */
	t_int(seen.m[3].len, 500);
	t_int(seen.m[6].len, 600);
	end(&t);
}

/* One that begins with a keyframe of long ago may catch up from there; then it lags like any other. */
static void
catches_up_from_an_old_keyframe(void)
{
	struct stage t;
	struct observed seen;
	int i;

	begin(&t);
	push(&t.log, t.headers, packet(MSG_VIDEO, 500, 1), 0, ENTRY_KEY | ENTRY_CUT);
	for (i = 1; i <= 250; i++)
		push(&t.log, t.headers, packet(MSG_VIDEO, 100, 1), i * 40, 0);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	muxer_limit(&t.s, &t.log, 8000);
	t_int(t.s.dropped, 0);
	drain(&t.s, &t.log, SIZE_MAX);
	muxer_limit(&t.s, &t.log, 8000);
	parse(&seen);
	t_int(seen.n, 3 + 251);
	for (; i <= 500; i++)
		push(&t.log, t.headers, packet(MSG_VIDEO, 100, 1), i * 40, 0);
	muxer_limit(&t.s, &t.log, 8000);
	t_int(t.s.dropped, 250);
	/* as soon as there is a newer one it goes on there */
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	push(&t.log, t.headers, packet(MSG_VIDEO, 500, 1), i * 40, ENTRY_KEY);
	muxer_limit(&t.s, &t.log, 8000);
	t_int(t.s.next, t.log.key);
	end(&t);
}

/* The log does not wait for ever: what was to come next is gone, and it goes on at the keyframe. */
static void
goes_on_where_the_log_left_it_behind(void)
{
	struct stage t;
	struct observed seen;
	int i;

	begin(&t);
	t.log.max_ms = 2000;
	gop(&t.log, t.headers, 0, 5000, ENTRY_CUT);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	drain(&t.s, &t.log, SIZE_MAX);
	for (i = 1; i < 20; i++)
		gop(&t.log, t.headers, i * 400, 5000, 0);
	fanout_log_trim(&t.log, t.s.next);
	t_ok(t.log.queue.first > t.s.next);
	muxer_limit(&t.s, &t.log, 60000);
	t_int(t.s.next, t.log.key);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 20 + 2 + 20);
	t_int(seen.m[25].time, 19 * 400);
	end(&t);
}

/* Frames of 1000 bytes, 40 ms each, whatever they are written in. */
static void
what_is_not_acknowledged_is_lag(void)
{
	static const size_t sizes[] = { SIZE_MAX, 999, 7 };
	struct stage t;
	size_t i;
	int k;

	for (i = 0; i < nitems(sizes); i++) {
		begin(&t);
		muxer_start(&t.s, &t.log, MUXER_FLV, 1);
		t_int(muxer_unacked_ms(&t.s, &t.log, 5000), 0);	/* what was said before the media */
		for (k = 0; k < 100; k++)
			push(&t.log, t.headers, packet(MSG_VIDEO, 985, 1), k * 40, k == 0 ? ENTRY_KEY | ENTRY_CUT : 0);
		t_int(muxer_unacked_ms(&t.s, &t.log, 5000), muxer_lag_ms(&t.s, &t.log));	/* nothing is sent */
		drain(&t.s, &t.log, sizes[i]);
		t_int(muxer_unacked_ms(&t.s, &t.log, 0), 0);
		for (k = 1; k < 100; k++) {
			t_ok(muxer_unacked_ms(&t.s, &t.log, (size_t)k * 1000) >= (k - 1) * 40);
			t_ok(muxer_unacked_ms(&t.s, &t.log, (size_t)k * 1000) < (k - 1) * 40 + 120);
		}
		t_int(muxer_unacked_ms(&t.s, &t.log, SIZE_MAX), 99 * 40);
		push(&t.log, t.headers, packet(MSG_VIDEO, 985, 1), 6000, ENTRY_KEY);
		t_int(muxer_unacked_ms(&t.s, &t.log, 0), 0);
		t_ok(muxer_unacked_ms(&t.s, &t.log, 1) >= 6000 - 99 * 40);
		muxer_start(&t.s, &t.log, MUXER_FLV, 1);	/* another connection */
		t_int(muxer_unacked_ms(&t.s, &t.log, 5000), 0);
		end(&t);
	}
}

T_MAIN(
	{ "lag_drops_whole_gops", lag_drops_whole_gops },
	{ "slow_reader_is_kept_within_the_limit", slow_reader_is_kept_within_the_limit },
	{ "what_is_not_acknowledged_is_lag", what_is_not_acknowledged_is_lag },
	{ "waits_where_there_is_no_newer_keyframe", waits_where_there_is_no_newer_keyframe },
	{ "catches_up_from_an_old_keyframe", catches_up_from_an_old_keyframe },
	{ "goes_on_where_the_log_left_it_behind", goes_on_where_the_log_left_it_behind },
)
