/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/paths.h"
#include "control/reconcile/status_file.h"
#include "control/state_file.h"
#include "process/file.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#define CHANNELS_MAX	(64 << 20)	/* bytes */
#define HOST_MAX	(1 << 20)
#define ELSEWHERE_OLD_S	30	/* after that nobody knows whether it is still true */

void
status_file_init(struct status_file *f)
{
	memset(f, 0, sizeof(*f));
	buf_init(&f->channels, CHANNELS_MAX);
	buf_init(&f->host, HOST_MAX);
}

void
status_file_free(struct status_file *f)
{
	buf_free(&f->channels);
	buf_free(&f->host);
	json_decref(f->alerts);
	f->alerts = NULL;
}

static const char *
text_of(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text != NULL ? text : "";
}

/* Who takes care of a problem, an object of alert/rules.h; NULL: nobody, or not any more. channel "": of the host. */
static json_t *
ack_of(struct status_file *f, const char *channel, const json_t *problem)
{
	char path[4096], key[256];
	json_t *ack, *until;

	if (f->alerts == NULL)
		f->alerts = state_file_peek(path_state(path, sizeof(path), "alert", "problems"));
	snprintf(key, sizeof(key), "%s %s", text_of(problem, "code"), text_of(problem, "subject"));
	ack = json_object_get(json_object_get(json_object_get(f->alerts, channel), key), "ack");
	until = json_object_get(ack, "until");
	return json_is_number(until) && json_number_value(until) <= (double)time(NULL) ? NULL : ack;
}

/* The problems of a record, each with "ack" if somebody takes care of it. Owned; NULL: it has no such member. */
static json_t *
problems_of(struct status_file *f, const json_t *record)
{
	const json_t *problems = json_object_get(record, "problems");
	json_t *out = problems != NULL ? json_array() : NULL, *copy, *problem, *ack;
	size_t i;

	json_array_foreach(problems, i, problem) {
		copy = json_copy(problem);
		if ((ack = ack_of(f, text_of(record, "channel"), problem)) != NULL)
			json_object_set(copy, "ack", ack);
		json_array_append_new(out, copy);
	}
	return out;
}

/* {name: MEMBER} for each member of an object, such as {"obs": "healthy"}. */
static json_t *
each(const json_t *all, const char *member)
{
	json_t *out = json_object();
	void *at;

	for (at = json_object_iter((json_t *)(uintptr_t)all); at != NULL;
	    at = json_object_iter_next((json_t *)(uintptr_t)all, at))
		json_object_set(out, json_object_iter_key(at), json_object_get(json_object_iter_value(at), member));
	return out;
}

static int
object_add(struct buf *b, json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT);
	int rc = text != NULL ? buf_addf(b, "%s%s", buf_len(b) > 0 ? "," : "", text) : -1;

	free(text);
	json_decref(o);
	return rc;
}

int
status_file_add(struct status_file *f, const json_t *r)
{
	if (json_object_get(r, "channel") == NULL) {
		f->database = json_is_true(json_object_get(r, "database"));
		buf_clear(&f->host);
		return object_add(&f->host, json_pack("{s:O*, s:O*, s:o*}", "name", json_object_get(r, "host"),
		    "status", json_object_get(r, "status"), "problems", problems_of(f, r)));
	}
	return object_add(&f->channels, json_pack("{s:O*, s:O*, s:O*, s:O*, s:O*, s:O*, s:O*, s:o, s:o, s:o*}",
	    "channel", json_object_get(r, "channel"), "host", json_object_get(r, "host"),
	    "state", json_object_get(r, "state"), "since", json_object_get(r, "since"),
	    "on_air", json_object_get(r, "on_air"), "mode", json_object_get(json_object_get(r, "desired"), "mode"),
	    "status", json_object_get(r, "status"), "sources", each(json_object_get(r, "sources"), "health"),
	    "destinations", each(json_object_get(r, "destinations"), "state"),
	    "problems", problems_of(f, r)));
}

/* Is the file there, and younger than so many seconds? One from the future is not. */
static bool
is_younger(const char *path, int64_t seconds, struct stat *st)
{
	int64_t now_s = time(NULL);

	return stat(path, st) == 0 && st->st_mtim.tv_sec <= now_s && now_s - st->st_mtim.tv_sec < seconds;
}

