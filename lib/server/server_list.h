/* SPDX-License-Identifier: ISC */
/* The streams and clients of a media server, as lists. */
#ifndef SERVER_SERVER_LIST_H
#define SERVER_SERVER_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERVER_ID		64
#define SERVER_APP		"live"	/* the application of all publishers */

enum server_fault {
	SERVER_OK,
	SERVER_AWAY,		/* no complete answer in time: try again */
	SERVER_DENIED,		/* it refuses the credentials */
	SERVER_STRANGE		/* the answer is not that of a media server of this kind */
};

struct server_stream {
	char	*vhost;		/* "" for the default one, which has the publishers' streams */
	char	*app, *name;
	bool	 publishing;	/* a publisher is accepted; it may not have sent media yet */
	bool	 orphan;	/* nobody publishes: players wait, or the server keeps an old entry */
	char	 client[SERVER_ID];	/* of the publisher, for server_kick(); "" when not publishing */
	char	 address[64];	/* of the publisher; "" unknown (SRS) */
	int64_t	 recv_bytes;
	int64_t	 frames;	/* of video; -1 unknown. SRS counts at 5 s, then every 3 to 5 s */
	int64_t	 kbps;		/* of the last 30 s (SRS) or 10 s (nginx): 0 until then */
	int64_t	 video_kbps, audio_kbps;	/* -1 unknown */
	double	 alive_s;	/* since the publisher connected; -1 unknown (SRS) */
	int	 clients;	/* publisher and players */
	char	 video[64];	/* "h264 1920x1080 30", without the rate where it is unknown; "": no video yet */
	char	 audio[64];	/* "aac 48000 2"; "": no audio yet */
};

struct server_streams {
	struct server_stream	*v;		/* in the server's order, which has no meaning */
	size_t			 n, room;
	char			 identity[SERVER_ID];	/* changes when the server restarts */
};

struct server_client {
	char	*vhost, *app, *name;	/* as of a stream */
	bool	 publishing;		/* or waiting for the hook's answer */
	char	 id[SERVER_ID];
	char	 address[64];
	double	 alive_s;		/* -1 unknown */
};

struct server_clients {
	struct server_client	*v;
	size_t			 n, room;
};

void	server_streams_free(struct server_streams *);
void	server_clients_free(struct server_clients *);

/* The stream of that name that is in the default vhost and in application SERVER_APP, or NULL. */
const struct server_stream *server_streams_find(const struct server_streams *, const char *name);

/* -- for drivers -- */

/* A new element, zeroed; NULL: no memory. */
struct server_stream	*server_streams_add(struct server_streams *);
struct server_client	*server_clients_add(struct server_clients *);

/* "h264 640x360 30", the codec in lower case, without what is 0 or "". */
void	server_video_print(char *dst, size_t, const char *codec, int64_t width, int64_t height,
	    const char *fps);
void	server_audio_print(char *dst, size_t, const char *codec, int64_t rate, int64_t channels);

#endif
