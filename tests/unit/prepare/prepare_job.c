/* SPDX-License-Identifier: ISC */
/* A film from its name to its result; prepare_job_more.c has what goes into it beside the film. */
#include "prepare/prepare_stage.h"

/* -- names -- */

static void
a_result_is_named_after_film_and_settings(void)
{
	char first[PATH_MAX], want[PATH_MAX];
	mode_t mask = umask(027);
	struct stat st;

	enter();
	lay_out(1, &good);
	t_int(run(), 0);
	umask(mask);
	snprintf(want, sizeof(want), "%s/film-%.16s.flv", scratch_path("films"), job.label + 6);
	t_str(job.out, want);
	t_int(stat(job.out, &st), 0);
	t_int(st.st_mode & 0777, 0640);
	t_int(films(), 2);
	strlcpy(first, job.out, sizeof(first));
	/* of other settings it is another one, and of another film */
	enter();
	lay_out(1, &good);
	job.want.kbps = 3000;
	t_int(run(), 0);
	t_ok(strcmp(job.out, first) != 0);
	enter();
	lay_out(1, &good);
	scratch_write("films/film.mp4", "another film", 0600);
	t_int(run(), 0);
	t_ok(strcmp(job.out, first) != 0);
	/* and of the same the same */
	enter();
	lay_out(1, &good);
	t_int(run(), 0);
	t_str(job.out, first);
}

static void
a_result_is_where_it_is_wanted(void)
{
	char want[PATH_MAX], out[256], dir_of[256], in[256];

	enter();
	lay_out(1, &good);
	strlcpy(dir_of, scratch_path("bin"), sizeof(dir_of));
	job.dir_option = dir_of;
	t_int(run(), 0);
	snprintf(want, sizeof(want), "%s/film-%.16s.flv", dir_of, job.label + 6);
	t_str(job.out, want);
	t_int(films(), 1);
	enter();
	lay_out(1, &good);
	strlcpy(out, scratch_path("films/loop.flv"), sizeof(out));
	job.out_option = out;
	t_int(run(), 0);
	t_str(job.out, out);
	t_ok(scratch_has("films/loop.flv"));
	/* a name that is all ending, and one that has none */
	enter();
	lay_out(1, &good);
	strlcpy(in, scratch_write("films/.mp4", "a film", 0600), sizeof(in));
	job.in = in;
	t_int(run(), 0);
	t_ok(strstr(job.out, "/.mp4-") != NULL);
	enter();
	lay_out(1, &good);
	strlcpy(in, scratch_write("films/film", "a film", 0600), sizeof(in));
	job.in = in;
	t_int(run(), 0);
	t_ok(strstr(job.out, "/film-") != NULL);
}

/* -- what is there already -- */

static void
what_is_done_is_not_done_again(void)
{
	struct buf b;
	int fd;

	enter();
	lay_out(1, &good);
	lay_out(2, &good);
	lay_out(3, &good);
	t_int(run(), 0);
	t_int(run(), 0);		/* without a label it may be of any film */
	t_int(calls(), 2);
	/* ffmpeg would have put it there */
	make(&b, &good);
	tag_add(&b, MSG_DATA, 0, (const uint8_t *)job.label, (uint32_t)strlen(job.label));
	fd = open(job.out, O_WRONLY | O_TRUNC);
	t_int(write(fd, buf_head(&b), buf_len(&b)), buf_len(&b));
	close(fd);
	buf_free(&b);
	t_int(run(), 0);
	t_int(calls(), 2);
	job.force = true;
	t_int(run(), 0);
	t_int(calls(), 3);
}

static void
one_that_is_not_whole_is_made_anew(void)
{
	enter();
	lay_out(1, &good);
	lay_out(2, &good);
	t_int(run(), 0);
	scratch_write("films/cut", job.label, 0600);		/* the label, and no film */
	t_int(rename(scratch_path("films/cut"), job.out), 0);
	t_int(run(), 0);
	t_int(calls(), 2);
}

static void
what_is_something_else_is_not_replaced(void)
{
	char out[256];

	enter();
	lay_out(1, &good);
	strlcpy(out, scratch_write("films/loop.flv", "mine", 0600), sizeof(out));
	job.out_option = out;
	t_int(run(), PREPARE_NO_OUTPUT);
	t_str(scratch_read("films/loop.flv"), "mine");
	t_int(calls(), 0);
	job.force = true;
	t_int(run(), 0);
	t_ok(strcmp(scratch_read("films/loop.flv"), "mine") != 0);
}

/* -- what cannot be had -- */

static void
a_film_that_is_none_is_refused(void)
{
	enter();
	job.in = scratch_path("films/none.mp4");
	t_int(run(), PREPARE_NO_INPUT);
	t_ok(strstr(logged, "none.mp4") != NULL);
	job.in = scratch_path("films");
	t_int(run(), PREPARE_NO_INPUT);
	enter();
	scratch_write("bin/refuses", "moov atom not found", 0600);
	t_int(run(), PREPARE_BAD_INPUT);
	t_ok(strstr(logged, "moov atom not found") != NULL);
	enter();
	scratch_write("bin/probe", "{\"streams\":[" AAC "]}", 0600);
	t_int(run(), PREPARE_BAD_INPUT);
	t_ok(strstr(logged, "--picture FILE") != NULL);
	t_int(calls(), 0);
	t_int(films(), 1);
}

