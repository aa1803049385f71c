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

enum serve_end {
	SERVE_DONE,		/* it was told to end, or the check found nothing wrong */
	SERVE_CONFIG,		/* the spec, a film or the socket that was passed will not do */
	SERVE_RUNNING,		/* another process answers at the control socket */
	SERVE_NO_SOCKET,	/* the control socket cannot be made */
	SERVE_NO_READER,	/* nobody reads standard output any more, and there is no destination */
	SERVE_SYSTEM		/* out of memory, and the like */
};

/* Runs until SIGTERM or SIGINT; SIGHUP reloads. Logs what goes wrong. */
enum serve_end	serve(const struct serve_options *);

#endif
