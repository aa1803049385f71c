/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv_loop.h"
#include "flvmake.h"
#include "t.h"

#define CLIP	"tests/data/clip-ntsc.flv"

/* -- looking at what comes out -- */

static bool
is_header(const struct packet *p)
{
	return p->type == MSG_DATA || p->data[1] == 0;
}

static uint32_t
number_of(const struct packet *p)
{
	return p->type == MSG_VIDEO ? be32(p->data + 10) : be32(p->data + 2);
}

static int64_t
rounded(int64_t num, int64_t den)
{
	return (num + den / 2) / den;
}

/* What one walk through a loop has seen. */
struct observed {
	int64_t		 video, audio;		/* frames, all rounds */
	int64_t		 headers, holes;
	int64_t		 last_video, last_audio, last;
	int64_t		 round_start;		/* of the last video frame 0, ms */
	int64_t		 skew_min, skew_max;	/* audio's distance from where the file has it, us */
	bool		 falls;
};

/*
 * Until the given count of video frames is reached. Audio must lie on the exact grid from its
 * first frame; off says by how much the file's audio begins after its video, ms.
 */
static void
walk(struct flv_loop *l, const struct made *m, int64_t frames, struct observed *s)
{
	struct arena *a = arena_new(1 << 20);
	int64_t time, want, skew, slot = 0, first = m->audio_ms - m->video_ms;
	int64_t start = first < 0 ? -first : 0;
	struct packet *p;

	memset(s, 0, sizeof(*s));
	s->skew_min = INT64_MAX;
	s->skew_max = INT64_MIN;
	while (s->video < frames && t_int(flv_loop_next(l, a, &p, &time), 0)) {
		if (time < s->last || p->time != (uint32_t)time)
			s->falls = true;
		s->last = time;
		if (is_header(p)) {
			s->headers++;
		} else if (p->type == MSG_VIDEO) {
			want = start * m->fps_num * 1000 + s->video * 1000000 * m->fps_den;
			if (!m->jitter && time != rounded(want, m->fps_num * 1000))
				t_int(time, rounded(want, m->fps_num * 1000));
			s->video++;
		} else {
			/* Frames left out are whole places on the grid. */
			for (;; slot++, s->holes++) {
				want = (start + first) * m->rate + slot * 1024 * 1000;
				if (rounded(want, m->rate) >= time)
					break;
			}
			if (time != rounded(want, m->rate))
				t_int(time, rounded(want, m->rate));
			slot++;
			s->audio++;
			/* Where this frame would be in round r at exact rates, r by nearness. */
			int64_t round = (int64_t)m->video * m->fps_den * 1000000 / m->fps_num;
			int64_t at = (start + first) * 1000 +
			    (slot - 1) * 1024 * 1000000 / m->rate;
			int64_t in = (start + first) * 1000 +
			    (int64_t)number_of(p) * 1024 * 1000000 / m->rate;

			skew = (at - in) % round;
			if (skew > round / 2)
				skew -= round;
			if (skew < s->skew_min)
				s->skew_min = skew;
			if (skew > s->skew_max)
				s->skew_max = skew;
		}
		packet_unref(p);
	}
	arena_free(a);
}

static void
check_thousand(const struct made *m)
{
	int64_t half = (int64_t)1024 * 1000000 / m->rate / 2;
	struct flv_loop *l = open_one(file_of("a.flv", m));
	struct observed s;

	walk(l, m, 1000 * m->video + 1, &s);
	t_ok(!s.falls);
	t_int(s.headers, 3);
	t_int(s.holes, 0);
	t_int(flv_loop_rounds(l), 1000);
	/* 2000 us: the file's length in whole microseconds adds up over the rounds here. */
	t_ok(s.skew_min >= -half - 2000);
	t_ok(s.skew_max <= half + 2000);
	flv_loop_close(l);
}

