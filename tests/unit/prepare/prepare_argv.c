/* SPDX-License-Identifier: ISC */
/* The ffmpeg command that a plan becomes. */
#include "base/base.h"
#include "prepare/prepare_plan.h"
#include "prepare/prepare_argv.h"
#include "t.h"

/* Everything is encoded, to this; each test changes it. */
static struct prepare_plan
encode(void)
{
	return (struct prepare_plan){ .width = 640, .height = 360, .fps = { 30, 1 }, .gop = 60, .kbps = 1200,
	    .rate = 48000, .channels = 2, .preset = "fast", .seconds = 2 };
}

static const char *picture;

/* The command as one line, words apart by a line feed, in the same memory each time. */
static const char *
command(const struct prepare_plan *p, const char *in, const char *out)
{
	static char text[8192];
	const struct prepare_files files = { .in = in, .out = out, .picture = picture, .logo = "-l:ogo.png" };
	char **v = prepare_argv(p, &files, "lsctl:label");
	size_t i;

	text[0] = '\0';
	for (i = 0; t_ok(v != NULL) && v[i] != NULL; i++) {
		strlcat(text, v[i], sizeof(text));
		strlcat(text, "\n", sizeof(text));
	}
	prepare_argv_free(v);
	return text;
}

/* Does the command have these words, one after the other? */
static bool
has(const char *text, const char *words)
{
	const char *at = strstr(text, words);

	return at != NULL && (at == text || at[-1] == '\n');
}

static void
what_is_copied_is_not_touched(void)
{
	struct prepare_plan p = encode();
	const char *c;

	p.copy_video = p.copy_audio = true;
	c = command(&p, "in.mp4", "out.flv");
	t_ok(has(c, "-c:v\ncopy\n") && has(c, "-c:a\ncopy\n"));
	t_ok(!has(c, "-vf\n") && !has(c, "-af\n") && !has(c, "-shortest\n") && !has(c, "-preset\n"));
	t_ok(has(c, "-map\n0:V:0\n-map\n0:a:0\n"));
	t_ok(!has(c, "-bsf:v\n"));
	p.tag = true;
	p.colours = colours_bt709;
	c = command(&p, "in.mp4", "out.flv");
	t_ok(has(c, "-c:v\ncopy\n-bsf:v\n"
	    "h264_metadata=colour_primaries=1:transfer_characteristics=1:matrix_coefficients=1\n"));
	p.copy_audio = false;
	c = command(&p, "in.mp4", "out.flv");
	t_ok(has(c, "-c:v\ncopy\n") && has(c, "-c:a\naac\n"));
	p.copy_video = false;
	p.copy_audio = true;
	c = command(&p, "in.mp4", "out.flv");
	t_ok(has(c, "-c:v\nlibx264\n") && has(c, "-c:a\ncopy\n"));
}

/* A name may look like an option or a protocol. */
static void
names_are_files_whatever_they_look_like(void)
{
	struct prepare_plan p = encode();
	const char *c = command(&p, "-in:put", "-y");
	size_t n = strlen(c);

	t_ok(has(c, "ffmpeg\n") && has(c, "-i\nfile:-in:put\n"));
	t_ok(n > 8 && strcmp(c + n - 8, "file:-y\n") == 0);
	t_ok(has(c, "-metadata\ncomment=lsctl:label\n-f\nflv\n"));
	t_ok(has(c, "-progress\npipe:1\n"));
}

static void
video_is_brought_to_size_rate_and_length(void)
{
	struct prepare_plan p = encode();
	const char *c = command(&p, "in", "out");

	t_ok(has(c, "-vf\nfps=30/1:start_time=0,") && has(c, "-af\naresample=48000:"));
	t_ok(has(c, "-g\n60\n-keyint_min\n60\n"));
	t_ok(has(c, "-ar\n48000\n-ac\n2\n"));
	t_ok(has(c, "-b:v\n1200k\n-maxrate\n1200k\n-bufsize\n1200k\n"));
	t_ok(has(c, "-c:v\nlibx264\n-profile:v\nhigh\n-flags\n+cgop\n-sc_threshold\n0\n-bf\n2\n-preset\nfast\n"));
	p.seconds = 0;
	c = command(&p, "in", "out");
	t_ok(has(c, "-shortest\n"));
}

