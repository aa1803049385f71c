/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/account/recovery_code.h"
#include "t.h"

static void
a_code_can_be_read_and_typed(void)
{
	char text[RECOVERY_CODE], other[RECOVERY_CODE], digest[CREDENTIAL_DIGEST];
	int i;

	t_int(recovery_code_new(text, digest), 0);
	t_int(strlen(text), RECOVERY_CODE - 1);
	for (i = 0; i < RECOVERY_CODE - 1; i++)
		t_ok(i % 5 == 4 ? text[i] == '-' : strchr("0123456789abcdefghjkmnpqrstvwxyz", text[i]) != NULL);
	t_int(recovery_code_new(other, digest), 0);
	t_ok(strcmp(text, other) != 0);
}

static void
every_digit_comes(void)
{
	bool seen[128] = { false };
	char text[RECOVERY_CODE], digest[CREDENTIAL_DIGEST];
	int i, k, n = 0;

	/* 3200 digits: that one of 32 does not come has a probability of 1e-42 */
	for (i = 0; i < 200; i++) {
		t_int(recovery_code_new(text, digest), 0);
		for (k = 0; k < RECOVERY_CODE - 1; k++)
			seen[(int)text[k]] = true;
	}
	for (i = 0; i < 128; i++)
		n += seen[i];
	t_int(n, 32 + 1);	/* and the dash */
}

static void
forms_of_one_code(void)
{
	static const char *const forms[] = {
		"7k2m-9wq0-04tn-113c", "7K2M-9WQ0-04TN-113C", "7k2m9wq004tn113c", " 7k2m 9wq0 04tn 113c ", "7k2m-9wqo-o4tn-Il3c",
		"7-k-2-m-9wqO04tnLi3c",
	};
	char want[CREDENTIAL_DIGEST], got[CREDENTIAL_DIGEST];
	size_t i;

	credential_digest("7k2m9wq004tn113c", 16, want);
	for (i = 0; i < nitems(forms); i++) {
		t_ok(recovery_code_digest(forms[i], got));
		t_str(got, want);
	}
}

static void
a_new_code_is_known_again(void)
{
	char text[RECOVERY_CODE], digest[CREDENTIAL_DIGEST], again[CREDENTIAL_DIGEST];

	t_int(recovery_code_new(text, digest), 0);
	t_ok(recovery_code_digest(text, again));
	t_str(again, digest);
}

static void
what_cannot_be_a_code(void)
{
	static const char *const bad[] = {
		"", "-", "005924", "7k2m-9wq0-04tn-113", "7k2m-9wq0-04tn-113c5", "7k2m-9wqu-04tn-113c", "7k2m_9wq0_04tn_113c",
		"7k2m-9wq0-04tn-113\xc3\xa9",
	};
	char digest[CREDENTIAL_DIGEST];
	size_t i;

	for (i = 0; i < nitems(bad); i++)
		t_ok(!recovery_code_digest(bad[i], digest));
}

T_MAIN(
	{ "a_code_can_be_read_and_typed", a_code_can_be_read_and_typed },
	{ "every_digit_comes", every_digit_comes },
	{ "forms_of_one_code", forms_of_one_code },
	{ "a_new_code_is_known_again", a_new_code_is_known_again },
	{ "what_cannot_be_a_code", what_cannot_be_a_code },
)
