/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/secret.h"

#include <errno.h>
#include <stdarg.h>

void
buf_init(struct buf *b, size_t cap)
{
	memset(b, 0, sizeof(*b));
	b->cap = cap;
}

void
buf_init_secret(struct buf *b, size_t cap)
{
	buf_init(b, cap);
	b->secret = true;
}

void
buf_free(struct buf *b)
{
	struct buf empty = { .cap = b->cap, .secret = b->secret };

	if (b->secret)
		secret_free(b->data);
	else
		free(b->data);
	*b = empty;
}

/* realloc(3), unless the bytes are secret: it would leave a copy of them in freed memory. */
static uint8_t *
grow(struct buf *b, size_t size)
{
	uint8_t *p;

	if (!b->secret)
		return realloc(b->data, size);
	if ((p = malloc(size)) != NULL) {
		if (b->tail > 0)
			memcpy(p, b->data, b->tail);
		secret_free(b->data);
	}
	return p;
}

uint8_t *
buf_room(struct buf *b, size_t n)
{
	size_t held = buf_len(b), size;
	uint8_t *p;

	if (n > b->cap || held > b->cap - n) {
		errno = ENOBUFS;
		return NULL;
	}
	if (b->size - b->tail >= n && b->data != NULL)
		return b->data + b->tail;
	if (b->head > 0) {
		memmove(b->data, b->data + b->head, held);
		b->head = 0;
		b->tail = held;
	}
	if (b->size - held < n || b->data == NULL) {
		for (size = b->size ? b->size : 256; size < held + n;)
			size *= 2;
		if (size > b->cap)
			size = b->cap ? b->cap : 1;
		if ((p = grow(b, size)) == NULL)
			return NULL;
		b->data = p;
		b->size = size;
	}
	return b->data + b->tail;
}

void
buf_added(struct buf *b, size_t n)
{
	b->tail += n;
}

int
buf_add(struct buf *b, const void *p, size_t n)
{
	uint8_t *room;

	if (n == 0)
		return 0;
	if ((room = buf_room(b, n)) == NULL)
		return -1;
	memcpy(room, p, n);
	b->tail += n;
	return 0;
}

int
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	uint8_t *room;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (room = buf_room(b, (size_t)n + 1)) == NULL)
		return -1;
	va_start(ap, fmt);
	vsnprintf((char *)room, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->tail += (size_t)n;	/* the NUL is not part of the bytes */
	return 0;
}

void
buf_take(struct buf *b, size_t n)
{
	b->head += n;
	if (b->head == b->tail)
		b->head = b->tail = 0;
}

void
buf_clear(struct buf *b)
{
	b->head = b->tail = 0;
}
