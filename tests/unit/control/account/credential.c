/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/account/credential.h"
#include "t.h"

#include <sys/random.h>
#include <unistd.h>

static bool dry;

/* The kernel's randomness, or none at all. */
int
getentropy(void *p, size_t n)
{
	return !dry && getrandom(p, n, 0) == (ssize_t)n ? 0 : -1;
}

static void
a_credential_is_43_characters_after_its_prefix(void)
{
	char text[CREDENTIAL_TEXT], other[CREDENTIAL_TEXT], digest[CREDENTIAL_DIGEST];

	t_int(credential_new(text, digest, ""), 0);
	t_int(strlen(text), 43);
	t_int(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
	t_int(credential_new(other, digest, ""), 0);
	t_ok(strcmp(text, other) != 0);
	t_int(credential_new(text, digest, CREDENTIAL_API), 0);
	t_int(strlen(text), CREDENTIAL_TEXT - 1);
	t_ok(strncmp(text, "lsctl_", 6) == 0);
}

static void
a_digest_is_that_of_the_whole_text(void)
{
	char text[CREDENTIAL_TEXT], digest[CREDENTIAL_DIGEST], again[CREDENTIAL_DIGEST];

	t_str(credential_digest("abc", 3, digest), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	t_int(credential_new(text, digest, CREDENTIAL_API), 0);
	t_str(credential_digest(text, strlen(text), again), digest);
}

static void
without_randomness_there_is_none(void)
{
	char text[CREDENTIAL_TEXT], digest[CREDENTIAL_DIGEST];

	dry = true;
	t_int(credential_new(text, digest, ""), -1);
	dry = false;
}

T_MAIN(
	{ "a_credential_is_43_characters_after_its_prefix", a_credential_is_43_characters_after_its_prefix },
	{ "a_digest_is_that_of_the_whole_text", a_digest_is_that_of_the_whole_text },
	{ "without_randomness_there_is_none", without_randomness_there_is_none },
)
