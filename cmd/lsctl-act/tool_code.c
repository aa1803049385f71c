/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-act/tool_code.h"

#include <sysexits.h>

const char *
tool_code(int status)
{
	switch (status) {
	case 0:
		return "ok";
	case EX_USAGE:
		return "not-valid";
	case EX_DATAERR:
		return "conflict";
	case EX_NOINPUT:
		return "not-found";
	case EX_UNAVAILABLE:
		return "unavailable";
	case EX_TEMPFAIL:
		return "database-down";
	case EX_NOPERM:
		return "forbidden";
	default:
		return "tool-failed";
	}
}