static void
pictures_are_shown_later_than_they_are_decoded(void)
{
	static const struct made m = { .fps_num = 25, .fps_den = 1, .rate = 48000,
	    .video = 100, .audio = 189, .video_ms = 40, .audio_ms = 340, .cts = 80 };
	struct flv_loop *l = open_one(file_of("a.flv", &m));

	t_int(flv_loop_facts(l, 0)->audio_late_ms, 220);
	flv_loop_close(l);
}

static void
thousand_rounds_25_48000(void)
{
	static const struct made m = { .fps_num = 25, .fps_den = 1, .rate = 48000,
	    .video = 100, .audio = 189, .end = true };

	check_thousand(&m);
}

static void
thousand_rounds_ntsc_44100(void)
{
	static const struct made m = { .fps_num = 30000, .fps_den = 1001,
	    .rate = 44100, .video = 100, .audio = 145, .video_ms = 21, .cts = 67 };

	check_thousand(&m);
}

static void
thousand_rounds_late_audio(void)
{
	static const struct made m = { .fps_num = 60, .fps_den = 1, .rate = 48000,
	    .video = 120, .audio = 95, .audio_ms = 45 };

	check_thousand(&m);
}

static void
short_audio_leaves_holes_on_the_grid(void)
{
	static const struct made m = { .fps_num = 25, .fps_den = 1, .rate = 48000,
	    .video = 100, .audio = 180 };
	struct flv_loop *l = open_one(file_of("a.flv", &m));
	struct observed s;

	t_int(flv_loop_facts(l, 0)->audio_late_ms, 0);
	t_int(flv_loop_facts(l, 0)->audio_short_ms, 160);
	walk(l, &m, 1000 * m.video + 1, &s);
	t_ok(!s.falls);
	t_int(s.holes, 999 * 7 + 500);	/* 7.5 frames a joint, 8 the first time */
	t_ok(s.skew_min >= -10667 - 2000 && s.skew_max <= 10667 + 2000);
	flv_loop_close(l);
}

static void
holes_inside_are_kept(void)
{
	static const struct made m = { .fps_num = 25, .fps_den = 1, .rate = 48000,
	    .video = 100, .audio = 179, .hole_at = 50, .hole = 10 };
	struct flv_loop *l = open_one(file_of("a.flv", &m));
	struct observed s;

	t_ok(!flv_loop_facts(l, 0)->audio_even);
	walk(l, &m, 10 * m.video, &s);
	t_ok(!s.falls);
	t_int(s.holes, 105);	/* 10 or 11 each, as a round is 187.5 frames */
	flv_loop_close(l);
}

static void
own_times_without_a_constant_rate(void)
{
	static const struct made m = { .fps_num = 25, .fps_den = 1, .rate = 48000,
	    .video = 100, .audio = 190, .jitter = true };
	struct flv_loop *l = open_one(file_of("a.flv", &m));
	struct observed s;

	t_ok(!flv_loop_facts(l, 0)->constant_fps);
	/* 99 frames of 40 ms, 99 % 7 of jitter, a median of 41 */
	walk(l, &m, 1000 * m.video + 1, &s);
	t_ok(!s.falls);
	t_int(s.last, 1000 * (99 * 40 + 1 + 41));
	flv_loop_close(l);
}

/* -- lists -- */

