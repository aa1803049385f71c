/* SPDX-License-Identifier: ISC */
/*
 * Runs a forwarder as a service: signals, control socket, service manager, and the loop that steps it until
 * a signal ends it.
 */
#ifndef FORWARD_SERVE_H
#define FORWARD_SERVE_H

#include <stdbool.h>

#include "spec/spec.h"

struct serve_options {
	const char	*spec;		/* path */
	enum spec_kind	 kind;
	const char	*socket;	/* NULL: as the spec says, else SPEC with .sock for .json; ignored
					 * when the service manager passed a socket (LISTEN_FDS) */
	bool		 check;		/* only check the spec */
	bool		 flv_output;	/* write the stream to standard output */
};

enum serve_end {
	SERVE_DONE,		/* a signal ended it, or the check found no fault */
	SERVE_CONFIG,		/* the spec, a film or the passed socket is not valid */
	SERVE_RUNNING,		/* another process answers at the control socket */
	SERVE_NO_SOCKET,	/* the control socket cannot be created */
	SERVE_NO_READER,	/* the reader of standard output is gone, and there is no destination */
	SERVE_SYSTEM		/* out of memory, and the like */
};

/* Runs until SIGTERM or SIGINT; SIGHUP reloads. Logs every fault. */
enum serve_end	serve(const struct serve_options *);

#endif
