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

#endif
