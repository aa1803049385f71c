/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/state_file.h"
#include "hostile.h"
#include "t.h"
#include "unprivileged.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/store-XXXXXX", dir[64], path[128];

static void
keeps_what_is_saved(void)
{
	struct state_file s;
	struct stat st;

	t_int(state_file_open(&s, dir, "one", true), 0);
	t_int(json_object_size(s.o), 0);
	json_object_set_new(s.o, "a", json_integer(1));
	t_int(state_file_save(&s), 0);
	state_file_close(&s);
	t_int(state_file_open(&s, dir, "one", true), 0);
	t_int(json_integer_value(json_object_get(s.o, "a")), 1);
	json_object_clear(s.o);
	t_int(state_file_save(&s), 0);
	state_file_close(&s);
	t_ok(stat(path, &st) == -1);	/* an empty one is no file */
}

static void
one_at_a_time(void)
{
	struct state_file s, other;

	t_int(state_file_open(&s, dir, "one", false), 0);
	t_int(state_file_open(&other, dir, "one", false), -1);
	t_int(errno, EWOULDBLOCK);
	state_file_close(&s);
	t_int(state_file_open(&other, dir, "one", false), 0);
	state_file_close(&other);
}

/* Tools that wait for the lock would wait for ever. */
static void
others_cannot_hold_it_up(void)
{
	struct state_file s;
	pid_t pid;

	t_int(chmod(root, 0755), 0);
	t_int(chmod(dir, 0755), 0);
	snprintf(path, sizeof(path), "%s/.lock", dir);
	t_int(chmod(path, 0644), 0);	/* as an older version made it */
	t_int(state_file_open(&s, dir, "one", false), 0);
	state_file_close(&s);
	pid = unprivileged_lock(path);
	t_int(pid, -1);
	t_int(state_file_open(&s, dir, "one", false), 0);
	state_file_close(&s);
	unprivileged_end(pid);
	snprintf(path, sizeof(path), "%s/one", dir);
}

/* It is not followed and not waited for, and the file takes its place; a folder stays, and an error reports it. */
static void
what_is_no_file_is_begun_anew(void)
{
	char secret[128], next[sizeof(path) + 8];
	struct state_file s;
	enum hostile kind;
	bool folder;

	snprintf(secret, sizeof(secret), "%s/secret", root);
	snprintf(next, sizeof(next), "%s.new", path);
	for (kind = 0; kind < HOSTILE_KINDS; kind++) {
		folder = kind == HOSTILE_FOLDER || kind == HOSTILE_FULL_FOLDER;
		hostile_put(kind, path, secret);
		t_int(state_file_open(&s, dir, "one", true), 0);
		t_int(json_object_size(s.o), 0);
		hostile_put(kind, next, secret);
		json_object_set_new(s.o, "a", json_integer(1));
		t_int(state_file_save(&s), folder ? -1 : 0);
		state_file_close(&s);
		t_ok(hostile_spared(secret));
		hostile_put(HOSTILE_DANGLING, path, secret);
		hostile_put(HOSTILE_DANGLING, next, secret);
		unlink(path);
		unlink(next);
		snprintf(path, sizeof(path), "%s/.lock", dir);
		hostile_put(kind, path, secret);
		t_int(state_file_open(&s, dir, "one", true), -1);
		t_int(errno, EINVAL);
		t_ok(hostile_spared(secret));
		hostile_put(HOSTILE_DANGLING, path, secret);
		unlink(path);
		snprintf(path, sizeof(path), "%s/one", dir);
	}
	unlink(secret);
	t_int(state_file_open(&s, dir, "one", true), 0);
	state_file_close(&s);
}

static void
a_huge_file_is_begun_anew(void)
{
	struct state_file s;
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	t_ok(fd != -1 && ftruncate(fd, (off_t)1 << 40) == 0);
	close(fd);
	t_int(state_file_open(&s, dir, "one", true), 0);
	t_int(json_object_size(s.o), 0);
	t_int(state_file_save(&s), 0);
	state_file_close(&s);
}

static void
nonsense_is_begun_anew(void)
{
	static const char *const texts[] = { "", "[1]", "{\"a\":", "\"x\"" };
	struct state_file s;
	size_t i;
	FILE *f;

	for (i = 0; i < nitems(texts); i++) {
		if ((f = fopen(path, "w")) != NULL) {
			fputs(texts[i], f);
			fclose(f);
		}
		t_int(state_file_open(&s, dir, "one", true), 0);
		t_ok(json_is_object(s.o));
		state_file_close(&s);
	}
	unlink(path);
}

static void
a_folder_that_cannot_be_made_is_told(void)
{
	struct state_file s;

	t_int(state_file_open(&s, "/proc/nowhere/x", "one", true), -1);
	t_int(errno, ENOENT);
	t_ok(s.o == NULL);
}

static void
cleans_up(void)
{
	snprintf(path, sizeof(path), "%s/.lock", dir);
	unlink(path);
	t_int(rmdir(dir), 0);	/* no file is left behind */
	t_int(rmdir(root), 0);
}

static void
sets_up(void)
{
	t_ok(mkdtemp(root) != NULL);
	snprintf(dir, sizeof(dir), "%s/alert", root);
	snprintf(path, sizeof(path), "%s/one", dir);
}

T_MAIN(
	{ "sets_up", sets_up },
	{ "keeps_what_is_saved", keeps_what_is_saved },
	{ "one_at_a_time", one_at_a_time },
	{ "others_cannot_hold_it_up", others_cannot_hold_it_up },
	{ "what_is_no_file_is_begun_anew", what_is_no_file_is_begun_anew },
	{ "a_huge_file_is_begun_anew", a_huge_file_is_begun_anew },
	{ "nonsense_is_begun_anew", nonsense_is_begun_anew },
	{ "a_folder_that_cannot_be_made_is_told", a_folder_that_cannot_be_made_is_told },
	{ "cleans_up", cleans_up }
)
