/* SPDX-License-Identifier: ISC */
/* What differs between kinds of media servers: paths of requests, and parsers of answers. A driver does no I/O. */
#ifndef SERVER_SERVER_DRIVER_H
#define SERVER_SERVER_DRIVER_H

#include "base/buf.h"
#include "base/error.h"
#include "server/server_list.h"

struct server_driver {
	const char	*kind;
	const char	*streams_path, *clients_path;

	/* Parse an answer of status 200. The caller frees the list, also on a fault. */
	enum server_fault (*streams)(const char *body, size_t, struct server_streams *, struct error *);
	enum server_fault (*clients)(const char *body, size_t, struct server_clients *, struct error *);

	const char	*kick_method;
	int		(*kick_path)(struct buf *, const char *app, const char *name,
			    const char *client);	/* 0, or -1: no memory */
	enum server_fault (*kick)(const char *body, size_t, bool *kicked, struct error *);
};

#endif
