/* SPDX-License-Identifier: ISC */
/* Which addresses are inside: of this machine, of a private network, or of no host of the Internet. */
#ifndef BASE_INSIDE_H
#define BASE_INSIDE_H

#include <stdbool.h>

struct sockaddr;

/*
 * Is it an address of this machine, or one that is not global (the registries of RFC 6890: loopback, private,
 * link-local, shared, documentation, multicast, reserved)? An IPv6 address that carries an IPv4 address, mapped or by
 * NAT64 (RFC 6052), is judged by that. True for what is no IP address, and when the addresses of this machine cannot
 * be read.
 */
bool	inside_address(const struct sockaddr *);

/* The same without a look at the addresses of this machine. */
bool	inside_by_number(const struct sockaddr *);

#endif
