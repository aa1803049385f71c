/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/base64.h"
#include "base/hex.h"
#include "rtmp/auth.h"

#include <openssl/evp.h>

#define MD5_LEN		16
#define VALUE_MAX	256	/* characters of a value that a server sends: real ones have less than 40 */
#define NONCE_LEN	9
#define COUNT		"00000001"

/* What the answer is made of. */
struct proof {
	const struct rtmp_url	*url;
	const char		*text;		/* the parameters of the server */
	char			 nonce[NONCE_LEN];
	char			 base[RTMP_URL_MAX];	/* tcUrl without parameters of ours */
	char			 joint;		/* '?', or '&' after a query of the application */
};

/* -- parameters -- */

/*
 * The value of a parameter up to the next '&' or blank; "" if it is missing. -1: too long, or not ASCII: nothing of it
 * may go into an address.
 */
static int
value_get(char dst[VALUE_MAX + 1], const char *text, const char *name)
{
	size_t len = strlen(name), n, i;
	const char *p = text;

	dst[0] = '\0';
	while ((p = strpbrk(p, "?&")) != NULL)
		if (strncmp(++p, name, len) == 0 && p[len] == '=')
			break;
	if (p == NULL)
		return 0;
	p += len + 1;
	n = strcspn(p, "& ");
	for (i = 0; i < n; i++)
		if (p[i] < ' ' || p[i] > '~')
			return -1;
	return copy_part(dst, VALUE_MAX + 1, p, n) ? 0 : -1;
}

/* -- digests -- */

/* Of the texts up to NULL, one after the other. */
static int
md5(uint8_t sum[MD5_LEN], const char *const texts[])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int rc = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_md5(), NULL) == 1 ? 0 : -1;
	size_t i;

	for (i = 0; rc == 0 && texts[i] != NULL; i++)
		rc = EVP_DigestUpdate(ctx, texts[i], strlen(texts[i])) == 1 ? 0 : -1;
	if (rc == 0 && EVP_DigestFinal_ex(ctx, sum, NULL) != 1)
		rc = -1;
	EVP_MD_CTX_free(ctx);
	return rc;
}

static int
md5_hex(char dst[2 * MD5_LEN + 1], const char *const texts[])
{
	uint8_t sum[MD5_LEN];
	int rc = md5(sum, texts);

	hex_put(dst, sum, rc == 0 ? sizeof(sum) : 0);
	explicit_bzero(sum, sizeof(sum));
	return rc;
}

static int
md5_base64(char dst[BASE64_SIZE(MD5_LEN)], const char *const texts[])
{
	uint8_t sum[MD5_LEN];
	int rc = md5(sum, texts);

	base64_put(dst, sum, rc == 0 ? sizeof(sum) : 0);
	explicit_bzero(sum, sizeof(sum));
	return rc;
}

/* -- answers -- */

/* The first answer: who we are. */
static int
introduce(char *dst, size_t size, const struct proof *p, const char *kind)
{
	return snprintf(dst, size, "%s%cauthmod=%s&user=%s", p->base, p->joint, kind, p->url->user);
}

/* The response goes last: it ends with "==", and a slash at the end of an address would be taken off. */
static int
prove_adobe(char *dst, size_t size, const struct proof *p)
{
	char salt[VALUE_MAX + 1], challenge[VALUE_MAX + 1], opaque[VALUE_MAX + 1];
	char secret[BASE64_SIZE(MD5_LEN)], response[BASE64_SIZE(MD5_LEN)];
	const char *theirs = opaque;
	int n = -1;

	if (value_get(salt, p->text, "salt") == -1 || value_get(challenge, p->text, "challenge") == -1 ||
	    value_get(opaque, p->text, "opaque") == -1)
		return -1;
	if (opaque[0] == '\0')
		theirs = challenge;
	if (theirs[0] == '\0')
		return -1;
	if (md5_base64(secret, (const char *const []){ p->url->user, salt, p->url->password, NULL }) == 0 &&
	    md5_base64(response, (const char *const []){ secret, theirs, p->nonce, NULL }) == 0)
		n = snprintf(dst, size, "%s%cauthmod=adobe&user=%s&challenge=%s%s%s&response=%s", p->base, p->joint,
		    p->url->user, p->nonce, opaque[0] != '\0' ? "&opaque=" : "", opaque, response);
	explicit_bzero(secret, sizeof(secret));
	return n;
}

