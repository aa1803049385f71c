/* SPDX-License-Identifier: ISC */
/* Reading tags forward, from files that this test writes byte by byte. */
#include "flvmake.h"
#include "flv/flv_file.h"
#include "flv/flv_reader.h"

#include <errno.h>

static struct buf bytes;
static struct flv_file file;
static struct flv_reader cursor;
static struct arena *arena;
static const char *reason;

static void
begin(void)
{
	uint8_t head[FLV_FILE_HEADER];

	arena = arena_new(1 << 20);
	buf_init(&bytes, 1 << 24);
	flv_file_header(head);
	buf_add(&bytes, head, sizeof(head));
}

/* What was written so far, in a file that is open. */
static void
read_from(size_t len)
{
	const char *path = path_of("read.flv");
	struct stat st;

	write_to(path, buf_head(&bytes), len);
	file = (struct flv_file){ .fd = open(path, O_RDWR | O_CLOEXEC),
	    .first = FLV_FILE_HEADER - FLV_TAG_TRAILER };
	t_int(fstat(file.fd, &st), 0);
	file.size = st.st_size;
	file.mtime = st.st_mtim;
	flv_reader_start(&cursor, &file);
}

static void
end(void)
{
	close(file.fd);
	buf_free(&bytes);
	arena_free(arena);
}

/* A frame of so many bytes, each of which says where it stands. */
static void
add(uint8_t type, int64_t time, uint32_t len)
{
	static uint8_t body[100000];
	uint32_t i;

	for (i = 0; i < len; i++)
		body[i] = (uint8_t)(i * 7 + len);
	body[0] = type == MSG_VIDEO ? 0x22 : 0xb2;	/* codecs that nobody looks into */
	tag_add(&bytes, type, time, body, len);
}

/* Is the body what add() made of it? */
static void
check_body(const struct flv_item *t)
{
	struct packet *p = flv_reader_body(&cursor, arena, t);
	uint32_t i, wrong = 0;

	if (!t_ok(p != NULL))
		return;
	t_int(p->len, t->tag.len);
	t_int(p->type, t->tag.type);
	t_int(p->time, t->tag.time);
	for (i = 1; i < p->len; i++)
		wrong += p->data[i] != (uint8_t)(i * 7 + p->len);
	t_int(wrong, 0);
	packet_unref(p);
}

static const uint32_t sizes[] = { 1, 2, 1023, 1024, 1025, 4000, FLV_WINDOW - 15, FLV_WINDOW, FLV_WINDOW + 1,
    20000, 3, 70000, 5, 9000, 9000, 1 };

static void
tags_come_in_order(void)
{
	struct flv_item t;
	size_t i;

	begin();
	for (i = 0; i < nitems(sizes); i++)
		add(i % 3 ? MSG_VIDEO : MSG_AUDIO, (int64_t)i * 40, sizes[i]);
	read_from(buf_len(&bytes));
	for (i = 0; i < nitems(sizes); i++) {
		t_int(flv_reader_next(&cursor, &t, &reason), 1);
		t_int(t.tag.type, i % 3 ? MSG_VIDEO : MSG_AUDIO);
		t_int(t.tag.len, sizes[i]);
		t_int(t.tag.time, i * 40);
		if (sizes[i] > 1)
			t_int(t.frame.kind, i % 3 ? FRAME_INTER : FRAME_AUDIO);
	}
	t_int(flv_reader_next(&cursor, &t, &reason), 0);
	t_int(flv_reader_next(&cursor, &t, &reason), 0);	/* and stays there */
	end();
}

/* Taken or left, in any mixture: what is read along with a body is not read twice, nor lost. */
static void
bodies_are_whole_whichever_are_taken(void)
{
	struct flv_item t;
	unsigned int mask;
	size_t i;

	begin();
	for (i = 0; i < nitems(sizes); i++)
		add(MSG_VIDEO, (int64_t)i * 40, sizes[i]);
	read_from(buf_len(&bytes));
	for (mask = 1; mask < 1u << nitems(sizes); mask = mask * 3 + 1) {
		flv_reader_start(&cursor, &file);
		for (i = 0; i < nitems(sizes); i++) {
			t_int(flv_reader_next(&cursor, &t, &reason), 1);
			if (mask >> i & 1)
				check_body(&t);
		}
		t_int(flv_reader_next(&cursor, &t, &reason), 0);
	}
	end();
}

