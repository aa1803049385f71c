/* SPDX-License-Identifier: ISC */
/* The cases of RFC 4231. */
#include "base/base.h"
#include "base/hex.h"
#include "base/hmac.h"
#include "t.h"

static const char *
code_of(const void *key, size_t key_len, const char *data)
{
	static char text[2 * SHA256_LEN + 1];
	uint8_t code[SHA256_LEN];

	hmac_sha256(key, key_len, data, strlen(data), code);
	return hex_put(text, code, sizeof(code));
}

static void
short_keys(void)
{
	uint8_t key[20];

	memset(key, 0x0b, sizeof(key));
	t_str(code_of(key, sizeof(key), "Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	t_str(code_of("Jefe", 4, "what do ya want for nothing?"),
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void
a_key_longer_than_a_block_is_hashed(void)
{
	uint8_t key[131];

	memset(key, 0xaa, sizeof(key));
	t_str(code_of(key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First"),
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

T_MAIN(
	{ "short_keys", short_keys },
	{ "a_key_longer_than_a_block_is_hashed", a_key_longer_than_a_block_is_hashed },
)
