/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
#include "base/sha256.h"
#include "t.h"

static void
is(const char *text, size_t batch, int times, const char *want)
{
	uint8_t digest[SHA256_LEN], at_once[SHA256_LEN];
	char hex[2 * SHA256_LEN + 1];
	size_t n = strlen(text), i;
	struct sha256 s;

	sha256_init(&s);
	sha256(text, n, at_once);
	if (times == 1)
		t_str(hex_put(hex, at_once, sizeof(at_once)), want);
	while (times-- > 0)
		for (i = 0; i < n; i += batch)
			sha256_add(&s, text + i, n - i < batch ? n - i : batch);
	sha256_end(&s, digest);
	t_str(hex_put(hex, digest, sizeof(digest)), want);
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
every_bit_counts(void)
{
	uint8_t a[SHA256_LEN], b[SHA256_LEN];
	int i;

	sha256("x", 1, a);
	memcpy(b, a, sizeof(b));
	t_ok(sha256_equal(a, b));
	for (i = 0; i < 8 * SHA256_LEN; i++) {
		b[i / 8] ^= (uint8_t)(1 << i % 8);
		t_ok(!sha256_equal(a, b));
		b[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

T_MAIN(
	{ "agrees_with_the_standard", agrees_with_the_standard },
	{ "every_bit_counts", every_bit_counts },
)
