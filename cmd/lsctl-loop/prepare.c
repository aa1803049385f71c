/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_options.h"
#include "lsctl-loop/call.h"
#include "prepare/prepare_job.h"

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
	status = exit_prepare(prepare_job_run(&job));
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
