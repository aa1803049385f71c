/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "control/act/act_run.h"
#include "t.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define LONG_MS	20000

static struct act_run run_now;

/* Runs a shell with this script; its output as compact JSON, or "none". */
static const char *
output_of(const char *script, const char *input, int ms)
{
	char copy[512];
	char *argv[] = { (char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", copy, NULL };
	static char *text;

	strlcpy(copy, script, sizeof(copy));
	act_run_free(&run_now);
	free(text);
	text = NULL;
	if (!t_int(act_run(&run_now, argv, input, ms), 0))
		return "not started";
	if (run_now.output != NULL)
		text = json_dumps(run_now.output, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	return text != NULL ? text : "none";
}

static void
keeps_the_value_that_is_printed(void)
{
	t_str(output_of("echo '{\"a\": 1}'", NULL, LONG_MS), "{\"a\":1}");
	t_int(run_now.status, 0);
	t_str(run_now.line, "");
	t_str(output_of("echo '\"x\"'", NULL, LONG_MS), "\"x\"");
	t_str(output_of("true", NULL, LONG_MS), "none");
	t_str(output_of("echo no JSON", NULL, LONG_MS), "none");
	t_str(output_of("echo '{\"a\": '", NULL, LONG_MS), "none");
}

static void
makes_a_list_of_lines(void)
{
	t_str(output_of("echo '{\"a\": 1}'; echo '{\"b\": 2}'", NULL, LONG_MS), "[{\"a\":1},{\"b\":2}]");
	t_str(output_of("echo '{\"a\": 1}'; echo rest", NULL, LONG_MS), "{\"a\":1}");
}

static void
reads_no_more_than_its_share(void)
{
	char script[128];

	/* cut, a list is no value */
	snprintf(script, sizeof(script), "echo '['; yes '1,' | head -c %d; echo '1]'", ACT_OUTPUT / 6 * 6);
	t_str(output_of(script, NULL, LONG_MS), "none");
	t_int(run_now.status, 0);
}

static void
gives_the_input_and_nothing_else(void)
{
	t_str(output_of("printf '\"%s\"' \"$(cat)\"", "s3cret", LONG_MS), "\"s3cret\"");
	t_str(output_of("printf '\"%s\"' \"$(cat)\"", NULL, LONG_MS), "\"\"");
}

static void
keeps_the_status_and_the_last_line(void)
{
	output_of("echo 'lsctl-switch: first' >&2; printf 'lsctl-switch: krishna: no such source\n\n' >&2; exit 65", NULL, LONG_MS);
	t_int(run_now.status, 65);
	t_str(run_now.line, "krishna: no such source");
	output_of("echo 'other: x' >&2; exit 1", NULL, LONG_MS);
	t_str(run_now.line, "other: x");
	output_of("printf '%1000s' >&2; exit 1", NULL, LONG_MS);
	t_int(strlen(run_now.line), ACT_LINE - 1);
	output_of("kill -9 $$", NULL, LONG_MS);
	t_int(run_now.status, -1);
}

static void
ends_what_takes_too_long_with_its_children(void)
{
	int64_t begun = clock_ms(), end = begun + LONG_MS;

	/* the shell ends at the signal; what it started would stay */
	output_of("sleep 1000 & echo $!; wait", NULL, 300);
	t_int(run_now.status, -1);
	t_ok(clock_ms() - begun < LONG_MS);
	if (!t_ok(json_is_integer(run_now.output)))
		return;
	while (kill((pid_t)json_integer_value(run_now.output), 0) == 0 && clock_ms() < end)
		sched_yield();
	t_ok(kill((pid_t)json_integer_value(run_now.output), 0) == -1 && errno == ESRCH);
}

static void
says_what_cannot_be_started(void)
{
	char *argv[] = { (char *)(uintptr_t)"lsctl-none", NULL };
	struct act_run r;

	t_int(act_run(&r, argv, NULL, LONG_MS), -1);
	t_int(errno, ENOENT);
	act_run_free(&run_now);
}

T_MAIN(
	{ "keeps_the_value_that_is_printed", keeps_the_value_that_is_printed },
	{ "makes_a_list_of_lines", makes_a_list_of_lines },
	{ "reads_no_more_than_its_share", reads_no_more_than_its_share },
	{ "gives_the_input_and_nothing_else", gives_the_input_and_nothing_else },
	{ "keeps_the_status_and_the_last_line", keeps_the_status_and_the_last_line },
	{ "ends_what_takes_too_long_with_its_children", ends_what_takes_too_long_with_its_children },
	{ "says_what_cannot_be_started", says_what_cannot_be_started }
)