/* The first slice stands behind parameter sets: enough of the body is looked at. */
static void
a_keyframe_is_told_by_its_slice(void)
{
	uint8_t body[900] = { 0x17, 1, 0, 0, 0, 0, 0, 3, 0x52, 0x06 };	/* SEI of 850 bytes, then a slice */
	struct flv_item t;

	begin();
	body[5 + 4 + 850 + 3] = 9;
	body[5 + 4 + 850 + 4] = 0x41;
	tag_add(&bytes, MSG_VIDEO, 0, body, 5 + 4 + 850 + 4 + 9);
	body[5 + 4 + 850 + 4] = 0x65;
	tag_add(&bytes, MSG_VIDEO, 0, body, 5 + 4 + 850 + 4 + 9);
	read_from(buf_len(&bytes));
	t_int(flv_reader_next(&cursor, &t, &reason), 1);
	t_int(t.frame.kind, FRAME_INTER);
	t_int(flv_reader_next(&cursor, &t, &reason), 1);
	t_int(t.frame.kind, FRAME_KEY);
	end();
}

static void
says(const char *want)
{
	struct flv_item t;
	int rc = 1;

	while (rc == 1)
		rc = flv_reader_next(&cursor, &t, &reason);
	t_int(rc, -1);
	t_int(errno, EIO);
	t_str(reason, want);
	t_int(flv_reader_next(&cursor, &t, NULL), -1);	/* nobody need want to know */
}

static void
what_is_cut_or_broken_is_told(void)
{
	static const struct {
		size_t		 cut;
		const char	*says;
	} rows[] = {
		{ 1, "the file ends within a tag" },		/* of the last size */
		{ 4, "the file ends within a tag" },
		{ 4 + 20, "the file ends within a tag" },
		{ 4 + 20 + 1, "the file ends within a tag's header" },
		{ 4 + 20 + 10, "the file ends within a tag's header" },
	};
	static const struct {
		size_t		 at;
		const char	*says;
	} flips[] = {
		{ FLV_FILE_HEADER - 1, "the previous tag size is wrong" },
		{ FLV_FILE_HEADER, "no FLV tag begins here" },
		{ FLV_FILE_HEADER + 10, "no FLV tag begins here" },
		{ FLV_FILE_HEADER + FLV_TAG_HEADER + 20 + 3, "the previous tag size is wrong" },
	};
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		begin();
		add(MSG_VIDEO, 0, 20);
		read_from(buf_len(&bytes) - rows[i].cut);
		says(rows[i].says);
		end();
	}
	for (i = 0; i < nitems(flips); i++) {
		begin();
		add(MSG_VIDEO, 0, 20);
		bytes.data[bytes.head + flips[i].at] ^= 0x20;
		read_from(buf_len(&bytes));
		says(flips[i].says);
		end();
	}
}

/* Bytes of a file that was overwritten meanwhile are never handed out. */
static void
a_file_that_is_written_to_is_an_error(void)
{
	struct timespec back[2];
	struct flv_item t;
	uint8_t b;

	begin();
	add(MSG_VIDEO, 0, 100);
	add(MSG_VIDEO, 40, 50000);
	read_from(buf_len(&bytes));
	t_int(flv_file_pread(&file, &b, 1, 0), 0);
	t_int(b, 'F');
	t_int(flv_reader_next(&cursor, &t, &reason), 1);
	t_int(flv_reader_next(&cursor, &t, &reason), 1);
	back[0] = back[1] = file.mtime;
	back[1].tv_sec++;
	t_int(futimens(file.fd, back), 0);
	t_ok(flv_reader_body(&cursor, arena, &t) == NULL);
	t_int(errno, EIO);
	t_int(flv_file_pread(&file, &b, 1, 0), -1);
	t_int(errno, EIO);
	flv_reader_start(&cursor, &file);
	t_int(flv_reader_next(&cursor, &t, &reason), -1);
	t_str(reason, "the file cannot be read or is being changed");
	back[1] = file.mtime;
	t_int(futimens(file.fd, back), 0);
	t_int(flv_reader_next(&cursor, &t, &reason), 1);
	t_int(ftruncate(file.fd, 500), 0);
	t_int(flv_file_pread(&file, &b, 1, 0), -1);
	end();
}

static void
no_more_is_read_than_there_is(void)
{
	uint8_t b[200];

	begin();
	add(MSG_VIDEO, 0, 20);
	read_from(buf_len(&bytes));
	t_int(flv_file_pread(&file, b, buf_len(&bytes), 0), 0);
	t_mem(b, buf_head(&bytes), buf_len(&bytes));
	t_int(flv_file_pread(&file, b, buf_len(&bytes) + 1, 0), -1);
	t_int(errno, EIO);
	t_int(flv_file_pread(&file, b, 1, (off_t)buf_len(&bytes)), -1);
	end();
}

T_MAIN(
	{ "tags_come_in_order", tags_come_in_order },
	{ "bodies_are_whole_whichever_are_taken", bodies_are_whole_whichever_are_taken },
	{ "a_keyframe_is_told_by_its_slice", a_keyframe_is_told_by_its_slice },
	{ "what_is_cut_or_broken_is_told", what_is_cut_or_broken_is_told },
	{ "a_file_that_is_written_to_is_an_error", a_file_that_is_written_to_is_an_error },
	{ "no_more_is_read_than_there_is", no_more_is_read_than_there_is },
	{ "clean_up", clean_up },
)
