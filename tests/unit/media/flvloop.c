/* SPDX-License-Identifier: ISC */
#include "../../fuzz/flvloop.c"
#include "base/buf.h"
#include "corpus.h"
#include "media/flv.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>

#define CLIP	"tests/data/clip-ntsc.flv"

/* -- files made here: every frame's number is in its body -- */

struct made {
	int64_t		 fps_num, fps_den;
	uint32_t	 rate;		/* audio samples a second */
	uint32_t	 video, audio;	/* frames */
	int32_t		 video_ms, audio_ms;	/* first times */
	int32_t		 cts;		/* of every frame */
	uint32_t	 hole_at, hole;	/* audio: after frame hole_at, hole frames are missing */
	bool		 jitter;	/* video without a constant rate */
	bool		 end;		/* an end-of-sequence tag at the end */
	uint8_t		 mark;		/* in the last byte of the video header */
};

static char dir[64];

static const char *
path_of(const char *name)
{
	static char paths[8][128];
	static unsigned int i;

	if (dir[0] == '\0') {
		strlcpy(dir, "/tmp/flvloop.XXXXXX", sizeof(dir));
		t_ok(mkdtemp(dir) != NULL);
	}
	i = (i + 1) % nitems(paths);
	snprintf(paths[i], sizeof(paths[i]), "%s/%s", dir, name);
	return paths[i];
}

static void
tag_add(struct buf *b, uint8_t type, int64_t time, const uint8_t *body, uint32_t len)
{
	struct flv_tag t = { type, len, (uint32_t)time };
	uint8_t h[FLV_TAG_HEADER], size[4];

	flv_tag_header(h, &t);
	put_be32(size, FLV_TAG_HEADER + len);
	buf_add(b, h, sizeof(h));
	buf_add(b, body, len);
	buf_add(b, size, sizeof(size));
}

static void
headers_add(struct buf *b, const struct made *m)
{
	uint8_t video[] = { 0x17, 0, 0, 0, 0, 1, 100, 0, 31, 0xff, 0xe0, m->mark };
	uint8_t audio[] = { 0xaf, 0, 0x11, 0x90 };	/* AAC-LC, 48000, stereo */
	uint8_t meta[] = "\2\0\12onMetaData\10\0\0\0\0\0\0\11";

	if (m->rate == 44100)
		audio[2] = 0x12, audio[3] = 0x10;
	else if (m->rate == 32000)
		audio[2] = 0x12, audio[3] = 0x90;
	tag_add(b, MSG_DATA, 0, meta, sizeof(meta) - 1);
	tag_add(b, MSG_VIDEO, 0, video, sizeof(video));
	tag_add(b, MSG_AUDIO, 0, audio, sizeof(audio));
}

static void
make(struct buf *b, const struct made *m)
{
	uint8_t head[FLV_FILE_HEADER], end[] = { 0x17, 2, 0, 0, 0 };
	uint8_t video[16] = { 0x27, 1, 0, 0, 0, 0, 0, 0, 7, 0x41 };
	uint8_t audio[8] = { 0xaf, 1 };
	uint32_t v = 0, a = 0;
	int64_t vt, at, slot;

	buf_init(b, 1 << 24);
	flv_file_header(head);
	buf_add(b, head, sizeof(head));
	headers_add(b, m);
	while (v < m->video || a < m->audio) {
		vt = m->video_ms + (v * 1000 * m->fps_den + m->fps_num / 2) / m->fps_num;
		if (m->jitter)
			vt += v % 7;
		slot = a >= m->hole_at ? a + m->hole : a;
		at = m->audio_ms + (slot * 1024 * 1000 + m->rate / 2) / m->rate;
		if (a >= m->audio || (v < m->video && vt <= at)) {
			video[0] = v % 50 == 0 ? 0x17 : 0x27;
			put_be24(video + 2, (uint32_t)m->cts);
			video[9] = v % 50 == 0 ? 0x65 : 0x41;
			put_be32(video + 10, v++);
			video[8] = 7;
			tag_add(b, MSG_VIDEO, vt, video, sizeof(video));
		} else {
			put_be32(audio + 2, a++);
			tag_add(b, MSG_AUDIO, at, audio, sizeof(audio));
		}
	}
	if (m->end)
		tag_add(b, MSG_VIDEO, m->video_ms, end, sizeof(end));
}

static void
write_to(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	t_int(write(fd, p, n), n);
	close(fd);
}

