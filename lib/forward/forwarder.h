/* SPDX-License-Identifier: ISC */
/*
 * One complete channel, as its spec describes it: the core, and a connection for every source and
 * destination.
 */
#ifndef FORWARD_FORWARDER_H
#define FORWARD_FORWARDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "forward/channel.h"
#include "forward/egress.h"
#include "forward/flv_output.h"
#include "forward/ingest.h"
#include "process/ev.h"
#include "spec/spec.h"

#define FORWARDER_CHANGES	16	/* changes of the state that are kept for the status */

struct forwarder_change {
	struct channel_event	 event;
	int64_t			 at;		/* ms */
};

struct forwarder {
	struct ev	*ev;
	struct spec	*spec;			/* owned; the one that is applied */
	struct channel	*channel;
	struct ingest	*ingest[SPEC_SOURCES];	/* NULL for files */
	struct egress	*egress[SPEC_LEGS];	/* one for each connection */
	int		 egresses;
	struct flv_output	*flv_output;			/* NULL: none */
	bool		 reported[SPEC_SOURCES];	/* the log has that its file cannot be read */
	struct forwarder_change	 change[FORWARDER_CHANGES];	/* the newest at (changes - 1) % FORWARDER_CHANGES */
	uint64_t	 changes;		/* of the state, since the start */
	char		 started[CLOCK_RFC3339_LEN];	/* the time of the start; the same in each status */
};

/*
 * Takes ownership of spec. Checks everything in it, dials nothing yet. NULL with *fault filled in
 * (then spec is freed).
 */
struct forwarder *forwarder_new(struct ev *, struct spec *, int64_t now,
		    struct spec_fault *fault);
void		 forwarder_free(struct forwarder *);

/* Does everything that is due. Returns the latest time (ms) of the next call. */
int64_t		 forwarder_step(struct forwarder *, int64_t now);

/* Also write the stream to fd as FLV. -1 with errno. */
int		 forwarder_flv_output(struct forwarder *, int fd);

/* For forwarder.c and reload.c only. Make one part: NULL with *fault. Fill in a fault. */
struct egress	*forwarder_egress(struct forwarder *, const struct spec *, int i,
		    struct spec_fault *fault);
struct ingest	*forwarder_ingest(struct forwarder *, const struct spec *, int i,
		    struct spec_fault *fault);
void		 forwarder_fault(struct spec_fault *, enum spec_fault_kind, const char *field,
		    const char *, ...) __attribute__((format(printf, 4, 5)));
void		 forwarder_file_fault(struct spec_fault *, const struct spec *,
		    int source, const struct flv_fault *);

#endif
