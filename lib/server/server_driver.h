/* SPDX-License-Identifier: ISC */
/* What server.c asks of a kind of media server: answers are bytes in memory, nothing is sent from here. */
#ifndef SERVER_SERVER_DRIVER_H
#define SERVER_SERVER_DRIVER_H

#include "base/buf.h"
#include "server/server.h"

struct server_driver {
	const char	*kind;
	const char	*streams_path, *clients_path;

	/* An answer of status 200. What it fills in is freed by the caller, on a fault too. */
	enum server_fault (*streams)(const char *body, size_t, struct server_streams *,
			    char *why, size_t);
	enum server_fault (*clients)(const char *body, size_t, struct server_clients *,
			    char *why, size_t);

	const char	*kick_method;
	int		(*kick_path)(struct buf *, const char *app, const char *name,
			    const char *client);	/* 0, or -1: no memory */
	enum server_fault (*kick)(const char *body, size_t, bool *kicked, char *why, size_t);
};

extern const struct server_driver server_srs, server_nginx;

/* Zeroed room for one more, or NULL. */
struct server_stream	*server_streams_add(struct server_streams *);
struct server_client	*server_clients_add(struct server_clients *);

/* "h264 640x360 30", without what is 0 or "": codec is put in lower case. */
void	server_video_print(char *dst, size_t, const char *codec, int64_t width, int64_t height,
	    const char *fps);
void	server_audio_print(char *dst, size_t, const char *codec, int64_t rate, int64_t channels);

#endif
