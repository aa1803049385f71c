/* SPDX-License-Identifier: ISC */
/* What ffprobe says of a film, in all the ways in which it says it. */
#include "base/base.h"
#include "prepare/prepare_plan.h"
#include "t.h"

#define VIDEO(more)	"{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"width\":720,\"height\":576" more "}"
#define AUDIO(more)	"{\"codec_type\":\"audio\",\"codec_name\":\"aac\"" more "}"
#define STREAMS(list)	"{\"streams\":[" list "]}"

static struct prepare_source s;

/* 0 or -1, into s. */
static int
probe(const char *json)
{
	const char *reason = NULL;
	int rc = prepare_source_read(&s, json, strlen(json), &reason);

	t_ok(rc == 0 || reason != NULL);
	return rc;
}

static void
ffprobe_is_understood(void)
{
	static const char json[] = "{\"streams\":["
	    "{\"codec_type\":\"video\",\"codec_name\":\"mjpeg\",\"width\":10,\"height\":10,"
	    "\"disposition\":{\"attached_pic\":1}},"
	    "{\"codec_type\":\"audio\",\"codec_name\":\"aac\",\"profile\":\"LC\","
	    "\"sample_rate\":\"44100\",\"channels\":2},"
	    "{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"pix_fmt\":\"yuv420p\","
	    "\"width\":720,\"height\":576,\"avg_frame_rate\":\"30000/1001\","
	    "\"sample_aspect_ratio\":\"16:15\",\"field_order\":\"tt\","
	    "\"tags\":{\"DURATION\":\"00:01:02.500000000\"},"
	    "\"side_data_list\":[{\"rotation\":-90}]},"
	    "{\"codec_type\":\"audio\",\"codec_name\":\"mp3\"}],"
	    "\"format\":{\"duration\":\"70.0\"}}";
	const char *reason;
	size_t n;

	t_int(prepare_source_read(&s, json, sizeof(json) - 1, &reason), 0);
	t_ok(s.video && s.audio);
	t_str(s.video_codec, "h264");
	t_str(s.pix_fmt, "yuv420p");
	t_str(s.audio_codec, "aac");
	t_str(s.audio_profile, "LC");
	t_int(s.width, 720);
	t_int(s.height, 576);
	t_int(s.rate, 44100);
	t_int(s.channels, 2);
	t_int(s.fps.num, 30000);
	t_int(s.fps.den, 1001);
	t_int(s.sar.num, 16);
	t_int(s.sar.den, 15);
	t_ok(s.interlaced && s.rotated);
	t_int(s.seconds * 10, 625);
	t_ok(!s.still && !s.cover);
	for (n = 0; n < sizeof(json) - 1; n++)
		t_int(prepare_source_read(&s, json, n, &reason), -1);
}

static void
ffprobe_without_video(void)
{
	static const char *const jsons[] = { "{}", "[]", "{\"streams\":{}}",
	    "{\"streams\":[1,{\"codec_type\":7},{\"codec_type\":\"data\"}]}",
	    "{\"streams\":[{\"codec_type\":\"video\",\"width\":-5,\"height\":1e300}]}",
	    "{\"streams\":[{\"codec_type\":\"audio\"},{\"codec_type\":\"video\",\"width\":-5}]}",
	    STREAMS("{\"codec_type\":\"video\",\"width\":720}"),
	    STREAMS("{\"codec_type\":\"video\",\"height\":576}") };
	const char *reason;
	size_t i;

	for (i = 0; i < nitems(jsons); i++) {
		t_int(prepare_source_read(&s, jsons[i], strlen(jsons[i]), &reason), -1);
		t_str(reason, "it has no video");
	}
}

#define COVER	VIDEO(",\"avg_frame_rate\":\"25/1\",\"duration\":\"9\",\"disposition\":{\"attached_pic\":1}")

/* It lasts as long as the audio. */
static void
a_picture_is_seen_as_one(void)
{
	t_int(probe("{\"streams\":[" COVER "," AUDIO(",\"duration\":\"8.5\"") "," COVER "],\"format\":{\"duration\":\"9\"}}"), 0);
	t_ok(s.video && s.audio && s.still && s.cover);
	t_int(s.seconds * 10, 85);
	t_int(s.fps.num, 0);
	t_int(probe("{\"streams\":[" VIDEO("") "],\"format\":{\"format_name\":\"image2\",\"duration\":\"0.04\"}}"), 0);
	t_ok(s.video && !s.audio && s.still && !s.cover && s.seconds == 0);
	t_int(probe("{\"streams\":[" VIDEO("") "],\"format\":{\"format_name\":\"webp_pipe\"}}"), 0);
	t_ok(s.still);
	t_int(probe("{\"streams\":[" VIDEO("") "],\"format\":{\"format_name\":\"_pipe\"}}"), 0);
	t_ok(!s.still);
}

