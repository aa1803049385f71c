/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/paths.h"
#include "common/exit_db.h"
#include "control/acl/spool.h"
#include "control/db.h"
#include "control/reconcile/apply.h"
#include "lsctl-switch/override.h"
#include "process/ctl.h"

#include <jansson.h>
#include <pwd.h>
#include <sysexits.h>
#include <unistd.h>

#define PATH	4096
#define APPLY_MS	3000	/* a keyframe of the source should arrive within this */

static const struct db_stmt record = {
	"override_set", "select override_set($1, $2, $3::bigint, $4)", 4
};

/* Records the override. The answer of the database, or NULL with the exit status. */
static json_t *
override_record(const struct override *w, int *status)
{
	const char *params[] = { w->channel, w->to, NULL, w->reason };
	char seconds[24], *text = NULL;
	struct error err;
	json_t *recorded = NULL;
	struct db *db;
	enum db_fault f;

	snprintf(seconds, sizeof(seconds), "%ld", w->for_s);
	params[2] = seconds;
	if ((db = db_open("lsctl_switch", &f, &err)) != NULL &&
	    (f = db_run(db, &record, params, &text)) != DB_OK)
		error_set(&err, "%s", db_reason(db));
	db_close(db);
	if (f != DB_OK)
		log_warnx("%s%s", err.text, f == DB_AWAY ? ": nothing was changed; "
		    "--local switches the forwarder of this host without the database" : "");
	else if (text != NULL)
		recorded = json_loads(text, 0, NULL);
	*status = recorded != NULL ? 0 : f != DB_OK ? exit_db(f) : EX_SOFTWARE;
	free(text);
	return recorded;
}

/* Records it in the spool: the database gets the event when it is back. */
static void
override_spool(const struct override *w, const char *host)
{
	struct passwd *pw = getpwuid(getuid());
	char dir[PATH], *detail;
	struct error err;
	json_t *o = json_pack("{ss sb}", "to", w->to, "local", 1);
	struct spool_event e = {
		.host = host, .channel = w->channel, .kind = "switched",
		.who = pw != NULL ? pw->pw_name : "nobody", .reason = w->reason
	};

	if (w->for_s > 0)
		json_object_set_new(o, "for_s", json_integer(w->for_s));
	e.detail = detail = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (spool_append(path_state(dir, sizeof(dir), "spool", NULL), &e, &err) == -1)
		log_warnx("the event is not recorded: %s", err.text);
	free(detail);
}

/* -- the result -- */

/* The forwarder's record, or NULL. */
static json_t *
status_of(const char *channel, char **text)
{
	char path[PATH];
	json_t *o;

	*text = ctl_ask(path_run(path, sizeof(path), "forward", channel, ".sock"),
	    "{\"cmd\":\"status\"}");
	o = *text != NULL ? json_loads(*text, 0, NULL) : NULL;
	if (o == NULL) {
		free(*text);
		*text = NULL;
	}
	return o;
}

static const char *
member_text(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "?";
}

/* A source goes on the air at its next keyframe. */
static bool
is_applied(const struct override *w, const json_t *o)
{
	if (strcmp(w->to, "auto") == 0)
		return true;
	if (strcmp(w->to, "off") == 0)
		return json_is_null(json_object_get(o, "on_air"));
	return strcmp(member_text(o, "on_air"), w->to) == 0;
}

static int
override_show(const struct override *w)
{
	int64_t end = clock_ms() + APPLY_MS;
	json_t *o, *left;
	char *text;

	while ((o = status_of(w->channel, &text)) != NULL && !is_applied(w, o) &&
	    clock_ms() < end) {
		json_decref(o);
		free(text);
		usleep(100000);
	}
	if (o == NULL) {
		log_warnx("channel=%s the forwarder took the override, and does not answer now",
		    w->channel);
		return EX_UNAVAILABLE;
	}
	left = json_object_get(o, "pin_left_s");
	if (w->json)
		puts(text);
	else if (left != NULL)
		printf("%s %s, mode %s for %.0f s\n", w->channel, member_text(o, "state"),
		    member_text(o, "mode"), json_number_value(left));
	else
		printf("%s %s, mode %s\n", w->channel, member_text(o, "state"),
		    member_text(o, "mode"));
	json_decref(o);
	free(text);
	return fflush(stdout) == EOF ? EX_IOERR : 0;
}

static int
apply_now(const struct override *w)
{
	bool pin = strcmp(w->to, "off") != 0 && strcmp(w->to, "auto") != 0;
	struct error err;

	if (apply_switch(w->channel, w->to, pin ? w->for_s * 1000 : 0, &err) == 0)
		return override_show(w);
	log_warnx("channel=%s %s%s", w->channel, err.text, w->local ? "" :
	    ": recorded; lsctl-switch applies it when the forwarder answers");
	return EX_UNAVAILABLE;
}

int
override_apply(const struct override *w, const char *host)
{
	const char *there;
	json_t *recorded;
	int status;

	if (w->local) {
		if ((status = apply_now(w)) == 0)
			override_spool(w, host);
		return status;
	}
	if ((recorded = override_record(w, &status)) == NULL)
		return status;
	there = member_text(recorded, "host");
	if (strcmp(there, host) != 0)
		log_info("channel=%s recorded; host %s applies it", w->channel, there);
	else if (!json_is_true(json_object_get(recorded, "enabled")))
		log_info("channel=%s recorded; the channel is disabled", w->channel);
	else
		status = apply_now(w);
	json_decref(recorded);
	return status;
}
