/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/address.h"
#include "base/pages_url.h"

const char *
pages_url(char dst[PAGES_URL], const char *url)
{
	const char *rest = "", *reason;
	struct address a;
	size_t n;

	dst[0] = '\0';
	if ((reason = address_parse(&a, url, &rest)) != NULL)
		return reason;
	if (strncmp(a.scheme, "http", 4) != 0 || rest[strspn(rest, "/")] != '\0' || strlen(url) >= PAGES_URL)
		return "not an address of pages";
	strlcpy(dst, url, PAGES_URL);
	for (n = strlen(dst); n > 0 && dst[n - 1] == '/'; n--)
		dst[n - 1] = '\0';
	return NULL;
}
