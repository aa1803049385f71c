/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_options.h"
#include "lsctl-loop/call.h"
#include "prepare/prepare_job.h"

#include <signal.h>
#include <sysexits.h>

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
	status = prepare_job_run(&job);
	if (job.signal != 0) {
		/* Whoever waits for us sees which signal it was. */
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
