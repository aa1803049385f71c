/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-web/caller_cache.h"

#include <sys/mman.h>

#include <errno.h>
#include <pthread.h>

#define SLOTS	1024
#define WAYS	4	/* slots where a digest may be */

struct slot {
	char	 digest[CREDENTIAL_DIGEST];
	int64_t	 checked_s;
	bool	 confirmed;	/* nothing has changed since */
	char	 text[CALLER_TEXT];
};

struct caller_cache {
	pthread_mutex_t	 lock;
	uint64_t	 generation;
	struct slot	 slot[SLOTS];
};

struct caller_cache *
caller_cache_new(void)
{
	struct caller_cache *c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attr;

	if (c == MAP_FAILED)
		return NULL;
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&c->lock, &attr);
	pthread_mutexattr_destroy(&attr);
	return c;
}

/* A worker that died with the lock may have left half an entry. */
static void
lock(struct caller_cache *c)
{
	if (pthread_mutex_lock(&c->lock) == EOWNERDEAD) {
		memset(c->slot, 0, sizeof(c->slot));
		pthread_mutex_consistent(&c->lock);
	}
}

/* The first of the slots where the digest may be: it is a random number. */
static struct slot *
slots_of(struct caller_cache *c, const char *digest)
{
	unsigned int n = 0;
	int i;

	for (i = 0; i < 4; i++)
		n = n << 4 | (unsigned int)(digest[i] <= '9' ? digest[i] - '0' : digest[i] - 'a' + 10);
	return &c->slot[n % (SLOTS / WAYS) * WAYS];
}

bool
caller_cache_get(struct caller_cache *c, const char *digest, bool stale, int64_t now_s, char text[CALLER_TEXT])
{
	struct slot *s;
	bool found = false;
	int i;

	if (c == NULL)
		return false;
	lock(c);
	s = slots_of(c, digest);
	for (i = 0; i < WAYS && !found; i++)
		if (strcmp(s[i].digest, digest) == 0 && (stale ? now_s - s[i].checked_s < CALLER_STALE_S :
		    s[i].confirmed && now_s - s[i].checked_s < CALLER_FRESH_S)) {
			memcpy(text, s[i].text, CALLER_TEXT);
			found = true;
		}
	pthread_mutex_unlock(&c->lock);
	return found;
}

uint64_t
caller_cache_generation(struct caller_cache *c)
{
	uint64_t n;

	if (c == NULL)
		return 0;
	lock(c);
	n = c->generation;
	pthread_mutex_unlock(&c->lock);
	return n;
}

void
caller_cache_put(struct caller_cache *c, uint64_t generation, const char *digest, const char *text, int64_t now_s)
{
	struct slot *s, *oldest;
	int i;

	if (c == NULL || strlen(text) >= CALLER_TEXT)
		return;
	lock(c);
	if (c->generation != generation) {
		pthread_mutex_unlock(&c->lock);
		return;
	}
	oldest = s = slots_of(c, digest);
	for (i = 0; i < WAYS; i++) {
		if (strcmp(s[i].digest, digest) == 0) {
			oldest = &s[i];
			break;
		}
		if (s[i].checked_s < oldest->checked_s)
			oldest = &s[i];
	}
	strlcpy(oldest->digest, digest, sizeof(oldest->digest));
	strlcpy(oldest->text, text, sizeof(oldest->text));
	oldest->checked_s = now_s;
	oldest->confirmed = true;
	pthread_mutex_unlock(&c->lock);
}

void
caller_cache_forget(struct caller_cache *c, bool stale)
{
	size_t i;

	if (c == NULL)
		return;
	lock(c);
	c->generation++;
	for (i = 0; i < SLOTS; i++)
		if (stale)
			c->slot[i].confirmed = false;
		else
			memset(&c->slot[i], 0, sizeof(c->slot[i]));
	pthread_mutex_unlock(&c->lock);
}
