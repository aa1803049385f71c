/* SPDX-License-Identifier: ISC */
/*
 * lsctl-switch: brings a host's channels to what the database wants, and takes the operator's word. See
 * lsctl-switch(8).
 */
#include "base/base.h"
#include "common/exit_options.h"
#include "control/paths.h"
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
	OPTION_TIME("watch", 'w', struct call, watch_s, WATCH_MAX_S, "again and again, every TIME"),
	OPTION_TEXT("to", 0, "SOURCE|auto|off", struct call, to, "where the channel is to go"),
	OPTION_TIME("for", 0, struct call, for_s, FOR_MAX_S, "go back to auto after TIME"),
	OPTION_TEXT("reason", 0, "TEXT", struct call, reason, "why; recorded with the event"),
	OPTION_FLAG("json", 0, struct call, json, "print the forwarder's status as JSON"),
	OPTION_FLAG("local", 0, struct call, local, "tell the forwarder on this host without the database"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ NULL, "<RECORDS\n--watch TIME\n--to SOURCE|auto|off CHANNEL", 0, 1, "", rows, NULL, NULL, { NULL, NULL } },
};

static const struct options_tool tool = {
	"lsctl-switch", "Brings the channels of this host to what the database wants, or moves one channel.",
	commands, nitems(commands),
	{ "lsctl-health --json | lsctl-switch --dry-run",
	    "lsctl-switch krishna --to loop --for 10m --reason 'encoder restarts'" }
};

/* What does not go together, or NULL. */
static const char *
nonsense(const struct call *c)
{
	bool one = c->o.argc == 1;

	if (one && c->to == NULL)
		return "--to is missing: where is the channel to go?";
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
		return "health records come from a pipe, or by --watch";
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
	if ((wrong = nonsense(&c)) != NULL)
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
