/* SPDX-License-Identifier: ISC */
/*
 * The API of a media server: SRS 5, or nginx with its RTMP module. Each call is one request with a
 * deadline, follows no redirect, uses no proxy, and reads no more than a cap. The answers are evidence
 * about publishers, never about media: a frozen encoder publishes.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/error.h"
#include "server/server_list.h"

#define SERVER_TIMEOUT_MS	2000
#define SERVER_BODY_MAX		(64 << 20)
#define SERVER_AUTH		256

struct server;

/* The credentials of the media server. They are sent to this machine, and to no other server than the named one. */
struct server_auth {
	char	login[SERVER_AUTH];	/* "user:password"; "": there are none */
	char	address[ADDRESS_TEXT];	/* "http://10.0.0.2:1985", of address_text(); "": no other server */
	char	file[256];		/* where they come from */
};

/*
 * kind: "srs" or "nginx". api_url: "http://127.0.0.1:1985", with or without a slash at the end; auth
 * may be NULL. Sends no request. NULL with an error: another kind, not HTTP, an address that the credentials are not
 * for, or no memory.
 */
struct server	*server_open(const char *kind, const char *api_url, const struct server_auth *auth, struct error *);
void		 server_close(struct server *);		/* NULL is allowed */

/*
 * The server's credentials: "user:password" in the first line, and in a second one, which may be missing, the address
 * of a server that is not on this machine. The file is $CREDENTIALS_DIRECTORY/lsctl-server-auth, else
 * $LSCTL_SERVER_AUTH_FILE, else /etc/lsctl/server.auth. 0; login is "" where there are none for this process. -1 with
 * an error: others can read the file, or it is not as above. The caller wipes auth.
 */
int		 server_auth_load(struct server_auth *auth, struct error *);

/* All streams in one request, to be freed. On a fault the list is empty and server_reason() has a line. */
enum server_fault server_streams(struct server *, struct server_streams *);

/* All connections of publishers and players in one request, to be freed. */
enum server_fault server_clients(struct server *, struct server_clients *);

/*
 * Disconnects a publisher: the client of a server_stream. It may return at once, unless the hook already refuses
 * it. *kicked (NULL is allowed): it was still connected; that it was not is no fault.
 */
enum server_fault server_kick(struct server *, const char *app, const char *name,
		    const char *client, bool *kicked);

/*
 * Disconnects all publishers of SERVER_APP/name; with SRS also those that still wait for the hook's answer. One
 * request for the list, and one for each publisher. *kicked: how many. nginx does not list a publisher that waits
 * for the hook: call this again after the hook's deadline.
 */
enum server_fault server_kick_name(struct server *, const char *name, int *kicked);

const char	*server_reason(const struct server *);	/* of the last fault: one line, no credentials */
uint64_t	 server_requests(const struct server *);	/* how many so far */

#endif
