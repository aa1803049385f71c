/* SPDX-License-Identifier: ISC */
/* The member "code" in the answer of a control socket. Clients decide by it; lsctl-codes(7) lists the codes. */
#ifndef PROCESS_CTL_CODE_H
#define PROCESS_CTL_CODE_H

enum ctl_code {
	CTL_OK,
	CTL_BAD_REQUEST,	/* no object with "cmd", or a member has the wrong type */
	CTL_UNKNOWN_COMMAND,
	CTL_UNKNOWN_SOURCE,
	CTL_NO_PICTURE,		/* the source has no keyframe now, or one that is too large */
	CTL_SPEC_UNREADABLE,	/* the spec file cannot be read */
	CTL_SPEC_INVALID,
	CTL_FILM_UNUSABLE,	/* a file that the spec names */
	CTL_OTHER_CHANNEL,	/* the spec is of another channel */
	CTL_NEEDS_RESTART,	/* the spec is valid, but only a restart can apply it */
	CTL_NO_MEMORY,
	CTL_CODES		/* none of them */
};

const char	*ctl_code_name(enum ctl_code);	/* "needs-restart" */

/* CTL_CODES: no such code, or name is NULL. */
enum ctl_code	 ctl_code_find(const char *name);

#endif
