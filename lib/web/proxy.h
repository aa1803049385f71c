/* SPDX-License-Identifier: ISC */
/*
 * A proxy that signs people in, and names them in a header: oauth2-proxy, Authelia, forward authentication of
 * Traefik. The header counts only in a request that came from an address of the proxy: anybody can send one. The address
 * is that of the TCP connection, PEER_ADDR, which the web server sets: REMOTE_ADDR may come from a header, too.
 */
#ifndef WEB_PROXY_H
#define WEB_PROXY_H

#include <stddef.h>
#include <stdint.h>

#include "web/http_request.h"

#define PROXY_ADDRESSES	8
#define PROXY_USER	64	/* bytes of a name of an account, with its NUL */

struct proxy {
	char	variable[80];		/* "HTTP_X_FORWARDED_USER"; "": there is no such proxy */
	size_t	n;
	struct {
		int	family;
		uint8_t	bytes[16];
	}	address[PROXY_ADDRESSES];
};

/*
 * header: "X-Forwarded-User"; addresses: IP addresses with commas between them. Both NULL or "": none. 0, or -1 with
 * *reason, a constant: one is missing or not valid.
 */
int	proxy_read(struct proxy *, const char *header, const char *addresses, const char **reason);

/* Whom the proxy names, in lower case; "": nobody, or the request is not from the proxy. Returns user. */
char	*proxy_user(const struct proxy *p, http_variable *get, void *arg, char user[PROXY_USER]);

#endif
