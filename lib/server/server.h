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

#define SERVER_TIMEOUT_MS	2000
#define SERVER_BODY_MAX		(64 << 20)
#define SERVER_ID		64
#define SERVER_AUTH		256
#define SERVER_APP		"live"	/* where publishers' streams are */

enum server_fault {
	SERVER_OK,
	SERVER_AWAY,		/* no answer in time, or none that is whole: try again */
	SERVER_DENIED,		/* it wants other credentials */
	SERVER_STRANGE		/* it answers, but not as a media server of this kind does */
};

struct server_stream {
	char	*vhost;		/* "" for the default one: publishers' streams are there */
	char	*app, *name;
	bool	 publishing;	/* accepted; media need not have come */
	bool	 orphan;		/* nobody publishes: players wait, or the entry was left behind */
	char	 client[SERVER_ID];	/* of the publisher, for server_kick(); "" when not publishing */
	char	 address[64];	/* of the publisher; "" where the server does not say (SRS) */
	int64_t	 recv_bytes;
	int64_t	 frames;	/* of video; -1 unknown. SRS counts at 5 s, then every 3 to 5 s */
	int64_t	 kbps;		/* of the last 30 s (SRS) or 10 s (nginx): 0 until then */
	int64_t	 video_kbps, audio_kbps;	/* -1 unknown */
	double	 alive_s;	/* since the publisher came; -1 unknown (SRS) */
	int	 clients;	/* publisher and players */
	char	 video[64];	/* "h264 1920x1080 30"; the rate is left out where unknown; "" none seen */
	char	 audio[64];	/* "aac 48000 2"; "" none seen */
};

struct server_streams {
	struct server_stream	*v;		/* in the server's order, which means nothing */
	size_t			 n, room;
	char			 identity[SERVER_ID];	/* another one: the server was restarted */
};

struct server_client {
	char	*vhost, *app, *name;	/* as of a stream */
	bool	 publishing;		/* or waiting to be let in */
	char	 id[SERVER_ID];
	char	 address[64];
	double	 alive_s;		/* -1 unknown */
};

struct server_clients {
	struct server_client	*v;
	size_t			 n, room;
};

struct server;

/*
 * kind: "srs" or "nginx". api_url: "http://127.0.0.1:1985", with or without a slash at the end; auth:
 * "user:password", or NULL. Nothing is asked yet. NULL with why: of another kind, not HTTP, or no memory.
 */
struct server	*server_open(const char *kind, const char *api_url, const char *auth,
		    char *why, size_t size);
void		 server_close(struct server *);		/* NULL is allowed; wipes what it knows of auth */

/*
 * The server's credentials, "user:password" in one line: $CREDENTIALS_DIRECTORY/lsctl-server-auth, else
 * $LSCTL_SERVER_AUTH_FILE, else /etc/lsctl/server.auth. 0 with auth "" where there is none for us; -1 with why: it
 * is somebody else's to read, or is not one line. The caller wipes it.
 */
int		 server_auth_load(char auth[SERVER_AUTH], char *why, size_t size);

/* All streams in one request, to be freed. On a fault the list is empty and server_why() has a line. */
enum server_fault server_streams(struct server *, struct server_streams *);
void		 server_streams_free(struct server_streams *);

/* All connections of publishers and players in one request, to be freed. */
enum server_fault server_clients(struct server *, struct server_clients *);
void		 server_clients_free(struct server_clients *);

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

const char	*server_why(const struct server *);	/* of the last fault: one line, no credentials */
uint64_t	 server_requests(const struct server *);	/* made: the cost counter */

#endif
