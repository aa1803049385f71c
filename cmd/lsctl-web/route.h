/* SPDX-License-Identifier: ISC */
/* The resources of the API: lsctl-api(5) describes them in the same order. */
#ifndef LSCTL_WEB_ROUTE_H
#define LSCTL_WEB_ROUTE_H

#include "lsctl-web/web.h"

struct route {
	const char	*method;
	const char	*path;		/* "channels/:channel": a segment with a colon is a name */
	void		(*run)(struct call *, const struct route *);
	const char	*name;		/* of read_run(): the resource; of act_run_route(): the command */
	int		 status;	/* of success; 0: 200 */
	const char	*wrap;		/* the content is one argument of this name; NULL: its members are the arguments */
	enum {
		NEEDS_NOTHING,
		NEEDS_VERSION,	/* If-Match */
		IS_OPEN,	/* also for who has no session: no CSRF token */
		IS_LARGE,	/* has a large content, which only an admin of all channels may send */
		IS_STREAM	/* reads its content by itself */
	} needs;
};

#define ROUTE_METHODS	64

/*
 * The route of the request, with call->name set; one of GET for HEAD, too. NULL: methods has those of the path, as in Allow
 * (RFC 9110, section 10.2.1), or is "" if no route has this path.
 */
const struct route	*route_find(struct call *, char methods[ROUTE_METHODS]);

#endif
