/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/dispatch.h"
#include "alert/heartbeat.h"
#include "alert/message.h"
#include "alert/outbox.h"
#include "alert/rules.h"
#include "base/log.h"
#include "base/paths.h"
#include "health/alerts_file.h"
#include "health/health_case.h"
#include "health/health_record.h"

#include <errno.h>
#include <sys/stat.h>

int
dispatch_outbox(struct state_file *s)
{
	char dir[4096];

	if (mkdir(path_state(dir, sizeof(dir), "alert", NULL), 0755) == -1 && errno != EEXIST) {
		strlcpy(s->path, dir, sizeof(s->path));
		return -1;
	}
	return state_file_open(s, path_state(dir, sizeof(dir), "alert", "outbox"), "messages", true);
}

/* 0, or -1, logged. */
static int
outbox_put(const json_t *declaration, const json_t *notified, json_t *beat, const char *host, int64_t now)
{
	struct state_file s;
	size_t dropped;
	int rc;

	if (dispatch_outbox(&s) == -1) {
		log_warn("%s", s.path);
		return -1;
	}
	if ((dropped = message_add(s.o, declaration, notified, host, now)) > 0)
		log_warnx("%zu messages are lost: %d wait already", dropped, OUTBOX_MAX);
	if (beat != NULL)
		outbox_add(s.o, OUTBOX_HEARTBEAT, "", beat, now, now + OUTBOX_UNTIL_S);
	if ((rc = state_file_save(&s)) == -1)
		log_warn("%s", s.path);
	state_file_close(&s);
	return rc;
}

/* The file of the last heartbeat; the caller's lock is that of its folder. */
static json_t *
beat_make(const json_t *declaration, const json_t *problems, const char *host, int64_t now)
{
	struct state_file s = { .lock = -1 };
	char dir[4096];
	json_t *beat;

	snprintf(s.path, sizeof(s.path), "%s/heartbeat", path_state(dir, sizeof(dir) - 16, "alert", NULL));
	s.o = state_file_peek(s.path);
	beat = heartbeat_due(json_object_get(declaration, "heartbeat"), problems, s.o, host, now);
	if (beat != NULL && state_file_save(&s) == -1)
		log_warn("%s", s.path);
	json_decref(s.o);
	return beat;
}

/* Nobody was notified after all: the next pass tries again. Messages that something is over are lost. */
static void
notified_undo(json_t *problems, const json_t *notified)
{
	const json_t *one, *report;
	char key[HEALTH_KEY];
	size_t i;

	json_array_foreach(notified, i, one) {
		report = json_object_get(one, "report");
		json_object_del(json_object_get(json_object_get(json_object_get(problems, record_text(report, "channel")),
		    health_problem_key(key, report)), "notified"), record_text(one, "person"));
	}
}

int
dispatch_pass(const char *host, json_t *problems, const json_t *over, int64_t now)
{
	json_t *declaration, *notified, *beat;
	struct error err;
	int rc = 0;

	if ((declaration = alerts_file_load(alerts_file_path(), &err)) == NULL) {
		if (err.text[0] == '\0')
			return 0;
		log_warnx("nobody is notified: %s", err.text);
		return -1;
	}
	notified = rules_pass(declaration, problems, over, now);
	beat = beat_make(declaration, problems, host, now);
	if ((json_array_size(notified) > 0 || beat != NULL) &&
	    (rc = outbox_put(declaration, notified, beat, host, now)) == -1)
		notified_undo(problems, notified);
	json_decref(beat);
	json_decref(notified);
	json_decref(declaration);
	return rc;
}
