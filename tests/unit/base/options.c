/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/options.h"
#include "t.h"

#include <sys/mman.h>
#include <unistd.h>

struct call {
	bool		 dry;
	const char	*to, *server;
	long		 rounds, for_s, watch_s, tagged;
};

static const char *
tag(void *context, const struct option_row *row, const char *value)
{
	struct call *c = context;

	c->tagged = (long)row->at;
	return value != NULL && strcmp(value, "no") == 0 ? "must be yes" : NULL;
}

static const struct option_row run_options[] = {
	OPTION_FLAG("dry-run", 'n', struct call, dry, "print what would be done"),
	OPTION_TEXT("to", 't', "SOURCE", struct call, to, "where it goes"),
	OPTION_CHOICE("server", 0, "srs|nginx|other", struct call, server, "which server"),
	OPTION_NUMBER("rounds", 'r', struct call, rounds, 1, 50, "how often"),
	OPTION_TIME("for", 0, struct call, for_s, 86400, "how long"),
	OPTION_TIME_OR("watch", 'w', struct call, watch_s, 3600, 2, "again and again"),
	OPTION_CALL("delay-ms", 0, "N", tag, 7, "a field with a name that needs a line of its own"),
	OPTION_CALL("disabled", 0, NULL, tag, 8, "without a value"),
	OPTION_END
};

static const struct options_command plain[] = {
	{ NULL, "CHANNEL [SOURCE]", 1, 2, "runs it", run_options, NULL, NULL, { NULL, NULL } },
};
static const struct options_tool one = {
	"tool", "Runs a thing.", plain, nitems(plain), { "tool krishna", "tool --for 10m krishna" }
};

static const struct options_command many_commands[] = {
	{ "list", "", 0, 0, "list all", NULL, NULL, NULL, { NULL, NULL } },
	{ "dest add", "CHANNEL NAME", 2, 2, "add one", run_options, NULL, "own", { "tool dest add a b", NULL } },
	{ "dest rm", "CHANNEL NAME", 2, 2, "remove one", NULL, NULL, NULL, { NULL, NULL } },
	{ "rotate", "CHANNEL SOURCE | STREAM\n--dest CHANNEL NAME", 2, 2, "a new one", NULL, NULL, NULL, { NULL, NULL } },
};
static const struct options_tool many = {
	"tool", "Declares things.", many_commands, nitems(many_commands), { "tool list", "tool dest rm a b" }
};

static const struct options_command both_commands[] = {
	{ NULL, "SPEC", 1, 1, "runs it", run_options, NULL, NULL, { NULL, NULL } },
	{ "ctl", "SOCKET WORD...", 2, OPTIONS_MANY, "asks it", NULL, NULL, NULL, { NULL, NULL } },
};
static const struct options_tool both = {
	"tool", "Runs a thing, and asks it.", both_commands, nitems(both_commands), { "tool a.json", NULL }
};

static struct call call;
static struct options got;
static char printed[8192], reported[8192];

static void
text_of(int fd, char *dst, size_t size)
{
	ssize_t n = pread(fd, dst, size - 1, 0);

	dst[n > 0 ? n : 0] = '\0';
	close(fd);
}

static int out, err, was_out, was_err;

