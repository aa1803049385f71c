/* SPDX-License-Identifier: ISC */
/* A request as lines "NAME=value", the variables of a CGI program; then its query, cookies and tags are asked for. */
#include "base/base.h"
#include "web/http_request.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* arg: the lines, each ended by NUL, and an empty one at the end. */
static const char *
variable(void *arg, const char *name)
{
	size_t n = strlen(name);
	const char *p;

	for (p = arg; *p != '\0'; p += strlen(p) + 1)
		if (strncmp(p, name, n) == 0 && p[n] == '=')
			return p + n + 1;
	return NULL;
}

static void
check_path(const struct http_request *r)
{
	size_t i;

	for (i = 0; i < r->segments; i++)
		if (r->segment[i] < r->path || r->segment[i] + strlen(r->segment[i]) >= r->path + sizeof(r->path) ||
		    strcmp(r->segment[i], ".") == 0 || strcmp(r->segment[i], "..") == 0)
			abort();
	if (strlen(r->credential) >= HTTP_CREDENTIAL || strlen(r->device) >= HTTP_CREDENTIAL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char *lines = calloc(1, n + 2), small[8], tag[16];
	struct http_request r;
	size_t i;

	if (lines == NULL)
		return 0;
	if (n > 0)
		memcpy(lines, p, n);
	for (i = 0; i < n; i++)
		if (lines[i] == '\n')
			lines[i] = '\0';
	if (http_request_read(&r, variable, lines) == 0)
		check_path(&r);
	if (http_query(&r, "channel", small, sizeof(small)) != NULL && strlen(small) >= sizeof(small))
		abort();
	http_cookie(variable(lines, "HTTP_COOKIE"), "lsctl", small, sizeof(small));
	http_tag_matches(r.if_none_match, "\"7f-0\"");
	if (http_tag(r.if_match, tag, sizeof(tag)) && strchr(tag, '"') != NULL)
		abort();
	free(lines);
	return 0;
}
