/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/proxy_url.h"

#include <arpa/inet.h>
#include <net/if.h>

const char *
proxy_url_parse(struct proxy_url *p, const char *url)
{
	static const char valid[] = "must be socks5:// or http://, a host, and a port";
	const char *host = strstr(url, "://"), *rest, *colon;
	char as_http[ADDRESS_TEXT];

	if (strncasecmp(url, "socks5://", 9) == 0)
		p->kind = PROXY_SOCKS5;
	else if (strncasecmp(url, "http://", 7) == 0)
		p->kind = PROXY_HTTP;
	else
		return valid;
	if (strlen(host) >= sizeof(as_http) - 4)
		return valid;
	snprintf(as_http, sizeof(as_http), "http%s", host);
	if (strchr(as_http, '@') != NULL)
		return "must have no user and password: a proxy that asks for them is not supported";
	if (address_parse(&p->address, as_http, &rest) != NULL || (rest[0] != '\0' && strcmp(rest, "/") != 0))
		return valid;
	colon = strrchr(as_http, ':');		/* an address alone has the usual port of HTTP, which is not that of a proxy */
	return colon - as_http > 4 && strchr(colon, ']') == NULL ? NULL : valid;
}

const char *
proxy_bind_fault(const char *s)
{
	uint8_t address[16];

	if (inet_pton(AF_INET, s, address) == 1 || inet_pton(AF_INET6, s, address) == 1)
		return NULL;
	/* dev_valid_name() of the kernel */
	if (s[0] != '\0' && strlen(s) < IFNAMSIZ && strcmp(s, ".") != 0 && strcmp(s, "..") != 0 &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@") == strlen(s))
		return NULL;
	return "must be an IP address, or an interface like eth0";
}
