/* SPDX-License-Identifier: ISC */
/* A connection that works is replaced, as the declaration says: at a keyframe, and never are there two. */
#include "egress_stage.h"
#include "forward/renewal.h"

#define WORDS	"connect releaseStream FCPublish createStream publish"

/* Live, and all is sent; the next frame is a keyframe. */
static void
begin_live(void)
{
	begin(0);
	push_many(GOP, 500);
	go_live(&peer);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
}

/* Other codec headers from now on, with or without sound. */
static void
headers_now(const uint8_t *video, size_t video_len, const uint8_t *audio, size_t audio_len)
{
	struct packet *v = packet_new(arena, MSG_VIDEO, 0, (uint32_t)video_len), *a = packet_new(arena, MSG_AUDIO, 0, (uint32_t)audio_len);
	struct codec_headers *half;

	memcpy(v->data, video, video_len);
	memcpy(a->data, audio, audio_len);
	codec_headers_unref(pre);
	half = codec_headers_with(NULL, TRACK_VIDEO, v);
	pre = audio_len > 0 ? codec_headers_with(half, TRACK_AUDIO, a) : codec_headers_ref(half);
	codec_headers_unref(half);
	packet_unref(v);
	packet_unref(a);
}

/* The old connection is closed by the peer before the new one is dialled, and the new one begins with this keyframe. */
static void
is_renewed(const char *last_words)
{
	int64_t key = dts;

	push(500);
	UNTIL(peer.fd == -1);
	t_int(peer.calls, 1);
	t_str(egress_state(eg), "renewing");
	peer_heard(&peer);
	t_str(peer.commands, last_words);
	t_int(peer.video, 1 + GOP);
	push(500);
	UNTIL(peer.fd != -1 && peer.n >= 1537);
	t_str(egress_state(eg), "renewing");
	w_publishing(&peer.w);
	peer_say(&peer);
	UNTIL(eg->rtmp_conn.connects == 2);
	UNTIL((peer_heard(&peer), peer.video == 1 + 2));
	t_int(peer.first_time, key);
	t_str(egress_state(eg), "live");
	t_int(eg->reconnects, 0);
	t_str(eg->last_error, "");
}

static void
it_is_renewed_when_it_is_old_enough(void)
{
	begin_live();
	dest.renew_ms = 3600000;
	now += 3599000;
	push_many(GOP, 500);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	t_str(egress_state(eg), "live");
	now += 1000;
	push_many(3, 500);	/* the keyframe among them is the next one only in its turn */
	UNTIL(peer.fd == -1);
	peer_heard(&peer);
	t_str(peer.commands, WORDS " FCUnpublish deleteStream");
	t_int(peer.video, 1 + 2 * GOP);
	end();
}

static void
the_end_is_said_and_the_next_one_begins_with_the_keyframe(void)
{
	begin_live();
	dest.renew_ms = 60000;
	now += 60000;
	is_renewed(WORDS " FCUnpublish deleteStream");
	end();
}

static void
one_may_leave_without_a_word(void)
{
	begin_live();
	dest.renew_ms = 60000;
	dest.unpublish = UNPUBLISH_NEVER;
	now += 60000;
	is_renewed(WORDS);
	egress_set_mode(eg, EGRESS_OFF, now);
	UNTIL(peer.fd == -1);
	peer_heard(&peer);
	t_str(peer.commands, WORDS);
	end();
}

static void
one_may_unpublish_each_time(void)
{
	begin_live();
	dest.unpublish = UNPUBLISH_ALWAYS;
	egress_set_mode(eg, EGRESS_AWAY, now);
	UNTIL(peer.fd == -1);
	peer_heard(&peer);
	t_str(peer.commands, WORDS " FCUnpublish deleteStream");
	end();
}

static void
it_is_renewed_at_a_time_of_day(void)
{
	begin_live();
	eg->renew_time = clock_wall() + 3600;
	push_many(GOP, 500);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	t_str(egress_state(eg), "live");
	dest.renew_at = 4 * 60;
	eg->renew_time = clock_wall() - 1;
	push(500);
	UNTIL(peer.calls == 2);
	UNTIL(peer.fd != -1 && peer.n >= 1537);
	w_publishing(&peer.w);
	peer_say(&peer);
	UNTIL(eg->rtmp_conn.connects == 2);
	t_ok(eg->renew_time > clock_wall());	/* the next day's */
	end();
}

/* A clock that is set has stepped over the hour: nobody waited for it. */
static void
a_clock_that_is_set_renews_nothing(void)
{
	begin_live();
	dest.renew_at = 4 * 60;
	eg->renew_time = clock_wall() - 7200;
	push_many(GOP, 500);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	t_str(egress_state(eg), "live");
	t_ok(eg->renew_time > clock_wall());
	end();
}

/* Its hours are over: the broadcast should end. */
static void
the_end_of_its_hours_unpublishes(void)
{
	begin_live();
	egress_set_mode(eg, EGRESS_OFF_SCHEDULE, now);
	UNTIL(peer.fd == -1);
	peer_heard(&peer);
	t_str(peer.commands, WORDS " FCUnpublish deleteStream");
	end();
}

