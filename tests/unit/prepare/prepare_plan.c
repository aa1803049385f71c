/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "prepare/prepare_argv.h"
#include "prepare/prepare_plan.h"
#include "t.h"

/* A source that conforms; each test makes it worse. */
static struct prepare_source
good(void)
{
	return (struct prepare_source){ .video = true, .audio = true, .video_codec = "h264",
	    .pix_fmt = "yuv420p", .audio_codec = "aac", .audio_profile = "LC",
	    .width = 1920, .height = 1080, .fps = { 30, 1 }, .sar = { 1, 1 },
	    .rate = 48000, .channels = 2, .seconds = 60 };
}

static struct prepare_result
fine(void)
{
	return (struct prepare_result){ .constant_fps = true, .audio_even = true, .fps = 30,
	    .ms = 60000, .kbps = 4000, .key_min_ms = 2000, .key_max_ms = 2000,
	    .audio_short_ms = -10 };
}

static struct prepare_plan
plan(const struct prepare_want *w, const struct prepare_source *s)
{
	struct prepare_plan p;

	prepare_plan(&p, w, s);
	return p;
}

static void
options_are_read(void)
{
	struct prepare_want w = { .preset = "medium" };
	char text[128];

	t_int(prepare_profile(&w, "1280x720"), 0);
	t_int(w.width, 1280);
	t_int(w.height, 720);
	t_int(w.fps.num, 0);
	t_int(prepare_profile(&w, "1920x1080@29.97"), 0);
	t_int(w.fps.num, 30000);
	t_int(w.fps.den, 1001);
	t_int(prepare_profile(&w, "1920x1080@60000/1001"), 0);
	t_int(w.fps.num, 60000);
	t_int(prepare_profile(&w, "1920x1080@12.5"), 0);
	t_int(w.fps.num, 12500);
	t_int(w.fps.den, 1000);
	t_int(prepare_bitrate(&w, "6M"), 0);
	t_int(w.kbps, 6000);
	t_int(prepare_bitrate(&w, "4500000"), 0);
	t_int(w.kbps, 4500);
	t_int(prepare_bitrate(&w, "800k"), 0);
	t_int(w.kbps, 800);
	t_int(prepare_audio(&w, "44100"), 0);
	t_int(w.channels, 0);
	t_int(prepare_audio(&w, "48000/1"), 0);
	t_int(w.rate, 48000);
	t_int(w.channels, 1);
	prepare_settings(&w, text, sizeof(text));
	t_str(text, "recipe=2 1920x1080@12500/1000 800k 48000/1 medium 0.0 ");
	w.picture = "a.jpg";
	w.loudness = -16;
	w.loudness_off = true;
	prepare_settings(&w, text, sizeof(text));
	t_str(text, "recipe=2 1920x1080@12500/1000 800k 48000/1 medium -16.0 off picture ");
}

static void
options_out_of_reason_are_not(void)
{
	static const char *const profiles[] = { "", "x", "1920", "1920x", "x1080", "1920x1081",
	    "1921x1080", "8x8", "99999x1080", "1920x1080@", "1920x1080@0", "1920x1080@nan",
	    "1920x1080@500", "1920x1080@30/0", "1920x1080@30fps", "1920@30x1080", "-2x-2" };
	static const char *const bitrates[] = { "", "k", "M", "10k", "6G", "999999999999", "6.5M" };
	static const char *const audios[] = { "", "/2", "48000/", "48000/6", "4800000", "48k" };
	struct prepare_want w;
	size_t i;

	for (i = 0; i < nitems(profiles); i++)
		if (!t_int(prepare_profile(&w, profiles[i]), -1))
			printf("# %s\n", profiles[i]);
	for (i = 0; i < nitems(bitrates); i++)
		if (!t_int(prepare_bitrate(&w, bitrates[i]), -1))
			printf("# %s\n", bitrates[i]);
	for (i = 0; i < nitems(audios); i++)
		if (!t_int(prepare_audio(&w, audios[i]), -1))
			printf("# %s\n", audios[i]);
}

static void
good_sources_are_copied(void)
{
	struct prepare_want any = { .preset = "fast" };
	struct prepare_want same = { .width = 1920, .height = 1080, .fps = { 30, 1 }, .kbps = 6000, .rate = 48000,
	    .channels = 2, .preset = "fast" };
	struct prepare_source s = good();
	struct prepare_result r = fine();
	struct prepare_plan p = plan(&any, &s);

	t_ok(p.copy_video && p.copy_audio);
	t_int(prepare_judge(&p, &any, &r), 0);
	p = plan(&same, &s);
	t_ok(p.copy_video && p.copy_audio);
	t_int(prepare_judge(&p, &same, &r), 0);
	r.kbps = 7000;
	t_int(prepare_judge(&p, &same, &r), 1);
	t_ok(!p.copy_video && p.copy_audio);
	t_int(prepare_judge(&p, &same, &r), 0);
}

