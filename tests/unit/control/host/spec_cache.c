/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "control/host/spec_cache.h"
#include "hostile.h"
#include "t.h"

#include <sys/stat.h>

#include <unistd.h>

static char dir[] = "/tmp/speccache.XXXXXX";
static struct error err;
static struct master_key key = { .key = { 7 } }, other = { .key = { 8 } };

static void
enter(void)
{
	if (strcmp(dir + sizeof(dir) - 7, "XXXXXX") == 0 && mkdtemp(dir) != NULL)
		setenv("LSCTL_STATE", dir, 1);
}

static const char *
path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/spec-cache/%s", dir, name);
	return path;
}

static bool
opens_as(const struct master_key k[], size_t keys, const char *channel, const char *want)
{
	char *text = spec_cache_open(k, keys, PLAN_FORWARD, channel, &err);
	bool same = text != NULL && strcmp(text, want) == 0;

	secret_free(text);
	return same;
}

/* Kept and settled, what keep said. */
static int
kept(const struct master_key *k, const char *channel, const char *text)
{
	int rc = spec_cache_keep(k, PLAN_FORWARD, channel, text);

	if (rc == 1) {
		t_int(spec_cache_sync(), 0);
		t_int(spec_cache_settle(PLAN_FORWARD, channel), 0);
	}
	return rc;
}

static void
written_when_it_differs_and_only_then(void)
{
	struct stat st, again;

	enter();
	t_int(kept(&key, "c", "{\"key\":\"canary\"}"), 1);
	t_int(stat(path_of("forward/c"), &st), 0);
	t_int(st.st_mode & 0777, 0600);
	t_int(stat(path_of("forward"), &again), 0);
	t_int(again.st_mode & 0777, 0700);
	t_int(kept(&key, "c", "{\"key\":\"canary\"}"), 0);
	t_int(stat(path_of("forward/c"), &again), 0);
	t_ok(st.st_ino == again.st_ino && st.st_mtim.tv_nsec == again.st_mtim.tv_nsec);
	t_ok(opens_as(&key, 1, "c", "{\"key\":\"canary\"}"));
	t_int(kept(&key, "c", "two"), 1);
	t_ok(opens_as(&key, 1, "c", "two"));
}

static void
sealed_for_its_place_under_its_key(void)
{
	struct master_key both[2] = { other, key };
	char text[64] = "";
	FILE *f;

	enter();
	t_int(kept(&key, "c", "canary"), 1);
	if ((f = fopen(path_of("forward/c"), "r")) != NULL) {
		t_int(fread(text, 1, sizeof(text), f), 6 + SEAL_OVERHEAD);
		fclose(f);
	}
	t_ok(memmem(text, sizeof(text), "canary", 6) == NULL);
	t_ok(!opens_as(&other, 1, "c", "canary"));
	t_ok(strstr(err.text, "spec-cache/forward/c: does not open") != NULL);
	t_ok(opens_as(both, 2, "c", "canary"));
	t_int(kept(&other, "c", "canary"), 1);		/* the key was changed */
	t_ok(opens_as(&other, 1, "c", "canary"));
	t_ok(!opens_as(&key, 1, "c", "canary"));
	strlcpy(text, path_of("forward/c"), sizeof(text));
	t_int(link(text, path_of("forward/d")), 0);
	t_ok(!opens_as(&other, 1, "d", "canary"));	/* another channel's */
	t_int(spec_cache_remove(PLAN_FORWARD, "d"), 0);
}

static void
what_is_damaged_is_written_anew(void)
{
	enter();
	t_int(kept(&key, "c", "text"), 1);
	t_int(truncate(path_of("forward/c"), 5), 0);
	t_ok(!opens_as(&key, 1, "c", "text"));
	t_int(kept(&key, "c", "text"), 1);
	t_ok(opens_as(&key, 1, "c", "text"));
	t_int(truncate(path_of("forward/c"), 0), 0);
	t_ok(!opens_as(&key, 1, "c", "text"));
	t_ok(!opens_as(&key, 1, "nobody", "text"));
	t_ok(strstr(err.text, "No such file") != NULL);
}

/* It is not followed and not waited for; another copy takes its place, but not that of a folder. */
static void
what_is_no_file_is_no_copy(void)
{
	char secret[512];
	enum hostile kind;
	bool folder;

	enter();
	snprintf(secret, sizeof(secret), "%s.secret", path_of("forward/secret"));
	for (kind = 0; kind < HOSTILE_KINDS; kind++) {
		folder = kind == HOSTILE_FOLDER || kind == HOSTILE_FULL_FOLDER;
		hostile_put(kind, path_of("forward/h"), secret);
		t_ok(!opens_as(&key, 1, "h", "text"));
		t_ok(strstr(err.text, "/h: not a regular file") != NULL);
		t_int(spec_cache_keep(&key, PLAN_FORWARD, "h", "text"), 1);
		t_int(spec_cache_settle(PLAN_FORWARD, "h"), folder ? -1 : 0);
		t_ok(hostile_spared(secret));
		hostile_put(HOSTILE_DANGLING, path_of("forward/h"), secret);
		unlink(path_of("forward/h"));
		unlink(path_of("forward/h.new"));
	}
	unlink(secret);
}

static char found[64];

static int
note(void *arg, enum plan_unit u, const char *channel)
{
	strlcat(found, plan_unit_name(u), sizeof(found));
	strlcat(found, channel, sizeof(found));
	return *(int *)arg;
}

static void
listed_and_removed(void)
{
	int rc = 0;

	enter();
	t_int(kept(&key, "c", "text"), 1);
	t_int(spec_cache_keep(&key, PLAN_FORWARD, "e", "never settled"), 1);
	t_int(spec_cache_each(PLAN_FORWARD, note, &rc), 0);
	t_str(found, "forwardc");
	t_int(spec_cache_each(PLAN_LOOP, note, &rc), 0);		/* no folder */
	rc = -1;
	t_int(spec_cache_each(PLAN_FORWARD, note, &rc), -1);
	t_int(spec_cache_remove(PLAN_FORWARD, "c"), 0);
	t_int(spec_cache_remove(PLAN_FORWARD, "c"), 0);
	unlink(path_of("forward/e.new"));
	t_int(rmdir(path_of("forward")), 0);
	t_int(rmdir(path_of("")), 0);
	t_int(rmdir(dir), 0);
}

T_MAIN(
	{ "written_when_it_differs_and_only_then", written_when_it_differs_and_only_then },
	{ "sealed_for_its_place_under_its_key", sealed_for_its_place_under_its_key },
	{ "what_is_damaged_is_written_anew", what_is_damaged_is_written_anew },
	{ "what_is_no_file_is_no_copy", what_is_no_file_is_no_copy },
	{ "listed_and_removed", listed_and_removed }
)
