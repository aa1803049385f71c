/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/access_unit.h"

/* The bits of the frame type in the first byte of a video message (FLV 10.1 E.4.3.1; 3 of them in Enhanced RTMP) */
#define FRAME_TYPE	0x70

void
access_unit_begin(struct access_unit *au, const struct frame *f)
{
	au->slices = f->slices;
	au->parts = 1;
}

bool
access_unit_more(struct access_unit *au, const struct frame *f)
{
	if (au->parts >= ACCESS_UNIT_PARTS || (au->slices && f->begins))
		return false;
	au->slices = au->slices || f->slices;
	au->parts++;
	return true;
}

bool
access_unit_continues(const struct access_unit *au, const struct entry *newest, const struct packet *p,
    const struct frame *f, int64_t dts)
{
	/* the same codec and composition time, which stand before the NAL units */
	return f->nals > 0 && newest->dts == dts && !(au->slices && f->begins) &&
	    newest->pkt->len > f->nals && ((newest->pkt->data[0] ^ p->data[0]) & ~FRAME_TYPE) == 0 &&
	    memcmp(newest->pkt->data + 1, p->data + 1, f->nals - 1) == 0;
}

int
access_unit_join(struct access_unit *au, struct frame_queue *q, uint64_t n, const struct packet *p,
    const struct frame *f)
{
	struct packet *joined;

	if (au->parts >= ACCESS_UNIT_PARTS ||
	    (joined = packet_join(frame_queue_at(q, n)->pkt, p, (uint32_t)f->nals)) == NULL)
		return -1;
	if (f->kind == FRAME_KEY) {
		joined->data[0] = p->data[0];
		frame_queue_at(q, n)->flags |= ENTRY_KEY;
	}
	frame_queue_replace(q, n, joined);
	au->slices = au->slices || f->slices;
	au->parts++;
	return 0;
}
