/* SPDX-License-Identifier: ISC */
/*
 * Tries a destination as a forwarder would, with the same connection, step by step: looks up its name, connects, checks
 * its certificate, publishes, and sends a film for some seconds. Without a film it goes no further than the answer to
 * the RTMP command connect: the server speaks RTMP, and the key was not tried.
 */
#ifndef FORWARD_DEST_TEST_H
#define FORWARD_DEST_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "spec/spec.h"

#define DEST_TEST_MS	20000	/* a test takes no longer */
#define DEST_TEST_SEND_MS	4000	/* of the film */

enum dest_test_step {
	DEST_TEST_DNS,
	DEST_TEST_CONNECT,	/* TCP */
	DEST_TEST_TLS,		/* of rtmps:// only */
	DEST_TEST_PUBLISH,
	DEST_TEST_MEDIA,
	DEST_TEST_STEPS
};

struct dest_test {
	struct {
		bool	 tried, ok;
		int64_t	 ms;		/* since the step before */
		char	 detail[256];	/* for people, without secrets */
	} step[DEST_TEST_STEPS];
};

/* "dns", "connect", "tls", "publish", "media" */
const char	*dest_test_step_name(enum dest_test_step);

/*
 * The key under which its platform shows a stream to nobody, to be wiped and freed; NULL: it has none. Twitch has one, with
 * ?bandwidthtest=true behind the key.
 */
char		*dest_test_hidden_key(const struct spec_dest *);

/*
 * Tries url of the destination. film: a source with prepared films, to publish; NULL: does not publish. outside:
 * refuses addresses inside (base/inside.h). 0 when all steps that were tried are ok; 1: one is not, and later ones were not
 * tried; -1 with a fault: it could not begin.
 */
int		 dest_test(struct dest_test *, const struct spec_dest *, const struct spec_source *film, bool outside,
		    struct spec_fault *);

#endif
