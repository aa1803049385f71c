/* SPDX-License-Identifier: ISC */
#include "health_stage.h"

/* A forwarder whose obs is this. */
#define OBS(health, more) FORWARD("LOOP_ACTIVE", "\"loop\"", "auto", "{\"on_air\":false,\"healthy\":false," \
	"\"health\":\"" health "\",\"connected\":true,\"publishing\":true" more "}", LIVE_DEST)
#define OTHER_FORMAT(video, audio) FORWARD("OBS_ACTIVE", "\"obs\"", "auto", "{\"on_air\":true,\"healthy\":true," \
	"\"health\":\"healthy\",\"connected\":true,\"publishing\":true,\"video\":\"" video "\"," \
	"\"audio\":\"" audio "\"}", LIVE_DEST)

static void
each_word_of_a_source_has_advice(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = OBS("video-stalled", ",\"kbps\":96,\"silent_s\":0.1");
	t_problem(&s, "video-stalled source:obs", "source obs: the picture stands still while sound goes on", "warning");
	s.forward = OBS("video-stalled", ",\"kbps\":0,\"silent_s\":1.9");
	t_problem(&s, "source-silent source:obs", "source obs: it stopped sending", "warning");
	s.forward = OBS("no-video", "");
	t_problem(&s, "no-video source:obs", "source obs: sound comes, but no pictures", "warning");
	s.forward = OBS("no-audio", "");
	t_problem(&s, "no-audio source:obs", "source obs: pictures come, but no sound", "warning");
	s.forward = OBS("audio-stalled", "");
	t_problem(&s, "audio-stalled source:obs", "source obs: the sound stopped", "warning");
	s.forward = OBS("no-keyframe", "");
	t_problem(&s, "no-keyframe source:obs", "source obs: no keyframe has arrived yet", "warning");
	s.forward = OBS("no-idr", "");
	t_problem(&s, "no-idr source:obs", "source obs: its keyframes are no IDR pictures", "warning");
	s.forward = OBS("annex-b", "");
	t_problem(&s, "annex-b source:obs", "source obs: its video is an Annex B byte stream", "warning");
	s.forward = OBS("other-track", "");
	t_problem(&s, "other-track source:obs", "source obs: it sends only tracks with numbers of their own", "warning");
	s.forward = OBS("slow-encoder", "");
	t_problem(&s, "slow-encoder source:obs", "source obs: its media comes slower than it plays", "warning");
	s.forward = OBS("proving", "");
	t_problem(&s, NULL, "", "ok");
	s.forward = FORWARD("OBS_ACTIVE", "\"obs\"", "auto", LIVE_SOURCE(",\"keyframe_s\":4.0"), LIVE_DEST);
	t_problem(&s, NULL, "", "ok");
	s.forward = FORWARD("OBS_ACTIVE", "\"obs\"", "auto", "{\"healthy\":true,\"keyframe_s\":8.3}", LIVE_DEST);
	t_problem(&s, "keyframes-far-apart source:obs", "source obs: more than 4 s between keyframes", "warning");
}

static void
an_encoder_off_the_air_is_no_problem(void)
{
	struct stage s = GOOD_STAGE;

	s.streams = &good_streams[1];
	s.n = 1;
	s.forward = FORWARD("LOOP_ACTIVE", "\"loop\"", "auto", "{\"on_air\":false,\"healthy\":false,"
	    "\"health\":\"absent\",\"connected\":true,\"publishing\":false,\"silent_s\":9000}",
	    LIVE_DEST);
	t_problem(&s, NULL, "", "ok");
}

static void
a_publisher_that_blocks_is_told(void)
{
	struct stage s = GOOD_STAGE;
	struct server_stream mute = good_streams[0];

	s.forward = OBS("video-stalled", ",\"kbps\":0,\"silent_s\":2.5");
	t_problem(&s, "publisher-silent source:obs", "source obs: a publisher holds the stream and sends nothing", "warning");
	/* one that has just come is given time */
	s.desired = DESIRED("true", "auto", "[{\"name\":\"obs\",\"kind\":\"live\",\"token\":true,"
	    "\"allowed\":{\"cobs\":1}}]", "null");
	t_problem(&s, "source-silent source:obs", "source obs: it stopped sending", "warning");
	s.desired = GOOD_DESIRED;
	mute.video[0] = mute.audio[0] = '\0';
	s.streams = &mute;
	s.n = 1;
	s.forward = OBS("absent", ",\"silent_s\":0.5");
	t_problem(&s, "no-media source:obs", "source obs: publishes, but no media comes", "warning");
}

