/* SPDX-License-Identifier: ISC */
/* Keys: tokens of publishers, stream keys of destinations, and the master key over both. */
#include "base/base.h"
#include "common/exit_options.h"
#include "control/keys/keys.h"
#include "lsctl-keys/call.h"
#include "process/harden.h"

#define GRACE_MAX_S	(30 * 86400)
#define BATCH		200
#define BATCH_MAX	10000

static const struct option_row new_rows[] = {
	OPTION_FLAG("all", 0, struct call, all, "for each source of this host's channels that has no token"),
	OPTION_END
};

static const struct option_row json_rows[] = {
	OPTION_FLAG("json", 0, struct call, json, "for programs, one object on each line"),
	OPTION_END
};

static const struct option_row rotate_rows[] = {
	OPTION_TIME("grace", 0, struct call, grace_s, GRACE_MAX_S, "the old token stays valid for TIME"),
	OPTION_FLAG("no-kick", 0, struct call, no_kick, "do not disconnect a publisher that uses the old token"),
	OPTION_TEXT("reason", 0, "TEXT", struct call, reason, "the reason, for the event"),
	OPTION_FLAG("dest", 0, struct call, dest, "the stream key of a destination, from a terminal or standard input"),
	OPTION_FLAG("password", 0, struct call, password, "with --dest: its password, in place of its stream key"),
	OPTION_TEXT("key-file", 0, "FILE", struct call, key_file, "the key is in FILE, which others cannot read"),
	OPTION_END
};

static const struct option_row revoke_rows[] = {
	OPTION_FLAG("no-kick", 0, struct call, no_kick, "do not disconnect a publisher that uses the token"),
	OPTION_TEXT("reason", 0, "TEXT", struct call, reason, "the reason, for the event"),
	OPTION_END
};

static const struct option_row rekey_rows[] = {
	OPTION_NUMBER("batch", 0, struct call, batch, 1, BATCH_MAX, "values in one transaction (200)"),
	OPTION_TEXT("to", 0, "FILE", struct call, to, "leave the new key in FILE, for you to install"),
	OPTION_END
};

#define STREAM	"CHANNEL SOURCE | STREAM"

static const struct options_command commands[] = {
	{ "init", "", 0, 0, "make the master key of this host", NULL, call_init, NULL,
	    { "lsctl-keys init", NULL } },
	{ "new", STREAM "\n--all", 0, 2, "make a token for a source that has none", new_rows, call_new, NULL,
	    { "lsctl-keys new krishna obs", "lsctl-keys new --all" } },
	{ "show", "CHANNEL [SOURCE] | STREAM", 1, 2, "print what an encoder needs", json_rows, call_show, NULL,
	    { "lsctl-keys show krishna obs", "lsctl-keys show --json krishna" } },
	{ "list", "", 0, 0, "list tokens without their secrets", json_rows, call_list, NULL,
	    { "lsctl-keys list", NULL } },
	{ "rotate", STREAM "\n--dest CHANNEL NAME", 1, 2, "replace a token or a stream key", rotate_rows, call_rotate, NULL,
	    { "lsctl-keys rotate --grace 1d krishna obs", "lsctl-keys rotate --dest --key-file youtube.key krishna youtube" } },
	{ "revoke", STREAM, 1, 2, "revoke the token of a source", revoke_rows, call_revoke, NULL,
	    { "lsctl-keys revoke --reason 'left the team' krishna obs", NULL } },
	{ "rekey", "", 0, 0, "replace the master key; all channels go on", rekey_rows, call_rekey, NULL,
	    { "lsctl-keys rekey", "lsctl-keys rekey --to /etc/lsctl/master.key.new" } },
	{ "check", "", 0, 0, "check that the master key opens all secrets", NULL, call_check, NULL,
	    { "lsctl-keys check", NULL } },
};

static const struct options_tool tool = {
	"lsctl-keys", "Tokens of publishers, stream keys of destinations, and the master key over both.",
	commands, nitems(commands),
	{ "lsctl-keys new krishna obs && lsctl-keys show krishna obs",
	    "lsctl-keys rotate --reason 'seen in a screenshot' krishna obs" }
};

int
main(int argc, char **argv)
{
	static struct call c = { .batch = BATCH };
	enum options_end end;
	int status;

	harden_memory();
	if ((end = options_read(&c.o, &tool, &c, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	c.argv = c.o.argv;
	c.argc = c.dest ? c.o.argc : keys_stream(c.o.argc, &c.argv);
	status = c.o.command->run(&c);
	master_key_wipe(&c.keys.key);
	db_close(c.keys.db);
	return status;
}
