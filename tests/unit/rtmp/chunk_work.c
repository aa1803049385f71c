/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/chunk.h"
#include "t.h"
#include "wire.h"

static struct wire w;

/* The work of what is in the wire. */
static uint64_t
work(void)
{
	struct chunk_reader *r = chunk_reader_new(NULL, 70000, 4096);
	const uint8_t *p = w.b;
	enum chunk_error fault;
	struct message m;
	ptrdiff_t used;
	uint64_t n;
	bool got;

	do {
		used = chunk_read(r, p, (size_t)(w.b + w.n - p), &m, &got, &fault);
		t_int(fault, CHUNK_OK);
		p += used;
	} while (used > 0 || got);
	t_ok(p == w.b + w.n);
	n = chunk_work(r);
	chunk_reader_free(r);
	return n;
}

static uint64_t
work_of(uint32_t chunk_size, size_t len)
{
	static uint8_t body[60000];

	w.n = w.chunk = 0;
	w_control(&w, MSG_CHUNK_SIZE, chunk_size);
	w.chunk = chunk_size;
	w_message(&w, 6, 0, MSG_VIDEO, 1, body, len);
	return work();
}

/* Messages, whatever their length; and each chunk of a size that no honest peer needs, but the last one. */
static void
work_is_counted(void)
{
	t_int(work_of(4096, 60000), 2);
	t_int(work_of(128, 60000), 2);
	t_int(work_of(127, 60000), 2 + 60000 / 127);
	t_int(work_of(1, 0), 2);
	t_int(work_of(1, 1000), 2 + 999);
	w.n = 0;
	w_head0(&w, 6, 0, 0, MSG_VIDEO, 1);
	w_fill(&w, 0xc6, 500);		/* empty ones, a byte each */
	t_int(work(), 501);
}

T_MAIN({ "work_is_counted", work_is_counted })
