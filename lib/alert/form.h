/* SPDX-License-Identifier: ISC */
/*
 * A message in the form of an HTTP API:
 *
 *	webhook		Standard Webhooks 1.0.0: webhook-id, webhook-timestamp, webhook-signature
 *	ntfy		docs.ntfy.sh/publish, "Publish as JSON"
 *	telegram	core.telegram.org/bots/api, sendMessage
 *	discord		discord.com/developers/docs/resources/webhook, "Execute Webhook"
 *	slack		api.slack.com/messaging/webhooks
 *	heartbeat	healthchecks.io/docs/http_api: the URL when all is well, URL/fail when not
 *
 * No text of the message can leave its place: all bodies are JSON, and no header has a text of a message.
 */
#ifndef ALERT_FORM_H
#define ALERT_FORM_H

#include <stdint.h>

#include <jansson.h>

#include "base/error.h"

#define FORM_SECRET	1024	/* bytes of a secret, with its NUL */

/* What the files of the way have; "": it has no such file. The caller wipes them. */
struct form_secrets {
	char	url[FORM_SECRET], topic[FORM_SECRET], token[FORM_SECRET], secret[FORM_SECRET];
};

struct form {
	const char	*method;
	char		 url[2 * FORM_SECRET];
	char		 header[6][FORM_SECRET + 64];
	const char	*headers[7];	/* into header, and then NULL */
	char		*body;		/* or NULL */
};

/*
 * id: of the message, the same each time that it is sent; now: of this time. 0, or -1 with an error that names the
 * member whose file is not valid: then trying again later may help. form_free() in both cases.
 */
int	form_make(struct form *, const json_t *way, const struct form_secrets *, const json_t *message, const char *id,
	    int64_t now, struct error *);
void	form_free(struct form *);	/* wipes it */

#endif