/* Is the file there, not too old, and the same after its time? */
static bool
is_current(const char *path, const char *text, size_t len, size_t rest)
{
	struct stat st;
	char *old;
	bool same;

	if (!is_younger(path, STATUS_FILE_S, &st) || (size_t)st.st_size != len || (old = file_text(path, len)) == NULL)
		return false;
	same = strlen(old) == len && memcmp(old + rest, text + rest, len - rest) == 0;
	free(old);
	return same;
}

static int
text_put(const char *path, const char *text, size_t len)
{
	char new[PATH_MAX];
	struct stat folder;
	char *slash;
	int fd;

	if ((size_t)snprintf(new, sizeof(new), "%s", path) >= sizeof(new) || (slash = strrchr(new, '/')) == NULL) {
		errno = ENAMETOOLONG;
		return -1;
	}
	*slash = '\0';
	if (stat(new, &folder) == -1)
		return -1;
	if ((size_t)snprintf(new, sizeof(new), "%s.%ld.new", path, (long)getpid()) >= sizeof(new)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = file_new(new, 0640)) == -1)
		return -1;
	if (fchown(fd, (uid_t)-1, folder.st_gid) == -1)
		errno = 0;	/* the web server has another way to read it */
	return file_fill(fd, new, text, len) == 0 ? file_replace(path, new) : -1;
}

bool
status_elsewhere_is_due(const char *elsewhere)
{
	char folder[PATH_MAX];
	struct stat st;

	return (size_t)snprintf(folder, sizeof(folder), "%.*s/.", (int)(strrchr(elsewhere, '/') - elsewhere), elsewhere) <
	    sizeof(folder) && access(folder, F_OK) == 0 && !is_younger(elsewhere, ELSEWHERE_S, &st);
}

int
status_elsewhere_write(const char *elsewhere, const char *text)
{
	return text_put(elsewhere, text, strlen(text));
}

void
status_elsewhere_update(struct db *db, const char *host)
{
	static const struct db_stmt elsewhere = { "status_elsewhere", "select status_elsewhere($1)", 1 };
	char path[PATH_MAX], *text = NULL;

	path_state(path, sizeof(path), "www", "elsewhere.json");
	if (status_elsewhere_is_due(path) && db_run(db, &elsewhere, &host, &text) == DB_OK && text != NULL &&
	    status_elsewhere_write(path, text) == -1)
		log_info("%s: %s", path, strerror(errno));
	free(text);
}

/* Adds the channels of other hosts, an array of JSON, behind those of this one. */
static int
elsewhere_add(const struct status_file *f, struct buf *b, const char *elsewhere)
{
	struct stat st;
	char *text = is_younger(elsewhere, ELSEWHERE_OLD_S, &st) ? file_text(elsewhere, CHANNELS_MAX) : NULL;
	size_t len = text != NULL ? strlen(text) : 0;
	int rc = 0;

	if (len > 2 && text[0] == '[' && text[len - 1] == ']')
		rc = buf_addf(b, "%s%.*s", buf_len(&f->channels) > 0 ? "," : "", (int)len - 2, text + 1);
	free(text);
	return rc;
}

int
status_file_write(struct status_file *f, const char *path, const char *elsewhere, const char *host)
{
	char at[CLOCK_RFC3339_LEN];
	struct buf b;
	size_t rest;
	int rc = -1;

	buf_init(&b, 2 * CHANNELS_MAX + HOST_MAX + 4096);
	if (buf_addf(&b, "{\"time\":\"%s\",", clock_rfc3339(at, 0)) == 0) {
		rest = buf_len(&b);
		if (buf_addf(&b, "\"version\":\"%s\",\"host\":\"%s\",\"database\":%s,\"hosts\":[", LSCTL_VERSION, host,
		    f->database ? "true" : "false") == 0 && buf_add(&b, buf_head(&f->host), buf_len(&f->host)) == 0 &&
		    buf_addf(&b, "],\"channels\":[") == 0 &&
		    buf_add(&b, buf_head(&f->channels), buf_len(&f->channels)) == 0 && elsewhere_add(f, &b, elsewhere) == 0 &&
		    buf_addf(&b, "]}") == 0)
			rc = is_current(path, (const char *)buf_head(&b), buf_len(&b), rest) ? 0 :
			    text_put(path, (const char *)buf_head(&b), buf_len(&b));
	}
	buf_free(&b);
	return rc;
}
