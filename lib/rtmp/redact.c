/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/redact.h"

#include <ctype.h>

#define TEXT_MAX	1024	/* bytes of a server's text that are read */

static bool
same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t
common(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && b[n] != '\0' && same(a[n], b[n]))
		n++;
	return n;
}

static bool
in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* A secret of one to three letters would be found within ordinary words. */
static bool
stands_alone(const char *text, const char *s, size_t len)
{
	return len >= 4 || !((s > text && in_word(s[-1])) || in_word(s[len]));
}

/* The length of the complete secret at secret + i, which is all of it or the value of a query; else 0. */
static size_t
whole(const char *secret, size_t i)
{
	if (i == 0)
		return strlen(secret);
	return secret[i - 1] == '=' ? strcspn(secret + i, "&") : 0;
}

/* How much of the secret is at s; 0: too little to redact. */
static size_t
found(const char *text, const char *s, const char *secret, bool cut)
{
	size_t best = 0, i, n, need;

	for (i = 0; secret[i] != '\0'; i++) {
		n = common(s, secret + i);
		need = whole(secret, i);
		if (n < REDACT_MIN && !(cut && s[n] == '\0')) {
			if (need == 0 || n < need ||
			    !stands_alone(text, s, need))
				continue;
			n = need;
		}
		best = n > best ? n : best;
	}
	return best;
}

static size_t
value_length(const char *s)
{
	const char quote[] = { *s, '\0' };

	if (*s == '\'' || *s == '"')
		return 1 + strcspn(s + 1, quote);
	return strcspn(s, "&;, '\")]}>");
}

static void
mark(const char *text, bool cut, bool *hide, const char *const *secrets,
    size_t nsecrets)
{
	const char *s;
	size_t i, n;

	for (s = text; *s != '\0'; s++) {
		if (s > text && s[-1] == '=')
			memset(hide + (s - text), 1, value_length(s));
		for (i = 0; i < nsecrets; i++) {
			if (secrets[i] == NULL || *secrets[i] == '\0')
				continue;
			n = found(text, s, secrets[i], cut);
			memset(hide + (s - text), 1, n);
		}
	}
}

void
redact(char *dst, size_t size, const char *src, const char *const *secrets,
    size_t nsecrets)
{
	bool hide[TEXT_MAX] = { false }, cut;
	char text[TEXT_MAX];
	size_t i, n = 0;

	if (size == 0)
		return;
	cut = strlcpy(text, src, sizeof(text)) >= sizeof(text);
	mark(text, cut, hide, secrets, nsecrets);
	for (i = 0; text[i] != '\0' && n + 1 < size; i++) {
		if (!hide[i])
			dst[n++] = text[i] >= ' ' && text[i] <= '~' ?
			    text[i] : '?';
		else if (i == 0 || !hide[i - 1])
			n += strlcpy(dst + n, "***", size - n);
		n = n < size ? n : size - 1;
	}
	dst[n] = '\0';
	explicit_bzero(text, sizeof(text));
}

void
redact_url(char *dst, size_t size, const char *src, const struct rtmp_url *url)
{
	const char *query = strchr(url->stream, '?');
	const char *app_query = strchr(url->app, '?');
	char name[RTMP_URL_MAX];
	const char *const secrets[] = {
		url->stream, name, query != NULL ? query + 1 : NULL,
		app_query != NULL ? app_query + 1 : NULL, url->password
	};

	(void)strlcpy(name, url->stream, sizeof(name));
	name[strcspn(name, "?")] = '\0';
	redact(dst, size, src, secrets, nitems(secrets));
	explicit_bzero(name, sizeof(name));
}
