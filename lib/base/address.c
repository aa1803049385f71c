/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <strings.h>

static const struct {
	const char	*name, *port;
} schemes[] = {
	{ "rtmp", "1935" }, { "rtmps", "443" }, { "http", "80" }, { "https", "443" }
};

static const char *
scheme_read(struct address *a, const char **s)
{
	size_t i, n;

	for (i = 0; i < nitems(schemes); i++) {
		n = strlen(schemes[i].name);
		if (strncasecmp(*s, schemes[i].name, n) != 0 || strncmp(*s + n, "://", 3) != 0)
			continue;
		strlcpy(a->scheme, schemes[i].name, sizeof(a->scheme));
		*s += n + 3;
		return NULL;
	}
	return "not an address of RTMP or HTTP";
}

/* Copies the host of n bytes: a name, an IPv4 address, or an IPv6 address from between its brackets (literal). */
static const char *
host_copy(struct address *a, const char *s, size_t n, bool literal)
{
	static const char extra_name[] = "-._", extra_literal[] = ":.%-_";
	const char *extra = literal ? extra_literal : extra_name;
	size_t i;

	if (n == 0)
		return "no host";
	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] > 0x7f ||
		    (!isalnum((unsigned char)s[i]) &&
		    strchr(extra, s[i]) == NULL))
			return "bad host";
	if (literal && memchr(s, ':', n) == NULL)
		return "bad host";
	return copy_part(a->host, sizeof(a->host), s, n) ? NULL : "host too long";
}

static const char *
port_copy(struct address *a, const char *s, size_t n)
{
	const char *bad;

	if (n == 0 || strspn(s, "0123456789") < n ||
	    !copy_part(a->port, sizeof(a->port), s, n))
		return "bad port";
	(void)strtonum(a->port, 1, 65535, &bad);
	return bad == NULL ? NULL : "bad port";
}

static const char *
authority_read(struct address *a, const char **s)
{
	const char *p = *s, *end = p + strcspn(p, "/?#"), *stop, *reason;
	bool literal = *p == '[';

	if (memchr(p, '@', (size_t)(end - p)) != NULL)
		return "user and password are not supported";
	stop = memchr(p, literal ? ']' : ':', (size_t)(end - p));
	if (literal && stop == NULL)
		return "bad host";
	if (stop == NULL)
		stop = end;
	p += literal;
	if ((reason = host_copy(a, p, (size_t)(stop - p), literal)) != NULL)
		return reason;
	stop += literal;
	*s = end;
	if (stop == end) {
		strlcpy(a->port, address_usual_port(a), sizeof(a->port));
		return NULL;
	}
	if (*stop != ':')
		return "bad host";
	stop++;
	return port_copy(a, stop, (size_t)(end - stop));
}

const char *
address_parse(struct address *a, const char *url, const char **rest)
{
	const char *reason;

	memset(a, 0, sizeof(*a));
	if ((reason = scheme_read(a, &url)) == NULL && (reason = authority_read(a, &url)) == NULL && rest != NULL)
		*rest = url;
	return reason;
}

const char *
address_usual_port(const struct address *a)
{
	size_t i = nitems(schemes) - 1;

	while (i > 0 && strcmp(schemes[i].name, a->scheme) != 0)
		i--;
	return schemes[i].port;
}

char *
address_text(const struct address *a, char dst[ADDRESS_TEXT])
{
	bool literal = strchr(a->host, ':') != NULL;
	char *p;

	/* strtol: "0443" is the same port as "443" */
	snprintf(dst, ADDRESS_TEXT, "%s://%s%s%s:%ld", a->scheme, literal ? "[" : "", a->host, literal ? "]" : "",
	    strtol(a->port, NULL, 10));
	for (p = dst; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return dst;
}

bool
address_is_loopback(const struct address *a)
{
	static const struct in6_addr loopback6 = IN6ADDR_LOOPBACK_INIT;
	struct in6_addr v6;
	struct in_addr v4;

	if (strcasecmp(a->host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, a->host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, a->host, &v6) == 1 && memcmp(&v6, &loopback6, sizeof(v6)) == 0;
}

char *
address_network(char dst[ADDRESS_NETWORK], const char *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };	/* an IPv4 address: RFC 4291, section 2.5.5.2 */
	uint8_t bytes[16];

	if (inet_pton(AF_INET6, ip, bytes) == 1 && memcmp(bytes, mapped, sizeof(mapped)) != 0) {
		memset(bytes + 8, 0, 8);
		inet_ntop(AF_INET6, bytes, dst, ADDRESS_NETWORK);
	} else
		strlcpy(dst, ip, ADDRESS_NETWORK);
	return dst;
}
