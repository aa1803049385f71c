/* SPDX-License-Identifier: ISC */
/* What each platform demands is named for each source that does not have it, with what cures it. */
#include "doctor_stage.h"

#define FACEBOOK "rtmps://live-api-s.facebook.com:443"
#define TWITCH	"rtmp://live.twitch.tv:1935"
#define KICK	"rtmps://fa723fc1b171.global-contribute.live-video.net:443"
#define IN_OBS	"in the OBS that sends obs: Settings > "

static json_t *
obs_with(const char *address, const char *member, const char *value)
{
	return doctor_with(address, "obs", member, value);
}

static void
keyframes(void)
{
	t_finding(obs_with(YOUTUBE, "keyframe_s", "8.3"), "keyframes-too-far-apart", "source:obs",
	    "a keyframe every 8.3 s, and YouTube accepts 4 s at most", IN_OBS "Output > Streaming > Keyframe Interval: 2 s");
	t_finding(obs_with(FACEBOOK, "keyframe_s", "3.0"), "keyframes-not-recommended", "source:obs",
	    "and Facebook recommends 2 s", IN_OBS "Output > Streaming > Keyframe Interval: 2 s");
	t_finding(doctor_with(TWITCH, "loop", "keyframe_s", "8.3"), "keyframes-not-recommended", "source:loop",
	    "and Twitch recommends 2 s", "lsctl-channel media krishna loop \"$(lsctl-loop prepare -d /media --profile");
	t_finding(doctor_with(YOUTUBE, "loop", "keyframe_max_s", "5.0"), "keyframes-too-far-apart", "source:loop",
	    "a keyframe every 5.0 s", "");		/* a file that plays now has shorter ones, too */
	t_ok(doctor_is_silent(obs_with(YOUTUBE, "keyframe_s", "4.1"), "keyframes-too-far-apart"));
	t_ok(doctor_is_silent(obs_with(YOUTUBE, "keyframe_s", "2.1"), "keyframes-not-recommended"));
	t_ok(doctor_is_silent(obs_with("rtmp://127.0.0.1:1935", "keyframe_s", "9"), "keyframes-too-far-apart"));
}

static void
codecs(void)
{
	t_finding(obs_with(FACEBOOK, "video", "\"hevc 1920x1080 30\""), "video-codec-not-accepted", "source:obs",
	    "its video is hevc, and Facebook takes h264", IN_OBS "Output > Streaming > Video Encoder: x264");
	t_ok(doctor_is_silent(obs_with(YOUTUBE, "video", "\"hevc 1920x1080 30\""), "video-codec-not-accepted"));
	t_finding(obs_with(YOUTUBE, "audio", "\"opus 48000 2\""), "audio-codec-not-accepted", "source:obs",
	    "its audio is opus, and YouTube takes aac mp3", IN_OBS "Output > Streaming > Audio Encoder: FFmpeg AAC");
	t_finding(obs_with(TWITCH, "audio_profile", "\"HE-AAC\""), "audio-profile-not-accepted", "source:obs",
	    "the profile HE-AAC, and Twitch takes LC", IN_OBS "Output > Streaming > Audio Encoder: FFmpeg AAC");
	t_finding(obs_with(YOUTUBE, "audio", NULL), "audio-demanded", "source:obs", "YouTube demands an audio track",
	    IN_OBS "Output > Streaming > Audio Track: 1");
	t_ok(doctor_is_silent(obs_with(TWITCH, "audio", NULL), "audio-demanded"));
}

static void
audio(void)
{
	t_finding(obs_with(FACEBOOK, "audio", "\"aac 96000 2\""), "sample-rate-not-accepted", "source:obs",
	    "its sample rate is 96000, and Facebook takes 44100 48000", IN_OBS "Audio > General > Sample Rate: 48 kHz");
	t_finding(obs_with(FACEBOOK, "audio", "\"aac 48000 6\""), "channels-not-accepted", "source:obs",
	    "it has 6 audio channels, and Facebook takes 2", IN_OBS "Audio > General > Channels: Stereo");
	t_ok(doctor_is_silent(obs_with(YOUTUBE, "audio", "\"aac 48000 6\""), "channels-not-accepted"));
}

