/* SPDX-License-Identifier: ISC */
/* A channel whole: what becomes of its destinations as its sources come and go. */
#include "stage.h"

#include <fcntl.h>

#define SOURCES	"\"channel\":\"c\",\"delay_ms\":1000,\"stall_ms\":700,\"sources\":[{\"name\":\"obs\"," \
	"\"url\":\"$obs\"},{\"name\":\"film\",\"path\":\"$film\"}]"
#define ONE	"{" SOURCES ",\"destinations\":[{\"name\":\"youtube\",\"url\":\"$youtube\"}]}"

static void
what_is_on_the_air_goes_to_every_destination(void)
{
	begin("{" SOURCES ",\"destinations\":[{\"name\":\"youtube\",\"url\":\"$youtube\"},"
	    "{\"name\":\"facebook\",\"url\":\"$facebook\"}]}");
	encoding = true;
	WITHIN(10000, strcmp(state(), "OBS_ACTIVE") == 0);
	WITHIN(1000, (peer_heard(&youtube), youtube.video > 2));
	WITHIN(1000, (peer_heard(&facebook), facebook.video > 2));
	encoding = false;			/* it stops without a word */
	WITHIN(3000, strcmp(state(), "FILM_ACTIVE") == 0);
	pass(1000);
	peer_heard(&youtube);
	t_ok(youtube.last_time > 1000);
	t_int(youtube.calls, 1);
	t_int(facebook.calls, 1);
	t_int(fw->changes, 2);
	t_str(fw->change[0].event.to, "OBS_ACTIVE");
	t_str(fw->change[1].event.to, "FILM_ACTIVE");
	t_str(fw->change[1].event.reason, "lost");
	t_str(fw->change[1].event.health, "video-stalled");
	t_ok(fw->change[1].at > now - 4500 && fw->change[1].at < now);
	end();
}

/* "A destination that has waited keyframe_wait_ms for a keyframe of the source on the air": the log holds none. */
static void
waits_for_a_keyframe_of(const char *wait, const char *state_then)
{
	char spec[512];

	snprintf(spec, sizeof(spec), "{" SOURCES ",\"keyframe_wait_ms\":%s,"
	    "\"destinations\":[{\"name\":\"youtube\",\"url\":\"$youtube\"}]}", wait);
	begin(spec);
	obs_gop = 600000;
	encoding = true;
	WITHIN(10000, strcmp(state(), "OBS_ACTIVE") == 0);
	WITHIN(1000, (peer_heard(&youtube), youtube.video > 2));
	fw->channel->log.max_bytes = 1000;	/* what a GOP may have */
	pass(3000);
	peer_hang_up(&youtube);
	WITHIN(5000, youtube.calls == 2 && strcmp(egress_state(fw->egress[0]), "waiting-keyframe") == 0);
	pass(3500);
	t_str(state(), "OBS_ACTIVE");
	t_str(egress_state(fw->egress[0]), "waiting-keyframe");
	pass(4000);
	t_str(state(), state_then);
	fw->channel->log.max_bytes = 1 << 20;
}

static void
the_next_source_takes_over_where_a_keyframe_is_awaited_too_long(void)
{
	waits_for_a_keyframe_of("5000", "FILM_ACTIVE");
	t_str(fw->change[1].event.reason, "lost");
	t_str(fw->change[1].event.health, "keyframe-late");
	t_str(egress_state(fw->egress[0]), "live");
	t_int(youtube.calls, 2);
	end();
	waits_for_a_keyframe_of("0", "OBS_ACTIVE");
	end();
}

/* A platform that is dialled and sent nothing hangs up, and remembers. */
static void
nobody_is_dialled_before_something_comes(void)
{
	begin("{\"channel\":\"c\",\"sources\":[{\"name\":\"obs\",\"url\":\"$obs\"}],"
	    "\"destinations\":[{\"name\":\"youtube\",\"url\":\"$youtube\"}]}");
	pass(10000);
	t_str(state(), "STARTING");
	t_int(youtube.calls, 0);
	encoding = true;
	WITHIN(5000, youtube.calls == 1);
	WITHIN(10000, strcmp(state(), "OBS_ACTIVE") == 0);
	encoding = false;			/* and once there it is held */
	pass(20000);
	t_int(youtube.calls, 1);
	t_ok(youtube.fd != -1);
	end();
}

