/* SPDX-License-Identifier: ISC */
/* Sends one message by one way of the declaration: alert/form.h, alert/mail.h, or a program. */
#ifndef ALERT_DELIVER_H
#define ALERT_DELIVER_H

#include <stdint.h>

#include <jansson.h>

#include "base/error.h"

#define DELIVER_S	10	/* the time limit of a request */

enum deliver {
	DELIVER_DONE,
	DELIVER_LATER,	/* no answer, 408, 425, 429, 5xx, a program that failed, or a secret that is missing */
	DELIVER_NEVER	/* it is refused or redirected, its address is inside, or there is no such way */
};

struct delivery {
	const json_t	*declaration;
	const char	*folder;	/* that relative paths of secrets begin in */
	const char	*host;
	const char	*id;		/* of the message */
	int64_t		 now;
	int64_t		 asked_s;	/* out: how long the server asks to wait, at most an hour; 0: it does not */
	struct error	 came_back;	/* out: "HTTP 200", or why it failed; without a secret */
};

enum deliver	deliver(struct delivery *, const char *way, const json_t *message);

#endif
