/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/inside.h"

#include <sys/socket.h>

#include <ifaddrs.h>
#include <netinet/in.h>

struct net4 {
	uint8_t	n[4];
	int	bits;
};

struct net6 {
	uint8_t	n[16];
	int	bits;
};

static const struct net4 inside4[] = {
	{ { 0 }, 8 }, { { 10 }, 8 }, { { 100, 64 }, 10 }, { { 127 }, 8 }, { { 169, 254 }, 16 }, { { 172, 16 }, 12 },
	{ { 192, 0, 0 }, 24 }, { { 192, 0, 2 }, 24 }, { { 192, 88, 99 }, 24 }, { { 192, 168 }, 16 },
	{ { 198, 18 }, 15 }, { { 198, 51, 100 }, 24 }, { { 203, 0, 113 }, 24 }, { { 224 }, 4 }, { { 240 }, 4 }
};

/* Global unicast is 2000::/3; these parts of it are not: protocol assignments (Teredo, ...), documentation, 6to4. */
static const struct net6 global6 = { { 0x20 }, 3 }, inside6[] = {
	{ { 0x20, 0x01 }, 23 }, { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, { { 0x20, 0x02 }, 16 },
	{ { 0x3f, 0xff }, 20 }
};

/* The last 4 bytes of these are an IPv4 address. */
static const struct net6 with4[] = {
	{ { [10] = 0xff, [11] = 0xff }, 96 }, { { 0x00, 0x64, 0xff, 0x9b }, 96 }
};

static bool
prefix_is(const uint8_t *a, const uint8_t *net, int bits)
{
	uint8_t mask = (uint8_t)(0xff00 >> bits % 8);

	return memcmp(a, net, (size_t)bits / 8) == 0 && (bits % 8 == 0 || ((a[bits / 8] ^ net[bits / 8]) & mask) == 0);
}

static bool
is_inside4(const uint8_t *a)
{
	size_t i;

	for (i = 0; i < nitems(inside4); i++)
		if (prefix_is(a, inside4[i].n, inside4[i].bits))
			return true;
	return false;
}

static bool
is_inside6(const uint8_t *a)
{
	size_t i;

	for (i = 0; i < nitems(with4); i++)
		if (prefix_is(a, with4[i].n, with4[i].bits))
			return is_inside4(a + 12);
	for (i = 0; i < nitems(inside6); i++)
		if (prefix_is(a, inside6[i].n, inside6[i].bits))
			return true;
	return !prefix_is(a, global6.n, global6.bits);
}

/* Its address and their number of bytes; NULL: no IP address. */
static const uint8_t *
bytes_of(const struct sockaddr *sa, size_t *n)
{
	if (sa->sa_family == AF_INET) {
		*n = 4;
		return (const uint8_t *)&((const struct sockaddr_in *)(const void *)sa)->sin_addr;
	}
	*n = 16;
	return sa->sa_family != AF_INET6 ? NULL :
	    (const uint8_t *)&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
}

bool
inside_by_number(const struct sockaddr *sa)
{
	const uint8_t *a;
	size_t n;

	a = bytes_of(sa, &n);
	return a == NULL || (n == 4 ? is_inside4(a) : is_inside6(a));
}

static bool
is_own(const struct sockaddr *sa)
{
	const uint8_t *a, *other;
	struct ifaddrs *all, *i;
	size_t n, m;
	bool own = false;

	if (getifaddrs(&all) == -1)
		return true;
	a = bytes_of(sa, &n);
	for (i = all; i != NULL && !own; i = i->ifa_next) {
		other = i->ifa_addr != NULL ? bytes_of(i->ifa_addr, &m) : NULL;
		own = other != NULL && n == m && memcmp(a, other, n) == 0;
	}
	freeifaddrs(all);
	return own;
}

bool
inside_address(const struct sockaddr *sa)
{
	return inside_by_number(sa) || is_own(sa);
}