static void
the_time_of_day_is_the_next_one(void)
{
	begin_live();
	t_ok(eg->renew_time == INT64_MAX && renewal_next(&dest, 1000000) == INT64_MAX);
	dest.renew_at = 4 * 60;
	t_int(renewal_next(&dest, 1000000), schedule_next(4 * 60, 1000000));
	dest.backup_leg = true;		/* a minute later than the first one */
	t_int(renewal_next(&dest, 1000000), schedule_next(4 * 60, 1000000 - 60) + 60);
	end();
}

static void
the_second_connection_is_renewed_later(void)
{
	begin_live();
	dest.renew_ms = 60000;
	dest.backup_leg = true;
	now += 119000;
	push_many(GOP, 500);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	t_int(peer.calls, 1);
	now += 1000;
	push(500);
	UNTIL(peer.calls == 2);
	end();
}

/* A platform that does not close is not waited for. */
static void
who_does_not_close_is_reset(void)
{
	begin_live();
	dest.renew_ms = 60000;
	now += 60000;
	peer.deaf = true;
	push(500);
	UNTIL(eg->rtmp_conn.state == RTMP_CONN_LEAVING);
	now += 1999;
	turn();
	t_int(eg->rtmp_conn.state, RTMP_CONN_LEAVING);
	now += 1;
	turn();
	UNTIL(peer.calls == 2);
	end();
}

/* "A renewal that the platform refuses is a fault as any other." */
static void
one_that_fails_is_a_reconnect(void)
{
	begin_live();
	dest.renew_ms = 60000;
	now += 60000;
	push(500);
	UNTIL(peer.calls == 2);
	peer_hang_up(&peer);
	UNTIL(eg->rtmp_conn.state == RTMP_CONN_WAITING);
	t_str(egress_state(eg), "waiting");
	now = eg->rtmp_conn.retry_time;
	go_live(&peer);
	t_int(eg->reconnects, 1);
	end();
}

static const uint8_t avc[] = { 0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xff, 0xe1, 0, 4, 0x67, 66, 0, 30, 1, 0, 2, 0x68, 0xce },
    avc_main[] = { 0x17, 0, 0, 0, 0, 1, 77, 0, 30, 0xff, 0xe1, 0, 4, 0x67, 77, 0, 30, 1, 0, 2, 0x68, 0xce },
    hevc[] = { 0x90, 'h', 'v', 'c', '1', 1, 0, 0 },
    aac48[] = { 0xaf, 0, 0x11, 0x90 }, aac44[] = { 0xaf, 0, 0x12, 0x10 };

/* Live with one pair of headers, then a keyframe with the other one. */
static void
changes(enum spec_on_change on_change, const uint8_t *video, size_t video_len, const uint8_t *audio, size_t audio_len)
{
	begin(0);
	dest.on_change = on_change;
	headers_now(avc, sizeof(avc), aac48, sizeof(aac48));
	push_many(GOP, 500);
	go_live(&peer);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	headers_now(video, video_len, audio, audio_len);
	push(500);
}

static void
the_same_media_from_elsewhere_go_on(void)
{
	changes(CHANGE_REDIAL, avc_main, sizeof(avc_main), aac48, sizeof(aac48));
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	t_int(peer.calls, 1);
	end();
}

static void
other_media_go_on_if_not_declared_otherwise(void)
{
	changes(CHANGE_CONTINUE, hevc, sizeof(hevc), aac44, sizeof(aac44));
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	t_int(peer.calls, 1);
	end();
}

static void
other_media_are_dialled_anew(void)
{
	changes(CHANGE_REDIAL, avc, sizeof(avc), aac44, sizeof(aac44));
	UNTIL(peer.calls == 2);
	end();
	changes(CHANGE_REDIAL, hevc, sizeof(hevc), aac48, sizeof(aac48));
	UNTIL(peer.fd == -1);
	peer_heard(&peer);
	t_str(peer.commands, WORDS);	/* the broadcast should go on */
	end();
}

/* A bit rate above the limit is reported when it lasts, and no longer than it lasts. */
static void
too_much_is_noticed(void)
{
	int i;

	begin_live();
	dest.max_kbps = 100;
	for (i = 0; i < 20; i++) {
		push_many(5, 5000);
		now += 1000;
		UNTIL(egress_needs(eg) == fanout_log.queue.end);
		t_ok(!egress_over(eg, now) || i >= 15);
	}
	t_ok(egress_over(eg, now));
	dest.max_kbps = 400;
	turn();
	t_ok(!egress_over(eg, now));
	end();
}

#define T(name)	{ #name, name }

T_MAIN(
	T(it_is_renewed_when_it_is_old_enough),
	T(the_end_is_said_and_the_next_one_begins_with_the_keyframe),
	T(one_may_leave_without_a_word),
	T(one_may_unpublish_each_time),
	T(it_is_renewed_at_a_time_of_day),
	T(a_clock_that_is_set_renews_nothing),
	T(the_end_of_its_hours_unpublishes),
	T(the_time_of_day_is_the_next_one),
	T(the_second_connection_is_renewed_later),
	T(who_does_not_close_is_reset),
	T(one_that_fails_is_a_reconnect),
	T(the_same_media_from_elsewhere_go_on),
	T(other_media_go_on_if_not_declared_otherwise),
	T(other_media_are_dialled_anew),
	T(too_much_is_noticed),
)
