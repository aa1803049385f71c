/* SPDX-License-Identifier: ISC */
/* What a forwarder's status says of the encoder. */
#include "base/base.h"
#include "prepare/prepare_like.h"
#include "t.h"

#define STATUS(obs)	"{\"code\":\"ok\",\"sources\":{\"obs\":{" obs "},\"loop\":{\"video\":\"h264 640x360 25\"}}}"

static struct prepare_want w;
static struct error err;

/* Into w, which nothing is set in. */
static int
like(const char *status)
{
	w = (struct prepare_want){ .preset = "fast" };
	err.text[0] = '\0';
	return prepare_like(&w, status, &err);
}

static void
the_first_source_counts(void)
{
	t_int(like(STATUS("\"video\":\"h264 1920x1080 29.97\",\"audio\":\"aac 44100 1\"")), 0);
	t_int(w.width, 1920);
	t_int(w.height, 1080);
	t_int(w.fps.num, 30000);
	t_int(w.fps.den, 1001);
	t_int(w.rate, 44100);
	t_int(w.channels, 1);
	t_int(like(STATUS("\"video\":\"hevc 1280x720\"")), 0);
	t_int(w.height, 720);
	t_ok(w.fps.num == 0 && w.rate == 0 && w.channels == 0);
	t_int(like(STATUS("\"video\":\"h264 1280x720 30\",\"audio\":\"aac 48000 6\"")), 0);
	t_ok(w.rate == 0 && w.channels == 0);
}

static void
options_come_first(void)
{
	w = (struct prepare_want){ .width = 640, .height = 360, .channels = 2, .preset = "fast" };
	t_int(prepare_like(&w, STATUS("\"video\":\"h264 1920x1080 30\",\"audio\":\"aac 44100 1\""), &err), 0);
	t_int(w.width, 640);
	t_int(w.height, 360);
	t_int(w.fps.num, 30);
	t_int(w.rate, 44100);
	t_int(w.channels, 2);
}

/* Of the loop itself a film must not be made. */
static void
what_is_unknown_is_no_format(void)
{
	t_int(like(STATUS("\"healthy\":false")), -1);
	t_str(err.text, "source obs has sent no video yet: start its encoder, or use --profile");
	t_int(like(STATUS("\"video\":\"h264\"")), -1);
	t_int(like(STATUS("\"video\":\"h264 1921x1080 30\"")), -1);
	t_int(like(STATUS("\"video\":7")), -1);
	t_int(w.width, 0);
	t_int(like("{\"sources\":{}}"), -1);
	t_int(like("no json"), -1);
	t_str(err.text, "the forwarder's answer has no sources");
}

T_MAIN(
	{ "the_first_source_counts", the_first_source_counts },
	{ "options_come_first", options_come_first },
	{ "what_is_unknown_is_no_format", what_is_unknown_is_no_format }
)
