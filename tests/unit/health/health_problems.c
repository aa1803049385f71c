/* SPDX-License-Identifier: ISC */
/* Each problem that health_problems.c and health_destinations.c tell of, and when. */
#include "health_stage.h"

/* The channel's problems in this stage have text in them, and its status is that. */
#define t_problem(s, text, status) t_problem_(s, text, status, __FILE__, __LINE__)

static void
t_problem_(const struct stage *s, const char *text, const char *status, const char *file,
    int line)
{
	struct health *h = stage_make(s);
	const char *all = stage_problems(stage_record(h));

	if (!t_report(strstr(all, text) != NULL, file, line, text))
		printf("# got: %s\n", all);
	t_str_(record_text(stage_record(h), "status"), status, "status", file, line);
	health_free(h);
}

/* A forwarder whose obs is this. */
#define OBS(health, more) FORWARD("LOOP_ACTIVE", "auto", "{\"on_air\":false,\"healthy\":false," \
	"\"health\":\"" health "\",\"connected\":true,\"publishing\":true" more "}", LIVE_DEST)
#define DEST(state, fault, said) FORWARD("OBS_ACTIVE", "auto", LIVE_SOURCE(""), "{\"state\":\"" state \
	"\",\"fault\":" fault ",\"last_error\":" said "}")
#define OTHER_FORMAT(video, audio) FORWARD("OBS_ACTIVE", "auto", "{\"on_air\":true,\"healthy\":true," \
	"\"health\":\"healthy\",\"connected\":true,\"publishing\":true,\"video\":\"" video "\"," \
	"\"audio\":\"" audio "\"}", LIVE_DEST)

static void
each_word_of_a_source_has_advice(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = OBS("video-stalled", ",\"kbps\":96,\"silent_s\":0.1");
	t_problem(&s, "source obs: the picture stands still while sound goes on", "warning");
	s.forward = OBS("video-stalled", ",\"kbps\":0,\"silent_s\":1.9");
	t_problem(&s, "source obs: it stopped sending", "warning");
	s.forward = OBS("no-video", "");
	t_problem(&s, "source obs: sound comes, but no pictures", "warning");
	s.forward = OBS("no-audio", "");
	t_problem(&s, "source obs: pictures come, but no sound", "warning");
	s.forward = OBS("audio-stalled", "");
	t_problem(&s, "source obs: the sound stopped", "warning");
	s.forward = OBS("no-keyframe", "");
	t_problem(&s, "source obs: no keyframe came yet", "warning");
	s.forward = OBS("proving", "");
	t_problem(&s, "", "ok");
	s.forward = FORWARD("OBS_ACTIVE", "auto", LIVE_SOURCE(",\"keyframe_s\":4.0"), LIVE_DEST);
	t_problem(&s, "", "ok");
	s.forward = FORWARD("OBS_ACTIVE", "auto", "{\"healthy\":true,\"keyframe_s\":8.3}", LIVE_DEST);
	t_problem(&s, "source obs: more than 4 s between keyframes", "warning");
}

static void
an_encoder_off_the_air_is_no_problem(void)
{
	struct stage s = GOOD_STAGE;

	s.streams = &good_streams[1];
	s.n = 1;
	s.forward = FORWARD("LOOP_ACTIVE", "auto", "{\"on_air\":false,\"healthy\":false,"
	    "\"health\":\"absent\",\"connected\":true,\"publishing\":false,\"silent_s\":9000}",
	    LIVE_DEST);
	t_problem(&s, "", "ok");
}

static void
a_publisher_that_blocks_is_told(void)
{
	struct stage s = GOOD_STAGE;
	struct server_stream mute = good_streams[0];

	s.forward = OBS("video-stalled", ",\"kbps\":0,\"silent_s\":2.5");
	t_problem(&s, "source obs: a publisher holds the stream and sends nothing", "warning");
	/* one that has just come is given time */
	s.desired = DESIRED("true", "auto", "[{\"name\":\"obs\",\"kind\":\"live\",\"token\":true,"
	    "\"allowed\":\"cobs\",\"allowed_s\":1}]", "null");
	t_problem(&s, "source obs: it stopped sending", "warning");
	s.desired = GOOD_DESIRED;
	mute.video[0] = mute.audio[0] = '\0';
	s.streams = &mute;
	s.n = 1;
	s.forward = OBS("absent", ",\"silent_s\":0.5");
	t_problem(&s, "source obs: publishes, but no media comes", "warning");
}

