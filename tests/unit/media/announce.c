/* SPDX-License-Identifier: ISC */
/* What a frame is announced with: "Metadata" of SPLICE in lsctl(7). */
#include "source_stage.h"
#include "media/announce.h"
#include "media/metadata_stage.h"

#define AVC_AAC		"videocodecid=7 audiocodecid=10 audiosamplerate=48000 audiosamplesize=16 audiochannels=2 stereo=true "
#define MEASURED	"framerate=25 videocodecid=7 videodatarate=2 audiocodecid=10 audiodatarate=1 audiosamplerate=48000 " \
			"audiosamplesize=16 audiochannels=2 stereo=true "
#define ENCODER		"encoder=lsctl/" LSCTL_VERSION " "

/* onMetaData of a film, and what no header here has: 25 frames a second, 640x360. */
static const uint8_t film[] = "\2\0\12onMetaData\10\0\0\0\4"
    "\0\10duration\0\100\254\40\0\0\0\0\0" "\0\11framerate\0\100\71\0\0\0\0\0\0"
    "\0\5width\0\100\204\0\0\0\0\0\0" "\0\6height\0\100\166\200\0\0\0\0\0\0\0\11";

static struct arena *ours;
static struct announce a;

static void
begin_announce(void)
{
	begin();
	ours = arena_new(16384);
	announce_init(&a, ours);
}

static void
end_announce(void)
{
	announce_free(&a);
	end();
	arena_free(ours);
}

/* The newest frame of this track is played: what it is announced with. */
static struct codec_headers *
headers_of(enum track t)
{
	const struct frame_queue *q = &src.track[t].queue;
	struct codec_headers *h = announce_headers(&a, &src, frame_queue_at(q, q->end - 1));

	codec_headers_unref(h);		/* a has one */
	return h;
}

static const char *
text(const struct codec_headers *h)
{
	return metadata_text(h->part[TRACK_DATA]->data, h->part[TRACK_DATA]->len);
}