static void
video_that_is_not_copied(void)
{
	struct prepare_want any = { .preset = "fast" };
	struct prepare_want hd = { .width = 1280, .height = 720, .preset = "fast" };
	struct prepare_want pal = { .fps = { 25, 1 }, .preset = "fast" };
	struct prepare_source s = good();
	struct prepare_plan p;

	strlcpy(s.pix_fmt, "yuv420p10le", sizeof(s.pix_fmt));
	p = plan(&any, &s);
	t_str(p.video_reason, "its pixel format is yuv420p10le");
	s = good();
	s.interlaced = true;
	p = plan(&any, &s);
	t_str(p.video_reason, "it is interlaced");
	t_ok(p.deinterlace && p.copy_audio);
	s = good();
	s.rotated = true;
	t_ok(!plan(&any, &s).copy_video);
	s = good();
	p = plan(&hd, &s);
	t_str(p.video_reason, "it is 1920x1080");
	t_int(p.width, 1280);
	p = plan(&pal, &s);
	t_str(p.video_reason, "it has 30 fps");
	t_int(p.gop, 50);
	t_int(plan(&any, &s).gop, 60);
	s.fps = (struct ratio){ 30000, 1001 };
	t_int(plan(&any, &s).gop, 60);
}

static void
video_says_which_colours_it_has(void)
{
	struct prepare_want any = { .preset = "fast" };
	struct prepare_source s = good();
	struct prepare_plan p = plan(&any, &s);

	t_ok(p.copy_video && p.tag && !p.hdr);
	t_str(p.colours.matrix, "bt709");
	s.colours = colours_bt709;
	t_ok(!plan(&any, &s).tag);
	/* what H.264 of 8 bits says of itself counts, too */
	s.colours = (struct colours){ "bt2020", "arib-std-b67", "", false };
	p = plan(&any, &s);
	t_ok(!p.copy_video && p.hdr);
	t_str(p.video_reason, "it is HDR (HLG), and becomes BT.709");
	t_str(p.source_colours.matrix, "bt2020nc");
	t_str(p.colours.primaries, "bt709");
	t_str(p.colours.transfer, "bt709");
	s = good();
	s.width = 720;
	s.height = 576;
	s.fps = (struct ratio){ 25, 1 };
	s.colours.full = true;
	strlcpy(s.pix_fmt, "yuvj420p", sizeof(s.pix_fmt));
	p = plan(&any, &s);
	t_str(p.colours.primaries, "bt470bg");
	t_ok(!p.colours.full && !p.convert && p.source_colours.full);
	strlcpy(s.pix_fmt, "gbrp", sizeof(s.pix_fmt));
	p = plan(&any, &s);
	t_str(p.colours.primaries, "bt709");
	t_ok(p.convert && !p.hdr);
}

static void
video_that_is_drawn_into_is_not_copied(void)
{
	struct prepare_want w = { .clock = true, .preset = "fast" };
	struct prepare_source s = good();
	char text[PREPARE_SETTINGS_MAX];
	struct prepare_plan p = plan(&w, &s);

	t_str(p.video_reason, "a clock is drawn into it");
	t_ok(p.copy_audio && p.clock && !p.logo && !p.title);
	w.title = "Kirtan";
	t_str(plan(&w, &s).video_reason, "a title is drawn into it");
	strlcpy(w.logo, "a.png", sizeof(w.logo));
	w.corner = CORNER_BOTTOM_LEFT;
	p = plan(&w, &s);
	t_str(p.video_reason, "a logo is drawn into it");
	t_ok(p.logo && p.title && p.corner == CORNER_BOTTOM_LEFT);
	prepare_settings(&w, text, sizeof(text));
	t_ok(strstr(text, " clock Kirtan logo@3") != NULL);
}

static void
a_picture_is_a_film(void)
{
	struct prepare_want any = { .preset = "fast" };
	struct prepare_want small = { .width = 640, .height = 360, .fps = { 25, 1 }, .preset = "fast" };
	struct prepare_source s = good();
	struct prepare_plan p;

	s.still = s.cover = true;
	s.width = s.height = 501;
	s.fps = (struct ratio){ 0, 1 };
	p = plan(&any, &s);
	t_str(p.video_reason, "it is a cover");
	t_ok(!p.copy_video && p.copy_audio && p.still && p.cover && p.convert);
	t_int(p.width, 1920);
	t_int(p.height, 1080);
	t_int(p.fps.num, 30);
	t_int(p.seconds, 60);
	t_str(p.colours.matrix, "bt709");
	s.cover = s.audio = false;
	s.seconds = 0;
	p = plan(&small, &s);
	t_str(p.video_reason, "it is a picture");
	t_int(p.width, 640);
	t_int(p.fps.num, 25);
	t_int(p.seconds, 30);
	t_ok(p.silence);
}