static void
a_ghost_is_told_unless_the_forwarder_waits_there(void)
{
	struct stage s = GOOD_STAGE;
	struct server_stream orphan = good_streams[0];

	orphan.publishing = false;
	orphan.orphan = true;
	s.streams = &orphan;
	s.n = 1;
	s.forward = FORWARD("LOOP_ACTIVE", "auto", "{\"health\":\"absent\",\"connected\":true}",
	    LIVE_DEST);
	t_problem(&s, "", "ok");
	s.forward = FORWARD("LOOP_ACTIVE", "auto", "{\"health\":\"absent\",\"connected\":false}",
	    LIVE_DEST);
	t_problem(&s, "source obs: a ghost entry", "warning");
}

static void
what_the_hook_did_not_allow_is_told(void)
{
	struct stage s = GOOD_STAGE;
	struct server_stream other = good_streams[0];

	strlcpy(other.client, "sneaked", sizeof(other.client));
	other.alive_s = 30;
	s.streams = &other;
	s.n = 1;
	t_problem(&s, "source obs: publishes, but the hook told of no permission", "warning");
	other.alive_s = 3;
	t_problem(&s, "", "ok");
	s = (struct stage)GOOD_STAGE;
	s.desired = DESIRED("true", "auto", "[{\"name\":\"obs\",\"kind\":\"live\",\"token\":true,"
	    "\"allowed\":\"cobs\",\"allowed_s\":60,\"refused\":3,\"refused_reason\":\"wrong-token\"},"
	    "{\"name\":\"loop\",\"kind\":\"loop\",\"token\":true,\"files\":1}]", "null");
	t_problem(&s, "source obs: publishers are refused (wrong-token): compare the stream key in "
	    "the encoder with 'lsctl-keys show krishna obs'", "warning");
}

static void
what_the_declaration_lacks_is_told(void)
{
	struct stage s = GOOD_STAGE;

	s.desired = DESIRED("true", "auto", "[{\"name\":\"obs\",\"kind\":\"live\",\"token\":false,"
	    "\"files\":0},{\"name\":\"file\",\"kind\":\"file\",\"token\":false,\"files\":0}]", "null");
	t_problem(&s, "source obs: has no token, nobody can publish it: 'lsctl-keys new krishna obs'",
	    "warning");
	t_problem(&s, "source file: has no file to play", "warning");
	s.desired = "{\"channels\":[{\"channel\":\"krishna\",\"enabled\":true,\"mode\":\"auto\","
	    "\"sources\":[],\"destinations\":[{\"name\":\"fb\",\"enabled\":true,\"key\":false},"
	    "{\"name\":\"off\",\"enabled\":false,\"key\":false}]}]}";
	t_problem(&s, "destination fb: has no stream key: 'lsctl-channel dest set krishna fb --key'",
	    "warning");
}

static void
sources_that_differ_are_told_with_what(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = OTHER_FORMAT("h264 1280x720 30", "aac 48000 2");
	t_problem(&s, "sources obs and loop have different parameters: resolution 1280x720 and "
	    "1920x1080", "warning");
	s.forward = OTHER_FORMAT("h264 1920x1080 60", "aac 48000 2");
	t_problem(&s, "frame rate 60 and 30", "warning");
	s.forward = OTHER_FORMAT("h264 1920x1080 29.97", "aac 48000 2");
	t_problem(&s, "", "ok");
	s.forward = OTHER_FORMAT("hevc 1920x1080", "aac 44100 1");
	t_problem(&s, "video codec hevc and h264", "warning");
	t_problem(&s, "sample rate 44100 and 48000", "warning");
	t_problem(&s, "number of channels 1 and 2", "warning");
}

