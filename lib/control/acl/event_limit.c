/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/address.h"
#include "control/acl/event_limit.h"
#include "process/file.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define OTHERS	(EVENT_LIMIT_SLOTS - 1)
#define WAIT_MS	20	/* of the reconciliation for the lock, which the hook holds for microseconds */

struct slot {
	struct event_limit	of;
	int64_t			since_s;	/* 0: free */
	uint32_t		written, counted;	/* since then */
};

struct table {
	int		fd;
	struct slot	slot[EVENT_LIMIT_SLOTS];
};

/* -- the file -- */

/*
 * Opens, locks and reads it. create: makes it and its folder, begins anew with a file of another size, and waits for the
 * lock as long as it takes. -1 with errno.
 */
static int
table_open(struct table *t, const char *dir, bool create)
{
	char path[4096];
	struct stat st;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/counts", dir);
	if (create && mkdir(dir, 0770) == -1 && errno != EEXIST)
		return -1;
	t->fd = file_open(path, O_RDWR | (create ? O_CREAT : 0), 0660);
	if (t->fd == -1)
		return -1;
	if (fstat(t->fd, &st) == -1 || file_lock_fd(t->fd, create ? -1 : WAIT_MS) == -1)
		goto bad;
	errno = EINVAL;
	if (st.st_nlink != 1)
		goto bad;
	if ((n = pread(t->fd, t->slot, sizeof(t->slot), 0)) == sizeof(t->slot))
		return 0;
	if (!create || n == -1 || ftruncate(t->fd, 0) == -1)
		goto bad;
	memset(t->slot, 0, sizeof(t->slot));
	fchmod(t->fd, 0660);	/* even where the umask is 077: the reconciliation is another user */
	if (ftruncate(t->fd, sizeof(t->slot)) == 0)
		return 0;
bad:
	close(t->fd);
	return -1;
}

static int
slot_write(const struct table *t, int i)
{
	off_t at = (off_t)((size_t)i * sizeof(t->slot[0]));

	return pwrite(t->fd, &t->slot[i], sizeof(t->slot[i]), at) == sizeof(t->slot[i]) ? 0 : -1;
}

/* -- slots -- */

static bool
is_over(const struct slot *s, int64_t now_s)
{
	/* the clock may have been set back */
	return s->since_s < 0 || s->since_s > now_s || now_s - s->since_s >= EVENT_LIMIT_S;
}

static bool
is_free(const struct slot *s, int64_t now_s)
{
	return s->since_s == 0 || (s->counted == 0 && is_over(s, now_s));
}

static bool
is_same(const struct event_limit *a, const struct event_limit *b)
{
	return strcmp(a->kind, b->kind) == 0 && strcmp(a->channel, b->channel) == 0 &&
	    strcmp(a->source, b->source) == 0 && strcmp(a->reason, b->reason) == 0 &&
	    strcmp(a->address, b->address) == 0 && strcmp(a->server, b->server) == 0;
}

/* Refusals, which anybody can cause, leave the slots of permissions alone. */
static bool
is_permission(const struct event_limit *e)
{
	return strcmp(e->kind, "publish-allowed") == 0;
}

/* The slot of this event. -1: it has none; *room is a free slot, or -1, *of_address the slots that its address has. */
static int
slot_find(const struct table *t, const struct event_limit *e, bool permission, int64_t now_s, int *room, int *of_address)
{
	int i = permission ? 0 : EVENT_LIMIT_PERMISSIONS, end = permission ? EVENT_LIMIT_PERMISSIONS : OTHERS;

	*room = -1;
	*of_address = 0;
	for (; i < end; i++) {
		if (is_free(&t->slot[i], now_s)) {
			if (*room == -1)
				*room = i;
			continue;
		}
		if (is_same(&t->slot[i].of, e))
			return i;
		*of_address += strcmp(t->slot[i].of.address, e->address) == 0;
	}
	return -1;
}

/* The slot that counts this event; a new one has begun now. */
static int
slot_of(struct table *t, struct event_limit e, int64_t now_s)
{
	bool permission = is_permission(&e);
	int i, room, of_address;

	if ((i = slot_find(t, &e, permission, now_s, &room, &of_address)) != -1)
		return i;
	if (of_address >= EVENT_LIMIT_ADDRESS - 1) {
		e.channel[0] = e.source[0] = e.reason[0] = '\0';
		strlcpy(e.kind, EVENT_LIMIT_OTHERS, sizeof(e.kind));
		if ((i = slot_find(t, &e, permission, now_s, &room, &of_address)) != -1)
			return i;
	}
	if (room == -1) {
		room = OTHERS;
		if (!is_free(&t->slot[room], now_s))
			return room;
		memset(&e, 0, sizeof(e));
		strlcpy(e.kind, EVENT_LIMIT_OTHERS, sizeof(e.kind));
	}
	t->slot[room] = (struct slot){ .of = e, .since_s = now_s };
	return room;
}

static uint32_t
limit_of(const struct event_limit *e)
{
	return e->reason[0] != '\0' ? 1 : EVENT_LIMIT_ALLOWED;
}

bool
event_limit_passes(const char *dir, const struct event_limit *e, int64_t now_s)
{
	static struct table t;
	struct event_limit of = *e;
	struct slot *s;
	bool passes;
	int i;

	address_network(of.address, e->address);
	if (table_open(&t, dir, true) == -1)
		return true;
	i = slot_of(&t, of, now_s);
	s = &t.slot[i];
	passes = s->written < limit_of(&s->of) && strcmp(s->of.kind, EVENT_LIMIT_OTHERS) != 0;
	if (passes)
		s->written++;
	else if (s->counted < UINT32_MAX)
		s->counted++;
	if (slot_write(&t, i) == -1)
		passes = true;
	close(t.fd);
	return passes;
}

/* -- the reconciliation -- */

static void
end_text(char *text, size_t size)
{
	text[size - 1] = '\0';
}

int
event_limit_counts(const char *dir, int64_t now_s, event_limit_count *count, void *arg, struct error *err)
{
	static struct table t;
	struct event_limit *e;
	struct slot was;
	int i, rc = 0;

	if (table_open(&t, dir, false) == -1)
		return errno == ENOENT ? 0 : error_set(err, "%s/counts: %s", dir, file_strerror(errno));
	for (i = 0; i < EVENT_LIMIT_SLOTS && rc == 0; i++) {
		if (t.slot[i].counted == 0 || !is_over(&t.slot[i], now_s))
			continue;
		was = t.slot[i];
		e = &was.of;
		end_text(e->kind, sizeof(e->kind));
		end_text(e->channel, sizeof(e->channel));
		end_text(e->source, sizeof(e->source));
		end_text(e->reason, sizeof(e->reason));
		end_text(e->address, sizeof(e->address));
		end_text(e->server, sizeof(e->server));
		/* It goes on being counted: while a flood lasts, it is one event a minute. */
		t.slot[i].since_s = now_s;
		t.slot[i].written = limit_of(e);
		t.slot[i].counted = 0;
		if (slot_write(&t, i) == -1)
			rc = error_set(err, "%s/counts: %s", dir, strerror(errno));
		else
			rc = count(arg, e, was.counted, was.since_s >= 0 && now_s > was.since_s ?
			    now_s - was.since_s : 0);
	}
	close(t.fd);
	return rc;
}
