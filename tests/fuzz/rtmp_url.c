/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/redact.h"
#include "rtmp/rtmp_url.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const char *address, const char *key)
{
	struct rtmp_url url, again;
	const char *reason;
	char text[201];

	if (rtmp_url_parse(&url, address, key, &reason) == -1) {
		if (reason == NULL || url.stream[0] != '\0')
			abort();
		return;
	}
	if (url.host[0] == '\0' || url.app[0] == '\0' || url.app[0] == '/' ||
	    url.app[strlen(url.app) - 1] == '/')
		abort();
	/* A server gets the server part of the same address. */
	if (rtmp_url_parse(&again, url.tc_url, url.stream, &reason) == -1 ||
	    memcmp(&again, &url, sizeof(url)) != 0)
		abort();
	rtmp_url_redirect(&again, &url, address);
	redact_url(text, sizeof(text), address, &url);
	if (strlen(url.stream) >= 4 && strstr(text, url.stream) != NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char *s;

	if ((s = malloc(n + 2)) == NULL)
		return 0;
	if (n > 0)
		memcpy(s, p, n);
	s[n] = s[n + 1] = '\0';
	check(s, NULL);
	if (strlen(s) < n)
		check(s, s + strlen(s) + 1);
	free(s);
	return 0;
}
