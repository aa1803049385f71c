/* SPDX-License-Identifier: ISC */
/*
 * Preparing one film: name the result, see whether it is there, else have ffmpeg make it under a
 * temporary name, judge it, and rename it.
 */
#ifndef PREPARE_PREPARE_JOB_H
#define PREPARE_PREPARE_JOB_H

#include <limits.h>
#include <stdbool.h>

#include "base/sha256.h"
#include "prepare/prepare_plan.h"

enum prepare_end {
	PREPARE_DONE,		/* the result's path is in out */
	PREPARE_NO_INPUT,	/* the film cannot be read */
	PREPARE_BAD_INPUT,	/* it is none that can be prepared */
	PREPARE_LONG_NAME,	/* the result's path would be too long */
	PREPARE_NO_OUTPUT,	/* the result cannot be made, or something else is there */
	PREPARE_BAD_RESULT,	/* what came out does not loop well */
	PREPARE_NO_FFMPEG,	/* it is not installed */
	PREPARE_IO,		/* reading or writing failed */
	PREPARE_SYSTEM,		/* out of memory, or stopped by a signal */
	PREPARE_AGAIN		/* within the job alone: another attempt is to be made */
};

struct prepare_job {
	/* set by the caller, borrowed */
	const char		*in;
	const char		*out_option;	/* the result's path, or NULL */
	const char		*dir_option;	/* the result's folder, or NULL: that of in */
	bool			 force;		/* replace what is there */
	bool			 dry;		/* say what would be done */
	bool			 quiet;		/* no progress */
	struct prepare_want	 want;

	/* the outcome */
	char			 out[PATH_MAX];
	int			 signal;	/* that ended it, 0: none */

	struct prepare_source	 source;
	struct prepare_plan	 plan;
	char			 label[2 * SHA256_LEN + 8];	/* "lsctl:" and the digest */
	char			 tmp[PATH_MAX];
};

/*
 * Does it. Anything but PREPARE_DONE is logged. SIGINT, SIGTERM and SIGHUP are blocked once there is a temporary file,
 * and stay so: the caller raises job->signal again when it is not 0. The temporary file is gone in any case.
 */
enum prepare_end	prepare_job_run(struct prepare_job *);

#endif