static void
a_picture_goes_with_a_recording(void)
{
	struct prepare_source picture, film;
	const char *reason;

	t_int(probe("{\"streams\":[" VIDEO("") "],\"format\":{\"format_name\":\"png_pipe\"}}"), 0);
	picture = s;
	t_int(probe("{\"streams\":[" AUDIO(",\"channels\":1,\"start_time\":\"1\",\"duration\":\"8\"") "]}"), 0);
	t_ok(!s.video && s.audio);
	t_int(prepare_source_show(&s, &picture, &reason), 0);
	t_ok(s.video && s.audio && s.still && !s.cover);
	t_int(s.width, 720);
	t_int(s.channels, 1);
	t_str(s.audio_codec, "aac");
	t_int(s.audio_start, 1);
	t_int(s.seconds, 9);
	t_int(probe(STREAMS(VIDEO(",\"duration\":\"5\""))), 0);
	film = s;
	t_int(prepare_source_show(&s, &picture, &reason), -1);
	t_str(reason, "it has no audio that a picture could go with");
	t_int(probe(STREAMS(AUDIO(""))), 0);
	t_int(prepare_source_show(&s, &film, &reason), -1);
	t_str(reason, "it is no picture");
}

static void
a_film_without_sound_has_none(void)
{
	t_int(probe(STREAMS(VIDEO(""))), 0);
	t_ok(s.video && !s.audio);
	t_str(s.audio_codec, "");
	t_int(s.rate, 0);
}

static void
the_first_track_of_each_kind_counts(void)
{
	t_int(probe(STREAMS(VIDEO("") "," AUDIO(",\"channels\":2") "," AUDIO(",\"channels\":6") ","
	    "{\"codec_type\":\"video\",\"codec_name\":\"vp9\",\"width\":1,\"height\":1}")), 0);
	t_str(s.video_codec, "h264");
	t_int(s.channels, 2);
}

/* Where there is no average the nominal rate stands for it; what is no rate is none. */
static void
rates_that_are_none_are_unknown(void)
{
	t_int(probe(STREAMS(VIDEO(",\"avg_frame_rate\":\"0/0\",\"r_frame_rate\":\"25/1\""))), 0);
	t_int(s.fps.num, 25);
	t_int(s.fps.den, 1);
	t_int(probe(STREAMS(VIDEO(",\"avg_frame_rate\":\"30\",\"r_frame_rate\":\"-25/1\""))), 0);
	t_int(s.fps.num, 0);
	t_int(s.fps.den, 1);
	t_int(probe(STREAMS(VIDEO(",\"avg_frame_rate\":\"25/0\",\"sample_aspect_ratio\":\"N/A\""))), 0);
	t_int(s.fps.num, 0);
	t_int(s.sar.num, 0);
	t_int(probe(STREAMS(VIDEO(",\"avg_frame_rate\":\"9000000000/1\""))), 0);
	t_int(s.fps.num, 0);
}

static void
fields_and_turns_are_seen(void)
{
	t_int(probe(STREAMS(VIDEO(",\"field_order\":\"progressive\""))), 0);
	t_ok(!s.interlaced && !s.rotated);
	t_int(probe(STREAMS(VIDEO(",\"field_order\":\"unknown\""))), 0);
	t_ok(!s.interlaced);
	t_int(probe(STREAMS(VIDEO(""))), 0);
	t_ok(!s.interlaced);
	t_int(probe(STREAMS(VIDEO(",\"field_order\":\"bb\""))), 0);
	t_ok(s.interlaced);
	t_int(probe(STREAMS(VIDEO(",\"tags\":{\"rotate\":\"90\"}"))), 0);
	t_ok(s.rotated);
	t_int(probe(STREAMS(VIDEO(",\"tags\":{\"rotate\":\"0\"},\"side_data_list\":[{\"rotation\":0},{}]"))), 0);
	t_ok(!s.rotated);
	t_int(probe(STREAMS(VIDEO(",\"side_data_list\":[{},{\"rotation\":180}]"))), 0);
	t_ok(s.rotated);
}

/* Of the track, of the track's tag, of the file, in this order. */
static void
the_length_is_told_in_three_places(void)
{
	t_int(probe("{\"streams\":[" VIDEO(",\"duration\":\"12.5\",\"tags\":{\"DURATION\":\"00:00:20\"}")
	    "],\"format\":{\"duration\":\"70\"}}"), 0);
	t_int(s.seconds * 10, 125);
	t_int(probe("{\"streams\":[" VIDEO(",\"tags\":{\"DURATION\":\"01:00:02.5\"}") "]}"), 0);
	t_int(s.seconds * 10, 36025);
	t_int(probe("{\"streams\":[" VIDEO(",\"tags\":{\"DURATION\":\"1:x\"}") "],\"format\":{\"duration\":70}}"), 0);
	t_int(s.seconds, 70);
	t_int(probe("{\"streams\":[" VIDEO(",\"tags\":{\"DURATION\":\"1:-2\"}") "]}"), 0);
	t_int(s.seconds, 0);
	t_int(probe("{\"streams\":[" VIDEO(",\"tags\":{\"DURATION\":\"1:2 min\"}") "]}"), 0);
	t_int(s.seconds, 0);
	t_int(probe("{\"streams\":[" VIDEO("") "],\"format\":{\"duration\":\"N/A\"}}"), 0);
	t_int(s.seconds, 0);
}

