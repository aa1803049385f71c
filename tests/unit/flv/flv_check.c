/* SPDX-License-Identifier: ISC */
/* Files that are wrong, or go wrong while they play. */
#include "fuzz/flv_loop.c"
#include "corpus.h"
#include "flvmake.h"

#include <errno.h>

static void
refuse(const char *path, const char *reason, int64_t offset, int error)
{
	struct flv_fault fault;
	struct flv_loop *l = flv_loop_open(&path, 1, &fault);

	if (!t_ok(l == NULL)) {
		flv_loop_close(l);
		return;
	}
	if (reason != NULL)
		t_str(fault.reason, reason);
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
	struct flv_loop *l;
	struct buf b;
	size_t i, ends = 0;

	m.video = 5;
	m.audio = 9;
	make(&b, &m);
	for (i = 0; i < buf_len(&b); i++) {
		write_to(path, buf_head(&b), i);
		if ((l = flv_loop_open(&path, 1, &fault)) != NULL) {
			ends++;		/* between two tags: a shorter file, but whole */
			flv_loop_close(l);
			continue;
		}
		t_int(fault.error, 0);
		t_ok(fault.offset <= (int64_t)i && fault.reason[0] != '\0');
	}
	t_ok(ends > 5 && ends < 14);
	buf_free(&b);
}

static void
flipped_bits_are_safe(void)
{
	struct made m = one;
	const char *path = path_of("bits.flv");
	struct arena *a = arena_new(1 << 20);
	struct flv_fault fault;
	struct flv_loop *l;
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
		l = flv_loop_open(&path, 1, &fault);
		for (n = 0; l != NULL && n < 50; n++) {
			if (flv_loop_next(l, a, &p, &time) == 0)
				packet_unref(p);
		}
		flv_loop_close(l);
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
	t_ok(flv_loop_open(NULL, 0, &(struct flv_fault){ 0 }) == NULL);
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
	flv_loop_close(open_one(path_of("x.flv")));
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
	make(&b, &m);
	tag_add(&b, MSG_AUDIO, 5000, (const uint8_t *)"\57\377\373\220\144", 5);
	write_to(path_of("x.flv"), buf_head(&b), buf_len(&b));
	refuse(path_of("x.flv"), "the audio codec changes here", -2, 0);
	buf_free(&b);
}

/* One frame that says it is 17 minutes late is left out, each round. */
static void
far_audio_is_left_out(void)
{
	const uint8_t sound[] = { 0xaf, 1, 0, 0, 0, 0 };
	struct arena *a = arena_new(1 << 20);
	struct flv_loop *l;
	struct packet *p;
	int64_t time, last = 0;
	struct buf b;
	int i;

	make(&b, &one);
	tag_add(&b, MSG_AUDIO, 1048832, sound, sizeof(sound));
	write_to(path_of("far.flv"), buf_head(&b), buf_len(&b));
	buf_free(&b);
	if ((l = open_one(path_of("far.flv"))) == NULL)
		return;
	for (i = 0; i < 10000 && t_int(flv_loop_next(l, a, &p, &time), 0); i++) {
		t_ok(time - last <= 40);
		last = time;
		packet_unref(p);
	}
	flv_loop_close(l);
	arena_free(a);
}

/* Plays until it fails; the errno. */
static int
play_to_error(struct flv_loop *l, struct arena *a, int most)
{
	struct packet *p;
	int64_t time;

	for (; most > 0; most--) {
		if (flv_loop_next(l, a, &p, &time) == -1)
			return errno;
		packet_unref(p);
	}
	return 0;
}

static void
renamed_over_plays_on(void)
{
	const char *path = file_of("live.flv", &one), *new = file_of("new.flv", &two);
	struct arena *a = arena_new(1 << 20);
	struct flv_loop *l = open_one(path);

	t_int(play_to_error(l, a, 50), 0);
	t_int(rename(new, path), 0);
	t_int(play_to_error(l, a, 5000), 0);
	t_int(unlink(path), 0);
	t_int(play_to_error(l, a, 5000), 0);
	flv_loop_close(l);
	arena_free(a);
}

static void
written_to_or_cut_is_an_error(void)
{
	struct arena *a = arena_new(1 << 20);
	struct made other = one;
	struct flv_loop *l;
	const char *path;

	path = file_of("live.flv", &one);
	l = open_one(path);
	t_int(play_to_error(l, a, 50), 0);
	t_int(truncate(path, 3000), 0);
	t_int(play_to_error(l, a, 5000), EIO);
	flv_loop_close(l);

	path = file_of("live.flv", &one);
	l = open_one(path);
	t_int(play_to_error(l, a, 50), 0);
	usleep(20000);		/* past the clock tick that file times come from */
	other.mark = 7;
	file_of("live.flv", &other);
	t_int(play_to_error(l, a, 5000), EIO);
	flv_loop_close(l);
	arena_free(a);
}

static void
corpus(void)
{
	t_corpus("flv_loop", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "truncated_anywhere_is_refused", truncated_anywhere_is_refused },
	{ "flipped_bits_are_safe", flipped_bits_are_safe },
	{ "not_a_file_to_play", not_a_file_to_play },
	{ "wrong_starts_are_refused", wrong_starts_are_refused },
	{ "far_audio_is_left_out", far_audio_is_left_out },
	{ "renamed_over_plays_on", renamed_over_plays_on },
	{ "written_to_or_cut_is_an_error", written_to_or_cut_is_an_error },
	{ "corpus", corpus },
	{ "clean_up", clean_up },
)
