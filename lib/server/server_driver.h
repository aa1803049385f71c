/* SPDX-License-Identifier: ISC */
/* What server.c asks of a kind of media server: answers are bytes in memory, nothing is sent from here. */
#ifndef SERVER_SERVER_DRIVER_H
#define SERVER_SERVER_DRIVER_H

#include "base/buf.h"
#include "base/error.h"
#include "server/server_list.h"

struct server_driver {
	const char	*kind;
	const char	*streams_path, *clients_path;

	/* An answer of status 200. What it fills in is freed by the caller, on a fault too. */
	enum server_fault (*streams)(const char *body, size_t, struct server_streams *, struct error *);
	enum server_fault (*clients)(const char *body, size_t, struct server_clients *, struct error *);

	const char	*kick_method;
	int		(*kick_path)(struct buf *, const char *app, const char *name,
			    const char *client);	/* 0, or -1: no memory */
	enum server_fault (*kick)(const char *body, size_t, bool *kicked, struct error *);
};

#endif
