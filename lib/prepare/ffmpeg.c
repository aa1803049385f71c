/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "prepare/ffmpeg.h"
#include "process/child.h"
#include "process/line_reader.h"

#include <sys/wait.h>

#include <errno.h>
#include <limits.h>

#define INSTALL	"apt install ffmpeg"

static enum ffmpeg_end
child_begin(struct child *c, char *const argv[], struct error *err)
{
	if (child_start(c, argv) == 0)
		return FFMPEG_DONE;
	if (errno == ENOENT) {
		error_set(err, "%s is not installed: " INSTALL, argv[0]);
		return FFMPEG_MISSING;
	}
	error_set(err, "%s: %s", argv[0], strerror(errno));
	return FFMPEG_TROUBLE;
}

static enum ffmpeg_end
child_finish(struct child *c, const char *name, char *log, size_t size, struct error *err)
{
	char line[256];
	int status = child_end_text(c, line, sizeof(line), log, size);

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return FFMPEG_DONE;
	if (line[0] != '\0')
		error_set(err, "%s: %s", name, line);
	else if (WIFSIGNALED(status))
		error_set(err, "%s was killed by signal %d", name, WTERMSIG(status));
	else
		error_set(err, "%s failed", name);
	return WIFSIGNALED(status) ? FFMPEG_TROUBLE : FFMPEG_FAILED;
}

static enum ffmpeg_end
child_abort(struct child *c, const char *name, struct error *err)
{
	int error = errno;

	child_stop(c);
	errno = error;
	error_set(err, "%s: %s", name, error == EINTR ? "stopped" : strerror(error));
	return error == EINTR ? FFMPEG_STOPPED : FFMPEG_TROUBLE;
}

enum ffmpeg_end
ffmpeg_capture(char *const argv[], struct buf *out, struct error *err)
{
	enum ffmpeg_end end;
	char block[4096];
	struct child c;
	ssize_t n;

	if ((end = child_begin(&c, argv, err)) != FFMPEG_DONE)
		return end;
	while ((n = child_read(&c, block, sizeof(block))) > 0) {
		if (buf_add(out, block, (size_t)n) == -1)
			break;
	}
	if (n != 0)
		return child_abort(&c, argv[0], err);
	return child_finish(&c, argv[0], NULL, 0, err);
}

/* "-progress" writes lines of key=value, a block of them twice a second. */
struct report {
	double	 seconds;	/* of the result; 0: unknown */
	double	 at, speed;	/* seconds made, times real time */
	struct progress *progress;
};

static void
report_show(const struct report *r)
{
	double left = r->seconds - r->at;

	if (r->seconds > 0 && r->at >= 0)
		progress_show(r->progress, r->at / r->seconds, r->speed,
		    r->speed > 0 && left > 0 ? (int)(left / r->speed + 0.5) : -1);
}

static int
report_line(void *arg, const char *line, size_t len)
{
	struct report *r = arg;
	char text[128];

	snprintf(text, sizeof(text), "%.*s", (int)len, line);
	if (strncmp(text, "out_time_us=", 12) == 0)
		r->at = strtod(text + 12, NULL) / 1e6;
	else if (strncmp(text, "speed=", 6) == 0)
		r->speed = strtod(text + 6, NULL);
	else if (strncmp(text, "progress=", 9) == 0)
		report_show(r);
	return 0;
}

/*
 * Lists of ffmpeg are tables: flags, name, description. option: which list. true also if there is none, so that ffmpeg is
 * tried.
 */
static bool
is_listed(char *program, char *option, const char *name)
{
	char *argv[] = { program, (char []){ "-v" }, (char []){ "error" }, option, NULL };
	struct error err;
	char *list = NULL, *rest, *line, *word;
	bool found = false;
	struct buf out;

	buf_init(&out, 1 << 20);
	if (ffmpeg_capture(argv, &out, &err) == FFMPEG_DONE && buf_len(&out) > 0)
		list = strndup((const char *)buf_head(&out), buf_len(&out));
	buf_free(&out);
	if ((rest = list) == NULL)
		return true;
	while (!found && (line = strsep(&rest, "\n")) != NULL) {
		line += strspn(line, " ");
		strsep(&line, " ");
		word = line != NULL ? strsep(&line, " ") : NULL;
		found = word != NULL && strcmp(word, name) == 0;
	}
	free(list);
	return found;
}