static void
video(void)
{
	json_t *record;

	t_finding(obs_with(TWITCH, "kbps", "9000"), "bitrate-too-high", "source:obs",
	    "it has 9000 kbps, and Twitch takes 6000 of video", IN_OBS "Output > Streaming > Rate Control: CBR, Bitrate: 6000 Kbps");
	t_finding(doctor_with(TWITCH, "loop", "kbps", "9000"), "bitrate-too-high", "source:loop", "", "--bitrate 6000k");
	t_ok(doctor_is_silent(obs_with(TWITCH, "kbps", "6300"), "bitrate-too-high"));
	t_finding(obs_with(FACEBOOK, "level", "\"5.1\""), "level-too-high", "source:obs",
	    "its level is 5.1, and Facebook takes 4.2 at most", IN_OBS "Output > Streaming > x264 Options: level=4.2");
	t_finding(doctor_with(FACEBOOK, "loop", "level", "\"5.1\""), "level-too-high", "source:loop", "its level is 5.1",
	    "-profile:v high -level:v 4.2 -bf 2");
	record = obs_with(FACEBOOK, "level", "\"5.1\"");
	doctor_set(record, "obs", "video", "\"h264 3840x2160 30\"");
	t_finding(record, "level-too-high", "source:obs", "", IN_OBS "Video > Output (Scaled) Resolution: 1920x1080");
	t_finding(obs_with(KICK, "b_frames", "true"), "b-frames-not-accepted", "source:obs", "a real-time stage of Amazon IVS",
	    IN_OBS "Output > Streaming > B-Frames: 0");
	record = obs_with(KICK, "b_frames", "false");
	doctor_set(record, "loop", "b_frames", "false");
	t_ok(doctor_is_silent(record, "b-frames-not-accepted"));
}

static void
destinations(void)
{
	json_t *films;

	t_finding(doctor_record("rtmp://live-api-s.facebook.com:80"), "rtmps-demanded", "destination:out",
	    "Facebook takes RTMPS", "lsctl-channel dest set --key krishna out url=rtmps://live-api-s.facebook.com:443/PATH");
	t_ok(doctor_is_silent(doctor_record(FACEBOOK), "rtmps-demanded"));
	t_finding(doctor_record(FACEBOOK), "loops-not-allowed", "destination:out", "does not allow looped content",
	    "lsctl-channel dest set --on-backup disconnect krishna out");
	films = doctor_record(FACEBOOK);
	json_object_del(json_object_get(films, "sources"), "loop");
	t_ok(doctor_is_silent(films, "loops-not-allowed"));
	t_finding(doctor_record(TWITCH), "broadcast-limit", "destination:out", "after 48 hours", "");
}

#define LONGEST	"a-name-of-the-most-characters-that-a-destination-can-ever-have1"

/* The second leg of a destination is declared with the first. */
static void
a_second_leg_has_the_cure_of_its_destination(void)
{
	json_t *record = doctor_record(YOUTUBE);

	json_object_set_new(json_object_get(record, "destinations"), LONGEST ":backup", json_pack("{ss}", "server",
	    "rtmp://live-api-s.facebook.com:80"));
	t_finding(json_incref(record), "rtmps-demanded", "destination:" LONGEST ":backup", "Facebook takes RTMPS",
	    "lsctl-channel dest set --key krishna " LONGEST " backup_url=rtmps://live-api-s.facebook.com:443/PATH");
	t_finding(record, "loops-not-allowed", "destination:" LONGEST ":backup", "does not allow looped content",
	    "--on-backup disconnect krishna " LONGEST ", unless");
}

/* A platform says of a source once what it does not take, and a host that nobody knows says nothing. */
static void
each_platform_speaks_once(void)
{
	json_t *record = obs_with(YOUTUBE, "keyframe_s", "8"), *findings;
	const json_t *one;
	size_t i, n = 0;

	json_object_set_new(json_object_get(record, "destinations"), "again", json_pack("{ss}", "server",
	    "rtmp://b.rtmp.youtube.com:1935"));
	json_object_set_new(json_object_get(record, "destinations"), "own", json_pack("{ss}", "server", "rtmp://[::1]:1935"));
	json_object_set_new(json_object_get(record, "destinations"), "old", json_pack("{ss}", "state", "live"));
	findings = doctor_findings(record, "/media");
	json_array_foreach(findings, i, one)
		n += strcmp(record_text(one, "code"), "keyframes-too-far-apart") == 0;
	t_int(n, 1);
	t_str(record_text(json_array_get(findings, 0), "platform"), "YouTube");
	t_ok(doctor_has(findings, "broadcast-limit", "destination:own") == NULL);
	json_decref(findings);
	json_decref(record);
}

T_MAIN(
	{ "keyframes", keyframes },
	{ "codecs", codecs },
	{ "audio", audio },
	{ "video", video },
	{ "destinations", destinations },
	{ "a_second_leg_has_the_cure_of_its_destination", a_second_leg_has_the_cure_of_its_destination },
	{ "each_platform_speaks_once", each_platform_speaks_once },
)
