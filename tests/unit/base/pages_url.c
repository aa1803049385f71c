/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/pages_url.h"
#include "t.h"

static char url[PAGES_URL];

static void
has_no_slash_at_its_end(void)
{
	t_ok(pages_url(url, "https://live.example.org") == NULL);
	t_str(url, "https://live.example.org");
	t_ok(pages_url(url, "https://live.example.org:8443//") == NULL);
	t_str(url, "https://live.example.org:8443");
	t_ok(pages_url(url, "http://127.0.0.1:8080/") == NULL);
	t_str(url, "http://127.0.0.1:8080");
}

static void
refuses_what_is_no_address_of_pages(void)
{
	static const char *const urls[] = { "", "live.example.org", "rtmp://live.example.org", "https://live.example.org/x",
	    "https://live.example.org?x", "https://live.example.org/#x", "https://a b", "https://a\nb/", "javascript:x" };
	char longer[400] = "https://live.example.org";
	size_t i;

	for (i = 0; i < nitems(urls); i++) {
		t_ok(pages_url(url, urls[i]) != NULL);
		t_str(url, "");
	}
	memset(longer + strlen(longer), '/', sizeof(longer) - strlen(longer));
	longer[sizeof(longer) - 1] = '\0';
	t_ok(pages_url(url, longer) != NULL);
	t_str(url, "");
}

T_MAIN(
	{ "has_no_slash_at_its_end", has_no_slash_at_its_end },
	{ "refuses_what_is_no_address_of_pages", refuses_what_is_no_address_of_pages }
)
