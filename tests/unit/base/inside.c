/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/inside.h"
#include "t.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

static bool
inside(const char *text)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return inside_by_number((struct sockaddr *)&four);
	t_int(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	return inside_by_number((struct sockaddr *)&six);
}

static void
each_of_these_is(void)
{
	static const char *const yes[] = {
		"0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
		"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
		"198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "::7f00:1", "100::1",
		"2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1"
	};
	size_t i;

	for (i = 0; i < nitems(yes); i++)
		if (!inside(yes[i])) {
			printf("# %s\n", yes[i]);
			t_ok(inside(yes[i]));
		}
}

static void
each_of_these_is_not(void)
{
	static const char *const no[] = {
		"1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.1.1.1", "128.0.0.1",
		"169.253.1.1", "172.15.255.255", "172.32.0.1", "192.0.1.1", "192.167.1.1", "192.169.1.1", "198.17.1.1",
		"198.20.0.1", "223.255.255.255", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2001:200::1", "2606:4700::1111",
		"2a00:1450::1", "2003::1"
	};
	size_t i;

	for (i = 0; i < nitems(no); i++)
		if (inside(no[i])) {
			printf("# %s\n", no[i]);
			t_ok(!inside(no[i]));
		}
}

static void
no_ip_address_is_inside(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	t_ok(inside_by_number((struct sockaddr *)&un));
	t_ok(inside_address((struct sockaddr *)&un));
}

T_MAIN(
	{ "each_of_these_is", each_of_these_is },
	{ "each_of_these_is_not", each_of_these_is_not },
	{ "no_ip_address_is_inside", no_ip_address_is_inside },
)