static void
destinations_have_advice(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = DEST("waiting", "\"stalled\"", "\"no acknowledgement for 10 s\"");
	t_problem(&s, "destination youtube: it accepts and does not acknowledge what is sent",
	    "critical");
	t_problem(&s, "(no acknowledgement for 10 s)", "critical");
	t_problem(&s, "no destination is live: nobody can watch", "critical");
	s.forward = DEST("connecting", "\"refused\"", "null");
	t_problem(&s, "destination youtube: it refuses the stream: is its key right", "critical");
	s.forward = DEST("blocked", "null", "null");
	t_problem(&s, "destination youtube: takes less than it is sent", "warning");
	s.forward = DEST("paused", "null", "\"old\"");
	t_problem(&s, "", "ok");
	s.forward = DEST("live", "null", "\"long ago\"");
	t_problem(&s, "", "ok");
}

static void
what_runs_and_what_does_not_is_told(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = s.loop = NULL;
	t_problem(&s, "forwarder not running: lsctl-switch(8) starts it", "critical");
	t_problem(&s, "loop not running", "critical");
	s.desired = DESIRED("true", "auto\",\"waiting_for\":\"old", DESIRED_SOURCES, "null");
	t_problem(&s, "waits for host old, which carries it still: it gives the channel back when it has stopped "
	    "it; if that host is off for good: 'lsctl-channel take-over krishna'", "critical");
	s.desired = GOOD_DESIRED;
	s.error = ETIMEDOUT;
	t_problem(&s, "forwarder does not answer: it hangs", "critical");
	s.error = EACCES;
	t_problem(&s, "forwarder: this user may not ask it", "warning");
	s = (struct stage)GOOD_STAGE;
	s.desired = DESIRED("false", "auto", DESIRED_SOURCES, "null");
	t_problem(&s, "disabled, but its forwarder runs", "warning");
	s.desired = "{\"host\":{},\"channels\":[]}";
	t_problem(&s, "runs here, but is no channel of this host", "warning");
	s = (struct stage)GOOD_STAGE;
	s.loop = "{\"channel\":\"krishna\",\"destinations\":{\"server\":{\"state\":\"waiting\","
	    "\"last_error\":\"nobody there\"}}}";
	t_problem(&s, "loop: cannot publish: nobody there", "warning");
}

static void
states_are_told(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = FORWARD("STARTING", "auto", "{}", LIVE_DEST);
	t_problem(&s, "nothing is on the air: no source is healthy yet", "critical");
	s.forward = FORWARD("OFF", "off", "{}", "{\"state\":\"paused\"}");
	t_problem(&s, "off, but wanted on", "critical");
	s.desired = DESIRED("true", "off", DESIRED_SOURCES, "null");
	t_problem(&s, "", "ok");
	s.desired = DESIRED("true", "obs", DESIRED_SOURCES, "null");
	s.forward = FORWARD("LOOP_ACTIVE", "obs", "{\"health\":\"absent\",\"healthy\":false,"
	    "\"connected\":true}", LIVE_DEST);
	t_problem(&s, "pinned source obs is not healthy, another one is shown: 'lsctl-switch krishna "
	    "--to auto' ends the pin", "warning");
}

T_MAIN({ "each_word_of_a_source_has_advice", each_word_of_a_source_has_advice },
    { "an_encoder_off_the_air_is_no_problem", an_encoder_off_the_air_is_no_problem },
    { "a_publisher_that_blocks_is_told", a_publisher_that_blocks_is_told },
    { "a_ghost_is_told_unless_the_forwarder_waits_there",
      a_ghost_is_told_unless_the_forwarder_waits_there },
    { "what_the_hook_did_not_allow_is_told", what_the_hook_did_not_allow_is_told },
    { "what_the_declaration_lacks_is_told", what_the_declaration_lacks_is_told },
    { "sources_that_differ_are_told_with_what", sources_that_differ_are_told_with_what },
    { "destinations_have_advice", destinations_have_advice },
    { "what_runs_and_what_does_not_is_told", what_runs_and_what_does_not_is_told },
    { "states_are_told", states_are_told })
