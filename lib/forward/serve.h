/* SPDX-License-Identifier: ISC */
/*
 * A forwarder as a service: signals, control socket, service manager, and the loop that steps it until
 * it is told to stop.
 */
#ifndef FORWARD_SERVE_H
#define FORWARD_SERVE_H

#include <stdbool.h>

#include "spec/spec.h"

struct serve_options {
	const char	*spec;		/* path */
	enum spec_kind	 kind;
	const char	*socket;	/* NULL: as the spec says, else SPEC with .sock for .json; without meaning
					 * when a socket was passed (LISTEN_FDS) */
	bool		 check;		/* only say whether the spec would do */
	bool		 flv_output;		/* the stream on stdout */
};

/* Runs until SIGTERM or SIGINT; SIGHUP reloads. Logs what goes wrong and returns the exit
 * status, 0 or one of sysexits(3). */
int	serve(const struct serve_options *);

#endif
