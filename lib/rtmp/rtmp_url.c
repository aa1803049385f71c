/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/address.h"
#include "rtmp/rtmp_url.h"

#include <strings.h>

static bool
has_blanks(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return true;
	return false;
}

static const char *
server_read(struct rtmp_url *u, const char **s)
{
	struct address a;
	const char *reason;

	if (strncasecmp(*s, "rtmp://", 7) != 0 && strncasecmp(*s, "rtmps://", 8) != 0)
		return "not an rtmp:// or rtmps:// address";
	if ((reason = address_parse(&a, *s, s)) != NULL)
		return reason;
	u->tls = strcmp(a.scheme, "rtmps") == 0;
	strlcpy(u->host, a.host, sizeof(u->host));
	strlcpy(u->port, a.port, sizeof(u->port));
	return NULL;
}

/*
 * The slash before the stream name. A query may have slashes, so only those before it count. If
 * there is no slash before the query, the application has a query of its own, as in
 * live2?backup=1/key. NULL: no stream name.
 */
static const char *
last_slash(const char *path)
{
	const char *slash;
	size_t n = strcspn(path, "?");

	if ((slash = memrchr(path, '/', n)) == NULL)
		slash = strrchr(path, '/');
	return slash;
}

static const char *
path_read(struct rtmp_url *u, const char *path, const char *key)
{
	const char *slash;
	size_t n;

	if (*path != '/')
		return "no application";
	path += strspn(path, "/");
	n = strlen(path);
	if (key == NULL) {
		slash = last_slash(path);
		key = slash != NULL ? slash + 1 : "";
		n = slash != NULL ? (size_t)(slash - path) : n;
	}
	while (n > 0 && path[n - 1] == '/')
		n--;
	if (n == 0 || *path == '?')
		return "no application";
	return copy_part(u->app, sizeof(u->app), path, n) &&
	    copy_part(u->stream, sizeof(u->stream), key, strlen(key)) ? NULL :
	    "too long";
}

static const char *
tc_url_make(struct rtmp_url *u)
{
	bool literal = strchr(u->host, ':') != NULL;
	bool usual = strcmp(u->port, u->tls ? "443" : "1935") == 0;
	int n;

	n = snprintf(u->tc_url, sizeof(u->tc_url), "%s://%s%s%s%s%s/%s",
	    u->tls ? "rtmps" : "rtmp", literal ? "[" : "", u->host,
	    literal ? "]" : "", usual ? "" : ":", usual ? "" : u->port, u->app);
	return n >= 0 && (size_t)n < sizeof(u->tc_url) ? NULL : "too long";
}

const char *
rtmp_url_fault(const char *part)
{
	return strlen(part) >= RTMP_URL_MAX ? "too long" : has_blanks(part) ? "has a space or a control character" : NULL;
}

static const char *
parse(struct rtmp_url *u, const char *s, const char *key)
{
	const char *reason;

	if ((reason = rtmp_url_fault(s)) != NULL || (key != NULL && (reason = rtmp_url_fault(key)) != NULL) ||
	    (reason = server_read(u, &s)) != NULL || (reason = path_read(u, s, key)) != NULL)
		return reason;
	return tc_url_make(u);
}

int
rtmp_url_parse(struct rtmp_url *u, const char *url, const char *key,
    const char **reason)
{
	memset(u, 0, sizeof(*u));
	if ((*reason = parse(u, url, key)) == NULL)
		return 0;
	/* A part of an address may be a secret. */
	explicit_bzero(u, sizeof(*u));
	return -1;
}

void
rtmp_url_redirect(struct rtmp_url *to, const struct rtmp_url *from,
    const char *tc_url)
{
	size_t server = strlen(from->tc_url) - strlen(from->app) - 1;
	char url[2 * RTMP_URL_MAX];
	const char *reason;
	int n;

	n = snprintf(url, sizeof(url), "%.*s%s", *tc_url == '/' ? (int)server : 0,
	    from->tc_url, tc_url);
	if (n < 0 || (size_t)n >= sizeof(url) ||
	    rtmp_url_parse(to, url, from->stream, &reason) == -1 ||
	    (from->tls && !to->tls))
		*to = *from;
}
