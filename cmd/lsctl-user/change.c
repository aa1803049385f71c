/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_options.h"
#include "common/prompt.h"
#include "lsctl-user/call.h"

#include <sysexits.h>

/* Applies a change, and releases it. */
static int
change_apply(struct call *c, json_t *change, const char *done)
{
	const char *name = c->o.argv[0];
	enum db_fault f;
	int status;

	if ((status = call_begin(c)) == 0) {
		f = accounts_set(&c->accounts, name, change);
		if (f != DB_OK)
			status = call_fail(c, f);
		else
			log_notice("account %s: %s", name, done);
	}
	json_decref(change);
	return status;
}

int
call_set(void *arg)
{
	struct call *c = arg;
	json_t *change;

	if (c->channels != NULL && c->all_channels)
		return usage_error(&c->o, "--channel and --all-channels do not go together");
	if (c->role == NULL && c->channels == NULL && !c->all_channels)
		return usage_error(&c->o, "nothing to change: use --role, --channel or --all-channels");
	change = json_object();
	if (c->role != NULL)
		json_object_set_new(change, "role", json_string(c->role));
	if (c->channels != NULL)
		json_object_set(change, "channels", c->channels);
	else if (c->all_channels)
		json_object_set_new(change, "channels", json_null());
	return change_apply(c, change, "changed; it holds for its sessions and tokens from now on");
}

int
call_enable(void *arg)
{
	return change_apply(arg, json_pack("{s:b}", "enabled", 1), "enabled");
}

int
call_disable(void *arg)
{
	return change_apply(arg, json_pack("{s:b}", "enabled", 0), "disabled, signed out, and its tokens are revoked");
}

int
call_rm(void *arg)
{
	struct call *c = arg;
	const char *name = c->o.argv[0];
	char question[160];
	enum db_fault f;
	int status;

	snprintf(question, sizeof(question), "Remove account %.63s with its sessions and tokens?", name);
	if ((status = prompt_confirm(c->yes, "lsctl-user rm", question)) != 0 || (status = call_begin(c)) != 0)
		return status;
	if ((f = accounts_remove(&c->accounts, name)) != DB_OK)
		return call_fail(c, f);
	log_notice("account %s: removed", name);
	return 0;
}

/* Ends sessions or tokens; which NULL: all. */
static int
revoke(struct call *c, const char *kind, const char *which)
{
	enum db_fault f;
	int status;
	long n;

	if ((status = call_begin(c)) != 0)
		return status;
	if ((f = accounts_revoke(&c->accounts, c->o.argv[0], kind, which, &n)) != DB_OK)
		return call_fail(c, f);
	log_notice("account %s: %ld %s%s ended", c->o.argv[0], n, kind, n == 1 ? "" : "s");
	return 0;
}

int
call_token_rm(void *arg)
{
	struct call *c = arg;

	return revoke(c, "token", c->o.argv[1]);
}

int
call_session_rm(void *arg)
{
	struct call *c = arg;

	if (c->all == (c->o.argc == 2))
		return usage_error(&c->o, c->all ? "--all: names no session" : "a session must follow, or --all");
	return revoke(c, "session", c->all ? NULL : c->o.argv[1]);
}
