/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "web/http_request.h"

#include <stdlib.h>

#define BASE	"/api/v1"

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes n bytes; plus: '+' is a space. -1: wrong encoding, a NUL byte, or too long. */
static int
percent_decode(char *dst, size_t size, const char *src, size_t n, bool plus)
{
	size_t i, len = 0;
	int c, high, low;

	for (i = 0; i < n; i++) {
		c = (unsigned char)src[i];
		if (c == '%') {
			if (i + 2 >= n || (high = digit(src[i + 1])) == -1 || (low = digit(src[i + 2])) == -1)
				return -1;
			c = high << 4 | low;
			i += 2;
		} else if (c == '+' && plus)
			c = ' ';
		if (c == 0 || len + 1 >= size)
			return -1;
		dst[len++] = (char)c;
	}
	dst[len] = '\0';
	return 0;
}

char *
http_query(const struct http_request *r, const char *name, char *dst, size_t size)
{
	size_t len = strlen(name), n;
	const char *p;

	for (p = r->query; *p != '\0'; p += n + (p[n] == '&')) {
		n = strcspn(p, "&");
		if (n > len && strncmp(p, name, len) == 0 && p[len] == '=')
			return percent_decode(dst, size, p + len + 1, n - len - 1, true) == 0 ? dst : NULL;
	}
	return NULL;
}

bool
http_cookie(const char *header, const char *name, char *dst, size_t size)
{
	size_t len = strlen(name), n;
	const char *p;

	for (p = header != NULL ? header : ""; *p != '\0'; p += n + (p[n] == ';')) {
		p += strspn(p, " ");
		n = strcspn(p, ";");
		if (n > len && strncmp(p, name, len) == 0 && p[len] == '=') {
			if (n - len - 1 >= size)
				return false;
			memcpy(dst, p + len + 1, n - len - 1);
			dst[n - len - 1] = '\0';
			return true;
		}
	}
	return false;
}

bool
http_tag_matches(const char *header, const char *tag)
{
	size_t len = strlen(tag), n;
	const char *p;

	for (p = header != NULL ? header : ""; *p != '\0'; p += n) {
		p += strspn(p, " \t,");
		if (strncmp(p, "W/", 2) == 0)
			p += 2;
		n = p[0] == '"' ? 1 + strcspn(p + 1, "\"") : strcspn(p, ", \t");
		n += p[0] == '"' && p[n] == '"';
		if ((n == len && strncmp(p, tag, n) == 0) || (n == 1 && p[0] == '*'))
			return true;
	}
	return false;
}

bool
http_tag(const char *header, char *dst, size_t size)
{
	size_t n = header != NULL ? strlen(header) : 0;

	if (n < 2 || n - 2 >= size || header[0] != '"' || header[n - 1] != '"' || memchr(header + 1, '"', n - 2) != NULL)
		return false;
	memcpy(dst, header + 1, n - 2);
	dst[n - 2] = '\0';
	return true;
}

/* A segment that is "." or ".." is no name of anything here. */
static int
segments_read(struct http_request *r, const char *uri)
{
	size_t n = strcspn(uri, "?"), len = strlen(BASE), used = 0, part;
	const char *p, *end = uri + n;

	if (n < len || strncmp(uri, BASE, len) != 0 || (n > len && uri[len] != '/'))
		return 404;
	for (p = uri + len; p < end; p += part) {
		p++;
		part = strcspn(p, "/?");
		if (part == 0 && p == end)
			break;
		if (r->segments == HTTP_SEGMENTS ||
		    percent_decode(r->path + used, sizeof(r->path) - used, p, part, false) == -1)
			return 404;
		r->segment[r->segments] = r->path + used;
		if (strcmp(r->segment[r->segments], ".") == 0 || strcmp(r->segment[r->segments], "..") == 0)
			return 404;
		used += strlen(r->path + used) + 1;
		r->segments++;
	}
	return 0;
}

static void
credential_read(struct http_request *r, http_variable *get, void *arg)
{
	const char *authorization = get(arg, "HTTP_AUTHORIZATION"), *cookies = get(arg, "HTTP_COOKIE");

	/* RFC 6750 section 2.1; the name of a scheme is in any case, RFC 9110 section 11.1 */
	if (authorization != NULL && strncasecmp(authorization, "Bearer ", 7) == 0) {
		r->bearer = true;
		if (strlcpy(r->credential, authorization + 7, sizeof(r->credential)) >= sizeof(r->credential))
			strlcpy(r->credential, "-", sizeof(r->credential));
	} else
		http_cookie(cookies, r->https ? "__Host-lsctl" : "lsctl", r->credential, sizeof(r->credential));
	http_cookie(cookies, r->https ? "__Host-lsctl-device" : "lsctl-device", r->device, sizeof(r->device));
}

int
http_request_read(struct http_request *r, http_variable *get, void *arg)
{
	const char *value, *err;

	memset(r, 0, sizeof(*r));
	r->method = (value = get(arg, "REQUEST_METHOD")) != NULL ? value : "";
	r->address = (value = get(arg, "REMOTE_ADDR")) != NULL ? value : "";
	r->query = (value = get(arg, "QUERY_STRING")) != NULL ? value : "";
	r->https = (value = get(arg, "HTTPS")) != NULL && strcmp(value, "on") == 0;
	r->agent = get(arg, "HTTP_USER_AGENT");
	r->content_type = get(arg, "CONTENT_TYPE");
	r->csrf = get(arg, "HTTP_X_CSRF_TOKEN");
	r->if_match = get(arg, "HTTP_IF_MATCH");
	r->if_none_match = get(arg, "HTTP_IF_NONE_MATCH");
	r->idempotency_key = get(arg, "HTTP_IDEMPOTENCY_KEY");
	r->upload_offset = get(arg, "HTTP_UPLOAD_OFFSET");
	if ((value = get(arg, "CONTENT_LENGTH")) != NULL && value[0] != '\0') {
		r->content_length = strtonum(value, 0, 1LL << 50, &err);
		if (err != NULL)
			r->content_length = -1;
	}
	credential_read(r, get, arg);
	return segments_read(r, (value = get(arg, "REQUEST_URI")) != NULL ? value : "");
}
