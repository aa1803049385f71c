/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/sha256.h"
#include "t.h"

static void
is(const char *text, size_t batch, int times, const char *want)
{
	struct sha256 *s = sha256_new();
	char hex[SHA256_HEX];
	size_t n = strlen(text), i;

	if (!t_ok(s != NULL))
		return;
	while (times-- > 0)
		for (i = 0; i < n; i += batch)
			t_int(sha256_add(s, text + i, n - i < batch ? n - i : batch), 0);
	t_int(sha256_hex(s, hex), 0);
	t_str(hex, want);
	sha256_free(s);
}

/* The examples that come with FIPS 180-4. */
static void
agrees_with_the_standard(void)
{
	is("", 1, 1,
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	is("abc", 3, 1,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	is("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 7, 1,
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	is("aaaaaaaaaa", 10, 100000,
	    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void
may_be_given_up(void)
{
	struct sha256 *s = sha256_new();

	t_int(sha256_add(s, "x", 1), 0);
	sha256_free(s);
	sha256_free(NULL);
}

T_MAIN(
	{ "agrees_with_the_standard", agrees_with_the_standard },
	{ "may_be_given_up", may_be_given_up },
)
