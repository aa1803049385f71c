/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
#include "base/sha256.h"
#include "control/acl/acl.h"
#include "process/file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <arpa/inet.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define NAME_MAX_LEN	63
#define HEAD		"lsctl-acl 1 "

struct acl {
	int	 fd;
	char	*text;		/* the whole file, mapped: a lookup reads few pages */
	size_t	 len;
	size_t	 first, end;	/* lines are from first to end */
};

/* -- the file -- */

bool
acl_is_current(const struct acl *acl, const char *path)
{
	return file_is_at(acl->fd, path);
}

/* 0, or -1 when head or end are not valid. */
static int
find_lines(struct acl *acl)
{
	char want[40], *line;
	size_t n;

	if (acl->len < sizeof(HEAD) || memcmp(acl->text, HEAD, sizeof(HEAD) - 1) != 0 ||
	    (line = memchr(acl->text, '\n', acl->len - 1)) == NULL)
		return -1;
	acl->first = (size_t)(line + 1 - acl->text);
	line = memrchr(acl->text, '\n', acl->len - 1);
	acl->end = (size_t)(line + 1 - acl->text);
	n = (size_t)snprintf(want, sizeof(want), "end %zu\n", acl->end);
	return acl->len - acl->end == n && memcmp(line + 1, want, n) == 0 ? 0 : -1;
}

struct acl *
acl_open(const char *path, struct error *err)
{
	struct acl *acl = calloc(1, sizeof(*acl));
	struct stat st;

	if (acl == NULL) {
		error_set(err, "%s: out of memory", path);
		return NULL;
	}
	acl->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
	if (acl->fd == -1 || fstat(acl->fd, &st) == -1) {
		error_set(err, "%s: %s%s", path, strerror(errno), errno == ENOENT ?
		    ": lsctl-switch(8) writes it" : "");
		goto fail;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > ACL_MAX) {
		error_set(err, "%s: not an acl snapshot", path);
		goto fail;
	}
	acl->len = (size_t)st.st_size;
	if (acl->len > 0 && (acl->text = mmap(NULL, acl->len, PROT_READ, MAP_PRIVATE, acl->fd, 0)) ==
	    MAP_FAILED) {
		acl->text = NULL;
		error_set(err, "%s: %s", path, strerror(errno));
		goto fail;
	}
	if (find_lines(acl) == -1) {
		error_set(err, "%s: damaged or truncated: lsctl-switch(8) writes a new one", path);
		goto fail;
	}
	return acl;
fail:
	acl_close(acl);
	return NULL;
}

void
acl_close(struct acl *acl)
{
	if (acl == NULL)
		return;
	if (acl->fd != -1)
		close(acl->fd);
	if (acl->text != NULL)
		munmap(acl->text, acl->len);
	free(acl);
}

/* -- lines -- */

struct line {
	const char	*p;
	size_t		 len;	/* without newline */
};

static struct line
line_at(const struct acl *acl, size_t at)
{
	struct line l = { acl->text + at, 0 };

	l.len = (size_t)((char *)memchr(l.p, '\n', acl->end - at) - l.p);
	return l;
}

static int
line_compare(struct line l, const char *key, size_t len)
{
	int c = memcmp(l.p, key, l.len < len ? l.len : len);

	return c != 0 ? c : l.len < len ? -1 : 0;
}

/* The offset of the first line that begins with key; end: there is none. */
static size_t
find(const struct acl *acl, const char *key, size_t len)
{
	size_t low = acl->first, high = acl->end, at;
	struct line l;
	char *nl;

	while (low < high) {
		at = low + (high - low) / 2;
		nl = memrchr(acl->text + low, '\n', at - low);
		at = nl != NULL ? (size_t)(nl + 1 - acl->text) : low;
		l = line_at(acl, at);
		if (line_compare(l, key, len) < 0)
			low = at + l.len + 1;
		else
			high = at;
	}
	if (low < acl->end && line_compare(line_at(acl, low), key, len) != 0)
		low = acl->end;
	return low;
}

/* If the line at *at begins with key: *rest is what follows the key, and *at moves to the next line. */
static bool
next(const struct acl *acl, size_t *at, const char *key, size_t len, struct line *rest)
{
	if (*at >= acl->end)
		return false;
	*rest = line_at(acl, *at);
	if (line_compare(*rest, key, len) != 0)
		return false;
	*at += rest->len + 1;
	rest->p += len;
	rest->len -= len;
	return true;
}

/* -- streams -- */

static size_t
name_len(const char *p)
{
	size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n <= NAME_MAX_LEN && p[0] != '-' ? n : 0;
}

int
acl_stream_split(const char *stream, size_t *channel, size_t *source)
{
	*channel = name_len(stream);
	if (*channel == 0 || stream[*channel] != '_')
		return -1;
	*source = name_len(stream + *channel + 1);
	return *source > 0 && stream[*channel + 1 + *source] == '\0' ? 0 : -1;
}

/* "CHANNEL SOURCE "; its length, or 0: stream is not CHANNEL_SOURCE. */
static size_t
stream_key(const char *stream, char key[2 * NAME_MAX_LEN + 3])
{
	size_t c, s;

	if (acl_stream_split(stream, &c, &s) == -1)
		return 0;
	snprintf(key, 2 * NAME_MAX_LEN + 3, "%.*s %s ", (int)c, stream, stream + c + 1);
	return c + s + 2;
}

/* -- publish -- */

