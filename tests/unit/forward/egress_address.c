/* SPDX-License-Identifier: ISC */
/* A destination with two addresses. */
#include "egress_stage.h"

static void
the_backup_address_is_tried_in_turn(void)
{
	const char *field, *reason;

	begin(0);
	egress_free(eg);
	dest.backup_url = other.url;
	eg = egress_new(ev, &fanout_log, &dest, &field, &reason);
	close(peer.listening);
	peer.listening = -1;
	push(500);
	UNTIL(eg->rtmp_conn.fault == RTMP_CONN_CONNECT);
	now = eg->rtmp_conn.retry_time;
	go_live(&other);
	end();
}

/* How the backup's connection ends, where it has not taken so many frames of so many bytes yet: 0, or the errno. */
static int
backup_ends(int frames, uint32_t len)
{
	const char *field, *reason;
	static uint8_t b[4096];
	ssize_t n;
	int ended;

	begin(0);
	egress_free(eg);
	peer_close(&other);
	peer_listen(&other, 4096);
	dest.backup_url = other.url;
	dest.primary_retry_ms = 60000;
	eg = egress_new(ev, &fanout_log, &dest, &field, &reason);
	push_many(3, 500);
	close(peer.listening);
	peer.listening = -1;
	UNTIL(eg->rtmp_conn.fault == RTMP_CONN_CONNECT);
	now = eg->rtmp_conn.retry_time;
	go_live(&other);
	other.deaf = true;
	push_many(frames, len);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	push(500);				/* a keyframe */
	now += 60000;
	UNTIL(eg->rtmp_conn.turn == 0);
	while ((n = read(other.fd, b, sizeof(b))) > 0 || (n == -1 && errno == EAGAIN))
		continue;
	ended = n == 0 ? 0 : errno;
	end();
	return ended;
}

/* A slow one does not get the rest beside what goes to the primary; one that is not far behind gets all of it. */
static void
the_backup_is_left_as_it_is_behind(void)
{
	t_int(backup_ends(GOP - 3, 14000), 0);
	t_int(backup_ends(6 * GOP - 3, 1800), ECONNRESET);
}

/* The key belongs to both; and where both are sent to at once, each has its name. */
static void
each_address_gets_the_key(void)
{
	const char *field, *reason;

	begin(0);
	egress_free(eg);
	dest.url = (char *)(uintptr_t)"rtmp://a/live";
	dest.backup_url = (char *)(uintptr_t)"rtmp://b/live";
	dest.key = (char *)(uintptr_t)"secret-key";
	eg = egress_new(ev, &fanout_log, &dest, &field, &reason);
	t_ok(eg != NULL);
	t_str(eg->rtmp_conn.url[0].stream, "secret-key");
	t_str(eg->rtmp_conn.url[1].stream, "secret-key");
	t_str(egress_address(eg), "primary");
	dest.backup_leg = true;
	t_str(egress_address(eg), "backup");
	end();
}

/* "At a keyframe, and never two connections at once." */
static void
the_primary_is_tried_again_at_a_keyframe(void)
{
	const char *field, *reason;

	begin(0);
	egress_free(eg);
	dest.backup_url = other.url;
	dest.primary_retry_ms = 60000;
	eg = egress_new(ev, &fanout_log, &dest, &field, &reason);
	t_str(egress_address(eg), "primary");
	push_many(3, 500);
	go_live(&peer);
	t_str(egress_address(eg), "primary");
	eg->rtmp_conn.broke = now;		/* sick already */
	now += 20000;
	peer_hang_up(&peer);
	UNTIL(eg->rtmp_conn.state == RTMP_CONN_WAITING);
	t_str(egress_address(eg), "backup");
	now = eg->rtmp_conn.retry_time;
	go_live(&other);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	now += 60000;
	push_many(GOP - 3, 500);		/* the rest of the group */
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	t_str(egress_address(eg), "backup");
	t_ok(other.fd != -1);
	push(500);
	UNTIL(peer.calls == 2);			/* no time has passed */
	UNTIL(other.fd == -1);
	t_int((peer_heard(&other), other.video), 1 + GOP);
	t_str(egress_address(eg), "primary");
	go_live(&peer);
	UNTIL((peer_heard(&peer), peer.video == 1 + 1));
	t_int(peer.first_time, GOP * 40);
	t_str(egress_state(eg), "live");
	t_int(other.calls, 1);
	end();
}

T_MAIN(
	{ "the_backup_address_is_tried_in_turn", the_backup_address_is_tried_in_turn },
	{ "the_backup_is_left_as_it_is_behind", the_backup_is_left_as_it_is_behind },
	{ "each_address_gets_the_key", each_address_gets_the_key },
	{ "the_primary_is_tried_again_at_a_keyframe", the_primary_is_tried_again_at_a_keyframe },
)
