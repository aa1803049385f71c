/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/host/spec_file.h"
#include "spec_text.h"
#include "hostile.h"
#include "t.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

static char dir[] = "/tmp/spec-file.XXXXXX";

static void
enter(void)
{
	if (strcmp(dir + sizeof(dir) - 7, "XXXXXX") == 0 && mkdtemp(dir) != NULL)
		setenv("LSCTL_RUN", dir, 1);
}

static void
one_that_cannot_be_put_leaves_no_secret(void)
{
	char path[256];

	enter();
	t_int(spec_file_write(PLAN_FORWARD, "d", "secret", true), 0);
	t_int(spec_file_remove(PLAN_FORWARD, "d"), 0);
	snprintf(path, sizeof(path), "%s/forward/d.json", dir);
	t_int(mkdir(path, 0700), 0);
	t_int(spec_file_write(PLAN_FORWARD, "d", "secret", true), -1);
	t_int(errno, EISDIR);
	t_int(rmdir(path), 0);
	strlcat(path, ".new", sizeof(path));
	t_int(access(path, F_OK), -1);
	t_int(spec_file_remove(PLAN_FORWARD, "d"), 0);
}

static void
how_long_ago_it_was_started(void)
{
	struct timespec then[2] = { { .tv_sec = time(NULL) - 40 }, { .tv_sec = time(NULL) - 40 } };
	char path[256];
	int64_t ms;

	enter();
	t_int(spec_file_last_start_ms(PLAN_LOOP, "t"), -1);
	t_int(spec_file_write(PLAN_LOOP, "t", "x", false), 0);
	spec_file_note_start(PLAN_LOOP, "t");
	ms = spec_file_last_start_ms(PLAN_LOOP, "t");
	t_ok(ms >= 0 && ms < 10000);
	snprintf(path, sizeof(path), "%s/loop/t.tried", dir);
	t_int(utimensat(AT_FDCWD, path, then, 0), 0);
	ms = spec_file_last_start_ms(PLAN_LOOP, "t");
	t_ok(ms > 38000 && ms < 60000);
	spec_file_note_start(PLAN_LOOP, "t");
	t_ok(spec_file_last_start_ms(PLAN_LOOP, "t") < 10000);
	then[0].tv_sec = then[1].tv_sec = time(NULL) + 3600;	/* by a clock that was set back since */
	t_int(utimensat(AT_FDCWD, path, then, 0), 0);
	t_int(spec_file_last_start_ms(PLAN_LOOP, "t"), -1);
	t_int(spec_file_remove(PLAN_LOOP, "t"), 0);
	t_int(access(path, F_OK), -1);
}

static void
written_whole_and_private(void)
{
	char path[256];
	struct stat st;
	struct buf b;

	enter();
	buf_init(&b, 4096);
	t_int(spec_file_read(PLAN_FORWARD, "c", &b), 1);
	t_int(spec_file_write(PLAN_FORWARD, "c", "one", false), 0);
	t_str(spec_text(PLAN_FORWARD, "c"), "one");
	snprintf(path, sizeof(path), "%s/forward/c.json", dir);
	t_int(stat(path, &st), 0);
	t_int(st.st_mode & 0777, 0600);
	if (geteuid() == 0) {	/* the folder is its parent's owner's, and so is what is in it */
		t_int(chown(dir, 65534, 65534), 0);
		t_int(spec_file_write(PLAN_LOOP, "o", "x", false), 0);
		snprintf(path, sizeof(path), "%s/loop", dir);
		t_int(stat(path, &st), 0);
		t_int(st.st_uid, 65534);
		snprintf(path, sizeof(path), "%s/loop/o.json", dir);
		t_int(stat(path, &st), 0);
		t_int(st.st_uid, 65534);
		t_int(spec_file_remove(PLAN_LOOP, "o"), 0);
	}
	t_ok(!spec_file_reload_pending(PLAN_FORWARD, "c"));
	t_int(spec_file_write(PLAN_FORWARD, "c", "two", true), 0);
	t_str(spec_text(PLAN_FORWARD, "c"), "two");
	t_ok(spec_file_reload_pending(PLAN_FORWARD, "c"));
	spec_file_settle(PLAN_FORWARD, "c");
	t_ok(!spec_file_reload_pending(PLAN_FORWARD, "c"));
	t_str(spec_text(PLAN_LOOP, "c"), "");
	buf_free(&b);
}

