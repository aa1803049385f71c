/* SPDX-License-Identifier: ISC */
/* What goes into a result beside the film: pictures, loudness, what is drawn into it. */
#include "prepare/prepare_stage.h"

/* -- pictures -- */

static void
a_picture_counts_as_the_film_does(void)
{
	char first[PATH_MAX], picture[256];

	enter();
	lay_out(1, &good);
	scratch_write("bin/probe.cover.png", "{\"streams\":[" H264 "],\"format\":{\"format_name\":\"png_pipe\"}}", 0600);
	strlcpy(picture, scratch_write("films/cover.png", "a picture", 0600), sizeof(picture));
	job.want.picture = picture;
	t_int(run(), 0);
	t_ok(call_has(1, "films/cover.png -map 1:V:0 -map 0:a:0") && call_has(1, "-c:v libx264"));
	strlcpy(first, job.out, sizeof(first));
	/* another one makes another film */
	scratch_write("films/cover.png", "another picture", 0600);
	lay_out(2, &good);
	t_int(run(), 0);
	t_ok(strcmp(job.out, first) != 0);
	/* it must be there, and be one */
	unlink(scratch_path("bin/probe.cover.png"));
	scratch_write("films/cover.png", "a film", 0600);
	t_int(run(), PREPARE_BAD_INPUT);
	t_ok(strstr(logged, "cover.png: it is no picture") != NULL);
	job.want.picture = scratch_path("films/none.png");
	t_int(run(), PREPARE_NO_INPUT);
}

/* -- loudness -- */

static void
audio_is_measured_before_it_is_encoded(void)
{
	enter();
	lay_out(1, &good);
	t_int(run(), 0);
	t_ok(!scratch_has("bin/measured"));	/* what is copied is as loud as it is */
	job.want.loudness = -16;
	job.quiet = false;
	lay_out(2, &good);
	t_int(run(), 0);
	t_ok(strstr(scratch_read("bin/measured"), "film.mp4 -map 0:a:0 -af aresample=48000:") != NULL);
	t_ok(call_has(2, "alimiter=level_in=4.0dB:"));
	t_ok(strstr(logged, "audio of -20.0 LUFS gets +4.0 dB") != NULL);
	/* once, even if there is another attempt */
	enter();
	job.want.loudness = -16;
	lay_out(1, &uneven);
	lay_out(2, &good);
	t_int(run(), 0);
	t_ok(call_has(2, "alimiter=level_in=4.0dB:"));
	t_ok(strchr(scratch_read("bin/measured"), '\n')[1] == '\0');
	enter();
	job.want.loudness = -16;
	scratch_write("bin/loudness", "of nothing", 0600);
	t_int(run(), PREPARE_BAD_INPUT);
	t_ok(strstr(logged, "did not say how loud") != NULL);
	t_int(films(), 1);
}

/* -- what is drawn into it -- */

static void
a_title_reaches_ffmpeg_as_a_file(void)
{
	enter();
	job.want.title = "a{b}', c";
	lay_out(2, &good);
	lay_out_script(1, "cat /proc/self/fd/[3-9] >title 2>/dev/null; cat 2 >\"${out#file:}\"");
	t_int(run(), 0);
	t_ok(call_has(1, ",ass=filename=/proc/self/fd/") && !call_has(1, "', c"));
	t_ok(strstr(scratch_read("bin/title"), ",title,a\\{b\\}', c\n") != NULL);
	enter();
	job.want.clock = true;
	scratch_write("bin/fontless", "", 0600);
	t_int(run(), PREPARE_NO_FFMPEG);
	t_ok(strstr(logged, "there is no font for the title or the clock: apt install fonts-dejavu-core") != NULL);
	t_int(calls(), 0);
	t_int(films(), 1);
}

static void
a_logo_must_be_a_picture(void)
{
	enter();
	strlcpy(job.want.logo, scratch_write("films/logo.png", "a logo", 0600), sizeof(job.want.logo));
	lay_out(1, &good);
	t_int(run(), 0);
	t_ok(call_has(1, "films/logo.png -map [video]"));
	scratch_write("bin/probe.logo.png", "{\"streams\":[" AAC "]}", 0600);
	job.force = true;
	t_int(run(), PREPARE_BAD_INPUT);
	t_ok(strstr(logged, "logo.png: it is no picture") != NULL);
}

T_MAIN(
	{ "a_picture_counts_as_the_film_does", a_picture_counts_as_the_film_does },
	{ "audio_is_measured_before_it_is_encoded", audio_is_measured_before_it_is_encoded },
	{ "a_title_reaches_ffmpeg_as_a_file", a_title_reaches_ffmpeg_as_a_file },
	{ "a_logo_must_be_a_picture", a_logo_must_be_a_picture }
)
