/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/account/password.h"
#include "t.h"

#define GOOD	"correct horse battery"

static void
length_counts_in_characters(void)
{
	char text[PASSWORD_MAX + 2];

	t_int(password_fault("elevenchars", "simran"), PASSWORD_SHORT);
	t_int(password_fault("twelve chars", "simran"), PASSWORD_VALID);
	t_int(password_fault("            ", "simran"), PASSWORD_VALID);
	/* six characters of three bytes, then twelve of them */
	t_int(password_fault("\u0a38\u0a3f\u0a2e\u0a30\u0a28\u0a38", "simran"), PASSWORD_SHORT);
	t_int(password_fault("\u0a38\u0a3f\u0a2e\u0a30\u0a28\u0a38\u0a38\u0a3f\u0a2e\u0a30\u0a28\u0a38", "simran"), PASSWORD_VALID);
	memset(text, 'a', sizeof(text));
	text[PASSWORD_MAX + 1] = '\0';
	t_int(password_fault(text, "simran"), PASSWORD_LONG);
	text[PASSWORD_MAX] = '\0';
	t_int(password_fault(text, "simran"), PASSWORD_VALID);
	t_int(password_fault("", "simran"), PASSWORD_SHORT);
}

static void
what_is_not_utf8_is_refused(void)
{
	/* RFC 3629: a lone continuation, overlong, surrogate, after U+10FFFF, cut short */
	static const char *const bad[] = {
		"123456789012\x80", "123456789012\xc0\xaf", "123456789012\xc1\xbf", "123456789012\xe0\x9f\xbf",
		"123456789012\xed\xa0\x80", "123456789012\xf0\x8f\xbf\xbf", "123456789012\xf4\x90\x80\x80",
		"123456789012\xf5\x80\x80\x80", "123456789012\xff", "123456789012\xe2\x82", "123456789012\xc3",
		"123456789012\xc3" "a", "123456789012\xf0\x90\x80" "a",
	};
	static const char *const good[] = {
		"123456789012\xc2\x80", "123456789012\xe0\xa0\x80", "123456789012\xed\x9f\xbf", "123456789012\xee\x80\x80",
		"123456789012\xf0\x90\x80\x80", "123456789012\xf4\x8f\xbf\xbf",
	};
	size_t i;

	for (i = 0; i < nitems(bad); i++)
		t_int(password_fault(bad[i], "simran"), PASSWORD_NOT_UTF8);
	for (i = 0; i < nitems(good); i++)
		t_int(password_fault(good[i], "simran"), PASSWORD_VALID);
}

static void
the_name_is_no_password(void)
{
	t_int(password_fault("Simran@Example.org", "simran@example.org"), PASSWORD_IS_NAME);
	t_int(password_fault("simran@example.org.", "simran@example.org"), PASSWORD_VALID);
}

static void
every_fault_has_a_reason(void)
{
	int i;

	t_str(password_reason(PASSWORD_VALID), "");
	for (i = PASSWORD_SHORT; i <= PASSWORD_IS_NAME; i++)
		t_ok(strlen(password_reason((enum password_fault)i)) > 10);
}

static void
a_hash_matches_its_password_only(void)
{
	char *hash = password_hash(GOOD), *other = password_hash(GOOD);

	t_ok(hash != NULL && strncmp(hash, "$y$j9T$", 7) == 0);
	t_ok(strstr(hash, GOOD) == NULL && strcmp(hash, other) != 0);
	t_ok(password_matches(GOOD, hash));
	t_ok(password_matches(GOOD, other));
	t_ok(!password_matches(GOOD ".", hash));
	t_ok(!password_matches("", hash));
	free(hash);
	free(other);
}

static void
the_longest_password_counts_to_its_end(void)
{
	char text[PASSWORD_MAX + 2], *hash;

	memset(text, 'a', sizeof(text));
	text[PASSWORD_MAX] = '\0';
	t_ok((hash = password_hash(text)) != NULL);
	t_ok(password_matches(text, hash));
	text[PASSWORD_MAX - 1] = 'b';
	t_ok(!password_matches(text, hash));
	free(hash);
	memset(text, 'a', sizeof(text));
	text[PASSWORD_MAX + 1] = '\0';
	t_ok(password_hash(text) == NULL);
}

static void
another_form_of_hash_is_none(void)
{
	/* the last two are of GOOD, by MD5 and SHA-512: what this tree never wrote is not believed */
	static const char *const hashes[] = {
		"", "*", "*0", "*1", "x", "$y$", "$y$j9T$", "$y$j9T$$", "$y$j9T$AAAAAAAAAAAAAAAAAAAAA/", "salted",
		"$1$saltsalt$Uv2xWjkVGGDdAHI0mDdNI/", "$6$saltsalt$x",
	};
	size_t i;

	for (i = 0; i < nitems(hashes); i++)
		t_ok(!password_matches(GOOD, hashes[i]));
}

static double
seconds_of(const char *hash)
{
	clock_t begin = clock();
	int i;

	for (i = 0; i < 5; i++)
		t_ok(!password_matches("another password", hash));
	return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

/* The time of the processor, so that other processes do not count. */
static void
an_unknown_account_takes_as_long(void)
{
	char *hash = password_hash(GOOD);
	double known = seconds_of(hash), unknown = seconds_of(NULL), unusable = seconds_of("*0");

	t_ok(unknown > known / 2 && unknown < known * 2);
	t_ok(unusable > known / 2 && unusable < known * 2);
	free(hash);
}

T_MAIN(
	{ "length_counts_in_characters", length_counts_in_characters },
	{ "what_is_not_utf8_is_refused", what_is_not_utf8_is_refused },
	{ "the_name_is_no_password", the_name_is_no_password },
	{ "every_fault_has_a_reason", every_fault_has_a_reason },
	{ "a_hash_matches_its_password_only", a_hash_matches_its_password_only },
	{ "the_longest_password_counts_to_its_end", the_longest_password_counts_to_its_end },
	{ "another_form_of_hash_is_none", another_form_of_hash_is_none },
	{ "an_unknown_account_takes_as_long", an_unknown_account_takes_as_long },
)