static int
prove_llnw(char *dst, size_t size, const struct proof *p)
{
	char nonce[VALUE_MAX + 1], app[RTMP_URL_MAX], secret[2 * MD5_LEN + 1], what[2 * MD5_LEN + 1],
	    response[2 * MD5_LEN + 1];
	const char *instance;
	int n = -1;

	if (value_get(nonce, p->text, "nonce") == -1 || nonce[0] == '\0')
		return -1;
	copy_part(app, sizeof(app), p->url->app, strcspn(p->url->app, "?"));
	instance = strchr(app, '/') != NULL ? "" : "/_definst_";
	if (md5_hex(secret, (const char *const []){ p->url->user, ":live:", p->url->password, NULL }) == 0 &&
	    md5_hex(what, (const char *const []){ "publish:/", app, instance, NULL }) == 0 &&
	    md5_hex(response, (const char *const []){ secret, ":", nonce, ":" COUNT ":", p->nonce, ":auth:", what,
	    NULL }) == 0)
		n = snprintf(dst, size, "%s%cauthmod=llnw&user=%s&nonce=%s&cnonce=%s&nc=" COUNT "&response=%s", p->base,
		    p->joint, p->url->user, nonce, p->nonce, response);
	explicit_bzero(secret, sizeof(secret));
	return n;
}

/* -- the server's words -- */

static void
proof_begin(struct proof *p, const struct rtmp_url *url, const char *text, uint32_t nonce)
{
	char *ours;

	p->url = url;
	p->text = text;
	snprintf(p->nonce, sizeof(p->nonce), "%08x", nonce);
	strlcpy(p->base, url->tc_url, sizeof(p->base));
	if ((ours = strstr(p->base, "authmod=")) != NULL)
		ours[-1] = '\0';
	p->joint = strchr(p->base, '?') != NULL ? '&' : '?';
}

/* Does this word follow "?reason="? */
static bool
reason_is(const char *reason, const char *word)
{
	return reason != NULL && strncmp(reason + strlen("?reason="), word, strlen(word)) == 0;
}

enum auth
auth_answer(char *dst, size_t size, const struct rtmp_url *url, const char *text, uint32_t nonce)
{
	bool adobe = strstr(text, "authmod=adobe") != NULL, llnw = strstr(text, "authmod=llnw") != NULL;
	bool begins = strstr(text, "code=403 need auth") != NULL;
	const char *reason = strstr(text, "?reason=");
	const char *tried = strstr(url->app, begins ? "authmod=" : "&response=");
	struct proof p;
	int n;

	if (strstr(text, "authmod=") == NULL || (!begins && reason == NULL))
		return AUTH_NONE;
	if (url->user[0] == '\0')
		return AUTH_MISSING;
	if (tried != NULL || reason_is(reason, "authfailed") || reason_is(reason, "nosuchuser"))
		return AUTH_WRONG;
	if ((!adobe && !llnw) || (!begins && !reason_is(reason, "needauth")))
		return AUTH_UNKNOWN;
	proof_begin(&p, url, begins ? text : reason, nonce);
	n = begins ? introduce(dst, size, &p, adobe ? "adobe" : "llnw") :
	    adobe ? prove_adobe(dst, size, &p) : prove_llnw(dst, size, &p);
	return n >= 0 && (size_t)n < size ? AUTH_AGAIN : AUTH_UNKNOWN;
}

const char *
auth_text(enum auth a)
{
	switch (a) {
	case AUTH_MISSING:
		return "the server wants a user and a password";
	case AUTH_WRONG:
		return "wrong user or password";
	case AUTH_UNKNOWN:
		return "the server wants a login that is neither adobe nor llnw, or is not valid";
	case AUTH_NONE:
	case AUTH_AGAIN:
		break;
	}
	return "";
}