static void
mixed_rates_stay_together(void)
{
	const char *paths[] = { file_of("one.flv", &two), file_of("two.flv", &one) };
	struct arena *a = arena_new(1 << 20);
	int64_t time, last = 0, before = -23, nth = -1, want, headers = 0, i;
	int64_t number, last_number = 0;
	struct flv_fault fault;
	struct flv_loop *l;
	struct packet *p;

	/* The file with audio 21 ms before its video plays first. */
	if (!t_ok((l = flv_loop_open(paths, 2, &fault)) != NULL))
		return;
	for (i = 0; i < 300000 && t_int(flv_loop_next(l, a, &p, &time), 0); i++) {
		t_ok(time >= last);
		last = time;
		if (is_header(p)) {
			headers++;
		} else if (p->type == MSG_AUDIO) {
			number = number_of(p);
			if (number == 0 || number < last_number) {
				nth++;
				want = 21000 + nth / 2 * 2000000 + (nth + 1) / 2 * 10010000 / 3;
				want += number * 64000 / 3;
				if (nth % 2 == 0)
					want -= 21000;
				/* Half an audio frame, and the rounding of this test. */
				t_ok(time * 1000 - want <= 11610 + 1000);
				t_ok(time * 1000 - want >= -11610 - 1000);
			}
			last_number = number;
			t_ok(time - before >= 21 && time - before <= 24);
			before = time;
		}
		packet_unref(p);
	}
	t_ok(nth > 500);
	t_ok(headers >= 2 * nth && headers <= 2 * nth + 4);
	flv_loop_close(l);
	arena_free(a);
}

/* Takes video frames up to the count; the times of the first and the last. */
static int64_t
skip_video(struct flv_loop *l, struct arena *a, int frames, int64_t *first)
{
	int64_t time, last = -1;
	struct packet *p;

	while (frames > 0 && t_int(flv_loop_next(l, a, &p, &time), 0)) {
		if (p->type == MSG_VIDEO && !is_header(p)) {
			if (last == -1)
				*first = time;
			last = time;
			frames--;
		}
		packet_unref(p);
	}
	return last;
}

static void
replaced_list_starts_at_the_boundary(void)
{
	struct arena *a = arena_new(1 << 20);
	struct flv_loop *l = open_one(file_of("one.flv", &one));
	int64_t first, last;

	skip_video(l, a, 20, &first);
	flv_loop_replace(l, open_one(file_of("two.flv", &two)));
	flv_loop_replace(l, open_one(file_of("two.flv", &two)));	/* the last one counts */
	last = skip_video(l, a, 30, &first);
	t_int(last, 49 * 40);
	last = skip_video(l, a, 100, &first);
	t_int(first, 2000);
	t_int(last, 2000 + rounded(99 * 1001, 30));
	skip_video(l, a, 1, &first);
	t_int(first, 2000 + rounded(100 * 1001, 30));

	flv_loop_replace(l, open_one(file_of("one.flv", &one)));
	flv_loop_rewind(l);
	last = skip_video(l, a, 50, &first);
	t_int(first, 0);
	t_int(last, 49 * 40);
	flv_loop_close(l);
	arena_free(a);
}

static void
rewind_says_headers_first(void)
{
	static const uint8_t types[] = { MSG_DATA, MSG_VIDEO, MSG_AUDIO };
	struct arena *a = arena_new(1 << 20);
	struct flv_loop *l = open_one(file_of("two.flv", &two));
	struct packet *p;
	int64_t time;
	size_t i, again;

	for (again = 0; again < 3; again++) {
		for (i = 0; i < nitems(types) + 1; i++) {
			t_int(flv_loop_next(l, a, &p, &time), 0);
			t_int(time, 0);
			t_int(p->type, i < nitems(types) ? types[i] : MSG_AUDIO);
			t_ok(is_header(p) == (i < nitems(types)));
			packet_unref(p);
		}
		skip_video(l, a, (int)again * 77, &time);
		flv_loop_rewind(l);
	}
	flv_loop_close(l);
	arena_free(a);
}

static void
less_reordering_waits(void)
{
	struct made more = one, less = one;
	const char *paths[2];
	struct arena *a = arena_new(1 << 20);
	struct flv_fault fault;
	struct flv_loop *l;
	int64_t first;

	more.cts = 80;
	paths[0] = file_of("one.flv", &more);
	paths[1] = file_of("two.flv", &less);
	l = flv_loop_open(paths, 2, &fault);
	skip_video(l, a, 50, &first);
	t_int(first, 0);
	skip_video(l, a, 50, &first);
	t_int(first, 2080);
	skip_video(l, a, 1, &first);
	t_int(first, 4080);
	flv_loop_close(l);
	arena_free(a);
}

