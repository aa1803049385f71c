/* SPDX-License-Identifier: ISC */
/*
 * Runs the commands that a forwarder or a loop gets over its control socket: lsctl-forward(8) lists the commands,
 * ctl_code.h the codes of the answers. Logs what was done, and the faults of a spec.
 */
#ifndef FORWARD_COMMAND_H
#define FORWARD_COMMAND_H

#include "forward/forwarder.h"

struct command {
	struct forwarder	*fw;
	const char		*spec;		/* path of the file that reload reads */
	enum spec_kind		 kind;
};

/* Answers one request, as ctl_answer of ctl.h; arg is a struct command. */
char	*command_answer(void *arg, const char *line);

/* Applies the spec file as it is now. Reports success and failure in the log only. */
void	 command_reload(struct command *);

/* Logs "where:line: field: reason". */
void	 command_log_fault(const char *where, const struct spec_fault *);

#endif
