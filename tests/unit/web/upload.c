/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "scratch.h"
#include "t.h"
#include "web/upload.h"

#include <sys/file.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <signal.h>
#include <time.h>

static int64_t disk = 1LL << 40;	/* bytes of it that are free */

/* The disk is the test's. */
int
statvfs(const char *path, struct statvfs *v)
{
	(void)path;
	*v = (struct statvfs){ .f_frsize = 4096, .f_bavail = (fsblkcnt_t)(disk / 4096) };
	return 0;
}

static const char *content;	/* that a client sends, and then no more */

static int
reads(void *arg, char *dst, size_t len)
{
	(void)arg;
	if (strlen(content) < len)
		return -1;
	memcpy(dst, content, len);
	content += len;
	return 0;
}

static enum upload_end
append(const char *id, int64_t offset, const char *text, int64_t len, struct upload *u)
{
	content = text;
	return upload_append_from(scratch_path("up"), id, offset, len, reads, NULL, u);
}

static enum upload_end
begin(const char *name, const char *profile, int64_t bytes, char id[UPLOAD_ID])
{
	struct upload u = { .bytes = bytes, .account = 7 };

	mkdir(scratch_path("up"), 0700);
	strlcpy(u.name, name, sizeof(u.name));
	strlcpy(u.profile, profile, sizeof(u.profile));
	return upload_begin(scratch_path("up"), &u, id);
}

/* What is at up/ID/NAME. */
static const char *
held(const char *id, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "up/%s/%s", id, name);
	return scratch_read(path);
}

static void
grows_by_appending(void)
{
	char id[UPLOAD_ID];
	struct upload u;

	t_int(begin("walk.mp4", "1280x720@25", 10, id), UPLOAD_OK);
	t_ok(upload_is_id(id));
	t_str(held(id, "profile"), "1280x720@25");
	t_int(append(id, 0, "01234", 5, &u), UPLOAD_OK);
	t_int(u.have, 5);
	t_int(append(id, 5, "567", 3, &u), UPLOAD_OK);
	t_int(upload_find(scratch_path("up"), id, &u), UPLOAD_OK);
	t_str(u.name, "walk.mp4");
	t_int(u.bytes, 10);
	t_int(u.account, 7);
	t_int(u.have, 8);
	t_str(held(id, "film/walk.mp4"), "01234567");
}

/* The connection was lost: what came is there, and the client goes on from it. */
static void
continues_where_it_was_cut(void)
{
	static char large[70000];
	char id[UPLOAD_ID];
	struct upload u;

	memset(large, 'x', sizeof(large) - 1);
	t_int(begin("walk.mp4", "", 100000, id), UPLOAD_OK);
	t_int(append(id, 0, large, 100000, &u), UPLOAD_CUT);
	t_int(u.have, 65536);
	t_int(append(id, 65536, large, 100000 - 65536, &u), UPLOAD_OK);
	t_int(u.have, 100000);
}

static void
refuses_what_was_not_announced(void)
{
	char id[UPLOAD_ID];
	struct upload u;

	t_int(begin("walk.mp4", "", 10, id), UPLOAD_OK);
	t_int(append(id, 1, "0", 1, &u), UPLOAD_OFFSET);
	t_int(append(id, 0, "01234567890", 11, &u), UPLOAD_LONG);
	t_int(append(id, 0, "0123456789", 10, &u), UPLOAD_OK);
	t_int(append(id, 0, "0", 1, &u), UPLOAD_OFFSET);
	t_int(u.have, 10);
	t_int(append(id, 10, "0", 1, &u), UPLOAD_LONG);
	t_str(held(id, "film/walk.mp4"), "0123456789");
}

static void
one_request_at_a_time_appends(void)
{
	char id[UPLOAD_ID], path[128];
	struct upload u;
	int fd;

	t_int(begin("walk.mp4", "", 10, id), UPLOAD_OK);
	snprintf(path, sizeof(path), "up/%s/film/walk.mp4", id);
	fd = open(scratch_path(path), O_WRONLY);
	t_int(flock(fd, LOCK_EX), 0);
	t_int(append(id, 0, "0", 1, &u), UPLOAD_BUSY);
	close(fd);
	t_int(append(id, 0, "0", 1, &u), UPLOAD_OK);
}

static void
takes_no_name_that_could_be_more(void)
{
	static const char *const names[] = { "", ".", "..", ".walk.mp4", "-walk.mp4", "a/b.mp4", "../walk.mp4", "a b.mp4",
	    "a\nb.mp4", "%2e.mp4", "\xc3\xa9.mp4", "a;b", "a$b" };
	static const char *const profiles[] = { "x y", "-o", "1280x720;", "$a" };
	char id[UPLOAD_ID], longest[UPLOAD_NAME];
	size_t i;

	for (i = 0; i < nitems(names); i++)
		t_int(begin(names[i], "", 10, id), UPLOAD_NAME_WRONG);
	for (i = 0; i < nitems(profiles); i++)
		t_int(begin("walk.mp4", profiles[i], 10, id), UPLOAD_PROFILE_WRONG);
	t_int(begin("walk.mp4", "", 0, id), UPLOAD_NAME_WRONG);
	t_int(begin("walk.mp4", "", -1, id), UPLOAD_NAME_WRONG);
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	t_int(begin(longest, "", 10, id), UPLOAD_OK);
}