static void
off_unpublishes_from_all(void)
{
	begin(ONE);
	WITHIN(10000, (peer_heard(&youtube), youtube.video > 0));
	channel_switch(fw->channel, "off", 0, now);
	WITHIN(1000, youtube.fd == -1);
	peer_heard(&youtube);
	t_ok(strstr(youtube.commands, "FCUnpublish deleteStream") != NULL);
	pass(20000);
	t_int(youtube.calls, 1);
	channel_switch(fw->channel, "auto", 0, now);
	WITHIN(10000, youtube.calls == 2);
	WITHIN(10000, (peer_heard(&youtube), youtube.video > 0));
	end();
}

/* "on_backup": "disconnect" is for who does not allow looped content. */
static void
a_destination_may_be_left_while_a_backup_is_on_the_air(void)
{
	begin("{" SOURCES ",\"destinations\":[{\"name\":\"youtube\",\"url\":\"$youtube\"},"
	    "{\"name\":\"facebook\",\"url\":\"$facebook\",\"on_backup\":\"disconnect\"}]}");
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);
	pass(1000);
	t_int(youtube.calls, 1);
	t_int(facebook.calls, 0);
	encoding = true;
	WITHIN(15000, strcmp(state(), "OBS_ACTIVE") == 0);
	WITHIN(1000, (peer_heard(&facebook), facebook.video > 0));
	encoding = false;
	WITHIN(5000, strcmp(state(), "FILM_ACTIVE") == 0);
	WITHIN(1000, facebook.fd == -1);
	peer_heard(&facebook);			/* without a word: it comes back */
	t_ok(strstr(facebook.commands, "FCUnpublish") == NULL);
	t_ok(youtube.fd != -1);
	end();
}

/* "schedule": one of two destinations is for another hour. */
static void
one_has_other_hours(void)
{
	time_t later = (time_t)clock_wall() + 7200, end_ = later + 3600;
	char spec[640], from[8], to[8];
	struct tm tm;

	strftime(from, sizeof(from), "%H:%M", localtime_r(&later, &tm));
	strftime(to, sizeof(to), "%H:%M", localtime_r(&end_, &tm));
	snprintf(spec, sizeof(spec), "{" SOURCES ",\"destinations\":[{\"name\":\"youtube\",\"url\":\"$youtube\",\"schedule\":"
	    "\"%s-%s\"},{\"name\":\"facebook\",\"url\":\"$facebook\",\"schedule\":\"%s-%s\"}]}", to, from, from, to);
	begin(spec);
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);
	WITHIN(1000, (peer_heard(&youtube), youtube.video > 0));
	t_str(egress_state(fw->egress[1]), "off-schedule");
	t_int(facebook.calls, 0);
	end();
}

/* What went out is kept for the slowest, and no longer. */
static void
the_log_is_kept_for_the_slowest(void)
{
	const struct fanout_log *log;
	int fd[2];

	begin("{\"channel\":\"c\",\"delay_ms\":700,\"stall_ms\":400,\"sources\":[{\"name\":\"obs\","
	    "\"url\":\"$obs\"}],\"destinations\":[{\"name\":\"youtube\",\"url\":\"$youtube\"},"
	    "{\"name\":\"facebook\",\"url\":\"$facebook\"}]}");
	log = &fw->channel->log;
	encoding = true;
	WITHIN(10000, (peer_heard(&youtube), youtube.video > 0));
	pass(3000);
	t_int(log->queue.first, log->key);	/* both have all of it */
	facebook.deaf = true;
	obs_bytes = 20000;
	WITHIN(20000, fw->egress[1]->blocked);
	pass(3000);
	t_int(log->queue.first, fw->egress[1]->muxer.next);
	t_ok(log->queue.first < log->key);
	facebook.deaf = false;
	pass(2000);
	t_int(log->queue.first, log->key);

	t_int(pipe2(fd, O_CLOEXEC | O_NONBLOCK), 0);
	t_int(forwarder_flv_output(fw, fd[1]), 0);	/* the same for what nobody reads from a pipe */
	pass(5000);
	t_int(log->queue.first, fw->flv_output->muxer.next);
	t_ok(log->queue.first < log->key);
	end();
	close(fd[0]);
	close(fd[1]);
}

/* Nobody asks for more than the last 16 moves of the state. */
static void
the_last_moves_are_remembered(void)
{
	int i;

	begin(ONE);
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);
	for (i = 0; i < 20; i++) {
		channel_switch(fw->channel, i % 2 ? "auto" : "off", 0, now);
		pass(4500);
	}
	t_ok(fw->changes > FORWARDER_CHANGES);
	t_str(fw->change[(fw->changes - 1) % FORWARDER_CHANGES].event.to, "FILM_ACTIVE");
	t_str(fw->change[(fw->changes - 2) % FORWARDER_CHANGES].event.to, "STARTING");
	t_str(fw->change[(fw->changes - 3) % FORWARDER_CHANGES].event.to, "OFF");
	end();
}

