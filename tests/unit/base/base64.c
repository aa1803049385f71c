/* SPDX-License-Identifier: ISC */
/* The vectors of RFC 4648, section 10. */
#include "base/base.h"
#include "base/base64.h"
#include "t.h"

static const struct {
	const char	*plain, *text;
} vectors[] = {
	{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" }, { "\xfb\xff\xbf", "+/+/" }
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

T_MAIN(
	{ "there_and_back", there_and_back },
	{ "other_texts_are_refused", other_texts_are_refused },
)