/* Filters that a build of ffmpeg may lack. */
static const char *const filters[] = { "zscale", "tonemap", "drawtext", "ass", "ebur128", "alimiter" };

/* The first encoder of a command line that the program does not have; NULL: it has all of them. */
static const char *
encoder_missing(char *const argv[])
{
	size_t i;

	for (i = 0; argv[i] != NULL && argv[i + 1] != NULL; i++)
		if ((strcmp(argv[i], "-c:v") == 0 || strcmp(argv[i], "-c:a") == 0) &&
		    strcmp(argv[i + 1], "copy") != 0 && !is_listed(argv[0], (char []){ "-encoders" }, argv[i + 1]))
			return argv[i + 1];
	return NULL;
}

/* The same for filters. */
static const char *
filter_missing(char *const argv[])
{
	size_t i, n;

	for (i = 0; argv[i] != NULL && argv[i + 1] != NULL; i++)
		for (n = 0; (strcmp(argv[i], "-vf") == 0 || strcmp(argv[i], "-af") == 0 ||
		    strcmp(argv[i], "-filter_complex") == 0) && n < nitems(filters); n++)
			if (strstr(argv[i + 1], filters[n]) != NULL && !is_listed(argv[0], (char []){ "-filters" }, filters[n]))
				return filters[n];
	return NULL;
}

enum ffmpeg_end
ffmpeg_measure(char *const argv[], double seconds, struct progress *p, char *log, size_t size, double *at,
    struct error *err)
{
	struct report r = { .seconds = seconds, .progress = p };
	struct line_reader lines = { .line = report_line, .arg = &r, .max = 65536 };
	enum ffmpeg_end end;
	const char *name;
	char block[1024];
	struct child c;
	ssize_t n;

	if ((end = child_begin(&c, argv, err)) != FFMPEG_DONE)
		return end;
	while ((n = child_read(&c, block, sizeof(block))) > 0)
		if (line_reader_add(&lines, block, (size_t)n) == -1)
			break;
	if (n != 0)
		end = child_abort(&c, argv[0], err);
	else
		end = child_finish(&c, argv[0], log, size, err);
	line_reader_end(&lines);
	progress_end(p);
	*at = r.at;
	if (end == FFMPEG_FAILED && (name = encoder_missing(argv)) != NULL) {
		error_set(err, "%s has no encoder %s: " INSTALL, argv[0], name);
		return FFMPEG_MISSING;
	}
	if (end == FFMPEG_FAILED && (name = filter_missing(argv)) != NULL) {
		error_set(err, "%s has no filter %s: " INSTALL, argv[0], name);
		return FFMPEG_MISSING;
	}
	return end;
}

enum ffmpeg_end
ffmpeg_run(char *const argv[], double seconds, struct progress *p, struct error *err)
{
	double at;

	return ffmpeg_measure(argv, seconds, p, NULL, 0, &at, err);
}

enum ffmpeg_end
ffmpeg_probe(const char *path, struct buf *out, struct error *err)
{
	char file[PATH_MAX + 8];
	char *argv[] = { (char []){ "ffprobe" }, (char []){ "-v" }, (char []){ "error" },
	    (char []){ "-of" }, (char []){ "json" }, (char []){ "-show_format" },
	    (char []){ "-show_streams" }, file, NULL };

	snprintf(file, sizeof(file), "file:%s", path);
	return ffmpeg_capture(argv, out, err);
}

enum ffmpeg_end
ffmpeg_font(struct error *err)
{
	char *argv[] = { (char []){ "ffmpeg" }, (char []){ "-nostdin" }, (char []){ "-v" }, (char []){ "error" },
	    (char []){ "-f" }, (char []){ "lavfi" }, (char []){ "-i" }, (char []){ "color=s=16x16:d=0.04" },
	    (char []){ "-vf" }, (char []){ "drawtext=text=a" }, (char []){ "-f" }, (char []){ "null" }, (char []){ "-" }, NULL };
	enum ffmpeg_end end;
	struct buf out;

	buf_init(&out, 4096);
	end = ffmpeg_capture(argv, &out, err);
	buf_free(&out);
	if (end != FFMPEG_FAILED)
		return end;
	if (filter_missing(argv) != NULL)
		error_set(err, "ffmpeg has no filter drawtext: " INSTALL);
	else
		error_set(err, "there is no font for the title or the clock: apt install fonts-dejavu-core fontconfig-config");
	return FFMPEG_MISSING;
}
