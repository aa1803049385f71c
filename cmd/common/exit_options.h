/* SPDX-License-Identifier: ISC */
/* The exit status of a tool that ends after it has read its options. */
#ifndef COMMON_EXIT_OPTIONS_H
#define COMMON_EXIT_OPTIONS_H

#include <sysexits.h>

#include "base/options.h"

static inline int
exit_options(enum options_end end)
{
	return end == OPTIONS_WRONG ? EX_USAGE : end == OPTIONS_UNWRITTEN ? EX_IOERR : 0;
}

/* Reports what is wrong with the command line. Returns the exit status. */
#define usage_error(options, ...)	exit_options(options_wrong(options, __VA_ARGS__))

#endif
