/* SPDX-License-Identifier: ISC */
/*
 * Replaces a connection that is up by a new one to the same address. The new one is dialled when the peer has closed the
 * old one, as it then has all that was sent; or after two seconds, when the old one is reset. There are never two.
 */
#ifndef FORWARD_RTMP_CONN_LEAVE_H
#define FORWARD_RTMP_CONN_LEAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "forward/rtmp_conn.h"

/* Not allowed in the middle of a message. Calls ops->down only if the connection breaks now; nothing failed else. */
void	rtmp_conn_leave(struct rtmp_conn *, int64_t now, bool unpublish);

/* In place of rtmp_conn_step(), while RTMP_CONN_LEAVING: returns the latest time (ms) of the next call. */
int64_t	rtmp_conn_leave_step(struct rtmp_conn *, int64_t now);

#endif
