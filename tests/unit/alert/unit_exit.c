/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/unit_exit.h"
#include "spec/spec.h"
#include "t.h"

static char text[512];

static const char *
words(const char *result, const char *code, const char *status)
{
	struct unit_exit e = { "lsctl-forward@krishna.service", "", "", "", "" };

	strlcpy(e.result, result, sizeof(e.result));
	strlcpy(e.code, code, sizeof(e.code));
	strlcpy(e.status, status, sizeof(e.status));
	t_ok(unit_exit_failed(&e));
	return unit_exit_words(&e, text, sizeof(text));
}

static void
says_what_an_operator_can_act_on(void)
{
	t_str(words("watchdog", "dumped", "ABRT"),
	    "watchdog: it did not answer within its watchdog time, and was restarted");
	t_str(words("signal", "killed", "KILL"), "signal KILL: somebody killed it, or it used more "
	    "memory than its MemoryMax: see 'journalctl -k'");
	t_str(words("core-dump", "dumped", "SEGV"), "core-dump SEGV: it crashed: a fault of the program");
	t_str(words("core-dump", "dumped", "ABRT"), "core-dump ABRT: it crashed: a fault of the program");
	t_str(words("oom-kill", "killed", "KILL"),
	    "oom-kill: it used more memory than its MemoryMax, or than the machine has");
	t_str(words("exit-code", "exited", "75"), "exit-code 75 TEMPFAIL: the database is down, or "
	    "another process holds the lock: it tries again");
	t_str(words("exit-code", "exited", "243"), "exit-code 243 CREDENTIALS: a credential of its "
	    "unit cannot be loaded: does the spec, or the key, exist?");
}

static void
what_it_does_not_know_it_leaves_to_the_log(void)
{
	t_str(words("exit-code", "exited", "3"), "exit-code 3: see its log");
	t_str(words("signal", "killed", "RTMIN+3"), "signal RTMIN+3: see its log");
	t_str(words("exit-code", "", ""), "exit-code: see 'systemctl status "
	    "lsctl-forward@krishna.service'");
	t_str(words("new-of-2030", "", ""), "new-of-2030: see 'systemctl status "
	    "lsctl-forward@krishna.service'");
}

static void
success_is_no_failure(void)
{
	struct unit_exit e = { "a.service", "success", "exited", "0", "" };

	t_ok(!unit_exit_failed(&e));
	strlcpy(e.result, "exec-condition", sizeof(e.result));
	t_ok(!unit_exit_failed(&e));
	e.result[0] = '\0';
	t_ok(!unit_exit_failed(&e));
}

static void
shown(const char *lines, const char *result, const char *code, const char *status)
{
	struct unit_exit e = { "a.service", "old", "old", "old", "" };
	char copy[256];

	strlcpy(copy, lines, sizeof(copy));
	unit_exit_show(&e, copy);
	t_str(e.unit, "a.service");
	t_str(e.result, result);
	t_str(e.code, code);
	t_str(e.status, status);
}

static void
reads_what_systemctl_shows(void)
{
	struct unit_exit e = { "a.service", "", "", "", "" };
	char lines[] = "InvocationID=0123456789abcdef0123456789abcdef\n";

	shown("Result=exit-code\nExecMainCode=1\nExecMainStatus=78\n", "exit-code", "exited", "78");
	shown("Result=signal\nExecMainCode=2\nExecMainStatus=9\n", "signal", "killed", "KILL");
	shown("Result=core-dump\nExecMainCode=3\nExecMainStatus=11\n", "core-dump", "dumped", "SEGV");
	shown("ExecMainStatus=0\nResult=resources\nExecMainCode=0", "resources", "", "");
	shown("no\n=\nResult=\nExecMainCode=x\nExecMainStatus=99999\n", "", "", "");
	shown("Result=signal\nExecMainCode=2\nExecMainStatus=200\n", "signal", "killed", "200");
	unit_exit_show(&e, lines);
	t_str(e.invocation, "0123456789abcdef0123456789abcdef");
}

static void
knows_channels_by_their_units(void)
{
	char name[SPEC_NAME], long_name[UNIT_EXIT_UNIT];

	t_str(unit_exit_channel("lsctl-forward@krishna.service", name), "krishna");
	t_str(unit_exit_channel("lsctl-loop@x-1.service", name), "x-1");
	t_ok(unit_exit_channel("lsctl-hook.service", name) == NULL);
	t_ok(unit_exit_channel("lsctl-forward@.service", name) == NULL);
	t_ok(unit_exit_channel("lsctl-forward@krishna.socket", name) == NULL);
	t_ok(unit_exit_channel("lsctl-forward@UPPER.service", name) == NULL);
	t_ok(unit_exit_channel("lsctl-rotate@krishna_loop.service", name) == NULL);
	snprintf(long_name, sizeof(long_name), "lsctl-loop@%064d.service", 0);
	t_ok(unit_exit_channel(long_name, name) == NULL);
}

static void
a_name_of_a_unit_is_no_path_and_no_option(void)
{
	t_ok(unit_exit_unit_ok("lsctl-forward@krishna.service"));
	t_ok(unit_exit_unit_ok("dev-disk\\x2d1.mount"));
	t_ok(!unit_exit_unit_ok(""));
	t_ok(!unit_exit_unit_ok("-p"));
	t_ok(!unit_exit_unit_ok("../x.service"));
	t_ok(!unit_exit_unit_ok("a/b.service"));
	t_ok(!unit_exit_unit_ok(".lock"));
	t_ok(!unit_exit_unit_ok("a b.service"));
	t_ok(!unit_exit_unit_ok("a\n.service"));
}

T_MAIN(
	{ "says_what_an_operator_can_act_on", says_what_an_operator_can_act_on },
	{ "what_it_does_not_know_it_leaves_to_the_log", what_it_does_not_know_it_leaves_to_the_log },
	{ "success_is_no_failure", success_is_no_failure },
	{ "reads_what_systemctl_shows", reads_what_systemctl_shows },
	{ "knows_channels_by_their_units", knows_channels_by_their_units },
	{ "a_name_of_a_unit_is_no_path_and_no_option", a_name_of_a_unit_is_no_path_and_no_option }
)
