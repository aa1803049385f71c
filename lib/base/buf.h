/* SPDX-License-Identifier: ISC */
/*
 * A byte buffer that grows up to a cap: bytes are appended at the tail and removed
 * at the head. All calls are safe on a buffer that has failed or was freed.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t	*data;		/* owned; the first unread byte is data + head */
	size_t	 head, tail;	/* offsets; tail - head bytes are held */
	size_t	 size;		/* allocated */
	size_t	 cap;		/* never grows past this */
	bool	 secret;	/* all memory is wiped before it is freed */
};

void	 buf_init(struct buf *, size_t cap);	/* allocates nothing */
void	 buf_init_secret(struct buf *, size_t cap);
void	 buf_free(struct buf *);		/* the buffer can be used again */

/* 0, or -1 with ENOBUFS (beyond the cap) or ENOMEM; then nothing was added. buf_addf() also needs room
 * for a NUL, which is not part of the bytes. */
int	 buf_add(struct buf *, const void *, size_t);
int	 buf_addf(struct buf *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));

/* Room for n more bytes at the tail, or NULL as above; buf_added() adds the bytes written there. */
uint8_t	*buf_room(struct buf *, size_t n);
void	 buf_added(struct buf *, size_t n);

void	 buf_take(struct buf *, size_t n);	/* removes n bytes at the head */
void	 buf_clear(struct buf *);

static inline size_t
buf_len(const struct buf *b)
{
	return b->tail - b->head;
}

static inline const uint8_t *
buf_head(const struct buf *b)
{
	return b->data + b->head;
}

#endif
