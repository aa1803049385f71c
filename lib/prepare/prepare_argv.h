/* SPDX-License-Identifier: ISC */
/* The ffmpeg command that carries a plan out. */
#ifndef PREPARE_PREPARE_ARGV_H
#define PREPARE_PREPARE_ARGV_H

#include "prepare/prepare_plan.h"

/*
 * The command line, NULL at its end, to free with prepare_argv_free(). label goes into the
 * result's metadata. NULL when there is no memory.
 */
char	**prepare_argv(const struct prepare_plan *, const char *in, const char *out,
	    const char *label);
void	prepare_argv_free(char **);

#endif
