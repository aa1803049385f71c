/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
#include "base/sha256.h"
#include "control/keys/seal.h"
#include "t.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#define SECRET	"a stream key, which nobody is to know"
#define LEN	(sizeof(SECRET) - 1)
#define SEALED	(LEN + SEAL_OVERHEAD)

static char dir[] = "/tmp/seal.XXXXXX";
static char path[64];

static struct master_key
some_key(void)
{
	struct master_key k;

	hex_get(k.key, sizeof(k.key),
	    "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
	strlcpy(k.id, "some", sizeof(k.id));
	return k;
}

/* The kernel's randomness, or the test's: these bytes over and over, or none at all. */
static const uint8_t *script;
static size_t scripted;
static bool dry;

int
getentropy(void *p, size_t n)
{
	size_t i;

	if (dry)
		return -1;
	if (script == NULL)
		return getrandom(p, n, 0) == (ssize_t)n ? 0 : -1;
	for (i = 0; i < n; i++)
		((uint8_t *)p)[i] = script[i % scripted];
	return 0;
}

/* -- sealing -- */

static void
opens_what_it_sealed(void)
{
	struct master_key k = some_key();
	uint8_t sealed[SEALED], text[LEN];
	size_t n;

	t_int(seal(&k, "token:1", SECRET, LEN, sealed), 0);
	t_ok(memmem(sealed, sizeof(sealed), "stream", 6) == NULL);
	t_int(unseal(&k, "token:1", sealed, sizeof(sealed), text, &n), 0);
	t_int(n, LEN);
	t_mem(text, SECRET, LEN);
	t_int(seal(&k, "token:1", "", 0, sealed), 0);
	t_int(unseal(&k, "token:1", sealed, SEAL_OVERHEAD, text, &n), 0);
	t_int(n, 0);
}

static void
every_flipped_bit_is_seen(void)
{
	struct master_key k = some_key();
	uint8_t sealed[SEALED], text[LEN], none[LEN] = { 0 };
	size_t n, bit;

	seal(&k, "token:1", SECRET, LEN, sealed);
	for (bit = 0; bit < sizeof(sealed) * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		memset(text, 0, sizeof(text));
		if (!t_int(unseal(&k, "token:1", sealed, sizeof(sealed), text, &n), -1))
			break;
		t_int(n, 0);
		t_mem(text, none, sizeof(text));	/* nothing unproved is left behind */
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (bit = 0; bit < sizeof(sealed); bit++)
		t_int(unseal(&k, "token:1", sealed, bit, text, &n), -1);
}

static void
opens_nowhere_else_and_under_no_other_key(void)
{
	struct master_key k = some_key(), other = some_key();
	uint8_t a[SEALED], text[LEN];
	size_t n;

	other.key[31] ^= 1;
	seal(&k, "token:1", SECRET, LEN, a);
	t_int(unseal(&k, "token:2", a, sizeof(a), text, &n), -1);
	t_int(unseal(&k, "token:11", a, sizeof(a), text, &n), -1);
	t_int(unseal(&k, "destination:1", a, sizeof(a), text, &n), -1);
	t_int(unseal(&k, "", a, sizeof(a), text, &n), -1);
	t_int(unseal(&other, "token:1", a, sizeof(a), text, &n), -1);
	t_int(unseal(&k, "token:1", a, sizeof(a), text, &n), 0);
}

static int
nonce_order(const void *a, const void *b)
{
	return memcmp(a, b, 12);
}

static void
no_nonce_twice(void)
{
	enum { N = 10000 };
	static uint8_t nonce[N][12];
	struct master_key k = some_key();
	uint8_t sealed[SEALED];
	int i, twice = 0;

	for (i = 0; i < N; i++) {
		t_int(seal(&k, "token:1", SECRET, LEN, sealed), 0);
		memcpy(nonce[i], sealed + 1, 12);
	}
	qsort(nonce, N, sizeof(nonce[0]), nonce_order);
	for (i = 1; i < N; i++)
		twice += memcmp(nonce[i - 1], nonce[i], 12) == 0;
	t_int(twice, 0);
}

/* Test case 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega): its data has no zero byte. */
static void
is_aes_256_gcm(void)
{
	static const char sealed_hex[] = "01" "cafebabefacedbaddecaf888"
	    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
	    "76fc6ece0f4e1768cddf8853bb2d551b";
	static const char text_hex[] =
	    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
	uint8_t sealed[89], text[60], want[60];
	struct master_key k = some_key();
	char place[21] = "";
	size_t n;

	t_int(hex_get(sealed, sizeof(sealed), sealed_hex), 0);
	t_int(hex_get(want, sizeof(want), text_hex), 0);
	t_int(hex_get(place, 20, "feedfacedeadbeeffeedfacedeadbeefabaddad2"), 0);
	t_int(unseal(&k, place, sealed, sizeof(sealed), text, &n), 0);
	t_int(n, 60);
	t_mem(text, want, sizeof(text));
}

static void
as_hex(void)
{
	struct master_key k = some_key();
	char *hex = seal_hex(&k, "destination:7", SECRET, LEN), *text, *longer;
	size_t n = 0;

	t_int(strlen(hex), 2 * SEALED);
	text = unseal_hex(&k, "destination:7", hex, &n);
	t_str(text, SECRET);
	t_int(n, LEN);
	free(text);
	t_ok(unseal_hex(&k, "destination:8", hex, NULL) == NULL);
	t_ok((longer = malloc(2 * SEALED + 2)) != NULL);
	snprintf(longer, 2 * SEALED + 2, "%s0", hex);	/* half a byte more */
	t_ok(unseal_hex(&k, "destination:7", longer, NULL) == NULL);
	free(longer);
	hex[2 * SEALED - 1] = '\0';
	t_ok(unseal_hex(&k, "destination:7", hex, NULL) == NULL);
	hex[0] = 'x';
	t_ok(unseal_hex(&k, "destination:7", hex, NULL) == NULL);
	t_ok(unseal_hex(&k, "destination:7", "", NULL) == NULL);
	free(hex);
}

static void
not_too_long(void)
{
	struct master_key k = some_key();
	static uint8_t long_one[SEAL_MAX + 1], sealed[SEAL_MAX + 1 + SEAL_OVERHEAD];

	t_int(seal(&k, "p", long_one, SEAL_MAX, sealed), 0);
	t_int(seal(&k, "p", long_one, SEAL_MAX + 1, sealed), -1);
}

/* -- tokens -- */

static void
token_is_url_safe_and_new(void)
{
	char token[TOKEN_LEN], other[TOKEN_LEN];
	uint8_t digest[SHA256_LEN], again[SHA256_LEN];
	int i;

	for (i = 0; i < 100; i++) {
		t_int(token_new(token, digest), 0);
		t_int(strlen(token), 43);
		t_int(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		    "0123456789-_"), 43);
	}
	sha256(token, 43, again);
	t_mem(digest, again, sizeof(digest));
	token_new(other, again);
	t_ok(strcmp(token, other) != 0);
	t_ok(!sha256_equal(digest, again));
	memcpy(again, digest, sizeof(again));
	again[31] ^= 0x80;
	t_ok(!sha256_equal(digest, again));
}

/* RFC 4648 section 5, without padding. */
static void
token_is_its_bytes_in_base64url(void)
{
	static const uint8_t rising[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
	    20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 }, last[] = { 0xfb, 0xef, 0xbe };
	char token[TOKEN_LEN];
	uint8_t digest[SHA256_LEN];

	script = rising;
	scripted = sizeof(rising);
	t_int(token_new(token, digest), 0);
	t_str(token, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
	script = last;
	scripted = sizeof(last);
	t_int(token_new(token, digest), 0);
	t_str(token, "----------------------------------------" "--8");
	script = NULL;
}

static void
nothing_without_randomness(void)
{
	struct master_key k = some_key();
	uint8_t sealed[SEALED], digest[SHA256_LEN];
	char token[TOKEN_LEN];

	dry = true;
	t_int(seal(&k, "token:1", SECRET, LEN, sealed), -1);
	t_ok(seal_hex(&k, "token:1", SECRET, LEN) == NULL);
	t_int(token_new(token, digest), -1);
	dry = false;
}

static void
digest_is_sha_256(void)
{
	uint8_t digest[SHA256_LEN];
	char hex[65];

	sha256("abc", 3, digest);
	t_str(hex_put(hex, digest, 32),
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256("", 0, digest);
	t_str(hex_put(hex, digest, 32),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* -- the master key -- */

static void
put(const char *text, mode_t mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	t_int(write(fd, text, strlen(text)), (int64_t)strlen(text));
	fchmod(fd, mode);
	close(fd);
}

#define ZEROS	"0000000000000000000000000000000000000000000000000000000000000000"

static void
reads_a_key_file(void)
{
	struct master_key k;
	struct error err;

	put(ZEROS "\n", 0400);
	t_int(master_key_load_file(&k, path, &err), 0);
	t_str(k.id, "66687aadf862bd77");	/* SHA-256 of 32 zero bytes */
	put(ZEROS, 0600);
	t_int(master_key_load_file(&k, path, &err), 0);
	master_key_wipe(&k);
	t_str(k.id, "");
}

static void
refuses_what_others_may_read(void)
{
	static const mode_t bad[] = { 0440, 0404, 0640, 0644, 0444, 0420, 0410, 0402 };
	struct master_key k;
	struct error err;
	size_t i;

	for (i = 0; i < nitems(bad); i++) {
		put(ZEROS "\n", bad[i]);
		t_int(master_key_load_file(&k, path, &err), -1);
		t_ok(strstr(err.text, path) != NULL && strstr(err.text, "others can read it") != NULL);
	}
}

static void
refuses_what_is_no_key(void)
{
	static const char *const bad[] = { "", "\n", "0", ZEROS "0", ZEROS "\n\n", " " ZEROS,
	    ZEROS "\r\n", "g000000000000000000000000000000000000000000000000000000000000000",
	    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffg" };
	static const struct master_key none;
	struct master_key k;
	struct error err;
	size_t i;

	for (i = 0; i < nitems(bad); i++) {
		put(bad[i], 0400);
		memset(&k, 0x5a, sizeof(k));
		t_int(master_key_load_file(&k, path, &err), -1);
		t_mem(&k, &none, sizeof(k));		/* nor is half of one left behind */
		t_ok(strstr(err.text, "not a master key") != NULL);
		t_ok(strstr(err.text, "0000") == NULL);
	}
	unlink(path);
	t_int(master_key_load_file(&k, path, &err), -1);
	t_ok(strstr(err.text, "lsctl-keys init") != NULL);
	t_int(mkfifo(path, 0400), 0);
	t_int(master_key_load_file(&k, path, &err), -1);
	t_ok(strstr(err.text, "not a regular file") != NULL);
	t_int(master_key_load_file(&k, dir, &err), -1);
}

static void
looks_in_three_places(void)
{
	struct master_key k;
	struct error err;
	char got[128], credential[64];

	unsetenv("CREDENTIALS_DIRECTORY");
	unsetenv("LSCTL_MASTER_KEY_FILE");
	t_str(master_key_path(got, sizeof(got)), "/etc/lsctl/master.key");
	setenv("LSCTL_MASTER_KEY_FILE", "", 1);
	setenv("CREDENTIALS_DIRECTORY", "", 1);
	t_str(master_key_path(got, sizeof(got)), "/etc/lsctl/master.key");	/* nothing is no place */
	unsetenv("CREDENTIALS_DIRECTORY");
	unlink(path);
	put(ZEROS "\n", 0400);
	setenv("LSCTL_MASTER_KEY_FILE", path, 1);
	t_str(master_key_path(got, sizeof(got)), path);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	t_str(master_key_path(got, sizeof(got)), path);	/* it has none of ours */
	snprintf(credential, sizeof(credential), "%s/lsctl-master-key", dir);
	t_int(rename(path, credential), 0);
	t_str(master_key_path(got, sizeof(got)), credential);
	t_int(master_key_load_file(&k, got, &err), 0);
	unlink(credential);
	unsetenv("CREDENTIALS_DIRECTORY");
	unsetenv("LSCTL_MASTER_KEY_FILE");
}

static void
makes_its_folder(void)
{
	t_ok(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/master.key", dir);
}

static void
removes_its_folder(void)
{
	unlink(path);
	t_int(rmdir(dir), 0);
}

T_MAIN(
	{ "opens_what_it_sealed", opens_what_it_sealed },
	{ "every_flipped_bit_is_seen", every_flipped_bit_is_seen },
	{ "opens_nowhere_else_and_under_no_other_key", opens_nowhere_else_and_under_no_other_key },
	{ "no_nonce_twice", no_nonce_twice },
	{ "is_aes_256_gcm", is_aes_256_gcm },
	{ "as_hex", as_hex },
	{ "not_too_long", not_too_long },
	{ "token_is_url_safe_and_new", token_is_url_safe_and_new },
	{ "token_is_its_bytes_in_base64url", token_is_its_bytes_in_base64url },
	{ "nothing_without_randomness", nothing_without_randomness },
	{ "digest_is_sha_256", digest_is_sha_256 },
	{ "makes_its_folder", makes_its_folder },
	{ "reads_a_key_file", reads_a_key_file },
	{ "refuses_what_others_may_read", refuses_what_others_may_read },
	{ "refuses_what_is_no_key", refuses_what_is_no_key },
	{ "looks_in_three_places", looks_in_three_places },
	{ "removes_its_folder", removes_its_folder },
)