static void
an_id_is_no_path(void)
{
	static const char *const ids[] = { "", ".", "..", "../../../etc/passwd", "0123456789abcdef0123456789abcde",
	    "0123456789abcdef0123456789abcdef0", "0123456789ABCDEF0123456789abcdef", "../456789abcdef0123456789abcdef00" };
	struct upload u;
	size_t i;

	for (i = 0; i < nitems(ids); i++) {
		t_ok(!upload_is_id(ids[i]));
		t_int(upload_find(scratch_path("up"), ids[i], &u), UPLOAD_NONE);
		t_int(upload_delete(scratch_path("up"), ids[i]), UPLOAD_NONE);
		t_int(append(ids[i], 0, "0", 1, &u), UPLOAD_NONE);
	}
	t_int(upload_find(scratch_path("up"), "0123456789abcdef0123456789abcdef", &u), UPLOAD_NONE);
}

/* What another program left there is no upload, and leads nowhere. */
static void
believes_no_other_file(void)
{
	static const char *const abouts[] = { "", "x", "[]", "{\"name\": \"../../secret\", \"bytes\": 1, \"account\": 7}",
	    "{\"name\": \"walk.mp4\", \"bytes\": \"1\", \"account\": 7}", "{\"bytes\": 1, \"account\": 7}" };
	const char *id = "0123456789abcdef0123456789abcdef";
	struct upload u;
	char path[128];
	size_t i;

	mkdir(scratch_path("up"), 0700);
	scratch_write("secret", "s3cret", 0600);
	snprintf(path, sizeof(path), "up/%s/about", id);
	for (i = 0; i < nitems(abouts); i++) {
		scratch_write(path, abouts[i], 0600);
		t_int(upload_find(scratch_path("up"), id, &u), UPLOAD_NONE);
		t_int(append(id, 0, "0", 1, &u), UPLOAD_NONE);
	}
	t_str(scratch_read("secret"), "s3cret");
}

static void
deletes_all_of_it(void)
{
	char id[UPLOAD_ID], path[128];
	struct upload u;

	t_int(begin("walk.mp4", "", 10, id), UPLOAD_OK);
	snprintf(path, sizeof(path), "up/%s/progress", id);
	scratch_write(path, "50", 0600);
	t_int(upload_delete(scratch_path("up"), id), UPLOAD_OK);
	snprintf(path, sizeof(path), "up/%s", id);
	t_ok(!scratch_has(path));
	t_int(upload_find(scratch_path("up"), id, &u), UPLOAD_NONE);
}

static void
an_old_one_is_removed(void)
{
	char old[UPLOAD_ID], young[UPLOAD_ID], next[UPLOAD_ID], path[128];
	struct timespec times[2] = { { 0 } };
	struct upload u;

	t_int(begin("walk.mp4", "", 10, old), UPLOAD_OK);
	t_int(begin("walk.mp4", "", 10, young), UPLOAD_OK);
	times[0].tv_sec = times[1].tv_sec = time(NULL) - UPLOADS_OLD_S - 60;
	snprintf(path, sizeof(path), "up/%s/film/walk.mp4", old);
	t_int(utimensat(AT_FDCWD, scratch_path(path), times, 0), 0);
	t_int(begin("walk.mp4", "", 10, next), UPLOAD_OK);
	t_int(upload_find(scratch_path("up"), old, &u), UPLOAD_NONE);
	t_int(upload_find(scratch_path("up"), young, &u), UPLOAD_OK);
}

/* Who follows the preparation reads how it ended; and what is left of it takes nothing from others, and goes after a day. */
static void
a_prepared_one_stays_for_a_day(void)
{
	char id[UPLOAD_ID], next[UPLOAD_ID], film[128], progress[128], about[128];
	struct timespec times[2] = { { 0 } };
	struct upload u;

	t_int(begin("walk.mp4", "", 10, id), UPLOAD_OK);
	snprintf(about, sizeof(about), "up/%s/about", id);
	snprintf(film, sizeof(film), "{\"name\": \"walk.mp4\", \"bytes\": %lld, \"account\": 7}", UPLOADS_BYTES - 5);
	scratch_write(about, film, 0600);
	snprintf(film, sizeof(film), "up/%s/film/walk.mp4", id);
	snprintf(progress, sizeof(progress), "up/%s/progress", id);
	scratch_write(progress, "{\"state\": \"done\"}", 0600);
	scratch_remove(film);
	t_int(upload_find(scratch_path("up"), id, &u), UPLOAD_OK);
	t_int(u.have, u.bytes);
	t_int(append(id, 0, "0", 1, &u), UPLOAD_NONE);
	t_int(begin("walk.mp4", "", 10, next), UPLOAD_OK);
	t_int(upload_find(scratch_path("up"), id, &u), UPLOAD_OK);
	times[0].tv_sec = times[1].tv_sec = time(NULL) - UPLOADS_OLD_S - 60;
	t_int(utimensat(AT_FDCWD, scratch_path(progress), times, 0), 0);
	t_int(begin("walk.mp4", "", 10, next), UPLOAD_OK);
	t_int(upload_find(scratch_path("up"), id, &u), UPLOAD_NONE);
}

