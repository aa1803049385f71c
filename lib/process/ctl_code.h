/* SPDX-License-Identifier: ISC */
/* What the answer of a control socket means: its member "code", by which whoever asked decides. See lsctl-codes(7). */
#ifndef PROCESS_CTL_CODE_H
#define PROCESS_CTL_CODE_H

enum ctl_code {
	CTL_OK,
	CTL_BAD_REQUEST,	/* no object with "cmd", or a member of it is of another type */
	CTL_UNKNOWN_COMMAND,
	CTL_UNKNOWN_SOURCE,
	CTL_SPEC_UNREADABLE,	/* the file */
	CTL_SPEC_INVALID,
	CTL_FILM_UNUSABLE,	/* a file that the spec names */
	CTL_OTHER_CHANNEL,	/* the spec is another channel's */
	CTL_NEEDS_RESTART,	/* the spec will do, for a process that is started with it */
	CTL_NO_MEMORY,
	CTL_CODES		/* none of them */
};

const char	*ctl_code_name(enum ctl_code);	/* "needs-restart" */

/* CTL_CODES: no such code; NULL is none. */
enum ctl_code	 ctl_code_find(const char *name);

#endif
