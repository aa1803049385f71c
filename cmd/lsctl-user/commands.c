/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-user/call.h"

#define DAY_S		86400
#define LINK_MAX_S	(30 * DAY_S)
#define TOKEN_DAYS_MAX	730
#define ROLES		"admin|operator|viewer"

static const char *
channel_add(void *context, const struct option_row *row, const char *value)
{
	struct call *c = context;

	(void)row;
	if (c->channels == NULL && (c->channels = json_array()) == NULL)
		return "out of memory";
	return json_array_append_new(c->channels, json_string(value)) == 0 ? NULL : "not UTF-8";
}

/* "" is all of them. */
static const char *
channels_set(void *context, const struct option_row *row, const char *value)
{
	struct call *c = context;
	char *list = strdup(value), *rest = list, *name;
	const char *wrong = list != NULL ? NULL : "out of memory";

	c->all_channels = value[0] == '\0';
	while (!c->all_channels && wrong == NULL && (name = strsep(&rest, ",")) != NULL)
		wrong = channel_add(context, row, name);
	free(list);
	return wrong;
}

static const struct option_row add_rows[] = {
	OPTION_CHOICE("role", 0, ROLES, struct call, role, "what the account may do; required"),
	OPTION_CALL("channel", 0, "CHANNEL", channel_add, 0, "only this channel; repeat it for others (all)"),
	OPTION_CALL("channels", 0, "LIST", channels_set, 0, "these channels, with commas; empty: all"),
	OPTION_TIME("expires", 0, struct call, expires_s, LINK_MAX_S, "the link is good for TIME (3d)"),
	OPTION_TEXT("url", 0, "URL", struct call, url, "the address of the pages ($LSCTL_WEB_URL)"),
	OPTION_FLAG("qr", 0, struct call, qr, "print the link as a QR code, too"),
	OPTION_FLAG("json", 0, struct call, json, "for programs, one object on each line"),
	OPTION_END
};

static const struct option_row set_rows[] = {
	OPTION_CHOICE("role", 0, ROLES, struct call, role, "what the account may do"),
	OPTION_CALL("channel", 0, "CHANNEL", channel_add, 0, "only this channel; repeat it for others"),
	OPTION_CALL("channels", 0, "LIST", channels_set, 0, "these channels, with commas; empty: all"),
	OPTION_FLAG("all-channels", 0, struct call, all_channels, "all channels, also those to come"),
	OPTION_END
};

static const struct option_row rm_rows[] = {
	OPTION_FLAG("yes", 'y', struct call, yes, "do not ask"),
	OPTION_END
};

static const struct option_row reset_rows[] = {
	OPTION_FLAG("forget-totp", 0, struct call, forget_totp, "remove the second factor, too"),
	OPTION_TIME("expires", 0, struct call, expires_s, LINK_MAX_S, "the link is good for TIME (3d)"),
	OPTION_TEXT("url", 0, "URL", struct call, url, "the address of the pages ($LSCTL_WEB_URL)"),
	OPTION_FLAG("qr", 0, struct call, qr, "print the link as a QR code, too"),
	OPTION_FLAG("json", 0, struct call, json, "for programs, one object on each line"),
	OPTION_END
};

static const struct option_row token_rows[] = {
	OPTION_CHOICE("role", 0, ROLES, struct call, role, "what the token may do; required"),
	OPTION_CALL("channel", 0, "CHANNEL", channel_add, 0, "only this channel; repeat it for others (those of the account)"),
	OPTION_CALL("channels", 0, "LIST", channels_set, 0, "these channels, with commas; empty: all"),
	OPTION_NUMBER("days", 0, struct call, days, 1, TOKEN_DAYS_MAX, "it ends after so many days (90)"),
	OPTION_FLAG("json", 0, struct call, json, "for programs, one object on each line"),
	OPTION_END
};

static const struct option_row session_rm_rows[] = {
	OPTION_FLAG("all", 0, struct call, all, "all sessions of the account"),
	OPTION_END
};

static const struct option_row json_rows[] = {
	OPTION_FLAG("json", 0, struct call, json, "for programs, one object on each line"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ "add", "NAME", 1, 1, "make an account, and print the link that sets its password", add_rows, call_add, NULL,
	    { "lsctl-user add simran --role admin", "lsctl-user add jas --role operator --channel krishna --expires 1d" } },
	{ "set", "NAME", 1, 1, "change the role or the channels of an account", set_rows, call_set, NULL,
	    { "lsctl-user set jas --role viewer --all-channels", NULL } },
	{ "rm", "NAME", 1, 1, "remove an account with its sessions and tokens", rm_rows, call_rm, NULL,
	    { "lsctl-user rm jas", NULL } },
	{ "enable", "NAME", 1, 1, "let an account sign in again", NULL, call_enable, NULL,
	    { "lsctl-user enable jas", NULL } },
	{ "disable", "NAME", 1, 1, "sign an account out, and let it in no more", NULL, call_disable, NULL,
	    { "lsctl-user disable jas", NULL } },
	{ "reset", "NAME", 1, 1, "print a new link that sets the password", reset_rows, call_reset, NULL,
	    { "lsctl-user reset jas", "lsctl-user reset --forget-totp jas" } },
	{ "list", "", 0, 0, "print a line for each account", json_rows, call_list, NULL,
	    { "lsctl-user list", NULL } },
	{ "show", "NAME", 1, 1, "print an account with its sessions and tokens", json_rows, call_show, NULL,
	    { "lsctl-user show jas", NULL } },
	{ "token add", "NAME TOKEN", 2, 2, "make a token for a program, and print it", token_rows, call_token_add, NULL,
	    { "lsctl-user token add simran prometheus --role viewer --days 365", NULL } },
	{ "token rm", "NAME TOKEN", 2, 2, "revoke a token", NULL, call_token_rm, NULL,
	    { "lsctl-user token rm simran prometheus", NULL } },
	{ "session list", "NAME", 1, 1, "print a line for each session of an account", json_rows, call_session_list, NULL,
	    { "lsctl-user session list jas", NULL } },
	{ "session rm", "NAME ID\nNAME --all", 1, 2, "sign a session out", session_rm_rows, call_session_rm, NULL,
	    { "lsctl-user session rm jas 17", "lsctl-user session rm jas --all" } },
};

const struct options_tool call_tool = {
	"lsctl-user", "Accounts of the pages and the API: who may sign in, and what they may do.", commands, nitems(commands),
	{ "lsctl-user add simran --role admin", "lsctl-user add jas --role operator --channel krishna" }
};
