/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/pages_link.h"
#include "base/pages_url.h"
#include "spec/spec.h"

const char *
pages_link(char dst[PAGES_LINK], const char *channel)
{
	const char *declared = getenv("LSCTL_WEB_URL");
	char url[PAGES_URL];

	dst[0] = '\0';
	if (declared == NULL || pages_url(url, declared) != NULL)
		return dst;
	snprintf(dst, PAGES_LINK, "%s/#/%s%s", url, spec_name_ok(channel) ? "channel/" : "", spec_name_ok(channel) ? channel : "");
	return dst;
}
