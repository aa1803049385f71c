/* SPDX-License-Identifier: ISC */
/* What is answered to what, and which event says so. */
#include "base/base.h"
#include "control/acl/hook.h"
#include "t.h"

#include <unistd.h>

static char path[] = "/tmp/hook-XXXXXX";
static struct error err;
static struct acl *acl;
static struct callback cb;
static struct hook_verdict v;

static void
ask(enum callback_action action, const char *stream, const char *token)
{
	memset(&cb, 0, sizeof(cb));
	cb.server = CALLBACK_NGINX;
	cb.action = action;
	strlcpy(cb.app, "live", sizeof(cb.app));
	strlcpy(cb.stream, stream, sizeof(cb.stream));
	strlcpy(cb.client, "17", sizeof(cb.client));
	strlcpy(cb.address, "127.0.0.1", sizeof(cb.address));
	cb.token = token;
	cb.token_len = token != NULL ? strlen(token) : 0;
	hook_judge(&v, &cb, acl, NULL, 1);
}

static void
without_a_snapshot_nobody_gets_in(void)
{
	ask(CALLBACK_PUBLISH, "a_obs", "x");
	t_ok(!v.open);
	t_str(v.kind, "publish-refused");
	t_str(v.reason, "no-snapshot");
	ask(CALLBACK_PLAY, "a_obs", NULL);
	t_ok(!v.open);
	t_str(v.kind, "play-refused");
}

static void
the_rest_is_always_ok(void)
{
	static const enum callback_action rest[] = { CALLBACK_CONNECT, CALLBACK_UNPUBLISH,
	    CALLBACK_STOP, CALLBACK_UPDATE, CALLBACK_DONE, CALLBACK_CLOSE };
	size_t i;

	for (i = 0; i < nitems(rest); i++) {
		ask(rest[i], "a_obs", "x");
		t_ok(v.open);
		t_int(v.kind != NULL, rest[i] == CALLBACK_UNPUBLISH || rest[i] == CALLBACK_STOP);
	}
}

static void
judges_by_the_snapshot(void)
{
	static const char text[] = "lsctl-acl 1 h t\na - play 127.0.0.0/8\na obs "
	    /* SHA-256 of "abc", FIPS 180-4 */
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad -\nend 110\n";
	int fd = mkstemp(path);

	t_ok(fd != -1 && write(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	if (!t_ok((acl = acl_open(path, &err)) != NULL))
		printf("# %s\n", err.text);
	unlink(path);
	ask(CALLBACK_PUBLISH, "a_obs", "abc");
	t_ok(v.open);
	t_str(v.kind, "publish-allowed");
	t_ok(v.reason == NULL);
	t_str(v.channel, "a");
	t_str(v.source, "obs");
	t_str(v.detail, "{\"server\":\"nginx\",\"address\":\"127.0.0.1\",\"client\":\"17\","
	    "\"token\":\"ba7816bf\"}");
	ask(CALLBACK_PLAY, "a_obs", "abc");
	t_ok(v.open);
	t_ok(strstr(v.detail, "token") == NULL);	/* players need none: it is none of ours */
	ask(CALLBACK_PLAY, "a_obs", NULL);
	t_ok(v.open);
	ask(CALLBACK_PUBLISH, "a_obs", "abd");
	t_ok(!v.open);
	t_str(v.reason, "wrong-token");
	/* one count for each channel, source, address and reason; who invents streams has one for all */
	t_str(v.limit.channel, "a");
	t_str(v.limit.source, "obs");
	t_str(v.limit.kind, "publish-refused");
	t_str(v.limit.reason, "wrong-token");
	ask(CALLBACK_PUBLISH, "invented_obs", "abc");
	t_str(v.reason, "no-such-stream");
	t_str(v.channel, "invented");
	t_str(v.limit.channel, "");
	t_str(v.limit.source, "");
	ask(CALLBACK_PUBLISH, "a_obs", "abc");
	strlcpy(cb.app, "other", sizeof(cb.app));
	hook_judge(&v, &cb, acl, NULL, 1);
	t_str(v.reason, "not-application-live");
	t_str(v.limit.channel, "");
	t_str(v.limit.source, "");
	acl_close(acl);
	acl = NULL;
}

/* People put a token where the stream belongs, and a client chooses its names. */
static void
tells_nothing_that_it_does_not_know(void)
{
	struct spool_event e;

	ask(CALLBACK_PUBLISH, "a_obs&token=SECRET", NULL);
	t_str(v.channel, "");
	t_ok(strstr(v.detail, "SECRET") == NULL);
	strlcpy(cb.client, "SECRET\"}", sizeof(cb.client));
	strlcpy(cb.address, "SECRET", sizeof(cb.address));
	hook_judge(&v, &cb, NULL, NULL, 1);
	t_str(v.detail, "{\"server\":\"nginx\",\"address\":\"?\",\"client\":\"?\"}");
	e = hook_event(&v, "here");
	t_ok(e.channel == NULL && e.source == NULL);
	t_str(e.host, "here");
	t_str(e.kind, "publish-refused");
	hook_judge(&v, NULL, NULL, "not a form", 1);
	t_ok(!v.open);
	t_str(v.kind, "callback-refused");
	t_str(v.reason, "not a form");
}

T_MAIN(
	{ "without_a_snapshot_nobody_gets_in", without_a_snapshot_nobody_gets_in },
	{ "the_rest_is_always_ok", the_rest_is_always_ok },
	{ "judges_by_the_snapshot", judges_by_the_snapshot },
	{ "tells_nothing_that_it_does_not_know", tells_nothing_that_it_does_not_know },
)
