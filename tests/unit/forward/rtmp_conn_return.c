/* SPDX-License-Identifier: ISC */
/* From the backup address to the primary one: when, and what a primary that stays sick costs. */
#include "rtmp_conn_stage.h"

#define RETURN_MS	60000

static void
begin_both(int64_t return_ms)
{
	const char *reason;

	begin(RTMP_PUBLISH);
	t_int(rtmp_conn_add_url(&l, other.url, NULL, &reason), 0);
	rtmp_conn_set_return(&l, return_ms);
}

/* The connection, which is up with this server, breaks; the next try is due. */
static void
breaks_after(struct peer *p, int64_t up_ms)
{
	now += up_ms;
	peer_hang_up(p);
	UNTIL(l.state == RTMP_CONN_WAITING);
	now = l.retry_time;
}

/* The primary breaks twice, and the backup is up. */
static void
primary_is_left(void)
{
	go_up(&peer);
	breaks_after(&peer, 14000);
	go_up(&peer);
	breaks_after(&peer, 14000);
	go_up(&other);
	t_int(l.turn, 1);
}

/* The backup lasts for this long before it may be left. */
static void
stays_for(int64_t ms)
{
	now = l.up_since + ms - 1;
	t_ok(!rtmp_conn_may_return(&l, now));
	now++;
	t_ok(rtmp_conn_may_return(&l, now));
}

/* The primary is dialled; nobody publishes to two servers at any moment. */
static void
returns(void)
{
	int before = downs, calls = peer.calls;

	rtmp_conn_return(&l, now);
	t_int(l.turn, 0);
	t_int(l.state, RTMP_CONN_WAITING);
	t_int(l.conn.fd, -1);
	t_int(l.retry_time, now);
	t_int(downs, before);
	UNTIL(peer.calls == calls + 1);
	UNTIL(other.fd == -1);
}

static void
a_primary_that_is_well_again_stays(void)
{
	begin_both(RETURN_MS);
	t_ok(!rtmp_conn_may_return(&l, now));
	go_up(&peer);
	t_ok(!rtmp_conn_may_return(&l, now + 1000000));	/* it is where it belongs */
	breaks_after(&peer, 14000);
	go_up(&peer);
	breaks_after(&peer, 14000);
	t_ok(!rtmp_conn_may_return(&l, now + 1000000));	/* the backup is not up yet */
	go_up(&other);
	stays_for(RETURN_MS);
	returns();
	go_up(&peer);
	breaks_after(&peer, 130000);
	t_int(l.turn, 0);			/* a new failure: once is no reason to leave */
	go_up(&peer);
	breaks_after(&peer, 14000);
	t_int(l.turn, 1);			/* nor is it one of the return */
	t_int(l.return_wait, RETURN_MS);
	end();
}

/* One failure after a return is enough, and each one doubles the wait, to an hour. */
static void
a_primary_that_stays_sick_costs_less_and_less(void)
{
	int64_t wait = RETURN_MS;
	int i;

	begin_both(RETURN_MS);
	primary_is_left();
	for (i = 0; i < 8; i++) {
		stays_for(wait);
		returns();
		go_up(&peer);
		breaks_after(&peer, 119000);
		t_int(l.turn, 1);
		go_up(&other);
		wait = wait * 2 < 3600000 ? wait * 2 : 3600000;
		t_int(l.return_wait, wait);
	}
	t_int(wait, 3600000);
	stays_for(wait);
	returns();
	go_up(&peer);
	breaks_after(&peer, 120000);		/* it lasted */
	t_int(l.turn, 0);
	t_int(l.return_wait, RETURN_MS);
	end();
}

/* One that is not reached at a return costs no delay: the backup worked a moment ago. */
static void
a_primary_that_is_away_costs_no_delay(void)
{
	int64_t left;

	begin_both(RETURN_MS);
	primary_is_left();
	close(peer.listening);
	peer.listening = -1;
	stays_for(RETURN_MS);
	left = now;
	rtmp_conn_return(&l, now);
	UNTIL(l.state == RTMP_CONN_WAITING && l.turn == 1);
	t_int(l.fault, RTMP_CONN_CONNECT);
	t_int(l.retry_time, left);
	go_up(&other);
	t_int(l.return_wait, 2 * RETURN_MS);
	end();
}

/* What the backup does says nothing about the primary, nor does a new spec that declares the same wait. */
static void
only_a_primary_that_lasts_shortens_the_wait(void)
{
	begin_both(RETURN_MS);
	primary_is_left();
	stays_for(RETURN_MS);
	returns();
	go_up(&peer);
	breaks_after(&peer, 14000);
	go_up(&other);
	rtmp_conn_set_return(&l, RETURN_MS);
	t_int(l.return_wait, 2 * RETURN_MS);
	breaks_after(&other, 130000);
	t_int(l.turn, 1);
	t_int(l.return_wait, 2 * RETURN_MS);
	go_up(&other);
	breaks_after(&other, 14000);		/* twice: no return, but the other address */
	t_int(l.turn, 0);
	go_up(&peer);
	breaks_after(&peer, 14000);
	go_up(&peer);
	breaks_after(&peer, 14000);
	t_int(l.turn, 1);
	t_int(l.return_wait, 2 * RETURN_MS);
	end();
}

/* The platform holds the key of the backup's connection, which we ended; and no delay is left of what broke before. */
static void
a_return_is_no_failure(void)
{
	begin_both(RETURN_MS);
	primary_is_left();
	stays_for(RETURN_MS);
	returns();
	UNTIL(peer.n >= 1537);
	w_handshake(&peer.w);
	w_connected(&peer.w);
	w_created(&peer.w, 1);
	w_status(&peer.w, "error", "NetStream.Publish.BadName", "in use");
	peer_say(&peer);
	UNTIL(l.state == RTMP_CONN_WAITING);
	t_int(l.fault, RTMP_CONN_CLOSED);
	peer_close(&other);
	UNTIL(l.fault == RTMP_CONN_CONNECT);
	t_ok(l.retry_time <= now + 1000);	/* the second failure, not the fifth */
	end();
}

/* A wait of more than an hour is kept, and never doubled. */
static void
a_long_wait_stays_as_it_is(void)
{
	begin_both(7200000);
	primary_is_left();
	stays_for(7200000);
	returns();
	go_up(&peer);
	breaks_after(&peer, 14000);
	t_int(l.return_wait, 7200000);
	go_up(&other);
	rtmp_conn_set_return(&l, 30000);	/* declared anew */
	stays_for(30000);
	end();
}

static void
without_a_wait_only_the_backup_decides(void)
{
	begin_both(0);
	primary_is_left();
	t_ok(!rtmp_conn_may_return(&l, now + 100000000));
	breaks_after(&other, 14000);
	go_up(&other);
	breaks_after(&other, 14000);
	go_up(&peer);				/* the backup broke twice */
	t_int(l.turn, 0);
	end();
}

#define T(name)	{ #name, name }

T_MAIN(
	T(a_primary_that_is_well_again_stays),
	T(a_primary_that_stays_sick_costs_less_and_less),
	T(a_primary_that_is_away_costs_no_delay),
	T(only_a_primary_that_lasts_shortens_the_wait),
	T(a_return_is_no_failure),
	T(a_long_wait_stays_as_it_is),
	T(without_a_wait_only_the_backup_decides),
)
