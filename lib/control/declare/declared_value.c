/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/proxy_url.h"
#include "base/schedule.h"
#include "control/declare/declared_value.h"
#include "spec/spec.h"

#include <arpa/inet.h>

#define URL_MAX		2048
#define KEY_MAX		1024
#define PATH_LONGEST	1024
#define HOST_MAX	253

#define LOWER	"abcdefghijklmnopqrstuvwxyz"
#define UPPER	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	"0123456789"

static const char rtmp_valid[] = "must be rtmp:// or rtmps://, a host, and a path, as "
    "rtmps://a.rtmps.youtube.com:443/live2";
static const char no_login[] = "must have no user and no password; a destination gets them with "
    "lsctl-channel dest set CHANNEL NAME user=USER --password";
static const char http_valid[] = "must be http:// or https://, and a host, as http://127.0.0.1:1985";
static const char network_valid[] = "must be an address or a network, as 10.0.0.0/8 or ::1";

static bool
consists_of(const char *s, const char *set, size_t max)
{
	size_t n = strlen(s);

	return n > 0 && n <= max && strspn(s, set) == n;
}

/* Visible ASCII. */
static bool
is_visible(const char *s, size_t max)
{
	const char *p;

	for (p = s; *p > ' ' && *p < 0x7f; p++)
		;
	return *p == '\0' && p > s && (size_t)(p - s) <= max;
}

const char *
declared_name(const char *s)
{
	return consists_of(s, LOWER DIGITS "-", 63) && s[0] != '-' ? NULL :
	    "must be 1 to 63 of a-z, 0-9 and -, not beginning with -";
}

const char *
declared_source_name(const char *s)
{
	if (strcmp(s, "auto") == 0 || strcmp(s, "off") == 0)
		return "must not be auto or off: those are modes";
	return declared_name(s);
}

const char *
declared_host_name(const char *s)
{
	return consists_of(s, LOWER DIGITS "-.", HOST_MAX) && s[0] != '-' && s[0] != '.' ? NULL :
	    "must be a host name in lower case";
}

static bool
is_port(const char *s, size_t n)
{
	unsigned long port = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		port = port * 10 + (unsigned long)(s[i] - '0');
		if (port > 65535)
			return false;
	}
	return port > 0;
}

/* HOST[:PORT] of n bytes. */
static bool
is_authority(const char *s, size_t n)
{
	char host[HOST_MAX + 1];
	uint8_t address[16];
	const char *end;
	size_t len;

	end = n > 0 && s[0] == '[' ? memchr(s, ']', n) : memchr(s, ':', n);
	len = end != NULL ? (size_t)(end - s) : n;
	if (len == 0 || len > HOST_MAX || (end == NULL && s[0] == '['))
		return false;
	memcpy(host, s, len);
	host[len] = '\0';
	if (host[0] == '[') {
		if (inet_pton(AF_INET6, host + 1, address) != 1)
			return false;
		len++;
	} else if (!consists_of(host, LOWER UPPER DIGITS "-._", HOST_MAX))
		return false;
	return len == n || (s[len] == ':' && is_port(s + len + 1, n - len - 1));
}

/* What follows the scheme, or NULL. */
static const char *
after_scheme(const char *s, const char *scheme)
{
	size_t n = strlen(scheme);

	return strncmp(s, scheme, n) == 0 ? s + n : NULL;
}

const char *
declared_rtmp_url(const char *s)
{
	const char *p;
	size_t n;

	if (!is_visible(s, URL_MAX - 1))
		return rtmp_valid;
	if ((p = after_scheme(s, "rtmp://")) == NULL && (p = after_scheme(s, "rtmps://")) == NULL)
		return rtmp_valid;
	n = strcspn(p, "/");
	if (memchr(p, '@', n) != NULL)
		return no_login;
	return is_authority(p, n) && p[n] == '/' && p[n + 1] != '\0' ? NULL : rtmp_valid;
}

const char *
declared_http_url(const char *s)
{
	const char *p;

	if (!is_visible(s, URL_MAX - 1))
		return http_valid;
	if ((p = after_scheme(s, "http://")) == NULL && (p = after_scheme(s, "https://")) == NULL)
		return http_valid;
	return is_authority(p, strcspn(p, "/")) ? NULL : http_valid;
}

