/* SPDX-License-Identifier: ISC */
/*
 * Prepares one film: names the result, checks whether it exists, or else has ffmpeg write a temporary
 * file, judges that, and renames it.
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
	PREPARE_BAD_INPUT,	/* the film cannot be prepared */
	PREPARE_LONG_NAME,	/* the path of the result is too long */
	PREPARE_NO_OUTPUT,	/* the result cannot be written, or another file is there */
	PREPARE_BAD_RESULT,	/* the result does not loop well */
	PREPARE_NO_FFMPEG,	/* ffmpeg is not installed, or lacks an encoder */
	PREPARE_IO,		/* reading or writing failed */
	PREPARE_SYSTEM,		/* out of memory, or stopped by a signal */
	PREPARE_AGAIN		/* never returned: another attempt is needed */
};

struct prepare_job {
	/* set by the caller, borrowed */
	const char		*in;
	const char		*out_option;	/* path of the result, or NULL */
	const char		*dir_option;	/* folder of the result, or NULL: that of in */
	bool			 force;		/* replace an existing file */
	bool			 dry;		/* only print what would be done */
	bool			 quiet;		/* no progress */
	void			(*report)(void *arg, int percent, int left_s);	/* of base/progress.h, or NULL */
	void			*report_arg;
	struct prepare_want	 want;

	/* the outcome */
	char			 out[PATH_MAX];
	int			 signal;	/* the signal that ended it, 0: none */

	struct prepare_source	 source;
	struct prepare_plan	 plan;
	char			 label[2 * SHA256_LEN + 8];	/* "lsctl:" and the digest */
	char			 tmp[PATH_MAX];
};

/*
 * Runs the job, and logs every result but PREPARE_DONE. Blocks SIGINT, SIGTERM and SIGHUP before it makes a temporary
 * file, and leaves them blocked: the caller raises job->signal again if it is not 0. Always removes the temporary file.
 */
enum prepare_end	prepare_job_run(struct prepare_job *);

#endif
