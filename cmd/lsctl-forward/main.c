/* SPDX-License-Identifier: ISC */
/*
 * lsctl-forward: splices the best source of one channel into one unbroken stream, and publishes it to
 * every destination. See lsctl-forward(8).
 */
#include "base/base.h"
#include "common/exit_options.h"
#include "common/exit_serve.h"
#include "lsctl-forward/call.h"

#include <unistd.h>

#define FOR_MAX_S	(366L * 86400)

static int
forward_run(void *arg)
{
	const struct call *c = arg;
	struct serve_options opt = { .kind = SPEC_FORWARD, .spec = c->o.argv[0], .socket = c->socket, .check = c->dry,
	    .flv_output = c->output != NULL };

	if (opt.flv_output && isatty(STDOUT_FILENO))
		return usage_error(&c->o, "--output -: writes a stream: send it to a file or a pipe");
	return exit_serve(serve(&opt));
}

static const struct option_row run_rows[] = {
	OPTION_FLAG("dry-run", 'n', struct call, dry, "check the spec and its films, and connect to nothing"),
	OPTION_CHOICE("output", 'o', "-", struct call, output, "write the stream to standard output, too, as FLV"),
	OPTION_TEXT("socket", 's', "PATH", struct call, socket, "the control socket (SPEC with .sock for .json)"),
	OPTION_END
};

static const struct option_row ctl_rows[] = {
	OPTION_TIME("for", 0, struct call, for_s, FOR_MAX_S, "switch: go back to auto after TIME"),
	OPTION_END
};

static const struct option_row test_rows[] = {
	OPTION_FLAG("publish", 0, struct call, publish, "publish a film of the spec for 4 s, which its viewers see"),
	OPTION_FLAG("hidden", 0, struct call, hidden, "publish if the platform shows nobody a test"),
	OPTION_FLAG("outside", 0, struct call, outside, "refuse addresses of this machine and of private networks"),
	OPTION_FLAG("json", 0, struct call, json, "for programs, one object"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ NULL, "SPEC", 1, 1, "", run_rows, forward_run, NULL, { NULL, NULL } },
	{ "test", "SPEC|- DESTINATION", 2, 2, "try a destination: name, connection, certificate, key, film", test_rows, call_test,
	    NULL, { "lsctl-forward test krishna.json youtube", "lsctl-forward test --publish krishna.json youtube" } },
	{ "ctl", "SOCKET status|dump|reload\nSOCKET switch SOURCE|auto|off\nSOCKET picture SOURCE >FLV", 2, 3,
	    "send a request to a forwarder or loop", ctl_rows, call_ctl, NULL,
	    { "lsctl-forward ctl krishna.sock status | jq", "lsctl-forward ctl krishna.sock switch loop --for 10m" } },
};

static const struct options_tool tool = {
	"lsctl-forward", "Splices the best source of a channel into one unbroken stream for all destinations.",
	commands, nitems(commands),
	{ "lsctl-forward --dry-run krishna.json", "lsctl-forward ctl krishna.sock status | jq" }
};

int
main(int argc, char **argv)
{
	struct call c = { .for_s = 0 };
	enum options_end end;

	if ((end = options_read(&c.o, &tool, &c, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	return c.o.command->run(&c);
}
