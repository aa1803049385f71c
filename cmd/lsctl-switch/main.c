/* SPDX-License-Identifier: ISC */
/*
 * lsctl-switch: reconciles the channels of a host with the database, and takes overrides from the operator. See
 * lsctl-switch(8).
 */
#include "base/base.h"
#include "base/paths.h"
#include "common/exit_options.h"
#include "lsctl-switch/call.h"
#include "lsctl-switch/override.h"
#include "process/harden.h"
#include "spec/spec.h"

#include <signal.h>
#include <unistd.h>

#define FOR_MAX_S	(366L * 86400)
#define WATCH_MAX_S	3600

static const struct option_row rows[] = {
	OPTION_FLAG("dry-run", 'n', struct call, dry, "print what would be done, and change nothing"),
	OPTION_TIME("watch", 'w', struct call, watch_s, WATCH_MAX_S, "run a pass every TIME"),
	OPTION_TEXT("to", 0, "SOURCE|auto|off", struct call, to, "what goes on the air"),
	OPTION_TIME("for", 0, struct call, for_s, FOR_MAX_S, "go back to auto after TIME"),
	OPTION_TEXT("reason", 0, "TEXT", struct call, reason, "the reason, for the event"),
	OPTION_FLAG("json", 0, struct call, json, "print the forwarder's status as JSON"),
	OPTION_FLAG("local", 0, struct call, local, "switch the forwarder of this host without the database"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ NULL, "<RECORDS\n--watch TIME\n--to SOURCE|auto|off CHANNEL", 0, 1, "", rows, NULL, NULL, { NULL, NULL } },
};

static const struct options_tool tool = {
	"lsctl-switch", "Reconciles the channels of this host with the database, or overrides one channel.",
	commands, nitems(commands),
	{ "lsctl-health --json | lsctl-switch --dry-run",
	    "lsctl-switch krishna --to loop --for 10m --reason 'encoder restarts'" }
};

/* What is wrong with the options together, or NULL. */
static const char *
misuse(const struct call *c)
{
	bool one = c->o.argc == 1;

	if (one && c->to == NULL)
		return "--to is missing: a source, auto or off";
	if (!one && (c->to != NULL || c->for_s > 0 || c->reason != NULL || c->local || c->json))
		return "CHANNEL is missing";
	if (one && (c->dry || c->watch_s > 0))
		return "--dry-run and --watch are for all channels";
	if (one && !spec_name_ok(c->to))
		return "--to: must be a source, auto or off";
	if (one && !spec_name_ok(c->o.argv[0]))
		return "not the name of a channel";
	if (c->for_s > 0 && strcmp(c->to, "auto") == 0)
		return "--for: auto has no end";
	if (!one && c->watch_s == 0 && isatty(STDIN_FILENO))
		return "health records are missing: lsctl-health --json | lsctl-switch, or use --watch";
	return NULL;
}

int
main(int argc, char **argv)
{
	struct call c = { .watch_s = 0 };
	enum options_end end;
	const char *wrong;

	if ((end = options_read(&c.o, &tool, &c, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	if ((wrong = misuse(&c)) != NULL)
		return usage_error(&c.o, "%s", wrong);
	c.again = c.o.verbosity > 0 || isatty(STDERR_FILENO);
	harden_memory();
	signal(SIGPIPE, SIG_IGN);
	path_host(c.host, sizeof(c.host));
	if (c.o.argc == 1) {
		struct override w = { .channel = c.o.argv[0], .to = c.to, .for_s = c.for_s, .reason = c.reason,
			.local = c.local, .json = c.json };

		return override_apply(&w, c.host);
	}
	return c.watch_s > 0 ? call_watch(&c) : call_pass(&c);
}