static const char *
file_of(const char *name, const struct made *m)
{
	const char *path = path_of(name);
	struct buf b;

	make(&b, m);
	write_to(path, buf_head(&b), buf_len(&b));
	buf_free(&b);
	return path;
}

static struct flvloop *
open_one(const char *path)
{
	struct flv_fault fault;
	struct flvloop *l = flvloop_open(&path, 1, &fault);

	if (l == NULL)
		t_report(false, path, 0, fault.why);
	return l;
}

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
struct seen {
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
walk(struct flvloop *l, const struct made *m, int64_t frames, struct seen *s)
{
	struct arena *a = arena_new(1 << 20, 2);
	int64_t time, want, skew, slot = 0, first = m->audio_ms - m->video_ms;
	int64_t start = first < 0 ? -first : 0;
	struct packet *p;

	memset(s, 0, sizeof(*s));
	s->skew_min = INT64_MAX;
	s->skew_max = INT64_MIN;
	while (s->video < frames && t_int(flvloop_next(l, a, &p, &time), 0)) {
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
	struct flvloop *l = open_one(file_of("a.flv", m));
	struct seen s;

	walk(l, m, 1000 * m->video + 1, &s);
	t_ok(!s.falls);
	t_int(s.headers, 3);
	t_int(s.holes, 0);
	t_int(flvloop_rounds(l), 1000);
	/* 2000 us: the file's length in whole microseconds adds up over the rounds here. */
	t_ok(s.skew_min >= -half - 2000);
	t_ok(s.skew_max <= half + 2000);
	flvloop_close(l);
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
	struct flvloop *l = open_one(file_of("a.flv", &m));
	struct seen s;

	t_int(flvloop_facts(l, 0)->audio_short_ms, 160);
	walk(l, &m, 1000 * m.video + 1, &s);
	t_ok(!s.falls);
	t_int(s.holes, 999 * 7 + 500);	/* 7.5 frames a joint, 8 the first time */
	t_ok(s.skew_min >= -10667 - 2000 && s.skew_max <= 10667 + 2000);
	flvloop_close(l);
}

static void
holes_inside_are_kept(void)
{
	static const struct made m = { .fps_num = 25, .fps_den = 1, .rate = 48000,
	    .video = 100, .audio = 179, .hole_at = 50, .hole = 10 };
	struct flvloop *l = open_one(file_of("a.flv", &m));
	struct seen s;

	t_ok(!flvloop_facts(l, 0)->audio_even);
	walk(l, &m, 10 * m.video, &s);
	t_ok(!s.falls);
	t_int(s.holes, 105);	/* 10 or 11 each, as a round is 187.5 frames */
	flvloop_close(l);
}

static void
own_times_without_a_constant_rate(void)
{
	static const struct made m = { .fps_num = 25, .fps_den = 1, .rate = 48000,
	    .video = 100, .audio = 190, .jitter = true };
	struct flvloop *l = open_one(file_of("a.flv", &m));
	struct seen s;

	t_ok(!flvloop_facts(l, 0)->constant_fps);
	/* 99 frames of 40 ms, 99 % 7 of jitter, a median of 41 */
	t_int(flvloop_round_ms(l), 99 * 40 + 1 + 41);
	walk(l, &m, 1000 * m.video + 1, &s);
	t_ok(!s.falls);
	t_int(s.last, 1000 * flvloop_round_ms(l));
	flvloop_close(l);
}

/* -- lists -- */

static const struct made one = { .fps_num = 25, .fps_den = 1, .rate = 48000,
    .video = 50, .audio = 95, .mark = 1 };
static const struct made two = { .fps_num = 30000, .fps_den = 1001, .rate = 44100,
    .video = 100, .audio = 145, .video_ms = 21, .mark = 2 };

static void
mixed_rates_stay_together(void)
{
	const char *paths[] = { file_of("one.flv", &two), file_of("two.flv", &one) };
	struct arena *a = arena_new(1 << 20, 2);
	int64_t time, last = 0, before = -23, nth = -1, want, headers = 0, i;
	int64_t number, last_number = 0;
	struct flv_fault fault;
	struct flvloop *l;
	struct packet *p;

	/* The file with audio 21 ms before its video plays first. */
	if (!t_ok((l = flvloop_open(paths, 2, &fault)) != NULL))
		return;
	t_int(flvloop_round_ms(l), 2000 + 3337);
	for (i = 0; i < 300000 && t_int(flvloop_next(l, a, &p, &time), 0); i++) {
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
	flvloop_close(l);
	arena_free(a);
}

/* Takes video frames up to the count; the times of the first and the last. */
static int64_t
skip_video(struct flvloop *l, struct arena *a, int frames, int64_t *first)
{
	int64_t time, last = -1;
	struct packet *p;

	while (frames > 0 && t_int(flvloop_next(l, a, &p, &time), 0)) {
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
	struct arena *a = arena_new(1 << 20, 2);
	struct flvloop *l = open_one(file_of("one.flv", &one));
	int64_t first, last;

	skip_video(l, a, 20, &first);
	flvloop_replace(l, open_one(file_of("two.flv", &two)));
	flvloop_replace(l, open_one(file_of("two.flv", &two)));	/* the last one counts */
	last = skip_video(l, a, 30, &first);
	t_int(last, 49 * 40);
	last = skip_video(l, a, 100, &first);
	t_int(first, 2000);
	t_int(last, 2000 + rounded(99 * 1001, 30));
	skip_video(l, a, 1, &first);
	t_int(first, 2000 + rounded(100 * 1001, 30));
	t_int(flvloop_files(l), 1);

	flvloop_replace(l, open_one(file_of("one.flv", &one)));
	flvloop_rewind(l);
	last = skip_video(l, a, 50, &first);
	t_int(first, 0);
	t_int(last, 49 * 40);
	flvloop_close(l);
	arena_free(a);
}

static void
rewind_says_headers_first(void)
{
	static const uint8_t types[] = { MSG_DATA, MSG_VIDEO, MSG_AUDIO };
	struct arena *a = arena_new(1 << 20, 2);
	struct flvloop *l = open_one(file_of("two.flv", &two));
	struct packet *p;
	int64_t time;
	size_t i, again;

	for (again = 0; again < 3; again++) {
		for (i = 0; i < nitems(types) + 1; i++) {
			t_int(flvloop_next(l, a, &p, &time), 0);
			t_int(time, 0);
			t_int(p->type, i < nitems(types) ? types[i] : MSG_AUDIO);
			t_ok(is_header(p) == (i < nitems(types)));
			packet_unref(p);
		}
		skip_video(l, a, (int)again * 77, &time);
		flvloop_rewind(l);
	}
	flvloop_close(l);
	arena_free(a);
}

static void
less_reordering_waits(void)
{
	struct made more = one, less = one;
	const char *paths[2];
	struct arena *a = arena_new(1 << 20, 2);
	struct flv_fault fault;
	struct flvloop *l;
	int64_t first;

	more.cts = 80;
	paths[0] = file_of("one.flv", &more);
	paths[1] = file_of("two.flv", &less);
	l = flvloop_open(paths, 2, &fault);
	t_int(flvloop_round_ms(l), 4080);
	skip_video(l, a, 50, &first);
	t_int(first, 0);
	skip_video(l, a, 50, &first);
	t_int(first, 2080);
	skip_video(l, a, 1, &first);
	t_int(first, 4080);
	flvloop_close(l);
	arena_free(a);
}

/* -- a real file -- */

static void
real_clip_for_a_thousand_rounds(void)
{
	struct arena *a = arena_new(1 << 20, 2);
	struct flvloop *l = open_one(CLIP);
	const struct flvloop_facts *x;
	int64_t time, video = 0, audio = 0, headers = 0, last = 0;
	struct packet *p;
	char text[64];

	if (l == NULL)
		return;
	x = flvloop_facts(l, 0);
	video_format_print(&x->video, text, sizeof(text));
	t_str(text, "h264 96x54 29.97");
	audio_format_print(&x->audio, text, sizeof(text));
	t_str(text, "aac 44100 1");
	t_ok(x->constant_fps && x->audio_even && x->audio_short_ms <= 0);
	t_int(x->frames, 90);
	t_int(x->keys, 2);
	t_int(x->key_max_ms, 2002);
	while (video < 90001 && t_int(flvloop_next(l, a, &p, &time), 0)) {
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
	flvloop_close(l);
	arena_free(a);
}

static void
bytes_are_the_file_s(void)
{
	struct arena *a = arena_new(1 << 20, 2);
	struct flvloop *l = open_one(CLIP);
	static uint8_t file[65536];
	int fd = open(CLIP, O_RDONLY), i;
	ssize_t n = read(fd, file, sizeof(file));
	struct packet *p;
	int64_t time;

	close(fd);
	t_ok(n > 20000);
	for (i = 0; i < 200; i++) {
		t_int(flvloop_next(l, a, &p, &time), 0);
		t_ok(memmem(file, (size_t)n, p->data, p->len) != NULL);
		packet_unref(p);
	}
	flvloop_close(l);
	arena_free(a);
}

static void
steady_state_costs_nothing(void)
{
	struct arena *a = arena_new(1 << 20, 2);
	struct flvloop *l = open_one(CLIP);
	int64_t first;
	uint64_t maps;

	skip_video(l, a, 200, &first);
	maps = arena_maps(a);
	skip_video(l, a, 20000, &first);
	t_int(arena_maps(a), maps);
	flvloop_close(l);
	arena_free(a);
}

/* -- faults -- */

static void
refuse(const char *path, const char *why, int64_t offset, int error)
{
	struct flv_fault fault;
	struct flvloop *l = flvloop_open(&path, 1, &fault);

	if (!t_ok(l == NULL)) {
		flvloop_close(l);
		return;
	}
	if (why != NULL)
		t_str(fault.why, why);
	if (offset != -2)
		t_int(fault.offset, offset);
	t_int(fault.error, error);
}

static void
truncated_anywhere_is_refused(void)
{
	struct made m = one;
	const char *path = path_of("cut.flv");
	struct flv_fault fault;
	struct flvloop *l;
	struct buf b;
	size_t i, ends = 0;

	m.video = 5;
	m.audio = 9;
	make(&b, &m);
	for (i = 0; i < buf_len(&b); i++) {
		write_to(path, buf_head(&b), i);
		if ((l = flvloop_open(&path, 1, &fault)) != NULL) {
			ends++;		/* between two tags: a shorter file, but whole */
			flvloop_close(l);
			continue;
		}
		t_int(fault.error, 0);
		t_ok(fault.offset <= (int64_t)i && fault.why[0] != '\0');
	}
	t_ok(ends > 5 && ends < 14);
	buf_free(&b);
}

static void
flipped_bits_are_safe(void)
{
	struct made m = one;
	const char *path = path_of("bits.flv");
	struct arena *a = arena_new(1 << 20, 2);
	struct flv_fault fault;
	struct flvloop *l;
	struct packet *p;
	struct buf b;
	int64_t time;
	size_t i;
	int n;

	m.video = 5;
	m.audio = 9;
	make(&b, &m);
	for (i = 0; i < buf_len(&b) * 8; i += 3) {
		b.data[b.head + i / 8] ^= (uint8_t)(1 << i % 8);
		write_to(path, buf_head(&b), buf_len(&b));
		b.data[b.head + i / 8] ^= (uint8_t)(1 << i % 8);
		l = flvloop_open(&path, 1, &fault);
		for (n = 0; l != NULL && n < 50; n++) {
			if (flvloop_next(l, a, &p, &time) == 0)
				packet_unref(p);
		}
		flvloop_close(l);
	}
	buf_free(&b);
	arena_free(a);
}

static void
not_a_file_to_play(void)
{
	struct made m = one;

	refuse(path_of("missing.flv"), "No such file or directory", -1, ENOENT);
	refuse(dir, "not a regular file", -1, EISDIR);
	t_int(mkfifo(path_of("fifo"), 0644), 0);
	refuse(path_of("fifo"), "not a regular file", -1, EINVAL);
	write_to(path_of("empty.flv"), "", 0);
	refuse(path_of("empty.flv"), "not an FLV file", 0, 0);
	write_to(path_of("text.flv"), "this is a text and no film", 26);
	refuse(path_of("text.flv"), "not an FLV file", 0, 0);
	write_to(path_of("head.flv"), "FLV\1\5\0\0\0\11\0\0\0\0", 13);
	refuse(path_of("head.flv"), "0 video and 0 audio frames", -1, 0);
	m.audio = 0;
	refuse(file_of("silent.flv", &m), "50 video and 0 audio frames", -1, 0);
	m = one;
	m.audio_ms = 2500;
	refuse(file_of("late.flv", &m), "audio and video begin 2500 ms apart", -1, 0);
	t_ok(flvloop_open(NULL, 0, &(struct flv_fault){ 0 }) == NULL);
}

static void
wrong_starts_are_refused(void)
{
	static const uint8_t inter[] = { 0x27, 1, 0, 0, 0, 0, 0, 0, 1, 0x41 };
	static const uint8_t key[] = { 0x17, 1, 0, 0, 0, 0, 0, 0, 1, 0x65 };
	static const uint8_t sound[] = { 0xaf, 1, 0 };
	struct made m = one, other = one;
	uint8_t head[FLV_FILE_HEADER];
	struct buf b;

	flv_file_header(head);
	buf_init(&b, 1 << 20);
	buf_add(&b, head, sizeof(head));
	tag_add(&b, MSG_VIDEO, 0, key, sizeof(key));
	write_to(path_of("x.flv"), buf_head(&b), buf_len(&b));
	refuse(path_of("x.flv"), "video before its sequence header", 13, 0);
	buf_clear(&b);
	buf_add(&b, head, sizeof(head));
	tag_add(&b, MSG_AUDIO, 0, sound, sizeof(sound));
	write_to(path_of("x.flv"), buf_head(&b), buf_len(&b));
	refuse(path_of("x.flv"), "audio before its sequence header", 13, 0);
	buf_clear(&b);
	buf_add(&b, head, sizeof(head));
	headers_add(&b, &m);
	tag_add(&b, MSG_VIDEO, 0, inter, sizeof(inter));
	write_to(path_of("x.flv"), buf_head(&b), buf_len(&b));
	refuse(path_of("x.flv"), "the first video frame is not a keyframe", -2, 0);
	buf_free(&b);

	make(&b, &m);
	other.mark = 9;
	headers_add(&b, &m);		/* the same again is nothing new */
	tag_add(&b, MSG_VIDEO, 5000, inter, sizeof(inter));
	write_to(path_of("x.flv"), buf_head(&b), buf_len(&b));
	flvloop_close(open_one(path_of("x.flv")));
	tag_add(&b, MSG_VIDEO, 4999, inter, sizeof(inter));
	write_to(path_of("x.flv"), buf_head(&b), buf_len(&b));
	refuse(path_of("x.flv"), "video time falls from 5000 to 4999 ms", -2, 0);
	headers_add(&b, &other);
	buf_free(&b);
	make(&b, &m);
	headers_add(&b, &other);
	write_to(path_of("x.flv"), buf_head(&b), buf_len(&b));
	refuse(path_of("x.flv"), "the video format changes here", -2, 0);
	buf_free(&b);
}

/* Plays until it fails; the errno. */
static int
play_to_error(struct flvloop *l, struct arena *a, int most)
{
	struct packet *p;
	int64_t time;

	for (; most > 0; most--) {
		if (flvloop_next(l, a, &p, &time) == -1)
			return errno;
		packet_unref(p);
	}
	return 0;
}

static void
renamed_over_plays_on(void)
{
	const char *path = file_of("live.flv", &one), *new = file_of("new.flv", &two);
	struct arena *a = arena_new(1 << 20, 2);
	struct flvloop *l = open_one(path);

	t_int(play_to_error(l, a, 50), 0);
	t_int(rename(new, path), 0);
	t_int(play_to_error(l, a, 5000), 0);
	t_int(unlink(path), 0);
	t_int(play_to_error(l, a, 5000), 0);
	flvloop_close(l);
	arena_free(a);
}

static void
written_to_or_cut_is_an_error(void)
{
	struct arena *a = arena_new(1 << 20, 2);
	struct made other = one;
	struct flvloop *l;
	const char *path;

	path = file_of("live.flv", &one);
	l = open_one(path);
	t_int(play_to_error(l, a, 50), 0);
	t_int(truncate(path, 3000), 0);
	t_int(play_to_error(l, a, 5000), EIO);
	flvloop_close(l);

	path = file_of("live.flv", &one);
	l = open_one(path);
	t_int(play_to_error(l, a, 50), 0);
	usleep(20000);		/* past the clock tick that file times come from */
	other.mark = 7;
	file_of("live.flv", &other);
	t_int(play_to_error(l, a, 5000), EIO);
	flvloop_close(l);
	arena_free(a);
}

static void
corpus(void)
{
	t_corpus("flvloop", LLVMFuzzerTestOneInput);
}

static void
clean_up(void)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	t_int(system(cmd), 0);
}

T_MAIN(
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
	{ "truncated_anywhere_is_refused", truncated_anywhere_is_refused },
	{ "flipped_bits_are_safe", flipped_bits_are_safe },
	{ "not_a_file_to_play", not_a_file_to_play },
	{ "wrong_starts_are_refused", wrong_starts_are_refused },
	{ "renamed_over_plays_on", renamed_over_plays_on },
	{ "written_to_or_cut_is_an_error", written_to_or_cut_is_an_error },
	{ "corpus", corpus },
	{ "clean_up", clean_up },
)
