/* SPDX-License-Identifier: ISC */
/* What lsctl-switch(8) and lsctl-health(8) wrote after the last pass: state and metrics. It needs no database. */
#include "base/base.h"
#include "base/hex.h"
#include "base/sha256.h"
#include "lsctl-web/caller.h"
#include "lsctl-web/route.h"
#include "process/file.h"

#include <sys/stat.h>

#include <errno.h>

#define STATUS_MAX	(64 << 20)	/* bytes of the file */
#define STATUS_TAG	64		/* bytes of an ETag */

struct status_copy {
	char		*text;
	size_t		 len;
	struct timespec	 changed;
	ino_t		 inode;
	json_t		*json;		/* parsed when an account needs a part of it */
};

static void
copy_free(struct status_copy *s)
{
	if (s == NULL)
		return;
	free(s->text);
	json_decref(s->json);
	free(s);
}

/* The present file. NULL with errno: it cannot be read. */
static const struct status_copy *
copy_now(struct web *w)
{
	struct status_copy *s = w->status;
	struct stat st;

	if (stat(w->status_file, &st) == -1)
		return NULL;
	if (s != NULL && s->inode == st.st_ino && s->changed.tv_sec == st.st_mtim.tv_sec &&
	    s->changed.tv_nsec == st.st_mtim.tv_nsec)
		return s;
	if ((s = calloc(1, sizeof(*s))) == NULL || (s->text = file_text(w->status_file, STATUS_MAX)) == NULL) {
		copy_free(s);
		return NULL;
	}
	s->len = strlen(s->text);
	s->inode = st.st_ino;
	s->changed = st.st_mtim;
	copy_free(w->status);
	w->status = s;
	return s;
}

/* The hosts without their problems, which can be of any channel. Owned. */
static json_t *
hosts_of(const json_t *all)
{
	json_t *hosts = json_array(), *host;
	const json_t *v;
	size_t i;

	json_array_foreach(all, i, v) {
		host = json_copy((json_t *)(uintptr_t)v);
		json_object_del(host, "problems");
		json_array_append_new(hosts, host);
	}
	return hosts;
}

/* The part that an account with named channels may see. Owned. */
static json_t *
part_for(struct status_copy *s, const json_t *who)
{
	json_t *part, *channels, *v;
	size_t i;

	if (s->json == NULL && (s->json = json_loadb(s->text, s->len, 0, NULL)) == NULL)
		return NULL;
	part = json_copy(s->json);
	channels = json_array();
	json_array_foreach(json_object_get(s->json, "channels"), i, v)
		if (caller_has(who, json_string_value(json_object_get(v, "channel")) != NULL ?
		    json_string_value(json_object_get(v, "channel")) : ""))
			json_array_append(channels, v);
	json_object_set_new(part, "channels", channels);
	json_object_set_new(part, "hosts", hosts_of(json_object_get(s->json, "hosts")));
	return part;
}

/* Changes with the file, and with the channels of the account. */
static void
tag_of(const struct status_copy *s, const json_t *channels, char tag[STATUS_TAG])
{
	char hex[2 * SHA256_LEN + 1] = "", *text = json_is_array(channels) ? json_dumps(channels, JSON_COMPACT) : NULL;
	uint8_t digest[SHA256_LEN];

	if (text != NULL) {
		sha256(text, strlen(text), digest);
		hex_put(hex, digest, sizeof(digest));
	}
	free(text);
	snprintf(tag, STATUS_TAG, "\"%llx-%llx%s%.16s\"", (unsigned long long)s->inode,
	    (unsigned long long)s->changed.tv_sec * 1000000000ULL + (unsigned long long)s->changed.tv_nsec,
	    hex[0] != '\0' ? "-" : "", hex);
}

/* What errno says of a file of the last pass. */
static void
unreadable(struct call *c)
{
	reply_problem(c->reply, "unavailable", errno == ENOENT ? "no pass of the reconciliation has ended yet: systemctl "
	    "status lsctl-reconcile.timer" : file_strerror(errno), NULL);
}

void
status_show(struct call *c, const struct route *route)
{
	json_t *who = caller_find(c, true);
	const struct status_copy *s;
	char tag[STATUS_TAG];
	bool all;

	(void)route;
	if (who == NULL)
		return;
	all = !json_is_array(json_object_get(who, "channels"));
	if ((s = copy_now(c->web)) == NULL)
		unreadable(c);
	else {
		tag_of(s, json_object_get(who, "channels"), tag);
		if (http_tag_matches(c->request->if_none_match, tag))
			reply_empty(c->reply, 304);
		else if (!all)
			reply_json(c->reply, 200, part_for(c->web->status, who));
		else if ((c->reply->body = strdup(s->text)) != NULL) {
			c->reply->len = s->len;
			c->reply->status = 200;
			c->reply->type = "application/json";
		}
		reply_header(c->reply, "ETag: %s", tag);
		reply_header(c->reply, "Cache-Control: private, no-cache");
	}
	json_decref(who);
}

/* For Prometheus. permit() in sql/functions/permission.sql has the same rule, for while the database answers. */
void
metrics_show(struct call *c, const struct route *route)
{
	json_t *who = caller_find(c, true);

	(void)route;
	if (who == NULL)
		return;
	if (json_is_array(json_object_get(who, "channels")))
		reply_problem(c->reply, "forbidden", "the metrics are of all channels", NULL);
	else if ((c->reply->body = file_text(c->web->metrics_file, STATUS_MAX)) == NULL)
		unreadable(c);
	else {
		c->reply->len = strlen(c->reply->body);
		c->reply->status = 200;
		c->reply->type = "text/plain; version=0.0.4; charset=utf-8";
	}
	json_decref(who);
}
