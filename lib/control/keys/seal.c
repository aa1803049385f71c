/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/base64.h"
#include "base/hex.h"
#include "control/keys/seal.h"
#include "process/private_file.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#define VERSION		1
#define NONCE		12
#define TAG		16
#define KEY_FILE	"/etc/lsctl/master.key"
#define CREDENTIAL	"lsctl-master-key"
#define DIGITS		(2 * SEAL_KEY_LEN)

/* -- the master key -- */

/* 64 digits, and at most one newline. */
static int
key_parse(struct master_key *k, const char *text, size_t len)
{
	uint8_t sum[SHA256_LEN];

	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len != DIGITS || hex_get(k->key, sizeof(k->key), text) == -1)
		return -1;
	sha256(k->key, sizeof(k->key), sum);
	hex_put(k->id, sum, (SEAL_ID_LEN - 1) / 2);
	return 0;
}

/* Sets what is wrong with the file, by errno, and what to type. */
static void
key_refused(const char *path, struct error *err)
{
	if (errno == ENOENT)
		error_set(err, "%s: there is no master key: 'lsctl-keys init' makes one; "
		    "if there was one, bring it back", path);
	else if (errno == EPERM)
		error_set(err, "%s: others can read it: chmod 600 %s; if others may have read it, change the key: "
		    "'lsctl-keys rekey'", path, path);
	else
		private_file_reason(path, err);
}

int
master_key_load_file(struct master_key *k, const char *path, struct error *err)
{
	char text[DIGITS + 2];
	ssize_t n;
	int fd, rc = -1;

	memset(k, 0, sizeof(*k));
	if ((fd = private_file_open(path, false)) == -1) {
		key_refused(path, err);
		return -1;
	}
	if ((n = read(fd, text, sizeof(text))) == -1) {
		error_set(err, "%s: %s", path, strerror(errno));
		goto out;
	}
	if (key_parse(k, text, (size_t)n) == -1) {
		master_key_wipe(k);
		error_set(err, "%s: not a master key: the file must have %d hexadecimal digits and "
		    "nothing else", path, DIGITS);
		goto out;
	}
	rc = 0;
out:
	explicit_bzero(text, sizeof(text));
	close(fd);
	return rc;
}

char *
master_key_path(char *dst, size_t size)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	const char *file = getenv("LSCTL_MASTER_KEY_FILE");

	if (dir != NULL && dir[0] != '\0') {
		snprintf(dst, size, "%s/" CREDENTIAL, dir);
		if (access(dst, F_OK) == 0)
			return dst;
	}
	snprintf(dst, size, "%s", file != NULL && file[0] != '\0' ? file : KEY_FILE);
	return dst;
}

void
master_key_wipe(struct master_key *k)
{
	explicit_bzero(k, sizeof(*k));
}

/* -- sealing -- */

int
seal(const struct master_key *k, const char *place, const void *secret, size_t len, uint8_t *dst)
{
	uint8_t *nonce = dst + 1, *text = nonce + NONCE, *tag = text + len;
	EVP_CIPHER_CTX *ctx = NULL;
	int n, rc = -1;

	if (len > SEAL_MAX || getentropy(nonce, NONCE) == -1 ||
	    (ctx = EVP_CIPHER_CTX_new()) == NULL)
		return -1;
	dst[0] = VERSION;
	if (EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, k->key, nonce) == 1 &&
	    EVP_EncryptUpdate(ctx, NULL, &n, (const uint8_t *)place,
	    (int)strlen(place)) == 1 &&
	    EVP_EncryptUpdate(ctx, text, &n, secret, (int)len) == 1 &&
	    EVP_EncryptFinal_ex(ctx, tag, &n) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, tag) == 1)
		rc = 0;
	EVP_CIPHER_CTX_free(ctx);
	return rc;
}

int
unseal(const struct master_key *k, const char *place, const uint8_t *sealed, size_t len, uint8_t *dst,
    size_t *out)
{
	const uint8_t *nonce = sealed + 1, *text = nonce + NONCE;
	uint8_t tag[TAG];
	EVP_CIPHER_CTX *ctx;
	size_t used;
	int n, rc = -1;

	*out = 0;
	if (len < SEAL_OVERHEAD || len - SEAL_OVERHEAD > SEAL_MAX || sealed[0] != VERSION)
		return -1;
	used = len - SEAL_OVERHEAD;
	memcpy(tag, text + used, TAG);
	if ((ctx = EVP_CIPHER_CTX_new()) == NULL)
		return -1;
	if (EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, k->key, nonce) == 1 &&
	    EVP_DecryptUpdate(ctx, NULL, &n, (const uint8_t *)place,
	    (int)strlen(place)) == 1 &&
	    EVP_DecryptUpdate(ctx, dst, &n, text, (int)used) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	    EVP_DecryptFinal_ex(ctx, dst + used, &n) == 1)
		rc = 0;
	EVP_CIPHER_CTX_free(ctx);
	if (rc == 0)
		*out = used;
	else
		explicit_bzero(dst, used);	/* it is not authenticated */
	return rc;
}

char *
seal_hex(const struct master_key *k, const char *place, const void *secret, size_t len)
{
	uint8_t *sealed;
	char *hex = NULL;

	if (len > SEAL_MAX || (sealed = malloc(len + SEAL_OVERHEAD)) == NULL)
		return NULL;
	if (seal(k, place, secret, len, sealed) == 0 &&
	    (hex = malloc(2 * (len + SEAL_OVERHEAD) + 1)) != NULL)
		hex_put(hex, sealed, len + SEAL_OVERHEAD);
	free(sealed);
	return hex;
}

char *
unseal_hex(const struct master_key *k, const char *place, const char *hex, size_t *len)
{
	size_t n = strlen(hex) / 2, used;
	uint8_t *sealed = NULL;
	char *secret = NULL;

	if (n < SEAL_OVERHEAD || strlen(hex) % 2 != 0 || (sealed = malloc(n)) == NULL ||
	    (secret = malloc(n)) == NULL || hex_get(sealed, n, hex) == -1 ||
	    unseal(k, place, sealed, n, (uint8_t *)secret, &used) == -1) {
		free(secret);
		secret = NULL;
	} else {
		secret[used] = '\0';
		if (len != NULL)
			*len = used;
	}
	free(sealed);
	return secret;
}

/* -- tokens -- */

int
token_new(char token[TOKEN_LEN], uint8_t digest[SHA256_LEN])
{
	uint8_t bits[32];

	if (getentropy(bits, sizeof(bits)) == -1)
		return -1;
	base64url_put(token, bits, sizeof(bits));
	explicit_bzero(bits, sizeof(bits));
	sha256(token, TOKEN_LEN - 1, digest);
	return 0;
}
