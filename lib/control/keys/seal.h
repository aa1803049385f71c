/* SPDX-License-Identifier: ISC */
/*
 * Secrets at rest, sealed with AES-256-GCM under a master key that is never in the database; and tokens. Only
 * seal.c of control includes OpenSSL.
 *
 * Sealed: version (1 byte, 1), nonce (12 random bytes), ciphertext, tag (16 bytes). The associated data is the place of
 * the secret, of seal_place(): "token:42", or the row of a destination with its servers. At another place it does not
 * open.
 */
#ifndef CONTROL_KEYS_SEAL_H
#define CONTROL_KEYS_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sha256.h"

#define SEAL_OVERHEAD	29
#define SEAL_MAX	(1 << 20)	/* bytes of a secret */
#define SEAL_KEY_LEN	32
#define SEAL_ID_LEN	17	/* 16 hex digits and NUL: first 8 bytes of SHA-256 of the key */
#define TOKEN_LEN	44	/* 43 characters of base64url (256 bits) and NUL */

struct master_key {
	uint8_t	key[SEAL_KEY_LEN];
	char	id[SEAL_ID_LEN];
};

/*
 * The file of the master key: $CREDENTIALS_DIRECTORY/lsctl-master-key, else $LSCTL_MASTER_KEY_FILE, else
 * /etc/lsctl/master.key. Returns dst.
 */
char	*master_key_path(char *dst, size_t size);

/*
 * The file has 64 hex digits, and is refused if users other than its owner may read it. 0, or -1 with an error: the
 * path and what to type.
 */
int	master_key_load_file(struct master_key *, const char *path, struct error *);
void	master_key_wipe(struct master_key *);

/* dst has len + SEAL_OVERHEAD bytes. 0, or -1: no randomness, no memory, or too long. */
int	seal(const struct master_key *, const char *place, const void *secret, size_t len, uint8_t *dst);

/*
 * dst has room for len bytes; *out is how many it got. -1: not sealed under this key for this place, or damaged;
 * dst is wiped.
 */
int	unseal(const struct master_key *, const char *place, const uint8_t *sealed, size_t len,
	    uint8_t *dst, size_t *out);

/*
 * The same with hexadecimal digits, to be freed. The opened secret ends with a NUL; wipe it before. len may be NULL.
 * NULL: as above, or no memory.
 */
char	*seal_hex(const struct master_key *, const char *place, const void *secret, size_t len);
char	*unseal_hex(const struct master_key *, const char *place, const char *hex, size_t *len);

/* A new token and its digest, SHA-256 of the 43 characters. 0, or -1: no randomness. */
int	token_new(char token[TOKEN_LEN], uint8_t digest[SHA256_LEN]);

#endif
