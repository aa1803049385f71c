/* SPDX-License-Identifier: ISC */
/* What one process does to the spool while another one has a lock, or takes it. */
#include "base/base.h"
#include "control/acl/spool.h"
#include "scratch.h"
#include "t.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static const struct spool_event event = { "host", "waheguru", "publish-allowed", "obs", "lsctl-hook", NULL, NULL };
static const char *dir;
static struct spool_claim claim;
static struct error err;

/* What another process does at the moment of a lock: after so many locks of ours. */
static void (*meanwhile)(void);
static int locks_before;

int
flock(int fd, int operation)
{
	void (*f)(void) = meanwhile;

	if (f != NULL && locks_before-- == 0) {
		meanwhile = NULL;
		f();
	}
	return (int)syscall(SYS_flock, fd, operation);
}

static const char *
path_of(const char *name)
{
	static char path[2][4096];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof(path[0]), "%s/%s", dir, name);
	return path[turn];
}

static void
add(void)
{
	if (!t_int(spool_append(dir, &event, &err), 0))
		printf("# %s\n", err.text);
}

/* A spool with one event. */
static void
begin(void)
{
	scratch_remove("spool");
	dir = scratch_path("spool");
	add();
}

static off_t
size_of(const char *name)
{
	struct stat st;

	return stat(path_of(name), &st) == 0 ? st.st_size : -1;
}

static void
move(const char *from, const char *to)
{
	t_int(rename(path_of(from), path_of(to)), 0);
}

/* Opens and locks a file of the spool, of this length unless that is 0. */
static int
held(const char *name, int operation, off_t len)
{
	int fd = open(path_of(name), O_RDWR | O_CREAT | O_CLOEXEC, 0660);

	t_ok(fd != -1 && flock(fd, operation) == 0);
	t_ok(len == 0 || ftruncate(fd, len) == 0);
	return fd;
}

static void
claims(void)
{
	move("events", "ship.new");
}

/* Its process has read it, or is about to, and removes it. */
static void
a_claimed_file_is_not_appended_to(void)
{
	off_t len;
	int fd;

	begin();
	len = size_of("events");
	fd = held("events", LOCK_EX, 0);
	t_int(spool_append(dir, &event, &err), -1);
	t_ok(strstr(err.text, strerror(EBUSY)) != NULL);
	t_int(size_of("events"), len);
	close(fd);
	meanwhile = claims;			/* after it was opened for the event */
	locks_before = 0;
	add();
	t_int(size_of("ship.new"), len);
	t_int(size_of("events"), len);
}

static void
rotates(void)
{
	move("events", "events.old");
	add();
}

/* Where nobody rotates it, it ends; where two do, the second leaves the full segment that the first has put aside. */
static void
a_full_segment_is_rotated_once(void)
{
	int fd;

	begin();
	close(held("events", LOCK_EX, 2 * SPOOL_SEGMENT));
	fd = held("lock", LOCK_EX, 0);
	t_int(spool_append(dir, &event, &err), -1);
	t_ok(strstr(err.text, strerror(EFBIG)) != NULL);
	close(fd);
	close(held("events", LOCK_EX, SPOOL_SEGMENT));
	meanwhile = rotates;
	locks_before = 1;			/* the event's, then that for renaming */
	add();
	t_ok(size_of("events.old") > SPOOL_SEGMENT);
	t_ok(size_of("events") < SPOOL_LINE);
}

/* A file with a writer is left for the next pass. */
static void
a_writer_is_waited_for(void)
{
	int fd;

	begin();
	fd = held("events", LOCK_SH, 0);
	t_int(spool_claim(dir, &claim, &err), 0);
	close(fd);
	t_int(spool_claim(dir, &claim, &err), 1);
	t_int(spool_done(&claim), 0);
}

/* What an earlier process claimed and did not send is not replaced by what is next. */
static void
what_was_claimed_is_sent_first(void)
{
	off_t len;

	begin();
	add();
	len = size_of("events");
	move("events", "ship.old");
	add();
	move("events", "events.old");
	t_int(spool_claim(dir, &claim, &err), 1);
	t_str(strrchr(claim.path, '/'), "/ship.old");
	t_int(size_of("ship.old"), len);
	t_int(spool_done(&claim), 0);
	t_int(spool_claim(dir, &claim, &err), 1);
	t_int(spool_done(&claim), 0);
	t_int(spool_claim(dir, &claim, &err), 0);
}

/* A folder of that name, which nobody could rename: the other files go on. */
static void
a_folder_in_the_way_stops_nothing(void)
{
	begin();
	move("events", "events.old");
	add();
	t_int(mkdir(path_of("ship.old"), 0700), 0);
	t_int(spool_claim(dir, &claim, &err), 1);
	t_str(strrchr(claim.path, '/'), "/ship.new");
	t_int(spool_done(&claim), 0);
}

/* Another process at work, or no event ever, is no fault. */
static void
nothing_to_claim_is_no_fault(void)
{
	int fd;

	begin();
	fd = held("lock", LOCK_EX, 0);
	t_int(spool_claim(dir, &claim, &err), 0);
	close(fd);
	t_int(spool_claim(scratch_path("nowhere"), &claim, &err), 0);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(a_claimed_file_is_not_appended_to),
	T(a_full_segment_is_rotated_once),
	T(a_writer_is_waited_for),
	T(what_was_claimed_is_sent_first),
	T(a_folder_in_the_way_stops_nothing),
	T(nothing_to_claim_is_no_fault),
)