/* -- a real file -- */

static void
real_clip_for_a_thousand_rounds(void)
{
	struct arena *a = arena_new(1 << 20);
	struct flv_loop *l = open_one(CLIP);
	const struct flv_loop_facts *x;
	int64_t time, video = 0, audio = 0, headers = 0, last = 0;
	struct packet *p;
	char text[64];

	if (l == NULL)
		return;
	x = flv_loop_facts(l, 0);
	video_format_print(&x->video, text, sizeof(text));
	t_str(text, "h264 96x54 29.97");
	audio_format_print(&x->audio, text, sizeof(text));
	t_str(text, "aac 44100 1");
	t_ok(x->constant_fps && x->audio_even && x->audio_short_ms <= 0);
	t_int(x->frames, 90);
	t_int(x->keys, 2);
	t_int(x->key_max_ms, 2002);
	while (video < 90001 && t_int(flv_loop_next(l, a, &p, &time), 0)) {
		t_ok(time >= last);
		last = time;
		if (is_header(p))
			headers++;
		else if (p->type == MSG_VIDEO) {
			/* Video begins 44 ms after audio's 0, or audio after video. */
			t_int(time, rounded(video * 1001, 30));
			video++;
		} else {
			t_int(time, rounded(44 * 441 + audio * 10240, 441));
			audio++;
		}
		packet_unref(p);
	}
	t_int(headers, 3);
	/* 3003 s of video; audio is there for all of it. */
	t_ok(audio >= (3003000 - 44 - 24) * 441 / 10240);
	flv_loop_close(l);
	arena_free(a);
}

static void
bytes_are_the_file_s(void)
{
	struct arena *a = arena_new(1 << 20);
	struct flv_loop *l = open_one(CLIP);
	static uint8_t file[65536];
	int fd = open(CLIP, O_RDONLY), i;
	ssize_t n = read(fd, file, sizeof(file));
	struct packet *p;
	int64_t time;

	close(fd);
	t_ok(n > 20000);
	for (i = 0; i < 200; i++) {
		t_int(flv_loop_next(l, a, &p, &time), 0);
		t_ok(memmem(file, (size_t)n, p->data, p->len) != NULL);
		packet_unref(p);
	}
	flv_loop_close(l);
	arena_free(a);
}

static void
steady_state_costs_nothing(void)
{
	struct arena *a = arena_new(1 << 20);
	struct flv_loop *l = open_one(CLIP);
	int64_t first;
	uint64_t maps;

	skip_video(l, a, 200, &first);
	maps = arena_maps(a);
	skip_video(l, a, 20000, &first);
	t_int(arena_maps(a), maps);
	flv_loop_close(l);
	arena_free(a);
}

T_MAIN(
	{ "pictures_are_shown_later_than_they_are_decoded", pictures_are_shown_later_than_they_are_decoded },
	{ "thousand_rounds_25_48000", thousand_rounds_25_48000 },
	{ "thousand_rounds_ntsc_44100", thousand_rounds_ntsc_44100 },
	{ "thousand_rounds_late_audio", thousand_rounds_late_audio },
	{ "short_audio_leaves_holes_on_the_grid", short_audio_leaves_holes_on_the_grid },
	{ "holes_inside_are_kept", holes_inside_are_kept },
	{ "own_times_without_a_constant_rate", own_times_without_a_constant_rate },
	{ "mixed_rates_stay_together", mixed_rates_stay_together },
	{ "replaced_list_starts_at_the_boundary", replaced_list_starts_at_the_boundary },
	{ "rewind_says_headers_first", rewind_says_headers_first },
	{ "less_reordering_waits", less_reordering_waits },
	{ "real_clip_for_a_thousand_rounds", real_clip_for_a_thousand_rounds },
	{ "bytes_are_the_file_s", bytes_are_the_file_s },
	{ "steady_state_costs_nothing", steady_state_costs_nothing },
	{ "clean_up", clean_up },
)
