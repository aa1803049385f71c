/* SPDX-License-Identifier: ISC */
/* The exit status of a tool whose service ends. */
#ifndef COMMON_EXIT_SERVE_H
#define COMMON_EXIT_SERVE_H

#include <sysexits.h>

#include "forward/serve.h"

static inline int
exit_serve(enum serve_end end)
{
	static const int status[] = {
		[SERVE_DONE] = 0, [SERVE_CONFIG] = EX_CONFIG, [SERVE_RUNNING] = EX_UNAVAILABLE,
		[SERVE_NO_SOCKET] = EX_CANTCREAT, [SERVE_NO_READER] = EX_IOERR, [SERVE_SYSTEM] = EX_OSERR
	};

	return status[end];
}

#endif
