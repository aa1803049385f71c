/* SPDX-License-Identifier: ISC */
/* A message as e-mail (RFC 5322), which the sendmail of this machine gets. */
#ifndef ALERT_MAIL_H
#define ALERT_MAIL_H

#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/error.h"

#define MAIL_S	30	/* the time limit of sendmail */

/*
 * Appends the mail: ASCII in lines of at most 900 bytes, where '?' stands for every other character; a text of the
 * message cannot add a header or a recipient. id: of the message; now: for Date. 0, or -1: no memory.
 */
int	mail_make(struct buf *, const json_t *way, const json_t *message, const char *host, const char *id, int64_t now);

/* Gives it to sendmail(8). 0, or -1 with an error. */
int	mail_send(const json_t *way, const json_t *message, const char *host, const char *id, int64_t now,
	    struct error *);

#endif
