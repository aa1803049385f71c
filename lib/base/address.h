/* SPDX-License-Identifier: ISC */
/*
 * Scheme, host and port of a URL: the server that a connection, and a secret with it, goes to. RFC 3986, section 3.2,
 * without a user part. What binds a secret to a server and what connects to one read the address here, so that they
 * cannot read it differently.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#define ADDRESS_TEXT	280	/* bytes of address_text(), with its NUL */

struct address {
	char	scheme[6];	/* "rtmp", "rtmps", "http", "https" */
	char	host[256];	/* as it is written; no brackets around an IPv6 literal */
	char	port[6];	/* decimal; the usual one of the scheme when not given */
};

/*
 * Reads the address that url begins with. *rest, which may be NULL: what follows it, "" or from "/", "?" or "#" on.
 * NULL, or the reason, a constant that quotes nothing of url.
 */
const char	*address_parse(struct address *, const char *url, const char **rest);

/* The port of the scheme, when none is given. */
const char	*address_usual_port(const struct address *);

/* "rtmps://a.example:443": in lower case, always with a port; equal for equal servers. Returns dst. */
char		*address_text(const struct address *, char dst[ADDRESS_TEXT]);

#define ADDRESS_NETWORK	48	/* bytes of address_network(), with its NUL */

/*
 * What attempts from an IP address are counted by: of IPv6 its first 64 bits, which one customer has (RFC 6177), else
 * the text itself, as far as it fits. Returns dst.
 */
char		*address_network(char dst[ADDRESS_NETWORK], const char *ip);

/* An address of this machine: 127.0.0.0/8 or ::1 as a literal, or the name localhost (RFC 6761, section 6.3). */
bool		 address_is_loopback(const struct address *);

#endif
