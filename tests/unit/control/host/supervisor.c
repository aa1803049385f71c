/* SPDX-License-Identifier: ISC */
/* Against programs of its own: one as LSCTL_SUPERVISOR, one that is found as systemctl. */
#include "base/base.h"
#include "control/host/supervisor.h"
#include "t.h"

#include <sys/stat.h>

#include <unistd.h>

static char dir[] = "/tmp/supervisor.XXXXXX", path[128], said[256];

static void
program(const char *name, const char *body)
{
	FILE *f;

	if (path[0] == '\0' && mkdtemp(dir) == NULL)
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "w")) == NULL)
		return;
	fprintf(f, "#!/bin/sh\n%s\n", body);
	fclose(f);
	chmod(path, 0700);
}

static int
note(void *arg, enum plan_unit u, const char *channel, enum plan_up up)
{
	(void)arg;
	strlcat(said, plan_unit_name(u), sizeof(said));
	strlcat(said, " ", sizeof(said));
	strlcat(said, channel, sizeof(said));
	strlcat(said, up == PLAN_ENDING ? " ends;" : up == PLAN_FAILED ? " failed;" : ";", sizeof(said));
	return 0;
}

static void
a_program_of_ours(void)
{
	static const char *const channels[] = { "a", "b" };
	struct error err;

	program("ours", "case $1 in list) echo forward a; echo loop a; echo nonsense; "
	    "echo loop b ending; echo loop c failed; echo forward A; echo other a ;; *) echo \"$*\" >&2; exit 3 ;; esac");
	setenv("LSCTL_SUPERVISOR", path, 1);
	t_ok(supervisor_there());
	said[0] = '\0';
	t_int(supervisor_list(note, NULL, &err), 0);
	t_str(said, "forward a;loop a;loop b ends;");
	t_int(supervisor_do(SUPERVISOR_START, PLAN_LOOP, channels, 2, &err), -1);
	t_ok(strstr(err.text, "start loop a b") != NULL);
	program("ours", "exit 0");
	t_int(supervisor_do(SUPERVISOR_STOP, PLAN_FORWARD, channels, 1, &err), 0);
}

static void
one_that_fails_says_nothing(void)
{
	struct error err;

	program("ours", "echo forward a; echo 'cannot say' >&2; exit 1");
	said[0] = '\0';
	t_int(supervisor_list(note, NULL, &err), -1);
	t_str(said, "");
	t_ok(strstr(err.text, "cannot say") != NULL);
	setenv("LSCTL_SUPERVISOR", "/nowhere", 1);
	t_int(supervisor_list(note, NULL, &err), -1);
}

static void
one_that_says_too_much_is_not_waited_for(void)
{
	struct error err;

	program("ours", "exec yes 'forward a'");
	setenv("LSCTL_SUPERVISOR", path, 1);
	said[0] = '\0';
	t_int(supervisor_list(note, NULL, &err), -1);
	t_str(said, "");
	t_ok(strstr(err.text, "its output is too long") != NULL);
}

static void
systemd(void)
{
	static const char *const channels[] = { "a", "b-c" };
	struct error err;
	char old[4096];

	program("systemctl", "case $1 in list-units) cat <<'END'\n"
	    "lsctl-forward@a.service    loaded active       running      a of lsctl\n"
	    "lsctl-forward@b-c.service  loaded activating   auto-restart b\n"
	    "lsctl-forward@d.service    loaded failed       failed       d\n"
	    "lsctl-loop@a.service       loaded inactive     dead         a\n"
	    "lsctl-loop@e.service       loaded deactivating stop-sigterm e\n"
	    "lsctl-loop@b-c.service     loaded active       running      b\n"
	    "\nEND\n;; *) echo \"$*\" >&2; exit 1 ;; esac");
	unsetenv("LSCTL_SUPERVISOR");
	snprintf(old, sizeof(old), "%s:%s", dir, getenv("PATH"));
	setenv("PATH", old, 1);
	said[0] = '\0';
	t_int(supervisor_list(note, NULL, &err), 0);
	t_str(said, "forward a;forward b-c;forward d failed;loop e ends;loop b-c;");
	t_int(supervisor_do(SUPERVISOR_RESTART, PLAN_FORWARD, channels, 2, &err), -1);
	t_ok(strstr(err.text, "restart --no-block lsctl-forward@a.service "
	    "lsctl-forward@b-c.service") != NULL);
	unlink(path);
	snprintf(path, sizeof(path), "%s/ours", dir);
	unlink(path);
	rmdir(dir);
}

T_MAIN(
	{ "a_program_of_ours", a_program_of_ours },
	{ "one_that_fails_says_nothing", one_that_fails_says_nothing },
	{ "one_that_says_too_much_is_not_waited_for", one_that_says_too_much_is_not_waited_for },
	{ "systemd", systemd }
)
