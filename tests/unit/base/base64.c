/* SPDX-License-Identifier: ISC */
/* The vectors of RFC 4648, section 10, and one of the two digits in which section 5 differs. */
#include "base/base.h"
#include "base/base64.h"
#include "t.h"

static const struct {
	const char	*plain, *text, *url;
} vectors[] = {
	{ "", "", "" }, { "f", "Zg==", "Zg" }, { "fo", "Zm8=", "Zm8" }, { "foo", "Zm9v", "Zm9v" },
	{ "foob", "Zm9vYg==", "Zm9vYg" }, { "fooba", "Zm9vYmE=", "Zm9vYmE" }, { "foobar", "Zm9vYmFy", "Zm9vYmFy" },
	{ "\xfb\xff\xbf", "+/+/", "-_-_" }
};

static void
there_and_back(void)
{
	char text[32], back[32];
	size_t i, n;

	for (i = 0; i < nitems(vectors); i++) {
		n = strlen(vectors[i].plain);
		t_str(base64_put(text, vectors[i].plain, n), vectors[i].text);
		t_int(base64_get(back, n, vectors[i].text), n);
		t_mem(back, vectors[i].plain, n);
	}
}

static void
other_texts_are_refused(void)
{
	static const char *const bad[] = { "Zg=", "Z===", "=", "====", "Zg==Zg==", "Zm9-", "Zm 9v", "Zm9v\n", "Zg" };
	char back[32];
	size_t i;

	for (i = 0; i < nitems(bad); i++)
		t_int(base64_get(back, sizeof(back), bad[i]), -1);
	t_int(base64_get(back, 5, "Zm9vYmFy"), -1);
	t_int(base64_get(back, 6, "Zm9vYmFy"), 6);
}

static void
texts_for_a_url(void)
{
	char text[BASE64URL_SIZE(6)];
	size_t i;

	for (i = 0; i < nitems(vectors); i++)
		t_str(base64url_put(text, vectors[i].plain, strlen(vectors[i].plain)), vectors[i].url);
}

static void
room_for_a_text(void)
{
	size_t i, n;

	for (i = 0; i < nitems(vectors); i++) {
		n = strlen(vectors[i].plain);
		t_int(BASE64_SIZE(n), strlen(vectors[i].text) + 1);
		t_int(BASE64URL_SIZE(n), strlen(vectors[i].url) + 1);
	}
}

T_MAIN(
	{ "there_and_back", there_and_back },
	{ "other_texts_are_refused", other_texts_are_refused },
	{ "texts_for_a_url", texts_for_a_url },
	{ "room_for_a_text", room_for_a_text },
)
