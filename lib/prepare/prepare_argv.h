/* SPDX-License-Identifier: ISC */
/* The ffmpeg command that applies a plan. */
#ifndef PREPARE_PREPARE_ARGV_H
#define PREPARE_PREPARE_ARGV_H

#include "prepare/prepare_plan.h"

struct prepare_files {
	const char	*in, *out;
	const char	*picture, *logo;	/* or NULL */
};

/*
 * The command line, NULL at its end, to be freed with prepare_argv_free(). label is stored in the
 * metadata of the result. NULL: out of memory.
 */
char	**prepare_argv(const struct prepare_plan *, const struct prepare_files *, const char *label);

/* The same for the pass that measures. */
char	**prepare_argv_measure(const struct prepare_plan *, const struct prepare_files *);

void	prepare_argv_free(char **);

#endif
