/* SPDX-License-Identifier: ISC */
/* The filters that a plan becomes. */
#include "base/base.h"
#include "prepare/prepare_filter.h"
#include "t.h"

#define TAGS	"setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"

/* Everything is encoded, to this; each test changes it. */
static struct prepare_plan
encode(void)
{
	return (struct prepare_plan){ .width = 640, .height = 360, .fps = { 30, 1 }, .gop = 60, .kbps = 1200,
	    .rate = 48000, .channels = 2, .preset = "fast", .seconds = 2, .colours = { "bt709", "bt709", "bt709", false } };
}

/* In the same memory each time. */
static const char *
text_of(void (*filter)(struct buf *, const struct prepare_plan *), const struct prepare_plan *p)
{
	static char text[8192];
	struct buf b;

	buf_init(&b, sizeof(text));
	filter(&b, p);
	snprintf(text, sizeof(text), "%.*s", (int)buf_len(&b), (const char *)buf_head(&b));
	buf_free(&b);
	return text;
}

static void
without_logo(struct buf *b, const struct prepare_plan *p)
{
	prepare_filter_video(b, p, 0);
}

static const char *
video(const struct prepare_plan *p)
{
	return text_of(without_logo, p);
}

static const char *
audio(const struct prepare_plan *p)
{
	return text_of(prepare_filter_audio, p);
}

static void
video_is_brought_to_size_rate_and_length(void)
{
	struct prepare_plan p = encode();

	t_str(video(&p), "fps=30/1:start_time=0,"
	    "scale=640:360:force_original_aspect_ratio=decrease:force_divisible_by=2:out_range=tv,format=yuv420p,"
	    "pad=640:360:(ow-iw)/2:(oh-ih)/2,setsar=1," TAGS ",trim=end_frame=60");
	p.deinterlace = p.square = true;
	p.seconds = 1.999;	/* the last frame is one, too */
	t_ok(strncmp(video(&p), "yadif,scale=iw*sar:ih,setsar=1,fps=30/1:start_time=0,", 53) == 0);
	t_ok(strstr(video(&p), ",trim=end_frame=60") != NULL);
	p.seconds = 0;
	t_ok(strstr(video(&p), "trim=end_frame") == NULL);
}

static void
a_picture_is_shown_all_the_time(void)
{
	struct prepare_plan p = encode();

	p.still = true;
	t_ok(strncmp(video(&p), "scale=640:360:", 14) == 0);
	t_ok(strstr(video(&p), ",setsar=1,loop=loop=-1:size=1,settb=1/30,setpts=N,fps=30/1," TAGS ",trim=end_frame=60") != NULL);
}

static void
colours_are_those_of_the_result(void)
{
	struct prepare_plan p = encode();

	p.convert = true;
	t_ok(strstr(video(&p), "force_divisible_by=2:out_color_matrix=bt709:out_range=tv,format=yuv420p,") != NULL);
	p = encode();
	p.hdr = true;
	p.source_colours = (struct colours){ "bt2020", "arib-std-b67", "bt2020nc", true };
	t_ok(strstr(video(&p), "force_divisible_by=2,"
	    "setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc:range=pc,zscale=t=linear:npl=203,"
	    "format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0,zscale=t=bt709:m=bt709:r=tv,sidedata=delete,"
	    "format=yuv420p,pad=") != NULL);
	t_ok(strstr(video(&p), "setsar=1," TAGS ",trim") != NULL);
	p.clock = true;		/* what is drawn has the colours of the result */
	t_ok(strstr(video(&p), "setsar=1,drawtext=") != NULL && strstr(video(&p), ":y=h-th-15," TAGS ",trim") != NULL);
}

/* Whole AAC frames that reach the end: of 93.75, 94. The encoder's own is in front. */
static void
audio_reaches_the_end_of_the_video(void)
{
	struct prepare_plan p = encode();

	t_str(audio(&p), "aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo,apad,atrim=end_sample=96256");
	p.seconds = 1.99;	/* the video has 60 frames all the same */
	t_ok(strstr(audio(&p), "atrim=end_sample=96256") != NULL);
	p.fps = (struct ratio){ 1, 1 };
	p.seconds = 1.6;	/* it has two */
	t_ok(strstr(audio(&p), "atrim=end_sample=96256") != NULL);
	p.copy_video = true;	/* what is copied is as long as it is */
	t_ok(strstr(audio(&p), "atrim=end_sample=77824") != NULL);
	p.seconds = 0;
	t_str(audio(&p), "aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo,apad");
}

static void
loudness_is_measured_and_set(void)
{
	struct prepare_plan p = encode();

	t_str(text_of(prepare_filter_measure, &p),
	    "aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo,ebur128=framelog=verbose");
	p.gain_db = 9.84;
	t_ok(strstr(audio(&p), "=stereo,alimiter=level_in=9.8dB:limit=-2dB:level=disabled,apad,") != NULL);
	p.gain_db = -3;
	p.channels = 1;
	t_ok(strstr(audio(&p), "=mono,alimiter=level_in=-3.0dB:") != NULL);
	t_ok(strstr(text_of(prepare_filter_measure, &p), "=mono,ebur128=framelog=verbose:dualmono=true") != NULL);
	p.gain_db = -0.05;
	t_ok(strstr(audio(&p), "alimiter") == NULL);
}

T_MAIN(
	{ "video_is_brought_to_size_rate_and_length", video_is_brought_to_size_rate_and_length },
	{ "a_picture_is_shown_all_the_time", a_picture_is_shown_all_the_time },
	{ "colours_are_those_of_the_result", colours_are_those_of_the_result },
	{ "audio_reaches_the_end_of_the_video", audio_reaches_the_end_of_the_video },
	{ "loudness_is_measured_and_set", loudness_is_measured_and_set }
)
