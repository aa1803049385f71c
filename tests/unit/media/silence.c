/* SPDX-License-Identifier: ISC */
#include "media/silence.h"
#include "source_stage.h"

static struct fanout_log fanout_log;
static struct silence silence;
static int64_t clock_ms;	/* when the next picture arrives */

static const uint8_t stereo_48[] = { 0xaf, 0, 0x11, 0x90, 0x56, 0xe5, 0 }, mono_44[] = { 0xaf, 0, 0x12, 0x08, 0x56, 0xe5, 0 };

static struct packet *
packet_of(uint8_t type, const uint8_t *p, size_t n, int64_t time)
{
	struct packet *pkt = packet_new(arena, type, (uint32_t)time, (uint32_t)n);

	memcpy(pkt->data, p, n);
	return pkt;
}

static void
arrives(uint8_t type, const uint8_t *p, size_t n, int64_t time)
{
	silence_push(&silence, &src, packet_of(type, p, n, time), clock_ms);
}

/* So many pictures, each so many ms after the one before; the camera's clock is ahead of ours by so much. */
static void
pictures(int n, int64_t ahead, int frame_ms)
{
	for (; n > 0; n--, clock_ms += frame_ms)
		arrives(MSG_VIDEO, clock_ms % 1000 == 0 ? idr : inter, sizeof(idr), clock_ms + ahead);
}

static void
begin_camera(int64_t ahead)
{
	begin();
	fanout_log_init(&fanout_log, 1 << 20, 60000);
	silence_init(&silence, &fanout_log, arena);
	clock_ms = 1000;
	arrives(MSG_DATA, meta, sizeof(meta), clock_ms + ahead);
	arrives(MSG_VIDEO, avcc, sizeof(avcc), clock_ms + ahead);
}

static void
end_camera(void)
{
	fanout_log_free(&fanout_log);
	end();
}

/* A frame of sound goes out in the headers that it is sent with. */
static void
goes_out_with(const uint8_t *header, size_t len)
{
	struct codec_headers *h = codec_headers_with(NULL, TRACK_AUDIO, packet_of(MSG_AUDIO, header, len, 0));
	struct entry e = { .pkt = packet_of(MSG_AUDIO, aac, sizeof(aac), 0), .headers = h };

	packet_unref(h->part[TRACK_AUDIO]);
	fanout_log_push(&fanout_log, &e);
}

static void
header_is(const uint8_t *header, size_t len)
{
	const struct packet *p = src.headers->part[TRACK_AUDIO];

	t_ok(p != NULL && p->len == len && memcmp(p->data, header, len) == 0);
}

/* The silence has no hole, and reaches the newest picture. */
static void
is_even(int64_t rate)
{
	const struct frame_queue *q = &src.track[TRACK_AUDIO].queue;
	const struct entry *first = frame_queue_at(q, q->first);
	uint64_t n;

	for (n = q->first; n < q->end; n++)
		if (!t_int(frame_queue_at(q, n)->dts - first->dts, (int64_t)(n - q->first) * 1024000 / rate))
			break;
	t_ok(src.track[TRACK_VIDEO].edge - src.track[TRACK_AUDIO].edge <= 1024000 / rate + 1);
	t_ok(src.track[TRACK_VIDEO].edge >= src.track[TRACK_AUDIO].edge);
}

static void
a_camera_is_healthy(void)
{
	static const int frames[] = { 40, 20, 100, 500 };
	size_t i;

	for (i = 0; i < nitems(frames); i++) {
		begin_camera(INT64_C(0xfffff000));	/* its clock wraps */
		pictures(1, INT64_C(0xfffff000), frames[i]);
		t_int(src.track[TRACK_AUDIO].queue.end, 1);
		pictures(10000 / frames[i] - 1, INT64_C(0xfffff000), frames[i]);
		header_is(stereo_48, sizeof(stereo_48));
		t_int(source_check(&src, clock_ms), SOURCE_HEALTHY);
		t_ok(src.holds_key);
		t_int(src.epoch, 1);
		t_int(src.dropped, 0);
		t_int(src.track[TRACK_AUDIO].first, src.track[TRACK_VIDEO].first);
		is_even(48000);
		/* what it did not send is not its bit rate */
		t_int(src.bytes, sizeof(meta) + sizeof(avcc) + (size_t)(10000 / frames[i]) * sizeof(idr));
		pictures(1, INT64_C(0xfffff000), 2000);
		t_int(source_check(&src, clock_ms), SOURCE_VIDEO_STALLED);
		end_camera();
	}
}