const char *
declared_network(const char *s)
{
	char host[INET6_ADDRSTRLEN];
	size_t n = strcspn(s, "/"), i;
	const char *err = NULL;
	uint8_t address[16];
	long long bits, size;
	int family;

	if (n >= sizeof(host))
		return network_valid;
	memcpy(host, s, n);
	host[n] = '\0';
	family = strchr(host, ':') != NULL ? AF_INET6 : AF_INET;
	if (inet_pton(family, host, address) != 1)
		return network_valid;
	size = family == AF_INET6 ? 128 : 32;
	if (s[n] == '\0')
		return NULL;
	bits = consists_of(s + n + 1, DIGITS, 3) ? strtonum(s + n + 1, 0, size, &err) : -1;
	if (err != NULL || bits < 0)
		return network_valid;
	for (i = (size_t)bits; i < (size_t)size; i++)
		if ((address[i / 8] & (0x80 >> i % 8)) != 0)
			return "has bits to the right of the mask: 10.0.0.0/8, not 10.1.2.3/8";
	return NULL;
}

static const char *
printable(const char *s)
{
	const char *p;

	for (p = s; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return "must have no control characters";
	return p > s && p - s <= PATH_LONGEST ? NULL : "must be 1 to 1024 bytes long";
}

/* Is one of its names ".."? */
static bool
leads_up(const char *s)
{
	const char *p;

	for (p = s; p != NULL; p = strchr(p, '/')) {
		p += *p == '/';
		if (strncmp(p, "..", 2) == 0 && (p[2] == '/' || p[2] == '\0'))
			return true;
	}
	return false;
}

const char *
declared_file(const char *s)
{
	if (s[0] == '/')
		return "must be relative to the media folder";
	return leads_up(s) ? "must not leave the media folder" : printable(s);
}

const char *
declared_ca_file(const char *s)
{
	if ((strncmp(s, "/etc/lsctl/", 11) != 0 && strncmp(s, "/etc/ssl/", 9) != 0) || leads_up(s))
		return "must be a file below /etc/lsctl or /etc/ssl";
	return printable(s);
}

const char *
declared_key(const char *s)
{
	return is_visible(s, KEY_MAX) ? NULL :
	    "must be 1 to 1024 visible characters on one line";
}

const char *
declared_user(const char *s)
{
	return consists_of(s, SPEC_USER, SPEC_USER_MAX) ? NULL : "must be 1 to 128 letters, digits and -._@+~";
}

/* Encoders disagree on how other characters are written. */
const char *
declared_password(const char *s)
{
	size_t n = strlen(s), i = 0;

	while (s[i] >= ' ' && s[i] < 0x7f)
		i++;
	return n > 0 && n <= SPEC_PASSWORD_MAX && i == n ? NULL : "must be 1 to 256 characters of ASCII on one line";
}

/* -- one of a few words, or times -- */

/* words: separated by blanks. */
static bool
is_one_of(const char *s, const char *words)
{
	size_t n = strlen(s);
	const char *p = strstr(words, s);

	return n > 0 && strchr(s, ' ') == NULL && p != NULL && (p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0');
}

const char *
declared_server(const char *s)
{
	return is_one_of(s, "srs nginx") ? NULL : "must be srs or nginx";
}

const char *
declared_source_kind(const char *s)
{
	return is_one_of(s, "live loop file") ? NULL : "must be live, loop or file";
}

const char *
declared_tracks(const char *s)
{
	return is_one_of(s, "both video") ? NULL : "must be both or video";
}

const char *
declared_send_to(const char *s)
{
	return is_one_of(s, "one both") ? NULL : "must be one or both";
}

const char *
declared_on_backup(const char *s)
{
	return is_one_of(s, "send disconnect") ? NULL : "must be send or disconnect";
}

const char *
declared_on_change(const char *s)
{
	return is_one_of(s, "continue redial") ? NULL : "must be continue or redial";
}

const char *
declared_unpublish(const char *s)
{
	return is_one_of(s, "auto always never") ? NULL : "must be auto, always or never";
}

const char *
declared_time_of_day(const char *s)
{
	return week_window_minutes(s) != -1 ? NULL : "must be a time of day like 04:00";
}

const char *
declared_schedule(const char *s)
{
	struct schedule parsed;

	return schedule_parse(&parsed, s);
}

const char *
declared_bind(const char *s)
{
	return proxy_bind_fault(s);
}

const char *
declared_proxy(const char *s)
{
	struct proxy_url parsed;

	return proxy_url_parse(&parsed, s);
}
