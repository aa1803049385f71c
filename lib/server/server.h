/* SPDX-License-Identifier: ISC */
/*
 * A media server behind a few verbs: SRS 5, or nginx with its RTMP module. Every call is one request
 * with a deadline, follows no redirect, uses no proxy, and reads no more than a cap. What a server says
 * is evidence about publishers, never about media: a frozen encoder publishes.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "server/server_list.h"

#define SERVER_TIMEOUT_MS	2000
#define SERVER_BODY_MAX		(64 << 20)
#define SERVER_AUTH		256

struct server;

/*
 * kind: "srs" or "nginx". api_url: "http://127.0.0.1:1985", with or without a slash at the end; auth:
 * "user:password", or NULL. Nothing is asked yet. NULL with an error: of another kind, not HTTP, or no memory.
 */
struct server	*server_open(const char *kind, const char *api_url, const char *auth, struct error *);
void		 server_close(struct server *);		/* NULL is allowed; wipes what it knows of auth */

/*
 * The server's credentials, "user:password" in one line: $CREDENTIALS_DIRECTORY/lsctl-server-auth, else
 * $LSCTL_SERVER_AUTH_FILE, else /etc/lsctl/server.auth. 0 with auth "" where there is none for us; -1 with an error: it
 * is somebody else's to read, or is not one line. The caller wipes it.
 */
int		 server_auth_load(char auth[SERVER_AUTH], struct error *);

/* All streams in one request, to be freed. On a fault the list is empty and server_reason() has a line. */
enum server_fault server_streams(struct server *, struct server_streams *);

/* All connections of publishers and players in one request, to be freed. */
enum server_fault server_clients(struct server *, struct server_clients *);

/*
 * Throws one publisher out: the client of a server_stream. It may come back at once: whoever is not to,
 * must be refused by the hook first. kicked (NULL is allowed) says whether it was still there: that it was
 * gone is no fault.
 */
enum server_fault server_kick(struct server *, const char *app, const char *name,
		    const char *client, bool *kicked);

/*
 * Throws out whoever publishes SERVER_APP/name, or, with SRS, waits for its hook to answer: two requests,
 * and one for each of them. kicked is how many there were. With nginx a publisher whose hook is answering
 * just now is not listed yet: ask again when the hook's deadline is over.
 */
enum server_fault server_kick_name(struct server *, const char *name, int *kicked);

const char	*server_reason(const struct server *);	/* of the last fault: one line, no credentials */
uint64_t	 server_requests(const struct server *);	/* made: the cost counter */

#endif