static void
silence_is_made_where_there_is_no_sound(void)
{
	struct prepare_plan p = encode();
	const char *c;

	p.silence = true;
	c = command(&p, "in", "out");
	t_ok(has(c, "-f\nlavfi\n-i\nanullsrc=r=48000:cl=stereo\n"));
	t_ok(has(c, "-map\n0:V:0\n-map\n1:a:0\n"));
	p.channels = 1;
	p.rate = 44100;
	c = command(&p, "in", "out");
	t_ok(has(c, "anullsrc=r=44100:cl=mono\n"));
	prepare_argv_free(NULL);
}

static void
a_picture_is_shown_in_the_place_of_video(void)
{
	struct prepare_plan p = encode();
	const char *c;

	p.still = p.cover = true;
	c = command(&p, "in.mp3", "out");
	t_ok(has(c, "-i\nfile:in.mp3\n-map\n0:v:0\n-map\n0:a:0\n"));
	p.cover = false;
	picture = "-a:cover.jpg";
	c = command(&p, "in.mp3", "out");
	t_ok(has(c, "-i\nfile:in.mp3\n-i\nfile:-a:cover.jpg\n-map\n1:V:0\n-map\n0:a:0\n"));
	picture = NULL;
	p.silence = true;
	c = command(&p, "a.jpg", "out");
	t_ok(has(c, "-i\nfile:a.jpg\n-f\nlavfi\n-i\nanullsrc=r=48000:cl=stereo\n-map\n0:V:0\n-map\n1:a:0\n"));
}

static void
a_logo_is_an_input(void)
{
	struct prepare_plan p = encode();
	const char *c;

	p.logo = p.silence = true;
	c = command(&p, "in", "out");
	t_ok(has(c, "-i\nfile:in\n-f\nlavfi\n-i\nanullsrc=r=48000:cl=stereo\n-i\nfile:-l:ogo.png\n-map\n[video]\n-map\n1:a:0\n"));
	t_ok(has(c, "-filter_complex\n[0:V:0]fps=30/1:") && strstr(c, "[film];[2:V:0]scale=") != NULL);
	t_ok(strstr(c, ",trim=end_frame=60[video]\n") != NULL && !has(c, "-vf\n"));
	p.cover = p.still = true;
	p.silence = false;
	c = command(&p, "in", "out");
	t_ok(has(c, "-filter_complex\n[0:v:0]scale=") && strstr(c, "[1:V:0]scale=") != NULL);
}

static void
a_pass_measures(void)
{
	struct prepare_plan p = encode();
	const struct prepare_files files = { .in = "-in.mp3", .out = "out" };
	char **v = prepare_argv_measure(&p, &files);
	size_t n = 0;

	while (t_ok(v != NULL) && v[n] != NULL)
		n++;
	t_ok(n > 9);
	t_str(v[n - 8], "file:-in.mp3");
	t_str(v[n - 6], "0:a:0");
	t_str(v[n - 5], "-af");
	t_str(v[n - 2], "null");
	t_str(v[n - 1], "-");
	prepare_argv_free(v);
}

T_MAIN(
	{ "what_is_copied_is_not_touched", what_is_copied_is_not_touched },
	{ "names_are_files_whatever_they_look_like", names_are_files_whatever_they_look_like },
	{ "video_is_brought_to_size_rate_and_length", video_is_brought_to_size_rate_and_length },
	{ "a_picture_is_shown_in_the_place_of_video", a_picture_is_shown_in_the_place_of_video },
	{ "a_logo_is_an_input", a_logo_is_an_input },
	{ "a_pass_measures", a_pass_measures },
	{ "silence_is_made_where_there_is_no_sound", silence_is_made_where_there_is_no_sound }
)