/* An upload that was announced and has not come. */
static void
announce(const char *id, int64_t bytes)
{
	char path[128], about[128];

	snprintf(path, sizeof(path), "up/%s/film/walk.mp4", id);
	scratch_write(path, "", 0600);
	snprintf(path, sizeof(path), "up/%s/about", id);
	snprintf(about, sizeof(about), "{\"name\": \"walk.mp4\", \"bytes\": %lld, \"account\": 7}", (long long)bytes);
	scratch_write(path, about, 0600);
}

/* All of them share what uploads may take, also what has not come yet. */
static void
the_share_of_uploads_ends(void)
{
	char other[UPLOAD_ID];

	t_int(begin("walk.mp4", "", UPLOADS_BYTES + 1, other), UPLOAD_NO_SPACE);
	announce("0123456789abcdef0123456789abcdef", UPLOADS_BYTES - 5);
	t_int(begin("walk.mp4", "", 10, other), UPLOAD_NO_SPACE);
	scratch_remove("up");
	t_int(begin("walk.mp4", "", 10, other), UPLOAD_OK);
}

/* What is free is not free when it was announced: it has to hold what comes, and the film that is made of it. */
static void
what_was_announced_is_taken(void)
{
	char other[UPLOAD_ID];

	disk = UPLOADS_BYTES;
	scratch_remove("up");
	announce("0123456789abcdef0123456789abcdef", disk / 2);
	t_int(begin("walk.mp4", "", 1, other), UPLOAD_NO_SPACE);
	scratch_remove("up");
	announce("0123456789abcdef0123456789abcdef", disk / 2 - 4096);
	t_int(begin("walk.mp4", "", 1, other), UPLOAD_OK);
	scratch_remove("up");
	disk = 1LL << 40;
}

static void
so_many_and_no_more(void)
{
	char id[UPLOAD_ID], other[UPLOAD_ID];
	int i;

	scratch_remove("up");
	for (i = 0; i < UPLOADS_MAX; i++) {
		snprintf(id, sizeof(id), "%032x", (unsigned)i);
		announce(id, 1);
	}
	t_int(begin("walk.mp4", "", 1, other), UPLOAD_NO_SPACE);
	t_int(upload_delete(scratch_path("up"), id), UPLOAD_OK);
	t_int(begin("walk.mp4", "", 1, other), UPLOAD_OK);
	scratch_remove("up");
}

/* A disk is full in the middle of a piece: the client hears of the disk. Here it is the limit of a file's size. */
static void
a_write_that_is_cut_short_says_why(void)
{
	struct rlimit limit, old;
	char id[UPLOAD_ID];
	struct upload u;

	t_int(begin("walk.mp4", "", 10, id), UPLOAD_OK);
	signal(SIGXFSZ, SIG_IGN);
	t_int(getrlimit(RLIMIT_FSIZE, &old), 0);
	limit = old;
	limit.rlim_cur = 4;
	t_int(setrlimit(RLIMIT_FSIZE, &limit), 0);
	errno = 0;
	t_int(append(id, 0, "0123456789", 10, &u), UPLOAD_IO);
	t_int(errno, EFBIG);
	t_int(setrlimit(RLIMIT_FSIZE, &old), 0);
	t_int(u.have, 4);
}

/* What could not begin leaves nothing. */
static void
no_folder_no_upload(void)
{
	struct upload u = { .name = "walk.mp4", .bytes = 10 };
	char id[UPLOAD_ID];

	t_int(upload_begin(scratch_path("none"), &u, id), UPLOAD_IO);
	t_int(errno, ENOENT);
	t_ok(!scratch_has("none"));
}

T_MAIN(
	{ "grows_by_appending", grows_by_appending },
	{ "continues_where_it_was_cut", continues_where_it_was_cut },
	{ "refuses_what_was_not_announced", refuses_what_was_not_announced },
	{ "one_request_at_a_time_appends", one_request_at_a_time_appends },
	{ "takes_no_name_that_could_be_more", takes_no_name_that_could_be_more },
	{ "an_id_is_no_path", an_id_is_no_path },
	{ "believes_no_other_file", believes_no_other_file },
	{ "deletes_all_of_it", deletes_all_of_it },
	{ "an_old_one_is_removed", an_old_one_is_removed },
	{ "a_prepared_one_stays_for_a_day", a_prepared_one_stays_for_a_day },
	{ "the_share_of_uploads_ends", the_share_of_uploads_ends },
	{ "what_was_announced_is_taken", what_was_announced_is_taken },
	{ "so_many_and_no_more", so_many_and_no_more },
	{ "a_write_that_is_cut_short_says_why", a_write_that_is_cut_short_says_why },
	{ "no_folder_no_upload", no_folder_no_upload }
)
