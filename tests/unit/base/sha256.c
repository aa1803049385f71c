/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/sha256.h"
#include "t.h"

static void
digest(const char *text, size_t step, const char *want)
{
	struct sha256 *s = sha256_new();
	size_t n = strlen(text), i, k;
	char hex[SHA256_HEX];

	for (i = 0; i < n; i += k) {
		k = n - i < step ? n - i : step;
		t_int(sha256_add(s, text + i, k), 0);
	}
	t_int(sha256_hex(s, hex), 0);
	t_str(hex, want);
	sha256_free(s);
}

/* FIPS 180-4's own examples. */
static void
known_digests(void)
{
	static const char *abc =
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	static const char *empty =
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

	digest("abc", 3, abc);
	digest("abc", 1, abc);
	digest("", 1, empty);
	digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 7,
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	sha256_free(NULL);
}

T_MAIN(
	{ "known_digests", known_digests },
)
