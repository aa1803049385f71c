/* SPDX-License-Identifier: ISC */
/* Writing a snapshot. The database is this file's: a number that rises, read slowly or at once. */
#include "base/base.h"
#include "base/clock.h"
#include "control/acl/acl.h"
#include "control/acl/acl_write.h"
#include "control/db.h"
#include "t.h"
#include "unprivileged.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <unistd.h>

struct db_rows {
	const char	*(*row)[4];
	int		 count;
};

static const char *table[4][4];
static char state[32];
static int rows;
static enum db_fault fault;
static volatile int *truth;
static int slow_ms;

enum db_fault
db_rows(struct db *db, const struct db_stmt *stmt, const char *const params[], struct db_rows **r)
{
	(void)db;
	t_int(stmt->params, 1);
	t_str(params[0], "here");
	if (fault != DB_OK)
		return fault;
	*r = calloc(1, sizeof(**r));
	(*r)->row = table;
	(*r)->count = rows;
	if (truth != NULL)
		snprintf(state, sizeof(state), "c%03d", *truth);
	usleep((useconds_t)slow_ms * 1000);
	return DB_OK;
}

int
db_rows_count(const struct db_rows *r)
{
	return r->count;
}

const char *
db_rows_cell(const struct db_rows *r, int row, int column)
{
	return r->row[row][column];
}

void
db_rows_free(struct db_rows *r)
{
	free(r);
}

const char *
db_reason(const struct db *db)
{
	(void)db;
	return "the database is down";
}

static char dir[] = "/tmp/acl-write-XXXXXX", path[64];
static struct error err;

static int
write_it(void)
{
	return acl_write(path, NULL, "here", &err);
}

static void
row(int i, const char *a, const char *b, const char *c, const char *d)
{
	table[i][0] = a;
	table[i][1] = b;
	table[i][2] = c;
	table[i][3] = d;
	rows = i + 1;
}

static void
writes_what_can_be_read(void)
{
	struct acl *g;
	struct stat st;

	t_ok(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/acl", dir);
	rows = 0;
	t_int(write_it(), 0);
	t_ok((g = acl_open(path, &err)) != NULL);
	acl_close(g);
	row(0, "a", "-", "play", "127.0.0.0/8");
	row(1, "a", "obs", "-", "-");
	umask(077);		/* also under this umask: the hook runs as another user */
	t_int(write_it(), 0);
	umask(022);
	if (t_ok((g = acl_open(path, &err)) != NULL)) {
		t_int(acl_play(g, "a_obs", "127.0.0.1"), ACL_ALLOWED);
		t_int(acl_publish(g, "a_obs", "x", 1, 1), ACL_WRONG_TOKEN);
	}
	acl_close(g);
	t_int(stat(path, &st), 0);
	t_int(st.st_mode & 07777, 0644);
}

static void
keeps_the_old_one_when_it_cannot(void)
{
	char gone[96];
	struct acl *g;

	fault = DB_AWAY;
	t_int(write_it(), -1);
	t_str(err.text, "the database is down");
	fault = DB_OK;
	row(0, "b", "obs", "-", "-");
	row(1, "a", "obs", "-", "-");
	t_int(write_it(), -1);	/* out of order: the hook would not find it */
	row(0, "a b", "obs", "-", "-");
	t_int(write_it(), -1);
	row(0, NULL, "obs", "-", "-");
	t_int(write_it(), -1);
	row(0, "a", "", "-", "-");
	t_int(write_it(), -1);
	if (t_ok((g = acl_open(path, &err)) != NULL))
		t_int(acl_play(g, "a_obs", "127.0.0.1"), ACL_ALLOWED);
	acl_close(g);
	snprintf(gone, sizeof(gone), "%s/none/acl", dir);
	t_int(acl_write(gone, NULL, "here", &err), -1);
	t_ok(strstr(err.text, "none/acl.lock: No such file") != NULL);
}

/* A folder stands in its place: what was written for nothing goes. */
static void
nothing_is_left_of_what_cannot_take_its_place(void)
{
	static const char *const ends[] = { ".new", ".lock" };
	char name[128], in_the_way[96];
	size_t i;

	snprintf(in_the_way, sizeof(in_the_way), "%s/folder", dir);
	t_int(mkdir(in_the_way, 0700), 0);
	row(0, "a", "obs", "-", "-");
	t_int(acl_write(in_the_way, NULL, "here", &err), -1);
	for (i = 0; i < nitems(ends); i++) {
		snprintf(name, sizeof(name), "%s%s", in_the_way, ends[i]);
		t_int(unlink(name), i == 0 ? -1 : 0);
	}
	t_int(rmdir(in_the_way), 0);
}

/* One reads, is slow, and writes what it read; another has changed the truth and writes meanwhile. */
static void
older_never_replaces_newer(void)
{
	struct acl *g;
	char stream[32];
	int status, i;
	pid_t pid;

	truth = mmap(NULL, sizeof(*truth), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	row(0, state, "obs", "-", "-");
	for (i = 1; i < 8; i++) {
		*truth = i;
		fflush(stdout);
		if ((pid = fork()) == 0) {
			slow_ms = 60;
			_exit(write_it() == 0 ? 0 : 1);
		}
		usleep((useconds_t)i * 5000);
		*truth = i + 100;
		t_int(write_it(), 0);
		snprintf(stream, sizeof(stream), "c%03d_obs", i + 100);
		t_ok(waitpid(pid, &status, 0) == pid && status == 0);
		g = acl_open(path, &err);
		t_ok(g != NULL && acl_publish(g, stream, NULL, 0, 1) == ACL_NO_TOKEN);
		acl_close(g);
	}
	truth = NULL;
}

/* Others may read and lock the snapshot, and not the lock of the writers. */
static void
others_cannot_hold_it_up(void)
{
	int64_t start = clock_ms();
	char name[96];
	pid_t pid;

	row(0, "a", "obs", "-", "-");
	t_int(chmod(dir, 0755), 0);
	snprintf(name, sizeof(name), "%s.lock", path);
	t_ok((pid = unprivileged_lock(path)) != -1);
	t_int(unprivileged_lock(name), -1);
	t_int(write_it(), 0);
	t_ok(clock_ms() - start < 900);
	unprivileged_end(pid);
}

static void
leaves_nothing_behind(void)
{
	char name[96];

	snprintf(name, sizeof(name), "%s.new", path);
	t_int(access(name, F_OK), -1);
	unlink(path);
	snprintf(name, sizeof(name), "%s.lock", path);
	unlink(name);
	t_int(rmdir(dir), 0);
}

T_MAIN(
	{ "writes_what_can_be_read", writes_what_can_be_read },
	{ "keeps_the_old_one_when_it_cannot", keeps_the_old_one_when_it_cannot },
	{ "nothing_is_left_of_what_cannot_take_its_place", nothing_is_left_of_what_cannot_take_its_place },
	{ "older_never_replaces_newer", older_never_replaces_newer },
	{ "others_cannot_hold_it_up", others_cannot_hold_it_up },
	{ "leaves_nothing_behind", leaves_nothing_behind },
)
