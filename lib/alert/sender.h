/* SPDX-License-Identifier: ISC */
/* Sends what waits in the outbox. */
#ifndef ALERT_SENDER_H
#define ALERT_SENDER_H

#include <stdbool.h>

struct sender {
	const char	*host;
	bool		 bad;	/* out: a message is lost, or a file cannot be read or written; logged */
};

/* Until nothing waits, tries included. 0, or -1: another process does it. */
int	sender_run(struct sender *);

#endif
