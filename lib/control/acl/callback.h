/* SPDX-License-Identifier: ISC */
/*
 * What a media server asks when a client publishes or plays: SRS as JSON, nginx's RTMP module as a form.
 * Of what a client can add to it, only the token is used.
 */
#ifndef CONTROL_ACL_CALLBACK_H
#define CONTROL_ACL_CALLBACK_H

#include <stdbool.h>
#include <stddef.h>

#define CALLBACK_MAX	(64 << 10)	/* bytes of a body */

enum callback_server {
	CALLBACK_SRS,
	CALLBACK_NGINX
};

enum callback_action {
	CALLBACK_CONNECT,	/* a client has connected */
	CALLBACK_PUBLISH,	/* a client wants to publish: the answer decides */
	CALLBACK_UNPUBLISH,
	CALLBACK_PLAY,		/* a client wants to play: the answer decides */
	CALLBACK_STOP,		/* a player stopped */
	CALLBACK_UPDATE,	/* now and then, nginx only; if refused, nginx disconnects the client */
	CALLBACK_DONE,		/* after UNPUBLISH or STOP, nginx only */
	CALLBACK_CLOSE		/* the client has disconnected */
};

struct callback {
	enum callback_server	 server;
	enum callback_action	 action;
	char			 vhost[256];	/* SRS only, else empty */
	char			 app[256];
	char			 stream[256];	/* empty for connect and close */
	char			 client[64];	/* the server's id of it */
	char			 address[64];
	const char		*token;		/* NULL: none; the first, if there are two */
	size_t			 token_len;
	void			*body;		/* the memory that token points into */
};

/* The server that sends this content type. 0, or -1: neither does. */
int	callback_server_of(const char *content_type, enum callback_server *);

/* 0, or -1 with *reason, a constant: the server sends no such body. Call callback_free() in both cases. */
int	callback_parse(struct callback *, enum callback_server, const char *body, size_t len,
	    const char **reason);
void	callback_free(struct callback *);	/* wipes the token */

/* Is it for the application live of the default virtual host, which has all streams? */
bool	callback_is_live(const struct callback *);

#endif
