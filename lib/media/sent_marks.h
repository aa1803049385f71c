/* SPDX-License-Identifier: ISC */
/*
 * At which byte of a stream which media time was written: tells how far a peer is whose host has acknowledged so many
 * bytes. It keeps a mark for each 100 ms of media, and the newest 51 s of them.
 */
#ifndef MEDIA_SENT_MARKS_H
#define MEDIA_SENT_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#define SENT_MARKS	512
#define SENT_MARK_MS	100

struct sent_marks {
	struct {
		uint64_t	 byte;
		int64_t		 dts;		/* ms */
	}		 mark[SENT_MARKS];	/* the newest at (n - 1) % SENT_MARKS */
	uint64_t	 n;
};

void	sent_marks_clear(struct sent_marks *);

/* A frame with this dts begins at this byte. Both rise with each call. */
void	sent_marks_add(struct sent_marks *, uint64_t byte, int64_t dts);

/* The dts, ms, of what stands at this byte: by up to SENT_MARK_MS too early; of an older byte than all, that of the oldest
 * mark. false: there is no mark. */
bool	sent_marks_find(const struct sent_marks *, uint64_t byte, int64_t *dts);

#endif