static void
orphan_streams_are_reported(void)
{
	struct stage s = GOOD_STAGE;
	struct server_stream orphan = good_streams[0];

	orphan.publishing = false;
	orphan.orphan = true;
	s.streams = &orphan;
	s.n = 1;
	s.forward = FORWARD("LOOP_ACTIVE", "\"loop\"", "auto", "{\"health\":\"absent\",\"connected\":true}",
	    LIVE_DEST);
	t_problem(&s, NULL, "", "ok");
	s.forward = FORWARD("LOOP_ACTIVE", "\"loop\"", "auto", "{\"health\":\"absent\",\"connected\":false}",
	    LIVE_DEST);
	t_problem(&s, "orphan-stream source:obs", "source obs: the media server lists the stream, but nobody publishes it", "warning");
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
	t_problem(&s, "publisher-not-allowed source:obs", "source obs: publishes, but the hook recorded no permission", "warning");
	other.alive_s = 3;
	t_problem(&s, NULL, "", "ok");
	s = (struct stage)GOOD_STAGE;
	s.desired = DESIRED("true", "auto", "[{\"name\":\"obs\",\"kind\":\"live\",\"token\":true,"
	    "\"allowed\":{\"cobs\":60},\"refused\":3,\"refused_reason\":\"wrong-token\"},"
	    "{\"name\":\"loop\",\"kind\":\"loop\",\"token\":true,\"files\":1}]", "null");
	t_problem(&s, "publishers-refused source:obs", "source obs: publishers are refused (wrong-token): compare the stream key in "
	    "the encoder with 'lsctl-keys show krishna obs'", "warning");
}

static void
sources_that_differ_are_told_with_what(void)
{
	struct stage s = GOOD_STAGE;

	s.forward = OTHER_FORMAT("h264 1280x720 30", "aac 48000 2");
	t_problem(&s, "formats-differ source:loop", "source loop: differs from obs: resolution 1280x720 and "
	    "1920x1080", "warning");
	s.forward = OTHER_FORMAT("h264 1920x1080 60", "aac 48000 2");
	t_problem(&s, "formats-differ source:loop", "frame rate 60 and 30", "warning");
	s.forward = OTHER_FORMAT("h264 1920x1080 29.97", "aac 48000 2");
	t_problem(&s, NULL, "", "ok");
	s.forward = OTHER_FORMAT("hevc 1920x1080", "aac 44100 1");
	t_problem(&s, "formats-differ source:loop", "video codec hevc and h264", "warning");
	t_problem(&s, "formats-differ source:loop", "sample rate 44100 and 48000", "warning");
	t_problem(&s, "formats-differ source:loop", "number of channels 1 and 2", "warning");
}

static void
what_the_declaration_lacks_is_told(void)
{
	struct stage s = GOOD_STAGE;

	s.desired = DESIRED("true", "auto", "[{\"name\":\"obs\",\"kind\":\"live\",\"token\":false,"
	    "\"files\":0},{\"name\":\"file\",\"kind\":\"file\",\"token\":false,\"files\":0}]", "null");
	t_problem(&s, "no-token source:obs", "source obs: has no token: nobody can publish it: 'lsctl-keys new krishna obs'",
	    "warning");
	t_problem(&s, "no-film source:file", "source file: has no file to play", "warning");
}

T_MAIN({ "each_word_of_a_source_has_advice", each_word_of_a_source_has_advice },
    { "an_encoder_off_the_air_is_no_problem", an_encoder_off_the_air_is_no_problem },
    { "a_publisher_that_blocks_is_told", a_publisher_that_blocks_is_told },
    { "orphan_streams_are_reported", orphan_streams_are_reported },
    { "what_the_hook_did_not_allow_is_told", what_the_hook_did_not_allow_is_told },
    { "what_the_declaration_lacks_is_told", what_the_declaration_lacks_is_told },
    { "sources_that_differ_are_told_with_what", sources_that_differ_are_told_with_what })