/* It is not followed and not waited for; a spec takes its place. */
static void
what_is_no_file_is_no_spec(void)
{
	char path[256], secret[256];
	enum hostile kind;
	bool folder;
	struct buf b;

	enter();
	t_int(spec_file_write(PLAN_LOOP, "h", "x", false), 0);
	snprintf(path, sizeof(path), "%s/loop/h.json", dir);
	snprintf(secret, sizeof(secret), "%s/secret", dir);
	for (kind = 0; kind < HOSTILE_KINDS; kind++) {
		folder = kind == HOSTILE_FOLDER || kind == HOSTILE_FULL_FOLDER;
		hostile_put(kind, path, secret);
		buf_init(&b, 65536);
		t_int(spec_file_read(PLAN_LOOP, "h", &b), -1);
		t_int(errno, EINVAL);
		t_int(spec_file_write(PLAN_LOOP, "h", "x", false), folder ? -1 : 0);
		t_ok(hostile_spared(secret));
		hostile_put(HOSTILE_DANGLING, path, secret);
		buf_free(&b);
	}
	unlink(secret);
	t_int(spec_file_remove(PLAN_LOOP, "h"), 0);
}

static char found[64];

static int
note(void *arg, enum plan_unit u, const char *channel)
{
	(void)u;
	strlcat(found, channel, sizeof(found));
	return *(int *)arg;
}

static void
listed_and_removed(void)
{
	char path[256];
	int rc = 0;
	FILE *f;

	enter();
	t_int(spec_file_write(PLAN_LOOP, "d", "x", true), 0);
	snprintf(path, sizeof(path), "%s/loop/UPPER.json", dir);
	if ((f = fopen(path, "w")) != NULL)
		fclose(f);
	found[0] = '\0';
	t_int(spec_file_each(PLAN_LOOP, note, &rc), 0);
	t_str(found, "d");
	rc = -1;
	t_int(spec_file_each(PLAN_LOOP, note, &rc), -1);
	t_int(spec_file_remove(PLAN_LOOP, "d"), 0);
	t_int(spec_file_remove(PLAN_LOOP, "d"), 0);
	t_ok(!spec_file_reload_pending(PLAN_LOOP, "d"));
	unlink(path);
}

static void
a_full_disk_leaves_what_was(void)
{
	char path[256];

	enter();
	t_int(spec_file_write(PLAN_FORWARD, "e", "old", false), 0);
	snprintf(path, sizeof(path), "%s/forward/e.json.new", dir);
	t_int(mkdir(path, 0700), 0);	/* stands for anything that fails */
	t_int(spec_file_write(PLAN_FORWARD, "e", "new", false), -1);
	t_str(spec_text(PLAN_FORWARD, "e"), "old");
	rmdir(path);
	spec_file_remove(PLAN_FORWARD, "c");
	spec_file_remove(PLAN_FORWARD, "e");
	snprintf(path, sizeof(path), "%s/forward", dir);
	t_int(rmdir(path), 0);		/* nothing else is left behind */
	snprintf(path, sizeof(path), "%s/loop", dir);
	t_int(rmdir(path), 0);
	t_int(rmdir(dir), 0);
}

T_MAIN(
	{ "written_whole_and_private", written_whole_and_private },
	{ "one_that_cannot_be_put_leaves_no_secret", one_that_cannot_be_put_leaves_no_secret },
	{ "how_long_ago_it_was_started", how_long_ago_it_was_started },
	{ "what_is_no_file_is_no_spec", what_is_no_file_is_no_spec },
	{ "listed_and_removed", listed_and_removed },
	{ "a_full_disk_leaves_what_was", a_full_disk_leaves_what_was }
)
