/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/paths.h"
#include "base/log.h"
#include "common/exit_options.h"
#include "lsctl-loop/call.h"
#include "prepare/prepare_job.h"
#include "prepare/prepare_like.h"
#include "process/ctl.h"
#include "process/file.h"
#include "spec/spec.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <sysexits.h>

static int
exit_prepare(enum prepare_end end)
{
	static const int status[] = {
		[PREPARE_DONE] = 0, [PREPARE_NO_INPUT] = EX_NOINPUT, [PREPARE_BAD_INPUT] = EX_DATAERR,
		[PREPARE_LONG_NAME] = EX_USAGE, [PREPARE_NO_OUTPUT] = EX_CANTCREAT, [PREPARE_BAD_RESULT] = EX_SOFTWARE,
		[PREPARE_NO_FFMPEG] = EX_UNAVAILABLE, [PREPARE_IO] = EX_IOERR, [PREPARE_SYSTEM] = EX_OSERR,
		[PREPARE_AGAIN] = EX_SOFTWARE
	};

	return status[end];
}

/* -- the progress file -- */

static void
progress_write(const char *file, json_t *state)
{
	char new[PATH_MAX], *text = json_dumps(state, JSON_COMPACT);
	int fd;

	json_decref(state);
	if (text == NULL || (size_t)snprintf(new, sizeof(new), "%s.new", file) >= sizeof(new) ||
	    (fd = file_new(new, 0640)) == -1 || file_fill(fd, new, text, strlen(text)) == -1 || file_replace(file, new) == -1)
		log_warn("%s", file);
	free(text);
}

static void
on_progress(void *arg, int percent, int left_s)
{
	progress_write(arg, json_pack("{s:s, s:i, s:o*}", "state", "running", "percent", percent, "left_s",
	    left_s >= 0 ? json_integer(left_s) : NULL));
}

static void
progress_finish(const char *file, const struct prepare_job *job, int status)
{
	const char *slash = strrchr(job->out, '/');

	progress_write(file, status == 0 ? json_pack("{s:s, s:s}", "state", "done", "film",
	    slash != NULL ? slash + 1 : job->out) : json_pack("{s:s, s:i}", "state", "failed", "status", status));
}

/* -- the format of the encoder -- */

/* Asks the forwarder of the channel. The exit status. */
static int
like_take(struct prepare_want *w, const struct call *c)
{
	char path[PATH_MAX], *status;
	struct error err;
	int rc;

	if (!spec_name_ok(c->like))
		return usage_error(&c->o, "--like %s: must be the name of a channel", c->like);
	path_run(path, sizeof(path), "forward", c->like, ".sock");
	if ((status = ctl_ask(path, "{\"cmd\":\"status\"}")) == NULL) {
		log_warn("--like %s: no forwarder answers on %s", c->like, path);
		return EX_UNAVAILABLE;
	}
	rc = prepare_like(w, status, &err);
	free(status);
	if (rc == 0)
		return 0;
	log_warnx("--like %s: %s", c->like, err.text);
	return EX_UNAVAILABLE;
}

int
call_prepare(void *arg)
{
	const struct call *c = arg;
	static struct prepare_job job;
	sigset_t none;
	int status;

	if (c->output != NULL && c->directory != NULL)
		return usage_error(&c->o, "--output and --directory do not go together");
	job.in = c->o.argv[0];
	job.out_option = c->output;
	job.dir_option = c->directory;
	job.force = c->force;
	job.dry = c->dry;
	job.quiet = c->o.verbosity < 0;
	job.want = c->want;
	if (c->like != NULL && (status = like_take(&job.want, c)) != 0)
		return status;
	if (c->progress != NULL) {
		job.report = on_progress;
		job.report_arg = (void *)(uintptr_t)c->progress;
		on_progress(job.report_arg, 0, -1);
	}
	status = exit_prepare(prepare_job_run(&job));
	if (c->progress != NULL)
		progress_finish(c->progress, &job, status);
	if (job.signal != 0) {
		/* The parent process sees from which signal this one ended. */
		sigemptyset(&none);
		signal(job.signal, SIG_DFL);
		raise(job.signal);
		sigprocmask(SIG_SETMASK, &none, NULL);
	}
	if (status == 0 && (puts(job.out) == EOF || fflush(stdout) == EOF)) {
		log_warn("stdout");
		return EX_IOERR;
	}
	return status;
}
