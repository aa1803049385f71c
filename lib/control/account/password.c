/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "control/account/password.h"

#include <crypt.h>
#include <strings.h>

#define YESCRYPT	"$y$"

_Static_assert(PASSWORD_MAX < CRYPT_MAX_PASSPHRASE_SIZE, "crypt(3) takes no more");

/* In a time that does not depend on where they differ. */
static bool
is_same(const char *a, const char *b)
{
	uint8_t of_a[SHA256_LEN], of_b[SHA256_LEN];

	sha256(a, strlen(a), of_a);
	sha256(b, strlen(b), of_b);
	return sha256_equal(of_a, of_b);
}

/* How many characters; -1: not UTF-8. */
static long
utf8_length(const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	long length = 0;
	size_t n;

	for (; *p != '\0'; p += n, length++) {
		if ((n = utf8_sequence(p)) == 0)
			return -1;
	}
	return length;
}

enum password_fault
password_fault(const char *password, const char *account)
{
	long length;

	if (strlen(password) > PASSWORD_MAX)
		return PASSWORD_LONG;
	if ((length = utf8_length(password)) == -1)
		return PASSWORD_NOT_UTF8;
	if (length < PASSWORD_MIN)
		return PASSWORD_SHORT;
	return strcasecmp(password, account) == 0 ? PASSWORD_IS_NAME : PASSWORD_VALID;
}

const char *
password_reason(enum password_fault fault)
{
	static const char *const reasons[] = {
		[PASSWORD_VALID] = "",
		[PASSWORD_SHORT] = "the password is too short: choose 12 characters or more, such as four words",
		[PASSWORD_LONG] = "the password is too long: choose 511 bytes at most",
		[PASSWORD_NOT_UTF8] = "the password is not UTF-8 text",
		[PASSWORD_IS_NAME] = "the password is the name of the account: choose another one",
	};

	return reasons[fault];
}

char *
password_hash(const char *password)
{
	char *setting, *hash = NULL;
	void *work = NULL;
	int size = 0;

	if ((setting = crypt_gensalt_ra(YESCRYPT, 0, NULL, 0)) == NULL)
		return NULL;
	/* crypt_ra(3) returns a part of work, and NULL for each failure. */
	if ((hash = crypt_ra(password, setting, &work, &size)) != NULL)
		hash = strdup(hash);
	secret_free(work);
	free(setting);
	return hash;
}

bool
password_matches(const char *password, const char *hash)
{
	/* of the cost that password_hash() has; nothing hashes to it */
	static const char nobody[] = YESCRYPT "j9T$AAAAAAAAAAAAAAAAAAAAA/";
	bool usable = hash != NULL && strncmp(hash, YESCRYPT, strlen(YESCRYPT)) == 0, same;
	const char *got;
	void *work = NULL;
	int size = 0;

	got = crypt_ra(password, usable ? hash : nobody, &work, &size);
	same = got != NULL && usable && is_same(got, hash);
	secret_free(work);
	return same;
}
