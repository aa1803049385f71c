/* SPDX-License-Identifier: ISC */
/* What a tool leaves with when its command line is not one to go on with. */
#ifndef COMMON_EXIT_OPTIONS_H
#define COMMON_EXIT_OPTIONS_H

#include <sysexits.h>

#include "base/options.h"

static inline int
exit_options(enum options_end end)
{
	return end == OPTIONS_WRONG ? EX_USAGE : end == OPTIONS_UNWRITTEN ? EX_IOERR : 0;
}

/* Reports what does not go together: the exit status. */
#define usage_error(options, ...)	exit_options(options_wrong(options, __VA_ARGS__))

#endif
