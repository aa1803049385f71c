/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/deliver.h"
#include "alert/dispatch.h"
#include "alert/outbox.h"
#include "alert/sender.h"
#include "base/log.h"
#include "base/paths.h"
#include "health/alerts_file.h"
#include "health/health_record.h"
#include "process/file.h"

#include <sys/inotify.h>

#include <errno.h>
#include <libgen.h>
#include <poll.h>
#include <unistd.h>

#define WAIT_MAX_S	60	/* the wall clock may be set meanwhile */

/* -- the outbox -- */

/* The next message, to be released; NULL: none is due, or the outbox cannot be read, logged. */
static json_t *
message_take(struct sender *s, int64_t *wait_s)
{
	struct state_file f;
	json_t *one = NULL;

	*wait_s = -1;
	if (dispatch_outbox(&f) == -1) {
		log_warn("%s", f.path);
		s->bad = true;
		return NULL;
	}
	one = json_deep_copy(outbox_due(f.o, (int64_t)time(NULL), wait_s));
	state_file_close(&f);
	return one;
}

/* Writes what became of it. 0, or -1, logged: nothing more is sent, else the same message would be sent for ever. */
static int
message_settle(struct sender *s, const json_t *one, enum deliver end, const struct delivery *d)
{
	const char *id = record_text(one, "id"), *way = record_text(one, "way"), *person = record_text(one, "person");
	bool lost = end == DELIVER_NEVER;
	struct state_file f;
	int rc;

	if (dispatch_outbox(&f) == -1) {
		log_warn("%s", f.path);
		return -1;
	}
	if (end == DELIVER_LATER)
		lost = !outbox_later(f.o, id, (int64_t)time(NULL), d->asked_s);
	else
		outbox_remove(f.o, id);
	if ((rc = state_file_save(&f)) == -1)
		log_warn("%s", f.path);
	state_file_close(&f);
	if (end == DELIVER_DONE)
		log_info("way=%s person=%s id=%s %s", way, person, id, d->came_back.text);
	else
		log_warnx("way=%s person=%s id=%s %s: %s", way, person, id, lost ? "is lost" : "is tried again later",
		    d->came_back.text);
	s->bad |= lost;
	return rc;
}

/* 0, or -1, logged. */
static int
message_send(struct sender *s, const json_t *one)
{
	struct delivery d = { .host = s->host, .id = record_text(one, "id"), .now = (int64_t)time(NULL) };
	json_t *declaration = alerts_file_load(alerts_file_path(), &d.came_back);
	enum deliver end = DELIVER_LATER;
	char path[4096];
	int rc;

	strlcpy(path, alerts_file_path(), sizeof(path));
	d.folder = dirname(path);
	d.declaration = declaration;
	if (declaration != NULL || d.came_back.text[0] == '\0')
		end = deliver(&d, record_text(one, "way"), json_object_get(one, "message"));
	rc = message_settle(s, one, end, &d);
	json_decref(declaration);
	return rc;
}

/* -- waiting -- */

/* A descriptor that can be read when another process has changed the outbox. -1: there is none, which makes it wait. */
static int
watch_open(void)
{
	char dir[4096];
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd != -1)
		inotify_add_watch(fd, path_state(dir, sizeof(dir), "alert", "outbox"), IN_MOVED_TO);
	return fd;
}

static void
wait_for(int watch, int64_t s)
{
	struct pollfd p = { .fd = watch, .events = POLLIN };
	char events[4096];

	poll(&p, 1, (int)(s < WAIT_MAX_S ? s : WAIT_MAX_S) * 1000);
	while (watch != -1 && read(watch, events, sizeof(events)) > 0)
		continue;
}

static void
messages_send(struct sender *s, int watch)
{
	int64_t wait_s;
	json_t *one;
	int rc = 0;

	while (rc == 0) {
		if ((one = message_take(s, &wait_s)) != NULL) {
			rc = message_send(s, one);
			json_decref(one);
		} else if (wait_s == -1)
			return;
		else
			wait_for(watch, wait_s);
	}
	s->bad = true;
}

int
sender_run(struct sender *s)
{
	struct state_file f;
	char path[4096];
	int lock, watch;

	/* makes the folder */
	if (dispatch_outbox(&f) == -1) {
		log_warn("%s", f.path);
		s->bad = true;
		return 0;
	}
	state_file_close(&f);
	if ((lock = file_lock(path_state(path, sizeof(path), "alert/outbox", ".sender"), 0600, 0)) == -1) {
		if (errno == EWOULDBLOCK)
			return -1;
		log_warn("%s", path);
		s->bad = true;
		return 0;
	}
	watch = watch_open();
	messages_send(s, watch);
	if (watch != -1)
		close(watch);
	close(lock);
	return 0;
}
