/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/base64url.h"
#include "t.h"

/* RFC 4648, section 10, and the two digits in which section 5 differs. */
static void
texts(void)
{
	static const struct {
		const char	*bytes, *text;
	} cases[] = {
		{ "", "" }, { "f", "Zg" }, { "fo", "Zm8" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg" }, { "fooba", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy" }, { "\xfb\xff\xbf", "-_-_" },
	};
	char text[BASE64URL_TEXT(6)];
	size_t i;

	for (i = 0; i < nitems(cases); i++)
		t_str(base64url_put(text, cases[i].bytes, strlen(cases[i].bytes)), cases[i].text);
}

static void
room_for_a_text(void)
{
	t_int(BASE64URL_TEXT(0), 1);
	t_int(BASE64URL_TEXT(1), 3);
	t_int(BASE64URL_TEXT(2), 4);
	t_int(BASE64URL_TEXT(3), 5);
	t_int(BASE64URL_TEXT(32), 44);
}

T_MAIN(
	{ "texts", texts },
	{ "room_for_a_text", room_for_a_text },
)
