/* SPDX-License-Identifier: ISC */
/*
 * FLV files for tests, made of what the test wants to see: every frame's number is in its
 * body, times are those of exact rates rounded to ms.
 */
#ifndef TESTS_UNIT_FLVMAKE_H
#define TESTS_UNIT_FLVMAKE_H

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/base.h"
#include "base/buf.h"
#include "flv/flv.h"
#include "flv/flv_loop.h"
#include "t.h"

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

__attribute__((unused)) static const char *
path_of(const char *name)
{
	static char paths[8][128];
	static unsigned int i;

	if (dir[0] == '\0') {
		strlcpy(dir, "/tmp/flvmake.XXXXXX", sizeof(dir));
		t_ok(mkdtemp(dir) != NULL);
	}
	i = (i + 1) % nitems(paths);
	snprintf(paths[i], sizeof(paths[i]), "%s/%s", dir, name);
	return paths[i];
}

__attribute__((unused)) static void
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

__attribute__((unused)) static void
headers_add(struct buf *b, const struct made *m)
{
	uint8_t video[] = { 0x17, 0, 0, 0, 0, 1, 100, 0, 31, 0xff, 0xe1, 0, 2, 0x67,
	    m->mark, 1, 0, 1, 0x68 };
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

__attribute__((unused)) static void
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

__attribute__((unused)) static void
write_to(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	t_int(write(fd, p, n), n);
	close(fd);
}

__attribute__((unused)) static const char *
file_of(const char *name, const struct made *m)
{
	const char *path = path_of(name);
	struct buf b;

	make(&b, m);
	write_to(path, buf_head(&b), buf_len(&b));
	buf_free(&b);
	return path;
}

__attribute__((unused)) static struct flv_loop *
open_one(const char *path)
{
	struct flv_fault fault;
	struct flv_loop *l = flv_loop_open(&path, 1, &fault);

	if (l == NULL)
		t_report(false, path, 0, fault.reason);
	return l;
}

/* Two files that differ in everything that a list may differ in. */
__attribute__((unused)) static const struct made one = { .fps_num = 25, .fps_den = 1, .rate = 48000,
    .video = 50, .audio = 95, .mark = 1 };
__attribute__((unused)) static const struct made two = { .fps_num = 30000, .fps_den = 1001, .rate = 44100,
    .video = 100, .audio = 145, .video_ms = 21, .mark = 2 };

/* Goes as the last test of a program: the folder with its files is removed. */
__attribute__((unused)) static void
clean_up(void)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	t_int(system(cmd), 0);
}

#endif
