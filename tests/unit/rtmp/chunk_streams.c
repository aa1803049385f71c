/* SPDX-License-Identifier: ISC */
/* More chunk streams than the reader remembers. */
#include "base/base.h"
#include "rtmp/chunk.h"
#include "t.h"
#include "wire.h"

static struct wire w;

/* Reads what w holds; how many messages that were. */
static int
messages(enum chunk_error *fault)
{
	struct chunk_reader *r = chunk_reader_new(NULL, 70000, 4096);
	const uint8_t *p = w.b, *end = w.b + w.n;
	struct message m;
	ptrdiff_t used;
	bool got;
	int n = 0;

	do {
		if ((used = chunk_read(r, p, (size_t)(end - p), &m, &got, fault)) == -1)
			break;
		n += got;
		p += used;
	} while (got || p < end);
	chunk_reader_free(r);
	return n;
}

/* A server may use one after the other; the one that it goes on with is remembered. */
static void
the_one_that_rests_longest_is_forgotten(void)
{
	enum chunk_error fault;
	unsigned int i;

	w_message(&w, 3, 0, 20, 0, "a", 1);
	for (i = 4; i < 64; i++) {
		w_message(&w, i, 0, 20, 0, "a", 1);
		w_byte(&w, 0xc0 | 3);		/* type 3 */
		w_byte(&w, 'b');
	}
	t_int(messages(&fault), 121);
	t_int(fault, CHUNK_OK);
	w_byte(&w, 0xc0 | 4);
	(void)messages(&fault);
	t_int(fault, CHUNK_NO_START);
}

T_MAIN(
	{ "the_one_that_rests_longest_is_forgotten", the_one_that_rests_longest_is_forgotten }
)