static void
the_stream_may_go_to_a_descriptor_too(void)
{
	static uint8_t got[1 << 20];
	int fd[2];
	ssize_t n;

	begin(ONE);
	t_int(pipe2(fd, O_CLOEXEC | O_NONBLOCK), 0);
	t_int(forwarder_flv_output(fw, fd[1]), 0);
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);
	pass(1000);
	n = read(fd[0], got, sizeof(got));
	t_ok(n > 1000);
	t_mem(got, "FLV\1", 4);
	close(fd[0]);
	WITHIN(1000, fw->flv_output == NULL);		/* its reader is gone, and the channel goes on */
	pass(1000);
	t_str(state(), "FILM_ACTIVE");
	t_ok(youtube.fd != -1);
	close(fd[1]);
	end();
}

/* What is wrong is named as the spec has it. */
static void
a_fault_is_named_as_in_the_spec(void)
{
	static const struct {
		enum spec_kind	 kind;
		const char	*spec, *field;
	} rows[] = {
		{ SPEC_FORWARD, "{\"channel\":\"c\",\"sources\":[{\"name\":\"film\",\"path\":\"$film\"},"
		    "{\"name\":\"x\",\"path\":\"/nonexistent.flv\"}],\"destinations\":[]}", "sources[1].path" },
		{ SPEC_FORWARD, "{\"channel\":\"c\",\"sources\":[{\"name\":\"obs\",\"url\":\"rtmp://h/live\"}],"
		    "\"destinations\":[]}", "sources[0].url" },
		{ SPEC_FORWARD, "{" SOURCES ",\"destinations\":[{\"name\":\"y\",\"url\":\"$youtube\"},"
		    "{\"name\":\"z\",\"url\":\"rtmp://h/live\"}]}", "destinations[1].url" },
		{ SPEC_FORWARD, "{" SOURCES ",\"destinations\":[{\"name\":\"y\",\"url\":\"$youtube\",\"send_to\":\"both\","
		    "\"backup_url\":\"$facebook\"},{\"name\":\"z\",\"url\":\"$youtube\",\"send_to\":\"both\","
		    "\"backup_url\":\"rtmp://h/live\"}]}", "destinations[1].backup_url" },
		{ SPEC_FORWARD, "{" SOURCES ",\"destinations\":[{\"name\":\"y\",\"url\":\"$youtube\","
		    "\"ca_file\":\"/nonexistent\"}]}", "destinations[0].ca_file" },
		{ SPEC_LOOP, "{\"channel\":\"c\",\"files\":[\"$film\",\"/nonexistent.flv\"],"
		    "\"destination\":{\"name\":\"srs\",\"url\":\"$youtube\"}}", "files[1]" },
		{ SPEC_LOOP, "{\"channel\":\"c\",\"files\":[\"$film\"],"
		    "\"destination\":{\"name\":\"srs\",\"url\":\"rtmp://h/live\"}}", "destination.url" },
	};
	struct spec_fault fault;
	size_t i;

	stage_begin();
	for (i = 0; i < nitems(rows); i++) {
		fw = forwarder_new(ev, spec_of(rows[i].spec, rows[i].kind), now, &fault);
		t_ok(fw == NULL);
		t_str(fault.field, rows[i].field);
		t_ok(fault.reason[0] != '\0');
	}
	end();
}

T_MAIN(
	{ "what_is_on_the_air_goes_to_every_destination", what_is_on_the_air_goes_to_every_destination },
	{ "the_next_source_takes_over_where_a_keyframe_is_awaited_too_long",
	    the_next_source_takes_over_where_a_keyframe_is_awaited_too_long },
	{ "nobody_is_dialled_before_something_comes", nobody_is_dialled_before_something_comes },
	{ "off_unpublishes_from_all", off_unpublishes_from_all },
	{ "a_destination_may_be_left_while_a_backup_is_on_the_air",
	    a_destination_may_be_left_while_a_backup_is_on_the_air },
	{ "one_has_other_hours", one_has_other_hours },
	{ "the_log_is_kept_for_the_slowest", the_log_is_kept_for_the_slowest },
	{ "the_last_moves_are_remembered", the_last_moves_are_remembered },
	{ "the_stream_may_go_to_a_descriptor_too", the_stream_may_go_to_a_descriptor_too },
	{ "a_fault_is_named_as_in_the_spec", a_fault_is_named_as_in_the_spec },
	{ "clean_up", clean_up },
)
