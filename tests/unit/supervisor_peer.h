/* SPDX-License-Identifier: ISC */
/* A program as LSCTL_SUPERVISOR: it prints which units run, and records its commands. */
#ifndef TESTS_UNIT_SUPERVISOR_PEER_H
#define TESTS_UNIT_SUPERVISOR_PEER_H

#include "scratch.h"

/* Nothing runs, and all commands succeed. */
__attribute__((unused)) static void
supervisor_stage(void)
{
	char text[512];

	snprintf(text, sizeof(text), "#!/bin/sh\ncd %s || exit\n"
	    "if [ \"$1\" = list ]; then cat units && [ ! -e mute ]; exit; fi\n"
	    "echo \"$*\" >>calls\n[ ! -e fails ] || { echo 'it will not' >&2; exit 1; }\n", scratch());
	setenv("LSCTL_SUPERVISOR", scratch_write("supervisor", text, 0700), 1);
	scratch_write("units", "", 0600);
	unlink(scratch_path("calls"));
	unlink(scratch_path("mute"));
	unlink(scratch_path("fails"));
}

/* What it lists: "forward krishna\n". */
__attribute__((unused)) static void
supervisor_runs(const char *units)
{
	scratch_write("units", units, 0600);
}

/* It cannot say what runs; it can do nothing. */
__attribute__((unused)) static void
supervisor_is_mute(void)
{
	scratch_write("mute", "", 0600);
}

__attribute__((unused)) static void
supervisor_fails(bool fails)
{
	if (fails)
		scratch_write("fails", "", 0600);
	else
		unlink(scratch_path("fails"));
}

/* Its commands since the last call, a line each. */
__attribute__((unused)) static const char *
supervisor_told(void)
{
	const char *text = scratch_read("calls");

	unlink(scratch_path("calls"));
	return text;
}

#endif
