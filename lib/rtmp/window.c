/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/chunk.h"
#include "rtmp/rtmp_request.h"
#include "rtmp/window.h"

#define WINDOW_DEFAULT	2500000	/* the peer's window if it named none, bytes */

int
window_announce(struct window *w, struct buf *out, uint32_t size)
{
	if (size == 0 || size > RTMP_WINDOW_OUT)
		size = RTMP_WINDOW_OUT;
	if (size == w->ours)
		return 0;
	w->ours = size;
	return request_control(out, MSG_WINDOW, size);
}

int
window_acknowledge(struct window *w, struct buf *out)
{
	uint32_t size = w->theirs != 0 ? w->theirs : WINDOW_DEFAULT;

	if (w->in == w->acked || w->in - w->acked < size / 2)
		return 0;
	w->acked = w->in;
	return request_control(out, MSG_ACK, (uint32_t)w->in);
}