/* Its health says what is wrong with the picture. */
static void
a_camera_without_keyframes_has_none(void)
{
	int i;

	begin_camera(0);
	for (i = 0; i < 50; i++, clock_ms += 40)
		arrives(MSG_VIDEO, inter, sizeof(inter), clock_ms);
	t_int(source_check(&src, clock_ms), SOURCE_NO_KEYFRAME);
	end_camera();
}

static void
it_begins_anew_with_a_connection(void)
{
	begin_camera(0);
	pictures(50, 0, 40);
	source_connected(&src);
	silence_connected(&silence);
	clock_ms += 2000;
	arrives(MSG_VIDEO, avcc, sizeof(avcc), clock_ms);
	pictures(50, 0, 40);
	t_int(src.track[TRACK_AUDIO].first, src.track[TRACK_VIDEO].first);
	is_even(48000);
	end_camera();
}

static void
a_source_with_sound_is_left_alone(void)
{
	begin_camera(0);
	silence_init(&silence, NULL, arena);
	arrives(MSG_AUDIO, asc, sizeof(asc), clock_ms);
	pictures(25, 0, 40);
	arrives(MSG_AUDIO, aac, sizeof(aac), clock_ms);
	header_is(asc, sizeof(asc));
	t_int(src.track[TRACK_AUDIO].queue.end, 1);
	end_camera();
}

static void
sound_of_its_own_is_dropped(void)
{
	begin_camera(0);
	arrives(MSG_AUDIO, asc, sizeof(asc), clock_ms);
	pictures(25, 0, 40);
	arrives(MSG_AUDIO, aac, sizeof(aac), clock_ms);
	header_is(stereo_48, sizeof(stereo_48));
	t_int(src.dropped, 2);
	is_even(48000);
	end_camera();
}

static void
the_format_is_that_of_the_sound_that_went_out(void)
{
	static const uint8_t other[] = { 0xaf, 0, 0x13, 0x90 };	/* 22.05 kHz */

	begin_camera(0);
	silence_connected(&silence);
	goes_out_with(mono_44, sizeof(mono_44));
	pictures(50, 0, 40);
	header_is(mono_44, sizeof(mono_44));
	is_even(44100);
	goes_out_with(stereo_48, sizeof(stereo_48));
	pictures(25, 0, 40);
	header_is(mono_44, sizeof(mono_44));		/* it stays while the connection does */
	source_connected(&src);
	silence_connected(&silence);
	arrives(MSG_VIDEO, avcc, sizeof(avcc), clock_ms);
	pictures(25, 0, 40);
	header_is(stereo_48, sizeof(stereo_48));
	goes_out_with(other, sizeof(other));
	silence_connected(&silence);
	pictures(25, 0, 40);
	header_is(stereo_48, sizeof(stereo_48));
	end_camera();
}

/* "Both tracks make the same jump": time_jump.h takes it out. */
static void
a_jump_of_the_camera_is_no_seam(void)
{
	static const int64_t jumps[] = { 2000, 150, -200, -250 };
	size_t i;

	for (i = 0; i < nitems(jumps); i++) {
		begin_camera(0);
		pictures(60, 0, 66);
		pictures(60, jumps[i], 66);
		t_int(src.jumps, 1);
		t_int(src.epoch, 1);
		t_int(src.track[TRACK_VIDEO].queue.end, 120);
		t_ok(src.track[TRACK_AUDIO].queue.end >= 119 * 66 * 48 / 1024);
		t_int(source_check(&src, clock_ms - 66), SOURCE_HEALTHY);
		end_camera();
	}
}

/* A camera that leaves out pictures has silence there; after a long gap it begins with the picture. */
static void
a_gap_has_silence(void)
{
	begin_camera(0);
	pictures(50, 0, 40);
	clock_ms += 1000;
	pictures(50, 0, 40);
	is_even(48000);
	t_int(src.epoch, 1);
	clock_ms += 4000;
	pictures(50, 0, 40);
	t_int(src.epoch, 2);
	t_ok(src.track[TRACK_AUDIO].first - src.track[TRACK_VIDEO].first <= 1000);
	t_ok(src.track[TRACK_VIDEO].edge - src.track[TRACK_AUDIO].edge <= 22);
	t_ok(src.track[TRACK_AUDIO].queue.end - src.track[TRACK_AUDIO].begin <= 2000 * 48 / 1024 + 1);
	end_camera();
}

#define T(name)	{ #name, name }

T_MAIN(
	T(a_camera_is_healthy),
	T(a_camera_without_keyframes_has_none),
	T(it_begins_anew_with_a_connection),
	T(a_source_with_sound_is_left_alone),
	T(sound_of_its_own_is_dropped),
	T(the_format_is_that_of_the_sound_that_went_out),
	T(a_jump_of_the_camera_is_no_seam),
	T(a_gap_has_silence),
)
