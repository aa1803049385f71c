/* SPDX-License-Identifier: ISC */
/*
 * What is open, and acknowledging it: for the command line, and for whatever acts for a person elsewhere. An
 * acknowledgement is an event of kind acknowledged.
 */
#ifndef ALERT_ACKNOWLEDGE_H
#define ALERT_ACKNOWLEDGE_H

#include <stdint.h>

#include <jansson.h>

struct acknowledge {
	const char	*host;
	const char	*channel;	/* NULL: all; "": problems of the host */
	const char	*code;		/* NULL: all */
	const char	*who;
	int64_t		 until;		/* seconds since the epoch; 0: until the problem is over */
	int64_t		 now;
};

/* The number of problems that are acknowledged now, perhaps none; or -1, logged: it could not be written. */
long	 acknowledge(const struct acknowledge *);

/*
 * The problems of this host, in the order of the state, to be released: [{"channel": name or null, "code", "subject",
 * "critical", "since": s, "text", "notified": {PERSON: s}, "ack": of alert/rules.h or null}]. Needs no lock.
 */
json_t	*acknowledge_list(void);

#endif
