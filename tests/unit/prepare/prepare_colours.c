/* SPDX-License-Identifier: ISC */
/* Words of ffprobe for colours, and what they become. */
#include "base/base.h"
#include "prepare/prepare_colours.h"
#include "t.h"

static char text[160];

static const char *
filled(struct colours c, int width, int height, double fps)
{
	colours_check(&c);
	colours_fill(&c, width, height, fps);
	snprintf(text, sizeof(text), "%s %s %s", c.primaries, c.transfer, c.matrix);
	return text;
}

static void
what_is_unknown_goes_by_size(void)
{
	struct colours none = { .full = false };

	t_str(filled(none, 1920, 1080, 25), "bt709 bt709 bt709");
	t_str(filled(none, 1280, 534, 25), "bt709 bt709 bt709");
	t_str(filled(none, 406, 720, 25), "bt709 bt709 bt709");
	t_str(filled(none, 720, 480, 29.97), "smpte170m bt709 smpte170m");
	t_str(filled(none, 720, 576, 25), "bt470bg bt709 smpte170m");
}

static void
what_is_known_stays(void)
{
	struct colours p3 = { "smpte432", "bt709", "", false }, hlg = { "", "arib-std-b67", "", false };

	t_str(filled(p3, 1920, 1080, 30), "smpte432 bt709 bt709");
	t_str(filled(hlg, 640, 360, 30), "bt2020 arib-std-b67 bt2020nc");
	t_str(colours_hdr(&hlg), "HLG");
	t_ok(colours_hdr(&p3) == NULL && !colours_complete(&p3) && colours_complete(&colours_bt709));
	strlcpy(hlg.transfer, "smpte2084", sizeof(hlg.transfer));
	t_str(colours_hdr(&hlg), "PQ");
}

/* A word that is in no table never reaches a filter. */
static void
other_words_are_unknown(void)
{
	struct colours c = { "reserved", "linear", "gbr", true };

	t_str(filled(c, 1920, 1080, 30), "bt709 bt709 bt709");
	strlcpy(c.matrix, "bt709,movie=x", sizeof(c.matrix));
	t_str(filled(c, 1920, 1080, 30), "bt709 bt709 bt709");
}

static void
ffmpeg_gets_its_own_words(void)
{
	struct colours pal = { "bt470bg", "bt709", "smpte170m", true };

	t_str(colours_tags(&pal, text, sizeof(text)),
	    "colour_primaries=5:transfer_characteristics=1:matrix_coefficients=6");
	t_str(colours_params(&pal, text, sizeof(text)),
	    "setparams=color_primaries=bt470bg:color_trc=bt709:colorspace=smpte170m:range=pc");
	t_str(colours_scale(&pal), "bt601");
	t_str(colours_scale(&colours_bt709), "bt709");
	strlcpy(pal.matrix, "bt2020nc", sizeof(pal.matrix));
	t_str(colours_scale(&pal), "bt2020");
}

T_MAIN(
	{ "what_is_unknown_goes_by_size", what_is_unknown_goes_by_size },
	{ "what_is_known_stays", what_is_known_stays },
	{ "other_words_are_unknown", other_words_are_unknown },
	{ "ffmpeg_gets_its_own_words", ffmpeg_gets_its_own_words }
)
