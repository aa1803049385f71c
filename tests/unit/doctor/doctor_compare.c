/* SPDX-License-Identifier: ISC */
/* Each mismatch between two sources is named, with what cures it. */
#include "doctor_stage.h"

#define LIKE_OBS "lsctl-channel media krishna loop \"$(lsctl-loop prepare -d /media --profile 1920x1080@30"
#define IN_OBS	"in the OBS that sends obs: Settings > "

static json_t *
loop_with(const char *member, const char *value)
{
	return doctor_with(YOUTUBE, "loop", member, value);
}

static void
a_film_is_prepared_like_the_encoder(void)
{
	t_finding(loop_with("video", "\"h264 1280x720 30\""), "size-differs", "source:loop",
	    "its resolution is 1280x720, and that of obs is 1920x1080", LIKE_OBS " --audio 48000/2 FILM)\"");
	t_finding(loop_with("video", "\"h264 1920x1080 25\""), "frame-rate-differs", "source:loop",
	    "its frame rate is 25, and that of obs is 30", LIKE_OBS " --audio");
	t_finding(loop_with("keyframe_s", "4.0"), "keyframes-differ", "source:loop",
	    "a keyframe every 4.0 s, and obs every 2.0 s", LIKE_OBS);
	t_finding(loop_with("kbps", "9000"), "bitrate-differs", "source:loop", "it has 9000 kbps, and obs 4500",
	    LIKE_OBS " --bitrate 4372k --audio");
	t_finding(loop_with("audio", "\"aac 44100 2\""), "sample-rate-differs", "source:loop",
	    "its sample rate is 44100, and that of obs is 48000", LIKE_OBS " --audio 48000/2 FILM");
	t_finding(loop_with("audio", "\"aac 48000 1\""), "channels-differ", "source:loop",
	    "its number of audio channels is 1, and that of obs is 2", "--audio 48000/2 FILM");
	t_finding(loop_with("audio", NULL), "audio-missing", "source:loop", "it has no audio, and obs has",
	    LIKE_OBS " --audio 48000/2 FILM");
}

/* What 'lsctl-loop prepare' makes is given, or copied from the film. */
static void
or_the_encoder_is_set_like_the_film(void)
{
	t_finding(doctor_with(YOUTUBE, "obs", "video", "\"hevc 1920x1080 30\""), "video-codec-differs", "source:loop",
	    "its video codec is h264, and that of obs is hevc", IN_OBS "Output > Streaming > Video Encoder: x264");
	t_finding(doctor_with(YOUTUBE, "obs", "profile", "\"Main\""), "profile-differs", "source:loop",
	    "its profile is High, and that of obs is Main", IN_OBS "Output > Streaming > Profile: high");
	t_finding(doctor_with(YOUTUBE, "obs", "level", "\"4.2\""), "level-differs", "source:loop",
	    "its level is 4.0, and that of obs is 4.2", IN_OBS "Output > Streaming > x264 Options: level=4.0");
	t_finding(doctor_with(YOUTUBE, "obs", "pix_fmt", "\"yuv420p10le\""), "pixel-format-differs", "source:loop",
	    "that of obs is yuv420p10le", IN_OBS "Advanced > Video > Color Format: NV12");
	t_finding(doctor_with(YOUTUBE, "obs", "b_frames", "false"), "b-frames-differ", "source:loop",
	    "it has B-frames, and obs has none", IN_OBS "Output > Streaming > B-Frames: 2");
	t_finding(doctor_with(YOUTUBE, "obs", "audio", "\"opus 48000 2\""), "audio-codec-differs", "source:loop",
	    "its audio codec is aac, and that of obs is opus", IN_OBS "Output > Streaming > Audio Encoder: FFmpeg AAC");
	t_finding(doctor_with(YOUTUBE, "obs", "audio_profile", "\"HE-AAC\""), "audio-profile-differs", "source:loop",
	    "its audio profile is LC, and that of obs is HE-AAC", IN_OBS "Output > Streaming > Audio Encoder: FFmpeg AAC");
	t_finding(doctor_with(YOUTUBE, "obs", "audio", NULL), "audio-missing", "source:obs", "it has no audio, and loop has",
	    IN_OBS "Output > Streaming > Audio Track: 1");
	/* no film can have six channels, or 96 kHz */
	t_finding(doctor_with(YOUTUBE, "obs", "audio", "\"aac 48000 6\""), "channels-differ", "source:loop",
	    "that of obs is 6", IN_OBS "Audio > General > Channels: Stereo");
	t_finding(doctor_with(YOUTUBE, "obs", "audio", "\"aac 96000 2\""), "sample-rate-differs", "source:loop",
	    "that of obs is 96000", IN_OBS "Audio > General > Sample Rate: 48 kHz");
}

