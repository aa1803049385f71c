/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/notifier.h"
#include "base/clock.h"
#include "t.h"

#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/program-XXXXXX", path[64], out[64];
static struct error err;

/* The operator's program: a script with the folder as $D. */
static void
script(const char *text)
{
	FILE *f;

	unlink(path);
	if ((f = fopen(path, "w")) == NULL)
		return;
	fprintf(f, "#!/bin/sh\nD=%s\n%s\n", dir, text);
	fclose(f);
	chmod(path, 0755);
}

static const char *
read_out(void)
{
	static char text[1024];
	FILE *f = fopen(out, "r");
	size_t n = 0;

	if (f != NULL) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	return text;
}

static void
gets_two_arguments_and_the_event(void)
{
	script("{ echo \"$#|$1|$2\"; cat; } >$D/out");
	t_int(notifier_run(path, "lsctl-hook.service", "it; echo $(no) `shell`\nhere \xc3", "{\"a\":1}", 5,
	    &err), 0);
	t_str(read_out(), "2|lsctl-hook.service|it; echo $(no) `shell`?here ?\n{\"a\":1}");
	t_int(notifier_run(path, "-x", "--version", "", 5, &err), 0);
	t_str(read_out(), "2|?x|?-version\n");
}

static void
its_failure_is_told(void)
{
	char want[128];

	script("exit 3");
	t_int(notifier_run(path, "u", "t", "{}", 5, &err), -1);
	snprintf(want, sizeof(want), "%s: exit status 3", path);
	t_str(err.text, want);
	script("kill -SEGV $$");
	t_int(notifier_run(path, "u", "t", "{}", 5, &err), -1);
	snprintf(want, sizeof(want), "%s: signal SEGV", path);
	t_str(err.text, want);
}

/* It and what it started. */
static void
who_takes_too_long_is_ended(void)
{
	int64_t begin = clock_ms();
	int i;

	script("trap '' TERM; (trap 'echo child >$D/out; exit' TERM; sleep 60 & wait) & sleep 60 & wait; wait");
	unlink(out);
	t_int(notifier_run(path, "u", "t", "{}", 1, &err), -1);
	t_ok(strstr(err.text, "took longer than 1 s, and was ended") != NULL);
	t_ok(clock_ms() - begin < 20000);
	for (i = 0; i < 500 && access(out, F_OK) == -1; i++)
		usleep(10000);
	t_str(read_out(), "child\n");
}

static void
refuses(mode_t mode, const char *reason)
{
	script("exit 0");
	chmod(path, mode);
	t_int(notifier_run(path, "u", "t", "{}", 5, &err), -1);
	if (!t_ok(strstr(err.text, reason) != NULL))
		printf("# %s\n", err.text);
}

static void
what_others_may_change_is_not_run(void)
{
	refuses(0644, "not an executable file");
	refuses(0775, "others may change it");
	refuses(0757, "others may change it");
	t_int(notifier_run(dir, "u", "t", "{}", 5, &err), -1);
	t_ok(strstr(err.text, "not an executable file") != NULL);
	t_int(notifier_run("/nowhere/x", "u", "t", "{}", 5, &err), -1);
	t_str(err.text, "/nowhere/x: No such file or directory");
}

static void
the_variable_names_another(void)
{
	setenv("LSCTL_ALERT", "/else/where", 1);
	t_str(notifier_path(), "/else/where");
	unsetenv("LSCTL_ALERT");
}

static char *
ask(const char *command)
{
	char sh[] = "sh", c[] = "-c", text[128], *argv[] = { sh, c, text, NULL };

	strlcpy(text, command, sizeof(text));
	return notifier_query(argv, 5, &err);
}

static void
an_answer_is_read(void)
{
	char *s = ask("cat; echo one; echo two");

	t_str(s, "one\ntwo\n");
	free(s);
	t_ok(ask("echo one; exit 4") == NULL);
	t_str(err.text, "sh: exit status 4");
	s = ask("head -c 100000 /dev/zero | tr '\\0' x");
	t_int(s != NULL ? strlen(s) : 0, 65536);
	free(s);
}

static void
sets_up(void)
{
	t_ok(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/alert", dir);
	snprintf(out, sizeof(out), "%s/out", dir);
}

static void
cleans_up(void)
{
	unlink(path);
	unlink(out);
	t_int(rmdir(dir), 0);
}

T_MAIN(
	{ "sets_up", sets_up },
	{ "gets_two_arguments_and_the_event", gets_two_arguments_and_the_event },
	{ "its_failure_is_told", its_failure_is_told },
	{ "who_takes_too_long_is_ended", who_takes_too_long_is_ended },
	{ "what_others_may_change_is_not_run", what_others_may_change_is_not_run },
	{ "the_variable_names_another", the_variable_names_another },
	{ "an_answer_is_read", an_answer_is_read },
	{ "cleans_up", cleans_up }
)
