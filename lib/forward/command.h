/* SPDX-License-Identifier: ISC */
/*
 * What a forwarder or a loop does when its control socket asks: lsctl-forward(8) has the questions, ctl_code.h the
 * codes of the answers. Logs what it did, and what of a spec will not do.
 */
#ifndef FORWARD_COMMAND_H
#define FORWARD_COMMAND_H

#include "forward/forwarder.h"

struct command {
	struct forwarder	*fw;
	const char		*spec;		/* path: what reload reads */
	enum spec_kind		 kind;
};

/* One question, one answer, as ctl_answer of ctl.h; arg is a struct command. */
char	*command_answer(void *arg, const char *line);

/* Takes over what is in the file now. Whoever wants to know how that went reads the log. */
void	 command_reload(struct command *);

/* Logs "where:line: field: what is wrong". */
void	 command_log_fault(const char *where, const struct spec_fault *);

#endif
