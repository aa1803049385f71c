/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-web/caller_cache.h"
#include "t.h"

#include <sys/mman.h>
#include <sys/wait.h>

#include <unistd.h>

#define NOW	1000000
#define A	"aaaa000000000000000000000000000000000000000000000000000000000000"

static char got[CALLER_TEXT];

static const char *
text_of(struct caller_cache *c, const char *digest, bool stale, int64_t now_s)
{
	return caller_cache_get(c, digest, stale, now_s, got) ? got : "none";
}

static void
put(struct caller_cache *c, const char *digest, const char *text, int64_t now_s)
{
	caller_cache_put(c, caller_cache_generation(c), digest, text, now_s);
}

static void
keeps_a_caller_for_its_time(void)
{
	struct caller_cache *c = caller_cache_new();

	t_str(text_of(c, A, false, NOW), "none");
	put(c, A, "{\"account\": \"jas\"}", NOW);
	t_str(text_of(c, A, false, NOW), "{\"account\": \"jas\"}");
	t_str(text_of(c, A, false, NOW + CALLER_FRESH_S - 1), "{\"account\": \"jas\"}");
	t_str(text_of(c, A, false, NOW + CALLER_FRESH_S), "none");
	t_str(text_of(c, A, true, NOW + CALLER_FRESH_S), "{\"account\": \"jas\"}");
	t_str(text_of(c, A, true, NOW + CALLER_STALE_S), "none");
	put(c, A, "{}", NOW + 1);
	t_str(text_of(c, A, false, NOW + 1), "{}");
}

static void
tells_digests_apart_that_share_a_place(void)
{
	struct caller_cache *c = caller_cache_new();
	char digest[8][CREDENTIAL_DIGEST], want[8];
	int i;

	for (i = 0; i < 8; i++) {
		strlcpy(digest[i], A, sizeof(digest[i]));
		digest[i][40] = (char)('0' + i);
		snprintf(want, sizeof(want), "%d", i);
		put(c, digest[i], want, NOW + i);
	}
	/* the four newest are there */
	for (i = 0; i < 8; i++) {
		snprintf(want, sizeof(want), "%d", i);
		t_str(text_of(c, digest[i], false, NOW + 8), i < 4 ? "none" : want);
	}
}

static void
forgets_when_something_changed(void)
{
	struct caller_cache *c = caller_cache_new();

	put(c, A, "x", NOW);
	caller_cache_forget(c, true);
	t_str(text_of(c, A, false, NOW), "none");
	t_str(text_of(c, A, true, NOW), "x");
	put(c, A, "y", NOW);
	caller_cache_forget(c, false);
	t_str(text_of(c, A, true, NOW), "none");
}

/* The change came between the question to the database and its answer. */
static void
drops_an_answer_that_may_be_old(void)
{
	struct caller_cache *c = caller_cache_new();
	uint64_t before = caller_cache_generation(c);

	caller_cache_forget(c, false);
	caller_cache_put(c, before, A, "old", NOW);
	t_str(text_of(c, A, true, NOW), "none");
}

static void
keeps_nothing_that_is_too_long(void)
{
	struct caller_cache *c = caller_cache_new();
	static char text[CALLER_TEXT + 1];

	memset(text, 'x', CALLER_TEXT);
	put(c, A, text, NOW);
	t_str(text_of(c, A, true, NOW), "none");
	text[CALLER_TEXT - 1] = '\0';
	put(c, A, text, NOW);
	t_int(strlen(text_of(c, A, true, NOW)), CALLER_TEXT - 1);
}

static void
is_shared_by_processes(void)
{
	struct caller_cache *c = caller_cache_new();
	pid_t pid = fork();

	if (pid == 0) {
		put(c, A, "theirs", NOW);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	t_str(text_of(c, A, false, NOW), "theirs");
}

static void
is_not_needed(void)
{
	t_str(text_of(NULL, A, true, NOW), "none");
	put(NULL, A, "x", NOW);
	caller_cache_forget(NULL, false);
	t_int(caller_cache_generation(NULL), 0);
}

T_MAIN(
	{ "keeps_a_caller_for_its_time", keeps_a_caller_for_its_time },
	{ "tells_digests_apart_that_share_a_place", tells_digests_apart_that_share_a_place },
	{ "forgets_when_something_changed", forgets_when_something_changed },
	{ "drops_an_answer_that_may_be_old", drops_an_answer_that_may_be_old },
	{ "keeps_nothing_that_is_too_long", keeps_nothing_that_is_too_long },
	{ "is_shared_by_processes", is_shared_by_processes },
	{ "is_not_needed", is_not_needed }
)
