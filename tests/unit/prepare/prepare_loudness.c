/* SPDX-License-Identifier: ISC */
/* What ffmpeg says of loudness, and what is done about it. */
#include "base/base.h"
#include "prepare/prepare_loudness.h"
#include "t.h"

#define LOG(lufs)	"size=N/A time=00:01:00.00\n[Parsed_ebur128_2 @ 0x5] Summary:\n\n  Integrated loudness:\n" \
	"    I:         " lufs " LUFS\n    Threshold: -34.2 LUFS\n\n  Loudness range:\n    LRA:         1.0 LU\n"

static struct prepare_plan p;

/* A plan for -14 LUFS, with this measured: the gain in tenths of dB, or -1000. */
static int
gain(const char *log)
{
	p = (struct prepare_plan){ .loudness = -14, .seconds = 60 };
	if (prepare_measured(&p, log, 61) == -1)
		return -1000;
	t_ok(p.measured && p.seconds == 60);
	return (int)(p.gain_db * 10 + (p.gain_db < 0 ? -0.5 : 0.5));
}

static void
options_are_read(void)
{
	static const char *const wrong[] = { "", "on", "-71", "-4", "14", "-14 LUFS", "nan", "offs" };
	struct prepare_want w = { .preset = "fast" };
	size_t i;

	t_int(prepare_loudness(&w, "-16.5"), 0);
	t_int(w.loudness * 10, -165);
	t_ok(!w.loudness_off);
	t_int(prepare_loudness(&w, "off"), 0);
	t_ok(w.loudness_off);
	for (i = 0; i < nitems(wrong); i++)
		if (!t_int(prepare_loudness(&w, wrong[i]), -1))
			printf("# %s\n", wrong[i]);
}

static void
what_is_measured_is_set_right(void)
{
	t_int(gain(LOG("-23.8")), 98);
	t_int(p.lufs * 10, -238);
	t_int(gain(LOG("-9.5")), -45);
	t_int(gain(LOG("-50.0")), 200);		/* no noise is made loud */
	t_int(gain(LOG("-70.0")), 0);		/* silence */
	t_int(gain("title : Integrated loudness: I: -90\n" LOG("-15.0")), 10);
	t_int(gain("Integrated loudness: nothing else"), -1000);
	t_int(gain("Integrated loudness:\n I: x LUFS"), -1000);
	t_int(gain("Integrated loudness:\n I: nan LUFS"), -1000);
	t_int(gain(""), -1000);
}

static void
only_what_is_encoded_is_measured(void)
{
	p = (struct prepare_plan){ .loudness = -14 };
	t_ok(prepare_must_measure(&p));
	p.measured = true;
	t_ok(!prepare_must_measure(&p));
	p = (struct prepare_plan){ .loudness = -14, .copy_audio = true };
	t_ok(!prepare_must_measure(&p));
	p = (struct prepare_plan){ .loudness = -14, .silence = true, .still = true };
	t_ok(!prepare_must_measure(&p));
	p = (struct prepare_plan){ .loudness = 0 };
	t_ok(!prepare_must_measure(&p));
}

/* An MP3 may say a length that is an estimate. */
static void
a_picture_is_shown_as_long_as_was_measured(void)
{
	p = (struct prepare_plan){ .still = true, .copy_audio = true, .seconds = 60 };
	t_ok(prepare_must_measure(&p));
	t_int(prepare_measured(&p, LOG("-23.8"), 61.5), 0);
	t_int(p.seconds * 10, 615);
	t_ok(p.gain_db == 0);
}

T_MAIN(
	{ "options_are_read", options_are_read },
	{ "what_is_measured_is_set_right", what_is_measured_is_set_right },
	{ "only_what_is_encoded_is_measured", only_what_is_encoded_is_measured },
	{ "a_picture_is_shown_as_long_as_was_measured", a_picture_is_shown_as_long_as_was_measured }
)