static void
audio_that_is_not_copied(void)
{
	struct prepare_want any = { .preset = "fast" };
	struct prepare_source s = good();
	struct prepare_plan p;

	s.audio = false;
	p = plan(&any, &s);
	t_ok(p.silence && p.copy_video);
	s = good();
	strlcpy(s.audio_profile, "HE-AAC", sizeof(s.audio_profile));
	p = plan(&any, &s);
	t_str(p.audio_reason, "its AAC profile is HE-AAC");
	s = good();
	s.channels = 6;
	t_ok(!plan(&any, &s).copy_audio);
	s = good();
	s.rate = 22050;
	t_ok(!plan(&any, &s).copy_audio);
}

/* A tenth of a second is not heard, and encoders make it. */
static void
audio_that_does_not_cover_the_video_is_not_copied(void)
{
	struct prepare_want any = { .preset = "fast" };
	struct prepare_source s = good();
	struct prepare_result r = fine();
	struct prepare_plan p;

	s.audio_start = 0.09;
	s.audio_end = 59.91;
	t_ok(plan(&any, &s).copy_audio);
	s.audio_start = 3;
	p = plan(&any, &s);
	t_str(p.audio_reason, "it begins 3.0 s after the video");
	t_ok(p.copy_video && !p.copy_audio && !p.silence);
	s.video_start = 2.95;
	t_ok(plan(&any, &s).copy_audio);
	s = good();
	s.audio_end = 59.5;
	p = plan(&any, &s);
	t_str(p.audio_reason, "it ends 0.5 s before the video");
	s.seconds = 0;
	t_ok(plan(&any, &s).copy_audio);
	/* and if only the result shows it */
	s = good();
	p = plan(&any, &s);
	r.audio_late_ms = 100;
	t_int(prepare_judge(&p, &any, &r), 0);
	r.audio_late_ms = 3000;
	t_int(prepare_judge(&p, &any, &r), 1);
	t_ok(p.copy_video && !p.copy_audio);
	t_str(p.audio_reason, "it begins 3000 ms after the video");
	/* silence reaches to the end of video that begins late */
	s.video_start = 2;
	p = plan(&any, &s);
	t_int(prepare_judge(&p, &any, &r), 1);
	t_int(p.seconds * 10, 620);
}

static void
loudness_is_set_where_audio_is_encoded(void)
{
	struct prepare_want w = { .preset = "fast" };
	struct prepare_source s = good();
	struct prepare_plan p = plan(&w, &s);

	t_ok(p.copy_audio);
	t_int(p.loudness, -14);
	w.loudness = -16;
	p = plan(&w, &s);
	t_str(p.audio_reason, "its loudness becomes -16 LUFS");
	t_int(p.loudness, -16);
	w.loudness_off = true;
	p = plan(&w, &s);
	t_ok(p.copy_audio && p.loudness == 0);
}

static void
a_copy_that_does_not_loop_is_made_anew(void)
{
	struct prepare_want any = { .preset = "fast" };
	struct prepare_source s = good();
	struct prepare_result r = fine();
	struct prepare_plan p = plan(&any, &s);

	r.audio_short_ms = 5;
	r.ms = 60500;
	t_int(prepare_judge(&p, &any, &r), 1);
	t_ok(p.copy_video && !p.copy_audio);
	t_int(p.seconds * 1000, 60500);
	t_int(prepare_judge(&p, &any, &r), -1);		/* encoded, and still short */
	t_str(p.fault, "audio: it ends 5 ms before the video");

	r = fine();
	r.key_max_ms = 5000;
	p = plan(&any, &s);
	t_int(prepare_judge(&p, &any, &r), 1);
	t_ok(!p.copy_video && p.copy_audio);
	r = fine();
	r.key_min_ms = 500;
	p = plan(&any, &s);
	t_int(prepare_judge(&p, &any, &r), 1);
	r.constant_fps = false;
	p = plan(&any, &s);
	t_int(prepare_judge(&p, &any, &r), 1);
	t_str(p.video_reason, "its frame rate is not constant");
	t_int(prepare_reject(&p, "broken"), 1);
	t_int(prepare_reject(&p, "broken"), -1);
}

T_MAIN(
	{ "options_are_read", options_are_read },
	{ "options_out_of_reason_are_not", options_out_of_reason_are_not },
	{ "good_sources_are_copied", good_sources_are_copied },
	{ "video_that_is_not_copied", video_that_is_not_copied },
	{ "video_says_which_colours_it_has", video_says_which_colours_it_has },
	{ "video_that_is_drawn_into_is_not_copied", video_that_is_drawn_into_is_not_copied },
	{ "a_picture_is_a_film", a_picture_is_a_film },
	{ "audio_that_is_not_copied", audio_that_is_not_copied },
	{ "audio_that_does_not_cover_the_video_is_not_copied", audio_that_does_not_cover_the_video_is_not_copied },
	{ "loudness_is_set_where_audio_is_encoded", loudness_is_set_where_audio_is_encoded },
	{ "a_copy_that_does_not_loop_is_made_anew", a_copy_that_does_not_loop_is_made_anew },
)
