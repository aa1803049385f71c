/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/proxy_url.h"
#include "t.h"

static void
is(const char *url, enum proxy_kind kind, const char *host, const char *port)
{
	struct proxy_url p;

	t_ok(proxy_url_parse(&p, url) == NULL);
	t_int(p.kind, kind);
	t_str(p.address.host, host);
	t_str(p.address.port, port);
}

static void
a_kind_a_host_and_a_port(void)
{
	is("socks5://127.0.0.1:1080", PROXY_SOCKS5, "127.0.0.1", "1080");
	is("SOCKS5://proxy.example:1080/", PROXY_SOCKS5, "proxy.example", "1080");
	is("http://proxy.example:80", PROXY_HTTP, "proxy.example", "80");
	is("http://[2001:db8::1]:3128", PROXY_HTTP, "2001:db8::1", "3128");
}

static void
what_is_not_valid(void)
{
	static const char *const bad[] = { "", "proxy:1080", "socks4://h:1", "https://h:1", "socks5://", "socks5://h", "http://h/",
	    "http://[::1]", "http://h:0", "http://h:65536", "http://h:1/x", "socks5://:1080", "socks5://h:1?x" };
	struct proxy_url p;
	char too_long[400];
	size_t i;

	for (i = 0; i < nitems(bad); i++)
		t_str(proxy_url_parse(&p, bad[i]), "must be socks5:// or http://, a host, and a port");
	snprintf(too_long, sizeof(too_long), "http://%0300d:1", 0);
	t_ok(proxy_url_parse(&p, too_long) != NULL);
	t_str(proxy_url_parse(&p, "socks5://u:p@h:1080"), "must have no user and password: a proxy that asks for them is not supported");
}

static void
where_to_send_from(void)
{
	t_ok(proxy_bind_fault("192.0.2.1") == NULL);
	t_ok(proxy_bind_fault("2001:db8::1") == NULL);
	t_ok(proxy_bind_fault("eth0.100") == NULL);
	t_ok(proxy_bind_fault("wg-home") == NULL);
	t_str(proxy_bind_fault(""), "must be an IP address, or an interface like eth0");
	t_ok(proxy_bind_fault("a name") != NULL);
	t_ok(proxy_bind_fault("..") != NULL);
	t_ok(proxy_bind_fault("[::1]") != NULL);
	t_ok(proxy_bind_fault("sixteen-letters-") != NULL);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(a_kind_a_host_and_a_port),
	T(what_is_not_valid),
	T(where_to_send_from),
)
