/* SPDX-License-Identifier: ISC */
/*
 * A film, and an ffmpeg and an ffprobe of the test's own: what the one makes is a file that was laid out before, one a
 * run.
 */
#ifndef TESTS_UNIT_PREPARE_PREPARE_STAGE_H
#define TESTS_UNIT_PREPARE_PREPARE_STAGE_H

#include "flvmake.h"

#include "caught.h"
#include "prepare/prepare_job.h"
#include "scratch.h"

#include <sys/wait.h>

#include <dirent.h>
#include <signal.h>

#define H264	"{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"pix_fmt\":\"yuv420p\",\"width\":640," \
	"\"height\":360,\"avg_frame_rate\":\"25/1\",\"duration\":\"8\"}"
#define AAC	"{\"codec_type\":\"audio\",\"codec_name\":\"aac\",\"profile\":\"LC\",\"sample_rate\":\"48000\"," \
	"\"channels\":2}"

/* Eight seconds that loop, and the same with a hole in its audio. */
static const struct made good = { .fps_num = 25, .fps_den = 1, .rate = 48000, .video = 200, .audio = 376, .mark = 1 };
static const struct made holed = { .fps_num = 25, .fps_den = 1, .rate = 48000, .video = 200, .audio = 356,
    .hole_at = 100, .hole = 20, .mark = 1 };

/* The same with video that keeps no rate. */
static const struct made uneven = { .fps_num = 25, .fps_den = 1, .rate = 48000, .video = 200, .audio = 376,
    .jitter = true, .mark = 1 };

static struct prepare_job job;
static char logged[65536];

/* Takes what was laid out as "1", then "2", ...; a script that was laid out as 1.sh is run instead. Has encoders. */
static const char ffmpeg[] = "#!/bin/sh\ncd ${0%/*} || exit\n"
    "case $* in *-encoders) cat encoders; exit ;;\n*-filters) exit ;;\n*drawtext=text=a*) [ ! -e fontless ]; exit ;;\n*ebur128*) echo \"$*\" >>measured; cat loudness >&2; exit ;; esac\necho \"$*\" >>calls\nn=$(wc -l <calls)\n"
    "for out; do :; done\nif [ -e $n.sh ]; then . ./$n.sh; else cat $n >\"${out#file:}\"; fi\n";
static const char ffprobe[] = "#!/bin/sh\ncd ${0%/*} || exit\nfor in; do :; done\n"
    "cat probe.${in##*/} 2>/dev/null || cat probe; [ ! -e refuses ] || { cat refuses >&2; exit 1; }\n";

/* A job on a film in a folder of its own, with nothing laid out. */
static void
enter(void)
{
	static char in[256];

	scratch_remove("bin");
	scratch_remove("films");
	scratch_write("bin/ffmpeg", ffmpeg, 0700);
	scratch_write("bin/ffprobe", ffprobe, 0700);
	scratch_write("bin/encoders", " V....D libx264 H.264\n A....D aac AAC\n", 0600);
	scratch_write("bin/probe", "{\"streams\":[" H264 "," AAC "]}", 0600);
	scratch_write("bin/loudness", "  Integrated loudness:\n    I:         -20.0 LUFS\n", 0600);
	strlcpy(in, scratch_write("films/film.mp4", "a film", 0600), sizeof(in));
	job = (struct prepare_job){ .in = in, .quiet = true, .want = { .preset = "fast" } };
}

/* Run n of ffmpeg makes this. */
static void
lay_out(int n, const struct made *m)
{
	char name[16];
	struct buf b;
	int fd;

	snprintf(name, sizeof(name), "bin/%d", n);
	make(&b, m);
	fd = open(scratch_path(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	t_int(write(fd, buf_head(&b), buf_len(&b)), buf_len(&b));
	close(fd);
	buf_free(&b);
}

static void
lay_out_script(int n, const char *text)
{
	char name[16];

	snprintf(name, sizeof(name), "bin/%d.sh", n);
	scratch_write(name, text, 0600);
}

static int
run_with(const char *path)
{
	char full[600], old[4096];
	int status;

	strlcpy(old, getenv("PATH"), sizeof(old));
	snprintf(full, sizeof(full), "%s", path);
	setenv("PATH", full, 1);
	caught_begin(STDERR_FILENO);
	status = prepare_job_run(&job);
	strlcpy(logged, caught_end(), sizeof(logged));
	setenv("PATH", old, 1);
	return status;
}

static int
run(void)
{
	char path[600];

	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", scratch_path("bin"));
	return run_with(path);
}

/* How many files there are in the folder of films, those that begin with a dot too. */
static int
films(void)
{
	DIR *d = opendir(scratch_path("films"));
	int n = -2;

	while (d != NULL && readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static int
calls(void)
{
	const char *p = scratch_read("bin/calls");
	int n = 0;

	for (; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	return n;
}

static bool
call_has(int n, const char *words)
{
	const char *p = scratch_read("bin/calls"), *end;
	char line[4096];

	while (--n > 0 && (p = strchr(p, '\n')) != NULL)
		p++;
	if (p == NULL || (end = strchr(p, '\n')) == NULL)
		return false;
	snprintf(line, sizeof(line), "%.*s", (int)(end - p), p);
	return strstr(line, words) != NULL;
}

#endif