static void
a_source_without_metadata_is_announced(void)
{
	begin_announce();
	PUSH(MSG_VIDEO, avcc, 0, 1000);
	PUSH(MSG_AUDIO, asc, 0, 1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	announce_cut(&a, &src);
	t_str(text(headers_of(TRACK_VIDEO)), AVC_AAC ENCODER);
	t_mem(headers_of(TRACK_VIDEO)->part[TRACK_VIDEO]->data, avcc, sizeof(avcc));
	t_mem(headers_of(TRACK_VIDEO)->part[TRACK_AUDIO]->data, asc, sizeof(asc));
	end_announce();
}

static void
a_films_length_is_not_passed_on(void)
{
	begin_announce();
	PUSH(MSG_DATA, film, 0, 1000);
	PUSH(MSG_VIDEO, avcc, 0, 1000);
	PUSH(MSG_AUDIO, asc, 0, 1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	announce_cut(&a, &src);
	t_str(text(headers_of(TRACK_VIDEO)), "width=640 height=360 framerate=25 " AVC_AAC ENCODER);
	end_announce();
}

/* No muxer sends again what is the same packet; and no frame costs an allocation. */
static void
what_stays_the_same_is_the_same_packet(void)
{
	struct codec_headers *first;
	struct packet *metadata;
	uint64_t maps;
	int i;

	begin_announce();
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	PUSH(MSG_AUDIO, aac, 0, 1000);
	announce_cut(&a, &src);
	first = headers_of(TRACK_VIDEO);
	metadata = first->part[TRACK_DATA];
	maps = arena_maps(ours);
	for (i = 0; i < 100; i++) {
		t_ok(headers_of(TRACK_AUDIO) == first);
		t_ok(headers_of(TRACK_VIDEO) == first);
	}
	for (i = 0; i < 100; i++) {
		announce_cut(&a, &src);
		t_ok(headers_of(TRACK_VIDEO)->part[TRACK_DATA] == metadata);
	}
	t_int(arena_maps(ours), maps);
	end_announce();
}

/* The sound after a change may come before the last picture ahead of it. */
static void
a_change_is_announced_with_the_picture(void)
{
	static const uint8_t mono[] = { 0xaf, 0, 0x11, 0x88 };
	const struct frame_queue *v;
	struct packet *old;

	begin_announce();
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	announce_cut(&a, &src);
	old = packet_ref(headers_of(TRACK_VIDEO)->part[TRACK_DATA]);
	PUSH(MSG_AUDIO, mono, 0, 1000);
	PUSH(MSG_AUDIO, aac, 0, 1000);
	t_ok(headers_of(TRACK_AUDIO)->part[TRACK_DATA] == old);
	t_mem(headers_of(TRACK_AUDIO)->part[TRACK_AUDIO]->data, mono, sizeof(mono));
	t_ok(headers_of(TRACK_VIDEO)->part[TRACK_DATA] == old);
	t_ok(headers_of(TRACK_AUDIO)->part[TRACK_DATA] == old);
	PUSH(MSG_VIDEO, inter, 40, 1040);
	v = &src.track[TRACK_VIDEO].queue;
	t_ok(frame_queue_at(v, v->end - 1)->headers == a.in);	/* as the sound before it: and yet */
	t_ok(strstr(text(headers_of(TRACK_VIDEO)), "stereo=false") != NULL);
	t_ok(headers_of(TRACK_AUDIO)->part[TRACK_DATA] != old);
	packet_unref(old);
	end_announce();
}

static void
sound_may_begin_after_the_picture(void)
{
	struct packet *first;

	begin_announce();
	PUSH(MSG_VIDEO, avcc, 0, 1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	announce_cut(&a, &src);
	t_str(text(headers_of(TRACK_VIDEO)), "videocodecid=7 " ENCODER);
	PUSH(MSG_AUDIO, asc, 0, 1000);
	announce_cut(&a, &src);
	first = headers_of(TRACK_VIDEO)->part[TRACK_DATA];
	t_str(text(headers_of(TRACK_VIDEO)), AVC_AAC ENCODER);
	t_ok(headers_of(TRACK_VIDEO)->part[TRACK_AUDIO] == NULL);
	PUSH(MSG_AUDIO, aac, 0, 1000);
	PUSH(MSG_VIDEO, inter, 40, 1040);
	t_ok(headers_of(TRACK_VIDEO)->part[TRACK_DATA] == first);
	end_announce();

	begin_announce();			/* but not with that of another publisher */
	PUSH(MSG_VIDEO, avcc, 0, 1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	src.on_air = true;
	source_connected(&src);
	PUSH(MSG_AUDIO, asc, 0, 1000);
	t_str(text(headers_of(TRACK_VIDEO)), "videocodecid=7 " ENCODER);
	end_announce();
}

static void
what_was_measured_belongs_to_the_headers(void)
{
	static const uint8_t mono[] = { 0xaf, 0, 0x11, 0x88 };
	int i;

	begin_announce();
	PUSH(MSG_VIDEO, avcc, 0, 1000);
	PUSH(MSG_AUDIO, asc, 0, 1000);
	for (i = 0; i < 3; i++)
		second(i * 1000, 1000 + i * 1000);
	announce_cut(&a, &src);
	t_str(text(headers_of(TRACK_VIDEO)), MEASURED ENCODER);
	PUSH(MSG_AUDIO, mono, 3000, 4000);
	PUSH(MSG_VIDEO, inter, 3000, 4000);
	t_str(text(headers_of(TRACK_VIDEO)), "framerate=25 videocodecid=7 videodatarate=2 audiocodecid=10 "
	    "audiosamplerate=48000 audiosamplesize=16 audiochannels=1 stereo=false " ENCODER);
	PUSH(MSG_AUDIO, asc, 3000, 4000);
	PUSH(MSG_VIDEO, avcc2, 3000, 4000);	/* the list's next file: nothing is known of it */
	PUSH(MSG_VIDEO, idr, 3000, 4000);
	t_str(text(headers_of(TRACK_VIDEO)), AVC_AAC ENCODER);
	announce_cut(&a, &src);
	t_ok(strstr(text(headers_of(TRACK_VIDEO)), "videodatarate") == NULL);
	for (i = 0; i < 3; i++)			/* a leap of its clock is no time in which frames came */
		second(99000 + i * 1000, 5000 + i * 1000);
	announce_cut(&a, &src);
	t_str(text(headers_of(TRACK_VIDEO)), MEASURED ENCODER);
	source_connected(&src);			/* nor of another publisher */
	headers(5000);
	PUSH(MSG_VIDEO, idr, 0, 5000);
	announce_cut(&a, &src);
	t_str(text(headers_of(TRACK_VIDEO)), AVC_AAC ENCODER);
	end_announce();
}

/* A second is enough to count frames, and a bit rate takes two. */
static void
too_little_measures_nothing(void)
{
	begin_announce();
	PUSH(MSG_VIDEO, avcc, 0, 1000);
	PUSH(MSG_AUDIO, asc, 0, 1000);
	second(0, 1000);
	announce_cut(&a, &src);
	t_str(text(headers_of(TRACK_VIDEO)), AVC_AAC ENCODER);
	PUSH(MSG_VIDEO, idr, 1000, 2000);
	announce_cut(&a, &src);
	t_str(text(headers_of(TRACK_VIDEO)), "framerate=25 " AVC_AAC ENCODER);
	end_announce();
}

static void
codecs_without_headers_are_announced_by_their_frames(void)
{
	static const uint8_t h263[] = { 0x12, 0, 0, 0x84 }, mp3[] = { 0x2f, 0xff, 0xfb, 0x90, 0x64 };

	begin_announce();
	PUSH(MSG_AUDIO, mp3, 0, 1000);
	PUSH(MSG_VIDEO, h263, 0, 1000);
	announce_cut(&a, &src);
	t_str(text(headers_of(TRACK_VIDEO)), "videocodecid=2 audiocodecid=2 audiosamplerate=44100 audiosamplesize=16 "
	    "audiochannels=2 stereo=true " ENCODER);
	t_ok(headers_of(TRACK_VIDEO)->part[TRACK_VIDEO] == NULL);
	end_announce();
}

static void
without_memory_nothing_of_the_sources_own_goes_out(void)
{
	begin_announce();
	arena_limit(ours, 1);
	PUSH(MSG_DATA, film, 0, 1000);
	PUSH(MSG_VIDEO, avcc, 0, 1000);
	PUSH(MSG_AUDIO, asc, 0, 1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	announce_cut(&a, &src);
	t_ok(headers_of(TRACK_VIDEO)->part[TRACK_DATA] == NULL);
	t_ok(headers_of(TRACK_VIDEO)->part[TRACK_VIDEO] != NULL);
	arena_limit(ours, 0);
	t_ok(headers_of(TRACK_VIDEO)->part[TRACK_DATA] != NULL);
	end_announce();
}

T_MAIN(
	{ "a_source_without_metadata_is_announced", a_source_without_metadata_is_announced },
	{ "a_films_length_is_not_passed_on", a_films_length_is_not_passed_on },
	{ "what_stays_the_same_is_the_same_packet", what_stays_the_same_is_the_same_packet },
	{ "a_change_is_announced_with_the_picture", a_change_is_announced_with_the_picture },
	{ "sound_may_begin_after_the_picture", sound_may_begin_after_the_picture },
	{ "what_was_measured_belongs_to_the_headers", what_was_measured_belongs_to_the_headers },
	{ "too_little_measures_nothing", too_little_measures_nothing },
	{ "codecs_without_headers_are_announced_by_their_frames",
	    codecs_without_headers_are_announced_by_their_frames },
	{ "without_memory_nothing_of_the_sources_own_goes_out",
	    without_memory_nothing_of_the_sources_own_goes_out },
)
