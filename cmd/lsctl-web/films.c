/* SPDX-License-Identifier: ISC */
/* Films: those of this host, and those on their way to it. */
#include "base/base.h"
#include "lsctl-web/act.h"
#include "lsctl-web/caller.h"
#include "lsctl-web/route.h"
#include "process/file.h"
#include "web/upload.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

static const struct db_stmt may_stmt = { "api_may", "select api_may($1, $2)", 2 };
static const struct db_stmt films_stmt = { "api_films", "select api_films($1)", 1 };

/* Runs a statement for the caller. The answer if its code is "ok", owned; else the problem is in the reply. */
static json_t *
database_ask(struct call *c, const struct db_stmt *stmt, const char *permission)
{
	const char *params[] = { c->digest, permission };
	struct db *db = web_db(c->web);
	enum db_fault f = DB_AWAY;
	char *text = NULL;
	json_t *answer = NULL;
	const char *code;

	if (c->digest[0] == '\0') {
		reply_problem(c->reply, "unauthenticated", NULL, NULL);
		return NULL;
	}
	if (db != NULL && (f = db_run(db, stmt, params, &text)) == DB_OK)
		answer = json_loads(text != NULL ? text : "", 0, NULL);
	free(text);
	code = json_string_value(json_object_get(answer, "code"));
	if (code != NULL && strcmp(code, "ok") == 0)
		return answer;
	reply_problem(c->reply, code != NULL ? code : f == DB_AWAY ? "database-down" : "tool-failed", NULL, NULL);
	json_decref(answer);
	return NULL;
}

/* -- the films of this host -- */

void
films_show(struct call *c, const struct route *route)
{
	json_t *answer = database_ask(c, &films_stmt, NULL), *films, *used;
	const struct dirent *e;
	struct stat st;
	DIR *d;

	(void)route;
	if (answer == NULL)
		return;
	if ((d = opendir(c->web->media)) == NULL && errno != ENOENT) {
		reply_problem(c->reply, "tool-failed", strerror(errno), NULL);
		json_decref(answer);
		return;
	}
	used = json_object_get(answer, "used");
	films = json_array();
	while (d != NULL && (e = readdir(d)) != NULL) {
		const char *ending = strrchr(e->d_name, '.');

		if (e->d_name[0] == '.' || ending == NULL || strcmp(ending, ".flv") != 0 ||
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1 || !S_ISREG(st.st_mode))
			continue;
		json_array_append_new(films, json_pack("{s:s, s:I, s:I, s:O?}", "name", e->d_name, "bytes",
		    (json_int_t)st.st_size, "changed_s", (json_int_t)st.st_mtim.tv_sec, "used_by",
		    json_object_get(used, e->d_name)));
	}
	if (d != NULL)
		closedir(d);
	reply_json(c->reply, 200, json_pack("{s:o}", "films", films));
	json_decref(answer);
}

/* -- uploads -- */

static void
upload_problem(struct call *c, enum upload_end end, const struct upload *u)
{
	switch (end) {
	case UPLOAD_NAME_WRONG:
		reply_problem(c->reply, "not-valid", "must be a file name of letters, digits and ._-, and of a film that has "
		    "bytes", "name");
		break;
	case UPLOAD_PROFILE_WRONG:
		reply_problem(c->reply, "not-valid", "must be a size and perhaps a rate, such as 1920x1080@30", "profile");
		break;
	case UPLOAD_NO_SPACE:
		reply_problem(c->reply, "no-space", NULL, NULL);
		break;
	case UPLOAD_OFFSET:
		reply_header(c->reply, "Upload-Offset: %lld", (long long)u->have);
		reply_problem(c->reply, "offset", NULL, NULL);
		break;
	case UPLOAD_LONG:
		reply_problem(c->reply, "too-large", "this is more than was announced", NULL);
		break;
	case UPLOAD_BUSY:
		reply_problem(c->reply, "conflict", "another request continues this upload", NULL);
		break;
	case UPLOAD_CUT:
		reply_problem(c->reply, "not-valid", "the content ended early: what came is kept", NULL);
		break;
	case UPLOAD_NONE:
		reply_problem(c->reply, "not-found", NULL, NULL);
		break;
	default:
		reply_problem(c->reply, "tool-failed", strerror(errno), NULL);
	}
}