static void
catch(void)
{
	fflush(stdout);
	out = memfd_create("out", 0);
	err = memfd_create("err", 0);
	was_out = dup(STDOUT_FILENO);
	was_err = dup(STDERR_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
}

/* What came since catch(): printed and reported. */
static void
release(void)
{
	fflush(stdout);
	dup2(was_out, STDOUT_FILENO);
	dup2(was_err, STDERR_FILENO);
	close(was_out);
	close(was_err);
	text_of(out, printed, sizeof(printed));
	text_of(err, reported, sizeof(reported));
}

/* Reads "tool WORDS", with what it prints and reports. */
static enum options_end
reading(const struct options_tool *t, const char *words)
{
	static char line[512];
	static char *argv[32];
	char *at = line, *word;
	enum options_end end;
	int argc = 0;

	snprintf(line, sizeof(line), "tool %s", words);
	while ((word = strsep(&at, " ")) != NULL)
		if (word[0] != '\0')
			argv[argc++] = word;
	argv[argc] = NULL;
	memset(&call, 0, sizeof(call));
	catch();
	end = options_read(&got, t, &call, argc, argv);
	release();
	return end;
}

static void
values_go_to_their_members(void)
{
	t_int(reading(&one, "-n --to loop krishna --server nginx -r 50 --for 10m -w5 --delay-ms 9 obs -q"), OPTIONS_GO);
	t_ok(call.dry);
	t_str(call.to, "loop");
	t_str(call.server, "nginx");
	t_int(call.rounds, 50);
	t_int(call.for_s, 600);
	t_int(call.watch_s, 5);
	t_int(call.tagged, 7);
	t_int(got.verbosity, -1);
	t_int(got.argc, 2);
	t_str(got.argv[0], "krishna");
	t_str(got.argv[1], "obs");
	t_str(printed, "");
	t_str(reported, "");
}

static void
a_time_that_may_lack_takes_the_next_word_if_it_is_one(void)
{
	t_int(reading(&one, "--watch krishna"), OPTIONS_GO);
	t_int(call.watch_s, 2);
	t_str(got.argv[0], "krishna");
	t_int(reading(&one, "--watch 5s krishna"), OPTIONS_GO);
	t_int(call.watch_s, 5);
	t_str(got.argv[0], "krishna");
	t_int(reading(&one, "--watch=1m krishna"), OPTIONS_GO);
	t_int(call.watch_s, 60);
	t_int(reading(&one, "--watch 2d krishna"), OPTIONS_WRONG);
}

static void
commands_are_of_one_word_or_two(void)
{
	t_int(reading(&many, "list"), OPTIONS_GO);
	t_str(got.command->name, "list");
	t_int(reading(&many, "-q dest add krishna --for 90 youtube"), OPTIONS_GO);
	t_str(got.command->name, "dest add");
	t_str(got.command->own, "own");
	t_int(got.verbosity, -1);
	t_int(call.for_s, 90);
	t_str(got.argv[1], "youtube");
	t_int(reading(&both, "ctl x.sock status now"), OPTIONS_GO);
	t_str(got.command->name, "ctl");
	t_int(got.argc, 3);
	t_int(reading(&both, "-n x.json"), OPTIONS_GO);
	t_ok(got.command->name == NULL && call.dry);
	t_str(got.argv[0], "x.json");
}

/* Is it reported for this reason, with the usage and what to type next? */
static bool
refused(const struct options_tool *t, const char *words, const char *reason)
{
	char begin[256];

	snprintf(begin, sizeof(begin), "tool: %s\nusage: tool ", reason);
	return t_int(reading(t, words), OPTIONS_WRONG) && t_str(printed, "") &&
	    t_report(strncmp(reported, begin, strlen(begin)) == 0, __FILE__, __LINE__, reported) &&
	    t_ok(strstr(reported, "\nTry 'tool ") != NULL) && t_ok(strstr(reported, "--help'.\n") != NULL);
}

static void
a_mistake_is_reported_with_its_reason(void)
{
	refused(&one, "--bogus krishna", "--bogus: no such option");
	refused(&one, "--bogus=1 krishna", "--bogus: no such option");
	refused(&one, "-nx krishna", "-x: no such option");
	refused(&one, "--dry-run=yes krishna", "--dry-run: takes no value");
	refused(&one, "--ver", "--ver: is it --verbose or --version?");
	refused(&one, "krishna --to", "--to: SOURCE is missing");
	refused(&one, "krishna -r", "--rounds: N is missing");
	refused(&one, "--rounds x krishna", "--rounds x: not a number");
	refused(&one, "-r 51 krishna", "--rounds 51: must be 1 to 50");
	refused(&one, "--for soon krishna", "--for soon: not a duration: write 90s, 10m, 2h or 1d");
	refused(&one, "--for 2d krishna", "--for 2d: must be 1s to 1d");
	refused(&one, "--server apache krishna", "--server apache: must be srs, nginx or other");
	refused(&one, "--delay-ms no krishna", "--delay-ms no: must be yes");
	refused(&one, "", "CHANNEL is missing");
	refused(&one, "a b c", "c: one argument too many");
}

static void
so_is_a_command_that_is_none(void)
{
	refused(&many, "", "which command?");
	refused(&many, "lst", "lst: no such command");
	refused(&many, "dest", "dest: the next word must be add or rm");
	refused(&many, "dest sub a", "dest: sub: must be add or rm");
	refused(&many, "--for 1d list", "--for: no such option");
	refused(&many, "list --for 1d", "list: --for: no such option");
	t_ok(strstr(reported, "usage: tool list [OPTION...]\nTry 'tool list --help'.\n") != NULL);
	refused(&many, "dest rm krishna", "dest rm: NAME is missing");
	refused(&many, "rotate krishna", "rotate: an argument is missing");
	t_ok(strstr(reported, "usage: tool rotate [OPTION...] CHANNEL SOURCE | STREAM\n"
	    "       tool rotate [OPTION...] --dest CHANNEL NAME\n") != NULL);
}

static void
help_and_version_are_printed_and_that_is_all(void)
{
	t_int(reading(&one, "--help"), OPTIONS_SHOWN);
	t_ok(strncmp(printed, "usage: tool [OPTION...] CHANNEL [SOURCE]\n\nRuns a thing.\n", 54) == 0);
	t_str(reported, "");
	t_int(reading(&many, "-h"), OPTIONS_SHOWN);
	t_ok(strstr(printed, "\nCommands:\n  list ") != NULL);
	t_int(reading(&many, "dest add --help"), OPTIONS_SHOWN);
	t_ok(strncmp(printed, "usage: tool dest add [OPTION...] CHANNEL NAME\n", 46) == 0);
	t_int(reading(&many, "dest --help"), OPTIONS_SHOWN);
	t_ok(strstr(printed, "dest add") != NULL && strstr(printed, "  list") == NULL);
	t_int(reading(&many, "list --version"), OPTIONS_SHOWN);
	t_str(printed, "tool " LSCTL_VERSION "\n");
}

static void
what_does_not_go_together_is_reported_alike(void)
{
	enum options_end end;

	reading(&many, "list");
	catch();
	end = options_wrong(&got, "%s: only with --all", "--batch");
	release();
	t_int(end, OPTIONS_WRONG);
	t_str(reported, "tool: list: --batch: only with --all\nusage: tool list [OPTION...]\n"
	    "Try 'tool list --help'.\n");
}

T_MAIN(
	{ "values_go_to_their_members", values_go_to_their_members },
	{ "a_time_that_may_lack_takes_the_next_word_if_it_is_one",
	    a_time_that_may_lack_takes_the_next_word_if_it_is_one },
	{ "commands_are_of_one_word_or_two", commands_are_of_one_word_or_two },
	{ "a_mistake_is_reported_with_its_reason", a_mistake_is_reported_with_its_reason },
	{ "so_is_a_command_that_is_none", so_is_a_command_that_is_none },
	{ "help_and_version_are_printed_and_that_is_all", help_and_version_are_printed_and_that_is_all },
	{ "what_does_not_go_together_is_reported_alike", what_does_not_go_together_is_reported_alike },
)
