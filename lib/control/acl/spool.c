/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/hex.h"
#include "control/acl/spool.h"
#include "process/file.h"

#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define WRITERS_WAIT_MS	1000
#define DROPPED		"events-dropped"
#define SPOOL_FILE	(2 * SPOOL_SEGMENT + SPOOL_LINE)	/* bytes: no file is larger */

static char *
name_of(char *dst, size_t size, const char *dir, const char *name)
{
	snprintf(dst, size, "%s/%s", dir, name);
	return dst;
}

/* Opens a file that has no other name: a hard link may be to a file of another user. -1 with errno; EINVAL: it has. */
static int
open_own(const char *path, int flags)
{
	int fd = file_open(path, flags, 0660);
	struct stat st;

	if (fd != -1 && fstat(fd, &st) == 0 && st.st_nlink > 1) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

/* -- a line -- */

static void
add_text(char *line, size_t *n, const char *name, const char *value)
{
	const char *p;

	*n += (size_t)snprintf(line + *n, SPOOL_LINE - *n, ",\"%s\":%s", name,
	    value != NULL ? "\"" : "null");
	for (p = value; p != NULL && *p != '\0' && *n < SPOOL_LINE - 1; p++)
		line[(*n)++] = *p < 0x20 || *p > 0x7e || *p == '"' || *p == '\\' ? '?' : *p;
	if (value != NULL && *n < SPOOL_LINE)
		line[(*n)++] = '"';
}

static void
uid_make(const uint8_t r[16], char uid[37])
{
	uint8_t b[16];
	char h[33];

	memcpy(b, r, sizeof(b));
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);	/* RFC 9562: version 4 */
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	hex_put(h, b, sizeof(b));
	snprintf(uid, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", h, h + 8, h + 12, h + 16, h + 20);
}

/* With newline; its length, 0 when it is too long. */
static size_t
line_make(char line[SPOOL_LINE], const struct spool_event *e)
{
	const struct {
		const char *name, *value;
	} texts[] = {
		{ "host", e->host }, { "channel", e->channel }, { "kind", e->kind },
		{ "source", e->source }, { "who", e->who }, { "reason", e->reason }
	};
	char uid[37], at[CLOCK_RFC3339_LEN];
	uint8_t r[16];
	size_t i, n;

	if (getentropy(r, sizeof(r)) == -1)
		return 0;
	uid_make(r, uid);
	n = (size_t)snprintf(line, SPOOL_LINE, "{\"uid\":\"%s\",\"at\":\"%s\"", uid,
	    clock_rfc3339(at, 0));
	for (i = 0; i < nitems(texts) && n < SPOOL_LINE; i++)
		add_text(line, &n, texts[i].name, texts[i].value);
	if (n < SPOOL_LINE)
		n += (size_t)snprintf(line + n, SPOOL_LINE - n, ",\"detail\":%s}\n",
		    e->detail != NULL ? e->detail : "{}");
	return n < SPOOL_LINE ? n : 0;
}

/* -- appending -- */

/* Takes the lock for renaming. -1 with errno; EWOULDBLOCK: another process holds it. */
static int
lock(const char *dir)
{
	char path[4096];

	/* Even where the umask is 077: other users of the group lock it, too. */
	return file_lock(name_of(path, sizeof(path), dir, "lock"), 0660, 0);
}

/* The number of events in a file, and of those that it reports as dropped. */
static uint64_t
events_in(const char *path)
{
	static const char dropped[] = "\"kind\":\"" DROPPED "\"", number[] = "{\"events\":";
	uint64_t events = 0;
	char *text, *line, *rest, *p;

	if ((text = file_text(path, SPOOL_FILE)) == NULL)
		return 0;
	for (rest = text; (line = strsep(&rest, "\n")) != NULL;) {
		if (strstr(line, dropped) != NULL && (p = strstr(line, number)) != NULL)
			events += strtoull(p + sizeof(number) - 1, NULL, 10);
		else if (line[0] != '\0')
			events++;
	}
	free(text);
	return events;
}

/* Renames a full segment to events.old. Returns how many events this drops with the former events.old. */
static uint64_t
rotate(const char *dir)
{
	char path[4096], old[4096];
	uint64_t dropped = 0;
	struct stat st;
	int guard;

	if ((guard = lock(dir)) == -1)
		return 0;	/* another process does it */
	name_of(path, sizeof(path), dir, "events");
	name_of(old, sizeof(old), dir, "events.old");
	if (lstat(path, &st) == 0 && st.st_size >= SPOOL_SEGMENT) {
		dropped = events_in(old);
		if (rename(path, old) == -1)
			dropped = 0;
	}
	close(guard);
	return dropped;
}

/*
 * Appends to the file that has the name now. The process that claims a file waits for the shared locks of its
 * writers; a later writer finds the exclusive lock, or another file of this name, and tries again.
 * *len: the length before. 0, or -1 with errno.
 */
static int
write_line(const char *path, const char *line, size_t n, off_t *len)
{
	ssize_t w = -1;
	int fd, try, saved;

	for (try = 0; try < 100; try++) {
		if ((fd = open_own(path, O_WRONLY | O_APPEND | O_CREAT)) == -1)
			return -1;
		/* Even where the umask is 077: other users of the group append, too. */
		if (fchmod(fd, 0660) == -1)
			errno = 0;	/* another user owns it */
		if (flock(fd, LOCK_SH | LOCK_NB) == 0 && file_is_at(fd, path) &&
		    (*len = lseek(fd, 0, SEEK_END)) != -1) {
			if (*len >= 2 * SPOOL_SEGMENT)
				errno = EFBIG;	/* no process has rotated it */
			else if ((w = write(fd, line, n)) != -1)
				errno = ENOSPC;	/* the only reason for a short write */
			saved = errno;
			close(fd);
			errno = saved;
			return w == (ssize_t)n ? 0 : -1;
		}
		close(fd);
		errno = EBUSY;
	}
	return -1;
}

static int
append(const char *dir, const struct spool_event *e, off_t *len)
{
	char path[4096], line[SPOOL_LINE];
	size_t n = line_make(line, e);

	if (n == 0) {
		errno = EMSGSIZE;
		return -1;
	}
	name_of(path, sizeof(path), dir, "events");
	if (write_line(path, line, n, len) == 0)
		return 0;
	if (errno != ENOENT || (mkdir(dir, 0770) == -1 && errno != EEXIST))
		return -1;
	return write_line(path, line, n, len);
}

int
spool_append(const char *dir, const struct spool_event *e, struct error *err)
{
	struct spool_event drop = { e->host, NULL, DROPPED, NULL, e->who,
	    "the spool is full: the database has been down for long", NULL };
	uint64_t dropped;
	char detail[64];
	off_t len;

	if (append(dir, e, &len) == -1)
		return error_set(err, "%s: %s", dir, strerror(errno));
	if (len >= SPOOL_SEGMENT && (dropped = rotate(dir)) > 0) {
		snprintf(detail, sizeof(detail), "{\"events\":%llu}", (unsigned long long)dropped);
		drop.detail = detail;
		append(dir, &drop, &len);
	}
	return 0;
}

/* -- claiming -- */

/* 1: claimed, and its last writer has finished; 0: there is no file, or another process has it; -1 with errno. */
static int
claim_file(const char *dir, const char *name, struct spool_claim *c)
{
	c->fd = open_own(name_of(c->path, sizeof(c->path), dir, name), O_RDONLY);
	if (c->fd == -1)
		return errno == ENOENT || errno == EINVAL ? 0 : -1;
	if (file_lock_fd(c->fd, WRITERS_WAIT_MS) == 0 && file_is_at(c->fd, c->path))
		return 1;
	spool_keep(c);
	return 0;
}

static int
rename_if(const char *dir, const char *from, const char *to)
{
	char a[4096], b[4096];

	if (rename(name_of(a, sizeof(a), dir, from), name_of(b, sizeof(b), dir, to)) == 0)
		return 0;
	/* A folder that spool_check() cannot put aside is in the way: the other files go on. */
	return errno == ENOENT || errno == EISDIR || errno == ENOTDIR || errno == ENOTEMPTY || errno == EEXIST ? 0 : -1;
}

static bool
is_there(const char *dir, const char *name)
{
	char path[4096];
	struct stat st;

	return lstat(name_of(path, sizeof(path), dir, name), &st) == 0 && S_ISREG(st.st_mode);
}

int
spool_put_aside(const char *path)
{
	char aside[4096 + sizeof(SPOOL_REFUSED)];

	snprintf(aside, sizeof(aside), "%s" SPOOL_REFUSED, path);
	if (rename(path, aside) == 0)
		return 0;
	/* a file there, and a folder here */
	return unlink(aside) == 0 && rename(path, aside) == 0 ? 0 : -1;
}

int
spool_check(const char *dir, struct error *err)
{
	char path[4096];
	int rc = 0, fd;
	size_t i;

	for (i = 0; i < nitems(spool_names); i++) {
		if ((fd = open_own(name_of(path, sizeof(path), dir, spool_names[i]), O_RDONLY)) != -1)
			close(fd);
		else if (errno == EINVAL) {
			rc = spool_put_aside(path) == 0 ?
			    error_set(err, "%s is no file of events, and is %s" SPOOL_REFUSED " now: look who made it, "
			    "then remove it", path, spool_names[i]) :
			    error_set(err, "%s is no file of events, and cannot be renamed (%s): remove it, and %s"
			    SPOOL_REFUSED, path, strerror(errno), spool_names[i]);
		}
	}
	return rc;
}

int
spool_claim(const char *dir, struct spool_claim *c, struct error *err)
{
	int guard, rc = 0;

	c->fd = -1;
	if ((guard = lock(dir)) == -1) {
		if (errno == EWOULDBLOCK || errno == ENOENT)
			return 0;
		return error_set(err, "%s/lock: %s", dir, strerror(errno));
	}
	if (!is_there(dir, "ship.old") && !is_there(dir, "ship.new") &&
	    (rename_if(dir, "events.old", "ship.old") == -1 ||
	    rename_if(dir, "events", "ship.new") == -1))
		rc = -1;
	if (rc == 0 && (rc = claim_file(dir, "ship.old", c)) == 0)
		rc = claim_file(dir, "ship.new", c);
	if (rc == -1)
		error_set(err, "%s: %s", dir, strerror(errno));
	close(guard);
	return rc;
}

int
spool_done(struct spool_claim *c)
{
	int rc = unlink(c->path);

	spool_keep(c);
	return rc;
}

void
spool_keep(struct spool_claim *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
}
