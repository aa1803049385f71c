/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "forward/rtmp_conn_leave.h"

#define CLOSE_MS	2000	/* for the peer to close */
#define READS		16	/* of what it still says, in one step */

static int64_t
dial_again(struct rtmp_conn *c, int64_t now)
{
	rtmp_conn_hang_up(c);
	c->retry.delay_ms = 0;
	c->retry_time = now;
	return now;
}

void
rtmp_conn_leave(struct rtmp_conn *c, int64_t now, bool unpublish)
{
	if (unpublish) {
		rtmp_unpublish(c->rtmp);
		if (!rtmp_conn_flush(c, now))
			return;
	}
	c->up_until = now;
	if (buf_len(rtmp_out(c->rtmp)) > 0) {	/* the peer takes nothing: it will not hear the rest either */
		c->conn.reset = true;
		dial_again(c, now);
		return;
	}
	conn_finish(&c->conn);
	c->state = RTMP_CONN_LEAVING;
	c->deadline = now + CLOSE_MS;
	ev_set(c->ev, &c->io, EV_READ);
}

int64_t
rtmp_conn_leave_step(struct rtmp_conn *c, int64_t now)
{
	uint8_t unread[4096];
	ssize_t n = 1;
	int i;

	for (i = 0; i < READS && n > 0; i++)
		n = conn_read(&c->conn, unread, sizeof(unread));
	if (n == -1)
		return dial_again(c, now);
	if (now < c->deadline)
		return n > 0 ? now : c->deadline;
	c->conn.reset = true;
	return dial_again(c, now);
}
