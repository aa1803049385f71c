/* SPDX-License-Identifier: ISC */
/*
 * What a media server asks when somebody publishes or plays: SRS as JSON, nginx's RTMP module as a form.
 * What a client can put into it counts for nothing but its token.
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
	CALLBACK_CONNECT,	/* a client came */
	CALLBACK_PUBLISH,	/* it wants to: the answer counts */
	CALLBACK_UNPUBLISH,
	CALLBACK_PLAY,		/* it wants to: the answer counts */
	CALLBACK_STOP,		/* of a player */
	CALLBACK_UPDATE,	/* still there: nginx only; refused, it is thrown out */
	CALLBACK_DONE,		/* publisher or player is gone: nginx only, after the two above */
	CALLBACK_CLOSE		/* the client is gone */
};

struct callback {
	enum callback_server	 server;
	enum callback_action	 action;
	char			 vhost[256];	/* SRS only, else empty */
	char			 app[256];
	char			 stream[256];	/* empty for connect and close */
	char			 client[64];	/* the server's number for it */
	char			 address[64];
	const char		*token;		/* NULL: none; the first, if it came twice */
	size_t			 token_len;
	void			*held;		/* what token points into */
};

/* By the content type: 0, or -1. */
int	callback_server_of(const char *content_type, enum callback_server *);

/* 0, or -1 with *reason, a constant: not what this server sends. callback_free() either way. */
int	callback_parse(struct callback *, enum callback_server, const char *body, size_t len,
	    const char **reason);
void	callback_free(struct callback *);	/* wipes the token */

/* Is it for application live of the default virtual host, where all streams are? */
bool	callback_is_live(const struct callback *);


#endif
