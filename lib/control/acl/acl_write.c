/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/clock.h"
#include "control/acl/acl.h"
#include "control/acl/acl_write.h"
#include "control/db.h"
#include "process/file.h"

#include <sys/stat.h>

#include <errno.h>
#include <unistd.h>

#define LOCK_WAIT_MS	10000	/* longer than a writer's statement may take */

static const struct db_stmt acl_rows = {
	"acl", "select channel, source, rule, expires from lsctl.acl($1)", 1
};

/* A file that root creates gets the owner of its folder, if root may change owners. */
static void
give_to_owner(int fd, const char *path)
{
	char dir[4096], *slash;
	struct stat st;

	strlcpy(dir, path, sizeof(dir));
	if (geteuid() != 0 || (slash = strrchr(dir, '/')) == NULL)
		return;
	slash[slash == dir] = '\0';
	if (stat(dir, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) == -1) {
		/* then only root can replace the file, and another writer reports that */
	}
}

/* Takes the lock. -1 with an error. */
static int
lock(const char *path, struct error *err)
{
	char name[4096];
	int fd;

	snprintf(name, sizeof(name), "%s.lock", path);
	if ((fd = file_lock(name, 0600, LOCK_WAIT_MS)) != -1)
		give_to_owner(fd, path);
	else if (errno == EWOULDBLOCK)
		error_set(err, "%s: another process has held this lock for %d s", name, LOCK_WAIT_MS / 1000);
	else
		error_set(err, "%s: %s", name, strerror(errno));
	return fd;
}

/* Appends a row as a line; -1 when it is not valid, or not in order. */
static int
row_add(struct buf *b, const struct db_rows *r, int row, size_t *last)
{
	size_t at = buf_len(b), n;
	const char *cell;
	int i;

	for (i = 0; i < 4; i++) {
		cell = db_rows_cell(r, row, i);
		if (cell == NULL || cell[0] == '\0' || cell[strcspn(cell, " \t\r\n")] != '\0')
			return -1;
		if (buf_addf(b, "%s%c", cell, i < 3 ? ' ' : '\n') == -1)
			return -1;
	}
	n = buf_len(b) - at < at - *last ? buf_len(b) - at : at - *last;
	if (row > 0 && memcmp(buf_head(b) + *last, buf_head(b) + at, n) > 0)
		return -1;
	*last = at;
	return 0;
}

static int
text_make(struct buf *b, struct db *db, const char *host, struct error *err)
{
	const char *const params[] = { host };
	char now[CLOCK_RFC3339_LEN];
	struct db_rows *rows;
	size_t last = 0;
	int i, n, rc;

	if (db_rows(db, &acl_rows, params, &rows) != DB_OK)
		return error_set(err, "%s", db_reason(db));
	rc = buf_addf(b, "lsctl-acl 1 %s %s\n", host, clock_rfc3339(now, 0));
	for (i = 0, n = db_rows_count(rows); rc == 0 && i < n; i++)
		rc = row_add(b, rows, i, &last);
	if (rc == 0)
		rc = buf_addf(b, "end %zu\n", buf_len(b));
	if (rc == -1)
		error_set(err, "the acl from the database is not valid, not sorted, or too long");
	db_rows_free(rows);
	return rc;
}

/* 0, or -1 with errno. */
static int
put_text(const char *name, const char *path, const struct buf *b)
{
	int fd = file_new(name, 0644);

	if (fd == -1)
		return -1;
	/* Whatever the umask: the hook runs as another user, and the snapshot holds no secrets. */
	if (fchmod(fd, 0644) == -1)
		return file_drop(fd, name);
	give_to_owner(fd, path);
	return file_fill(fd, name, buf_head(b), buf_len(b)) == 0 ? file_replace(path, name) : -1;
}

static int
put(const char *path, const struct buf *b, struct error *err)
{
	char name[4096];

	snprintf(name, sizeof(name), "%s.new", path);
	if (put_text(name, path, b) == 0)
		return 0;
	return error_set(err, "%s: %s", name, strerror(errno));
}

int
acl_write(const char *path, struct db *db, const char *host, struct error *err)
{
	struct buf text;
	int guard, rc = -1;

	buf_init(&text, ACL_MAX);
	if ((guard = lock(path, err)) == -1)
		return -1;
	if (text_make(&text, db, host, err) == 0 &&
	    put(path, &text, err) == 0)
		rc = 0;
	buf_free(&text);
	close(guard);
	return rc;
}
