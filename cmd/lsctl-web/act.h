/* SPDX-License-Identifier: ISC */
/* Asks lsctl-act(8) to do something in the name of the caller. */
#ifndef LSCTL_WEB_ACT_H
#define LSCTL_WEB_ACT_H

#include "lsctl-web/route.h"

/* The arguments of a route: the content, and the names of the path. Owned. NULL with the problem in the reply. */
json_t	*act_arguments(struct call *, const struct route *);

/*
 * Asks, and takes ownership of the arguments. The answer with code "ok", owned; NULL: the problem is in the reply.
 */
json_t	*act_ask(struct call *, const char *command, json_t *arguments);

/* The same, and replies with the answer. */
void	 act_reply(struct call *, const struct route *, const char *command, json_t *arguments);

#endif