char *
acl_token_mark(const char *token, size_t len, char dst[9])
{
	uint8_t d[SHA256_LEN];

	sha256(token, len, d);
	return hex_put(dst, d, 4);
}

/* 0; 1: the source has no token; -1: the line is not valid. */
static int
token_line(struct line l, uint8_t sum[SHA256_LEN], int64_t *expires)
{
	char number[20];
	const char *err;
	size_t n;

	if (l.len == 3 && memcmp(l.p, "- -", 3) == 0)
		return 1;
	if (l.len < 2 * SHA256_LEN + 2 || l.p[2 * SHA256_LEN] != ' ' ||
	    hex_get(sum, SHA256_LEN, l.p) == -1)
		return -1;
	l.p += 2 * SHA256_LEN + 1;
	n = l.len - 2 * SHA256_LEN - 1;
	*expires = INT64_MAX;
	if (n == 1 && l.p[0] == '-')
		return 0;
	snprintf(number, sizeof(number), "%.*s", (int)(n < 20 ? n : 19), l.p);
	*expires = strtonum(number, 1, INT64_MAX, &err);
	return n < sizeof(number) && strspn(number, "0123456789") == n && err == NULL ? 0 : -1;
}

enum acl_answer
acl_publish(const struct acl *acl, const char *stream, const char *token, size_t len, int64_t now)
{
	uint8_t given[SHA256_LEN], sum[SHA256_LEN];
	enum acl_answer answer = ACL_NO_STREAM;
	char key[2 * NAME_MAX_LEN + 3];
	size_t n = stream_key(stream, key), at;
	struct line l;
	int64_t expires;
	int is;

	if (n == 0)
		return ACL_NO_STREAM;
	sha256(token != NULL ? token : "", token != NULL ? len : 0, given);
	for (at = find(acl, key, n); next(acl, &at, key, n, &l);) {
		if (answer == ACL_NO_STREAM)
			answer = token == NULL || len == 0 ? ACL_NO_TOKEN : ACL_WRONG_TOKEN;
		if ((is = token_line(l, sum, &expires)) == -1)
			return ACL_DAMAGED;
		if (is == 0 && sha256_equal(given, sum) && answer == ACL_WRONG_TOKEN)
			answer = expires > now ? ACL_ALLOWED : ACL_EXPIRED;
	}
	return answer;
}

/* -- play -- */

/* The number of bytes: 4 for IPv4, also when it is mapped to IPv6; 16; 0: not an address. */
static size_t
address_parse(const char *text, uint8_t dst[16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET, text, dst) == 1)
		return 4;
	if (inet_pton(AF_INET6, text, dst) != 1)
		return 0;
	if (memcmp(dst, mapped, sizeof(mapped)) != 0)
		return 16;
	memmove(dst, dst + 12, 4);
	return 4;
}

/* 1: the net has the address; 0: it does not; -1: net is not valid. */
static int
net_has(const char *net, size_t len, const uint8_t *address, size_t bytes)
{
	char text[64], *slash;
	const char *err;
	uint8_t base[16];
	size_t n;
	int bits, outer;

	snprintf(text, sizeof(text), "%.*s", (int)(len < sizeof(text) ? len : 0), net);
	if ((slash = strchr(text, '/')) == NULL)
		return -1;
	*slash = '\0';
	if ((n = address_parse(text, base)) == 0)
		return -1;
	outer = n == 4 && strchr(text, ':') != NULL ? 96 : 0;
	bits = (int)strtonum(slash + 1, outer, outer + (long long)n * 8, &err) - outer;
	if (err != NULL)
		return -1;
	if (n != bytes || memcmp(base, address, (size_t)bits / 8) != 0)
		return 0;
	return bits % 8 == 0 ||
	    ((base[bits / 8] ^ address[bits / 8]) & (0xff00 >> bits % 8) & 0xff) == 0;
}

enum acl_answer
acl_play(const struct acl *acl, const char *stream, const char *address)
{
	char key[2 * NAME_MAX_LEN + 3];
	size_t n = stream_key(stream, key), at, bytes, len;
	uint8_t from[16];
	struct line l;
	int has;

	if (n == 0 || find(acl, key, n) == acl->end)
		return ACL_NO_STREAM;
	n = (size_t)(strchr(key, ' ') - key);
	n += (size_t)snprintf(key + n, sizeof(key) - n, " - play ");
	at = find(acl, key, n);
	if (!next(acl, &at, key, n, &l))
		return ACL_DAMAGED;
	if ((bytes = address_parse(address, from)) == 0 || (l.len == 1 && l.p[0] == '-'))
		return ACL_WRONG_PLACE;
	for (;; l.p += len + 1, l.len -= len + 1) {
		for (len = 0; len < l.len && l.p[len] != ','; len++)
			;
		if ((has = net_has(l.p, len, from, bytes)) != 0)
			return has == 1 ? ACL_ALLOWED : ACL_DAMAGED;
		if (len == l.len)
			return ACL_WRONG_PLACE;
	}
}

const char *
acl_answer_name(enum acl_answer a)
{
	static const char *const names[] = {
		[ACL_ALLOWED] = "open",
		[ACL_NO_STREAM] = "no-such-stream",
		[ACL_NO_TOKEN] = "no-token",
		[ACL_WRONG_TOKEN] = "wrong-token",
		[ACL_EXPIRED] = "token-expired",
		[ACL_WRONG_PLACE] = "wrong-place",
		[ACL_DAMAGED] = "snapshot-damaged",
	};

	return names[a];
}
