/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/account/totp.h"
#include "t.h"

static const uint8_t *const rfc = (const uint8_t *)"12345678901234567890";

/* RFC 6238, appendix B, SHA-1: the last six of its eight digits. */
static const struct {
	int64_t		 now_s, step;
	const char	*code;
} vectors[] = {
	{ 59, 1, "287082" }, { 1111111109, 37037036, "081804" }, { 1111111111, 37037037, "050471" },
	{ 1234567890, 41152263, "005924" }, { 2000000000, 66666666, "279037" }, { 20000000000, 666666666, "353130" },
};

static void
codes_are_those_of_the_rfc(void)
{
	size_t i;

	for (i = 0; i < nitems(vectors); i++)
		t_int(totp_check(rfc, vectors[i].code, vectors[i].now_s), vectors[i].step);
}

static void
a_clock_may_be_wrong_by_a_step(void)
{
	/* step 41152263 is from 1234567890 to 1234567919 */
	t_int(totp_check(rfc, "005924", 1234567890 - 30), 41152263);
	t_int(totp_check(rfc, "005924", 1234567919 + 30), 41152263);
	t_int(totp_check(rfc, "005924", 1234567890 - 31), -1);
	t_int(totp_check(rfc, "005924", 1234567919 + 31), -1);
}

static void
a_code_is_six_digits(void)
{
	static const char *const bad[] = {
		"", "00592", "0059240", "00592x", "-05924", "+05924", "005924x", "0x5924", "      ", "\xd9\xa0" "05924", "5924",
	};
	size_t i;

	for (i = 0; i < nitems(bad); i++)
		t_int(totp_check(rfc, bad[i], 1234567890), -1);
	t_int(totp_check(rfc, "005 924", 1234567890), 41152263);
	t_int(totp_check(rfc, " 005924 ", 1234567890), 41152263);
}

static void
another_secret_has_other_codes(void)
{
	uint8_t one[TOTP_SECRET], two[TOTP_SECRET];

	t_int(totp_secret_new(one), 0);
	t_int(totp_secret_new(two), 0);
	t_ok(memcmp(one, two, sizeof(one)) != 0);
	memcpy(one, rfc, sizeof(one));
	one[19] ^= 1;
	t_int(totp_check(one, "005924", 1234567890), -1);
}

static void
what_an_app_reads(void)
{
	char text[TOTP_SECRET_TEXT], uri[TOTP_URI], issuer[TOTP_URI];

	t_str(totp_secret_text(rfc, text), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	t_str(totp_uri(rfc, "studio.example.org", "simran", uri), "otpauth://totp/studio.example.org:simran"
	    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=studio.example.org");
	t_str(totp_uri(rfc, "a b&c:d", "si@x.y+z", uri), "otpauth://totp/a%20b%26c%3Ad:si%40x.y%2Bz"
	    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=a%20b%26c%3Ad");
	memset(issuer, '&', sizeof(issuer));
	issuer[sizeof(issuer) - 1] = '\0';
	t_ok(totp_uri(rfc, issuer, "simran", uri) == NULL);
	issuer[100] = '\0';
	t_ok(totp_uri(rfc, issuer, "simran", uri) == NULL);
	t_ok(memmem(uri, sizeof(uri), "GEZD", 4) == NULL);
}

static void
a_sealed_secret_is_one_account_s(void)
{
	struct master_key k = { .id = "some" }, other = { .id = "other" };
	uint8_t opened[TOTP_SECRET];
	char *sealed, *longer;

	memset(k.key, 7, sizeof(k.key));
	sealed = totp_seal(&k, 42, rfc);
	t_int(strlen(sealed), 2 * (TOTP_SECRET + SEAL_OVERHEAD));
	t_int(totp_unseal(&k, 42, sealed, opened), 0);
	t_mem(opened, rfc, TOTP_SECRET);
	t_int(totp_unseal(&k, 43, sealed, opened), -1);
	t_int(totp_unseal(&other, 42, sealed, opened), -1);
	t_int(totp_unseal(&k, 42, "00", opened), -1);
	longer = seal_hex(&k, "totp:42", "123456789012345678901", 21);
	t_int(totp_unseal(&k, 42, longer, opened), -1);
	free(longer);
	free(sealed);
}

T_MAIN(
	{ "codes_are_those_of_the_rfc", codes_are_those_of_the_rfc },
	{ "a_clock_may_be_wrong_by_a_step", a_clock_may_be_wrong_by_a_step },
	{ "a_code_is_six_digits", a_code_is_six_digits },
	{ "another_secret_has_other_codes", another_secret_has_other_codes },
	{ "what_an_app_reads", what_an_app_reads },
	{ "a_sealed_secret_is_one_account_s", a_sealed_secret_is_one_account_s },
)