static void
a_second_encoder_is_set_like_the_first(void)
{
	json_t *record = loop_with("kind", "\"live\"");

	doctor_set(record, "loop", "video", "\"h264 1280x720 30\"");
	t_finding(record, "size-differs", "source:loop", "its resolution is 1280x720",
	    "in the OBS that sends loop: Settings > Video > Output (Scaled) Resolution: 1920x1080");
}

static void
a_film_is_encoded_like_another_film(void)
{
	json_t *record = doctor_with(YOUTUBE, "obs", "kind", "\"file\"");

	doctor_set(record, "loop", "profile", "\"Main\"");
	doctor_set(record, "loop", "b_frames", "false");
	t_finding(json_incref(record), "profile-differs", "source:loop", "its profile is Main",
	    "ffmpeg -i FILM -c:v libx264 -crf 16 -profile:v high -bf 2 -c:a copy NEW.mkv && lsctl-channel media krishna loop");
	t_finding(record, "b-frames-differ", "source:loop", "it has no B-frames, and obs has some", "-bf 2");
}

static void
what_platforms_make_of_it_is_told(void)
{
	t_finding(loop_with("video", "\"h264 1280x720 30\""), "size-differs", "source:loop",
	    "at a cut; YouTube promises nothing about settings that change", "");
	t_finding(doctor_with("rtmps://live-api-s.facebook.com:443", "loop", "profile", "\"Main\""), "profile-differs",
	    "source:loop", "; Facebook may end a broadcast whose settings change", "");
}

static void
what_is_equal_or_unknown_or_near_is_no_finding(void)
{
	t_ok(doctor_is_silent(loop_with("profile", NULL), "profile-differs"));
	t_ok(doctor_is_silent(loop_with("video", "\"h264 1920x1080\""), "frame-rate-differs"));
	t_ok(doctor_is_silent(loop_with("b_frames", NULL), "b-frames-differ"));
	t_ok(doctor_is_silent(loop_with("kbps", "3100"), "bitrate-differs"));
	t_ok(doctor_is_silent(loop_with("kbps", "0"), "bitrate-differs"));
	t_ok(doctor_is_silent(loop_with("keyframe_s", "2.4"), "keyframes-differ"));
	t_ok(doctor_is_silent(loop_with("profile", "7"), "profile-differs"));
}

/* A rate that is not in the header is rounded: only what was measured tells NTSC from 30. */
static void
ntsc_is_not_thirty(void)
{
	json_t *record = loop_with("video", "\"h264 1920x1080 29.97\"");

	t_ok(doctor_is_silent(json_incref(record), "frame-rate-differs"));
	doctor_set(record, "loop", "fps", "29.9");
	t_finding(record, "frame-rate-differs", "source:loop", "its frame rate is 29.97, and that of obs is 30", "@30");
}

T_MAIN(
	{ "a_film_is_prepared_like_the_encoder", a_film_is_prepared_like_the_encoder },
	{ "or_the_encoder_is_set_like_the_film", or_the_encoder_is_set_like_the_film },
	{ "a_second_encoder_is_set_like_the_first", a_second_encoder_is_set_like_the_first },
	{ "a_film_is_encoded_like_another_film", a_film_is_encoded_like_another_film },
	{ "what_platforms_make_of_it_is_told", what_platforms_make_of_it_is_told },
	{ "what_is_equal_or_unknown_or_near_is_no_finding", what_is_equal_or_unknown_or_near_is_no_finding },
	{ "ntsc_is_not_thirty", ntsc_is_not_thirty },
)