static void
without_its_programs_it_says_so(void)
{
	enter();
	t_int(run_with("/nowhere"), PREPARE_NO_FFMPEG);
	t_ok(strstr(logged, "ffprobe") != NULL);
	enter();
	scratch_write("bin/encoders", " V....D mpeg4 MPEG-4, not libx264 \n A....D aac AAC\n", 0600);
	lay_out_script(1, "exit 1");
	lay_out_script(2, "exit 1");
	t_int(run(), PREPARE_NO_FFMPEG);
	t_ok(strstr(logged, "libx264") != NULL);
	t_int(films(), 1);
}

static void
a_folder_that_takes_nothing_is_told(void)
{
	enter();
	job.dir_option = scratch_path("films/film.mp4");
	t_int(run(), PREPARE_NO_OUTPUT);
	t_int(calls(), 0);
}

/* -- again -- */

static void
a_copy_that_does_not_loop_is_encoded(void)
{
	enter();
	lay_out(1, &holed);
	lay_out(2, &good);
	t_int(run(), 0);
	t_int(calls(), 2);
	t_ok(call_has(1, "-c:v copy") && call_has(1, "-c:a copy"));
	t_ok(call_has(2, "-c:v copy") && call_has(2, "-c:a aac"));
	t_int(films(), 2);
	/* one track after the other */
	enter();
	lay_out(1, &holed);
	lay_out(2, &uneven);
	lay_out(3, &good);
	t_int(run(), 0);
	t_int(calls(), 3);
	t_ok(call_has(3, "-c:v libx264") && call_has(3, "-c:a aac"));
}

static void
what_cannot_be_copied_is_encoded(void)
{
	enter();
	lay_out_script(1, "echo 'Video codec not supported in FLV' >&2; exit 1");
	lay_out(2, &good);
	t_int(run(), 0);
	t_ok(call_has(1, "-c:v copy") && call_has(2, "-c:v libx264") && call_has(2, "-c:a aac"));
	enter();
	lay_out_script(1, "echo 'no film' >\"${out#file:}\"");
	lay_out(2, &good);
	t_int(run(), 0);
	t_ok(call_has(2, "-c:v libx264"));
}

static void
what_cannot_be_encoded_either_is_given_up(void)
{
	enter();
	lay_out_script(1, "exit 1");
	lay_out_script(2, "echo 'corrupt input' >&2; exit 1");
	t_int(run(), PREPARE_BAD_INPUT);
	t_ok(strstr(logged, "corrupt input") != NULL);
	t_int(calls(), 2);
	t_int(films(), 1);
	enter();
	lay_out_script(1, "echo 'no film' >\"${out#file:}\"");
	lay_out_script(2, "echo 'no film' >\"${out#file:}\"");
	t_int(run(), PREPARE_BAD_RESULT);
	t_int(films(), 1);
	enter();
	lay_out(1, &holed);
	lay_out(2, &holed);
	lay_out(3, &holed);
	t_int(run(), PREPARE_BAD_RESULT);
	t_ok(strstr(logged, "does not loop well") != NULL);
	t_int(films(), 1);
}

static void
a_dry_run_makes_nothing(void)
{
	enter();
	job.dry = true;
	t_int(run(), 0);
	t_int(calls(), 0);
	t_int(films(), 1);
	t_ok(strstr(logged, "copied") != NULL);
}

/* In a process of its own: the signals stay blocked. */
static void
a_signal_ends_it_and_leaves_nothing(void)
{
	pid_t pid;
	int status;

	enter();
	lay_out_script(1, "kill -TERM $PPID; exec sleep 60");
	fflush(stdout);
	if ((pid = fork()) == 0) {
		status = run();
		_exit(status == PREPARE_SYSTEM && job.signal == SIGTERM && films() == 1 ? 0 : 1);
	}
	t_ok(waitpid(pid, &status, 0) == pid && status == 0);
}

T_MAIN(
	{ "a_result_is_named_after_film_and_settings", a_result_is_named_after_film_and_settings },
	{ "a_result_is_where_it_is_wanted", a_result_is_where_it_is_wanted },
	{ "what_is_done_is_not_done_again", what_is_done_is_not_done_again },
	{ "one_that_is_not_whole_is_made_anew", one_that_is_not_whole_is_made_anew },
	{ "what_is_something_else_is_not_replaced", what_is_something_else_is_not_replaced },
	{ "a_film_that_is_none_is_refused", a_film_that_is_none_is_refused },
	{ "without_its_programs_it_says_so", without_its_programs_it_says_so },
	{ "a_folder_that_takes_nothing_is_told", a_folder_that_takes_nothing_is_told },
	{ "a_copy_that_does_not_loop_is_encoded", a_copy_that_does_not_loop_is_encoded },
	{ "what_cannot_be_copied_is_encoded", what_cannot_be_copied_is_encoded },
	{ "what_cannot_be_encoded_either_is_given_up", what_cannot_be_encoded_either_is_given_up },
	{ "a_dry_run_makes_nothing", a_dry_run_makes_nothing },
	{ "a_signal_ends_it_and_leaves_nothing", a_signal_ends_it_and_leaves_nothing }
)