/* The upload of the path, if it is the caller's. The caller, owned; NULL: the problem is in the reply. */
static json_t *
upload_of(struct call *c, const struct route *route, struct upload *u)
{
	json_t *who = database_ask(c, &may_stmt, route->name);
	enum upload_end end;

	if (who == NULL)
		return NULL;
	end = upload_find(c->web->uploads, call_segment(c, "upload"), u);
	if (end == UPLOAD_OK && u->account == json_integer_value(json_object_get(who, "id")))
		return who;
	upload_problem(c, end == UPLOAD_OK ? UPLOAD_NONE : end, u);
	json_decref(who);
	return NULL;
}

void
upload_make(struct call *c, const struct route *route)
{
	json_t *who = database_ask(c, &may_stmt, route->name);
	const char *name = json_string_value(json_object_get(c->body, "name"));
	const char *profile = json_string_value(json_object_get(c->body, "profile"));
	struct upload u = { .bytes = json_integer_value(json_object_get(c->body, "bytes")) };
	enum upload_end end = UPLOAD_NAME_WRONG;
	char id[UPLOAD_ID];

	if (who == NULL)
		return;
	u.account = json_integer_value(json_object_get(who, "id"));
	if (profile != NULL && strlcpy(u.profile, profile, sizeof(u.profile)) >= sizeof(u.profile))
		end = UPLOAD_PROFILE_WRONG;
	else if (name != NULL && strlcpy(u.name, name, sizeof(u.name)) < sizeof(u.name))
		end = upload_begin(c->web->uploads, &u, id);
	if (end == UPLOAD_OK)
		reply_json(c->reply, 201, json_pack("{s:s, s:i}", "upload", id, "offset", 0));
	else
		upload_problem(c, end, &u);
	json_decref(who);
}

/* What is there, and how far its preparation is. */
void
upload_show(struct call *c, const struct route *route)
{
	struct upload u;
	json_t *who = upload_of(c, route, &u), *progress;
	char path[PATH_MAX + 64], *text;

	if (who == NULL)
		return;
	snprintf(path, sizeof(path), "%s/%s/progress", c->web->uploads, call_segment(c, "upload"));
	text = file_text(path, 4096);
	progress = text != NULL ? json_loads(text, 0, NULL) : NULL;
	free(text);
	reply_header(c->reply, "Upload-Offset: %lld", (long long)u.have);
	reply_json(c->reply, 200, json_pack("{s:s, s:I, s:I, s:o?}", "name", u.name, "bytes", (json_int_t)u.bytes, "offset",
	    (json_int_t)u.have, "prepare", progress));
	json_decref(who);
}

void
upload_append(struct call *c, const struct route *route)
{
	const char *offset = c->request->upload_offset, *err = "missing", *type = c->request->content_type;
	struct upload u;
	json_t *who = upload_of(c, route, &u);
	enum upload_end end;
	long long at = 0;

	if (who == NULL)
		return;
	if (offset != NULL)
		at = strtonum(offset, 0, LLONG_MAX, &err);
	if (type == NULL || strcasecmp(type, "application/offset+octet-stream") != 0)
		reply_problem(c->reply, "media-type", "must be application/offset+octet-stream", NULL);
	else if (err != NULL || c->request->content_length <= 0)
		reply_problem(c->reply, "not-valid", "Upload-Offset or the content is missing", NULL);
	else if ((end = upload_append_from(c->web->uploads, call_segment(c, "upload"), at, c->request->content_length,
	    c->client->read, c->client->arg, &u)) != UPLOAD_OK)
		upload_problem(c, end, &u);
	else {
		reply_header(c->reply, "Upload-Offset: %lld", (long long)u.have);
		reply_empty(c->reply, 204);
	}
	json_decref(who);
}

void
upload_prepare(struct call *c, const struct route *route)
{
	struct upload u;
	json_t *who = upload_of(c, route, &u), *arguments;

	if (who == NULL)
		return;
	if (u.have != u.bytes)
		reply_problem(c->reply, "conflict", "the upload is not complete", NULL);
	else if ((arguments = act_arguments(c, route)) != NULL) {
		json_object_set_new(arguments, "film", json_string(u.name));
		act_reply(c, route, route->name, arguments);
	}
	json_decref(who);
}

void
upload_remove(struct call *c, const struct route *route)
{
	struct upload u;
	json_t *who = upload_of(c, route, &u);
	enum upload_end end;

	if (who == NULL)
		return;
	if ((end = upload_delete(c->web->uploads, call_segment(c, "upload"))) == UPLOAD_OK)
		reply_empty(c->reply, 204);
	else
		upload_problem(c, end, &u);
	json_decref(who);
}
