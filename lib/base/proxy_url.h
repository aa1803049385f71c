/* SPDX-License-Identifier: ISC */
/* What a declaration says of the way to a server: the address of a proxy, and where to send from. */
#ifndef BASE_PROXY_URL_H
#define BASE_PROXY_URL_H

#include "base/address.h"

enum proxy_kind { PROXY_SOCKS5, PROXY_HTTP };

struct proxy_url {
	enum proxy_kind	 kind;
	struct address	 address;	/* its scheme says nothing */
};

/* "socks5://host:port" or "http://host:port". NULL, or the reason, a constant. */
const char	*proxy_url_parse(struct proxy_url *, const char *);

/* An IP address, or the name of an interface. NULL, or the reason, a constant. */
const char	*proxy_bind_fault(const char *);

#endif
