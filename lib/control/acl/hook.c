/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/acl/hook.h"

#include <arpa/inet.h>

static bool
is_address(const char *s)
{
	uint8_t room[16];

	return inet_pton(AF_INET, s, room) == 1 || inet_pton(AF_INET6, s, room) == 1;
}

static bool
is_plain(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-")] == '\0';
}

/*
 * The event has the stream's name only if it is well-formed: a user may put the token in its place, and no
 * token consists of small letters and digits alone.
 */
static void
describe(struct hook_verdict *v, const struct callback *cb)
{
	char mark[9] = "";
	size_t c, s;

	if (acl_stream_split(cb->stream, &c, &s) == 0) {
		snprintf(v->channel, sizeof(v->channel), "%.*s", (int)c, cb->stream);
		snprintf(v->source, sizeof(v->source), "%s", cb->stream + c + 1);
	}
	strlcpy(v->limit.channel, v->channel, sizeof(v->limit.channel));
	strlcpy(v->limit.source, v->source, sizeof(v->limit.source));
	strlcpy(v->limit.server, cb->server == CALLBACK_SRS ? "srs" : "nginx", sizeof(v->limit.server));
	strlcpy(v->limit.address, is_address(cb->address) ? cb->address : "?", sizeof(v->limit.address));
	if (cb->action == CALLBACK_PUBLISH && cb->token_len > 0)
		acl_token_mark(cb->token, cb->token_len, mark);
	snprintf(v->detail, sizeof(v->detail),
	    "{\"server\":\"%s\",\"address\":\"%s\",\"client\":\"%s\"%s%s%s}", v->limit.server, v->limit.address,
	    is_plain(cb->client) ? cb->client : "?",
	    mark[0] != '\0' ? ",\"token\":\"" : "", mark, mark[0] != '\0' ? "\"" : "");
}

static void
limit_set(struct hook_verdict *v)
{
	strlcpy(v->limit.kind, v->kind != NULL ? v->kind : "", sizeof(v->limit.kind));
	strlcpy(v->limit.reason, v->reason != NULL ? v->reason : "", sizeof(v->limit.reason));
}

static void
judge(struct hook_verdict *v, const struct callback *cb, const struct acl *acl, int64_t now)
{
	enum acl_answer a;

	v->open = false;
	if (!callback_is_live(cb)) {
		v->reason = "not-application-live";
		v->limit.channel[0] = v->limit.source[0] = '\0';
		return;
	}
	if (acl == NULL) {
		v->reason = "no-snapshot";
		return;
	}
	a = cb->action == CALLBACK_PUBLISH ?
	    acl_publish(acl, cb->stream, cb->token, cb->token_len, now) :
	    acl_play(acl, cb->stream, cb->address);
	v->open = a == ACL_ALLOWED;
	/* Who invents streams must not get a count for each. */
	if (a == ACL_NO_STREAM)
		v->limit.channel[0] = v->limit.source[0] = '\0';
	v->reason = a == ACL_ALLOWED ? NULL : acl_answer_name(a);
}

void
hook_judge(struct hook_verdict *v, const struct callback *cb, const struct acl *acl,
    const char *reason, int64_t now)
{
	memset(v, 0, sizeof(*v));
	strlcpy(v->detail, "{}", sizeof(v->detail));
	if (cb == NULL) {
		v->kind = "callback-refused";
		v->reason = reason;
		limit_set(v);
		return;
	}
	describe(v, cb);
	v->open = true;
	switch (cb->action) {
	case CALLBACK_PUBLISH:
		judge(v, cb, acl, now);
		v->kind = v->open ? "publish-allowed" : "publish-refused";
		break;
	case CALLBACK_PLAY:
		judge(v, cb, acl, now);
		v->kind = v->open ? "play-allowed" : "play-refused";
		break;
	case CALLBACK_UNPUBLISH:
		v->kind = "publish-ended";
		break;
	case CALLBACK_STOP:
		v->kind = "play-ended";
		break;
	case CALLBACK_CONNECT:
	case CALLBACK_UPDATE:
	case CALLBACK_DONE:
	case CALLBACK_CLOSE:
		break;
	}
	limit_set(v);
}

struct spool_event
hook_event(const struct hook_verdict *v, const char *host)
{
	struct spool_event e = { .host = host, .kind = v->kind, .who = "lsctl-hook",
	    .reason = v->reason, .detail = v->detail };

	if (v->channel[0] != '\0') {
		e.channel = v->channel;
		e.source = v->source;
	}
	return e;
}
