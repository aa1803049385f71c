/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "t.h"

#include <errno.h>

static void
keeps_what_is_added_in_order(void)
{
	struct buf b;
	uint8_t c, want = 0;
	int i;

	buf_init(&b, 1000);
	for (i = 0; i < 600; i++) {
		c = (uint8_t)i;
		t_int(buf_add(&b, &c, 1), 0);
	}
	t_int(buf_len(&b), 600);
	while (buf_len(&b) > 0) {
		t_int(*buf_head(&b), want++);
		buf_take(&b, 1);
	}
	buf_free(&b);
}

static void
grows_to_its_cap_and_no_further(void)
{
	static const uint8_t zero[100];
	struct buf b;

	buf_init(&b, 100);
	t_int(buf_add(&b, zero, 99), 0);
	errno = 0;
	t_int(buf_add(&b, zero, 2), -1);
	t_int(errno, ENOBUFS);
	t_int(buf_len(&b), 99);
	t_int(buf_add(&b, zero, 1), 0);
	t_ok(buf_room(&b, 1) == NULL);
	t_ok(buf_room(&b, SIZE_MAX) == NULL);
	buf_take(&b, 50);
	t_int(buf_add(&b, zero, 50), 0);
	t_int(b.size, 100);
	buf_free(&b);
}

/* A queue that is filled and emptied for ever must not walk off its memory. */
static void
reuses_the_room_of_what_was_taken(void)
{
	struct buf b;
	uint8_t chunk[300];
	int i;

	buf_init(&b, 1 << 20);
	for (i = 0; i < 10000; i++) {
		memset(chunk, i, sizeof(chunk));
		t_int(buf_add(&b, chunk, sizeof(chunk)), 0);
		if (i >= 2) {
			t_int(*buf_head(&b), (uint8_t)(i - 2));
			buf_take(&b, sizeof(chunk));
		}
	}
	t_int(buf_len(&b), 600);
	t_ok(b.size <= 2048);
	buf_free(&b);
}

static void
room_is_kept_only_when_told(void)
{
	struct buf b;
	uint8_t *p;

	buf_init(&b, 64);
	if (t_ok((p = buf_room(&b, 10)) != NULL))
		memcpy(p, "0123456789", 10);
	t_int(buf_len(&b), 0);
	buf_added(&b, 4);
	t_int(buf_len(&b), 4);
	t_mem(buf_head(&b), "0123", 4);
	buf_free(&b);
}

static void
prints(void)
{
	struct buf b;

	buf_init(&b, 16);
	t_int(buf_addf(&b, "%s=%d", "a", 7), 0);
	t_int(buf_addf(&b, "%s", ""), 0);
	t_int(buf_len(&b), 3);
	t_mem(buf_head(&b), "a=7", 3);
	t_int(buf_addf(&b, "%020d", 1), -1);
	t_int(errno, ENOBUFS);
	t_int(buf_len(&b), 3);
	t_int(buf_addf(&b, "%012d", 1), 0);
	t_int(buf_len(&b), 15);
	buf_free(&b);
}

static void
is_usable_after_free_and_clear(void)
{
	struct buf b;

	buf_init(&b, 16);
	t_int(buf_add(&b, "", 0), 0);
	buf_take(&b, 0);
	buf_free(&b);
	buf_free(&b);
	t_int(buf_len(&b), 0);
	t_int(buf_add(&b, "abc", 3), 0);
	buf_clear(&b);
	t_int(buf_len(&b), 0);
	t_int(buf_add(&b, "0123456789abcdef", 16), 0);
	t_int(buf_add(&b, "g", 1), -1);
	buf_free(&b);
}

/* That nothing is left behind is seen in tests/unit/process/ctl.c. */
static void
a_secret_one_grows_and_is_freed_like_any_other(void)
{
	char batch[100];
	struct buf b;
	int i;

	memset(batch, 'k', sizeof(batch));
	buf_init_secret(&b, 2000);
	for (i = 0; i < 20; i++)
		t_int(buf_add(&b, batch, sizeof(batch)), 0);
	t_int(buf_add(&b, batch, 1), -1);
	t_int(buf_len(&b), 2000);
	t_mem(buf_head(&b) + 1900, batch, sizeof(batch));
	buf_free(&b);
	t_int(buf_len(&b), 0);
	t_ok(b.secret);
	t_int(buf_add(&b, batch, sizeof(batch)), 0);
	buf_free(&b);
}

T_MAIN(
	{ "keeps_what_is_added_in_order", keeps_what_is_added_in_order },
	{ "grows_to_its_cap_and_no_further", grows_to_its_cap_and_no_further },
	{ "reuses_the_room_of_what_was_taken", reuses_the_room_of_what_was_taken },
	{ "room_is_kept_only_when_told", room_is_kept_only_when_told },
	{ "prints", prints },
	{ "is_usable_after_free_and_clear", is_usable_after_free_and_clear },
	{ "a_secret_one_grows_and_is_freed_like_any_other", a_secret_one_grows_and_is_freed_like_any_other },
)