/* From the first of the tracks on; what has no time of its own begins with the film. */
static void
tracks_have_a_beginning_and_an_end(void)
{
	t_int(probe("{\"streams\":[" VIDEO(",\"start_time\":\"1.5\",\"duration\":\"8\"") ","
	    AUDIO(",\"start_time\":\"4.5\",\"duration\":\"5\"") "],\"format\":{\"start_time\":\"1.5\"}}"), 0);
	t_int(s.video_start * 10, 0);
	t_int(s.seconds * 10, 80);
	t_int(s.audio_start * 10, 30);
	t_int(s.audio_end * 10, 80);
	/* the time of the end, as Matroska has it */
	t_int(probe("{\"streams\":[" VIDEO(",\"start_time\":\"2.5\",\"tags\":{\"DURATION\":\"00:00:10.5\"}") ","
	    AUDIO(",\"start_time\":\"0.5\",\"tags\":{\"DURATION\":\"00:00:09\"}") "],\"format\":{\"start_time\":\"0.5\"}}"), 0);
	t_int(s.video_start * 10, 20);
	t_int(s.seconds * 10, 100);
	t_int(s.audio_start * 10, 0);
	t_int(s.audio_end * 10, 85);
	t_int(probe("{\"streams\":[" VIDEO("") "," AUDIO(",\"start_time\":\"N/A\"") "],\"format\":{\"start_time\":\"7\"}}"), 0);
	t_ok(s.video_start == 0 && s.audio_start == 0 && s.audio_end == 0);
	t_int(probe(STREAMS(VIDEO("") "," AUDIO(",\"start_time\":\"-0.5\""))), 0);
	t_ok(s.audio_start == 0);
}

static void
colours_are_known_or_not(void)
{
	t_int(probe(STREAMS(VIDEO(",\"color_range\":\"tv\",\"color_space\":\"bt2020nc\",\"color_transfer\":"
	    "\"arib-std-b67\",\"color_primaries\":\"bt2020\""))), 0);
	t_str(s.colours.primaries, "bt2020");
	t_str(s.colours.transfer, "arib-std-b67");
	t_str(s.colours.matrix, "bt2020nc");
	t_ok(!s.colours.full);
	t_int(probe(STREAMS(VIDEO(",\"color_range\":\"pc\",\"color_space\":\"gbr\",\"color_transfer\":\"unknown\""))), 0);
	t_str(s.colours.primaries, "");
	t_str(s.colours.transfer, "");
	t_str(s.colours.matrix, "");
	t_ok(s.colours.full);
	/* profile 8 has a layer of HLG */
	t_int(probe(STREAMS(VIDEO(",\"side_data_list\":[{},{\"dv_profile\":8}]"))), 0);
	t_int(probe(STREAMS(VIDEO(",\"side_data_list\":[{},{\"dv_profile\":5}]"))), -1);
}

static void
what_no_film_has_is_refused(void)
{
	t_int(probe(STREAMS(VIDEO("") "," AUDIO(",\"start_time\":\"1800\""))), 0);
	t_int(probe(STREAMS(VIDEO("") "," AUDIO(",\"start_time\":\"1801\""))), -1);
	t_int(probe(STREAMS(VIDEO(",\"start_time\":\"700000\",\"duration\":\"5\""))), -1);
	t_int(probe("{\"streams\":[" VIDEO("") "],\"format\":{\"duration\":604800}}"), 0);
	t_int(probe("{\"streams\":[" VIDEO("") "],\"format\":{\"duration\":604801}}"), -1);
	t_int(probe("{\"streams\":[" VIDEO("") "],\"format\":{\"duration\":1e9}}"), -1);
	t_int(probe(STREAMS("{\"codec_type\":\"video\",\"width\":8192,\"height\":8192}")), 0);
	t_int(probe(STREAMS("{\"codec_type\":\"video\",\"width\":8193,\"height\":2}")), -1);
	t_int(probe(STREAMS("{\"codec_type\":\"video\",\"width\":2,\"height\":8193}")), -1);
}

T_MAIN(
	{ "ffprobe_is_understood", ffprobe_is_understood },
	{ "ffprobe_without_video", ffprobe_without_video },
	{ "a_picture_is_seen_as_one", a_picture_is_seen_as_one },
	{ "a_picture_goes_with_a_recording", a_picture_goes_with_a_recording },
	{ "a_film_without_sound_has_none", a_film_without_sound_has_none },
	{ "the_first_track_of_each_kind_counts", the_first_track_of_each_kind_counts },
	{ "rates_that_are_none_are_unknown", rates_that_are_none_are_unknown },
	{ "fields_and_turns_are_seen", fields_and_turns_are_seen },
	{ "the_length_is_told_in_three_places", the_length_is_told_in_three_places },
	{ "tracks_have_a_beginning_and_an_end", tracks_have_a_beginning_and_an_end },
	{ "colours_are_known_or_not", colours_are_known_or_not },
	{ "what_no_film_has_is_refused", what_no_film_has_is_refused }
)
