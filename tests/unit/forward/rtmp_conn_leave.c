/* SPDX-License-Identifier: ISC */
/* One connection ends before the next one is dialled: when the peer has closed it, or does not. */
#include "rtmp_conn_stage.h"

static void
the_next_one_is_dialled_when_the_peer_has_closed(void)
{
	begin(RTMP_PUBLISH);
	go_up(&peer);
	rtmp_conn_leave(&l, now, true);
	t_int(l.state, RTMP_CONN_LEAVING);
	t_int(turn(), now + 2000);
	t_int(l.state, RTMP_CONN_LEAVING);
	UNTIL(peer.fd == -1);
	peer_heard(&peer);
	t_ok(strstr(peer.commands, "FCUnpublish deleteStream") != NULL);
	go_up(&peer);			/* no time has passed */
	t_int(downs, 0);
	t_int(peer.calls, 2);
	end();
}

static void
what_the_peer_still_says_is_not_waited_for(void)
{
	begin(RTMP_PUBLISH);
	go_up(&peer);
	peer.deaf = true;
	rtmp_conn_leave(&l, now, false);
	w_status(&peer.w, "status", "NetStream.Unpublish.Success", NULL);
	peer_say(&peer);
	turn();
	t_int(l.state, RTMP_CONN_LEAVING);
	now += 2000;
	turn();
	peer.deaf = false;
	UNTIL(peer.calls == 2);
	go_up(&peer);
	t_int(downs, 0);
	end();
}

static void
one_that_breaks_meanwhile_is_down(void)
{
	begin(RTMP_PUBLISH);
	go_up(&peer);
	shutdown(l.conn.fd, SHUT_WR);	/* nothing can be said */
	rtmp_conn_leave(&l, now, true);
	t_int(downs, 1);
	t_int(l.state, RTMP_CONN_WAITING);
	end();
}

static void
a_stop_does_not_wait(void)
{
	begin(RTMP_PUBLISH);
	go_up(&peer);
	peer.deaf = true;
	rtmp_conn_leave(&l, now, true);
	rtmp_conn_stop(&l, now, true);
	t_int(l.state, RTMP_CONN_WAITING);
	now += 3000;
	turn();
	t_int(peer.calls, 1);
	end();
}

#define T(name)	{ #name, name }

T_MAIN(
	T(the_next_one_is_dialled_when_the_peer_has_closed),
	T(what_the_peer_still_says_is_not_waited_for),
	T(one_that_breaks_meanwhile_is_down),
	T(a_stop_does_not_wait),
)
