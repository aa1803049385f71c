/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/unit_exit.h"
#include "spec/spec.h"

#include <signal.h>

bool
unit_exit_unit_ok(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < UNIT_EXIT_UNIT && s[0] != '-' && s[0] != '.' &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.\\@-") == n;
}

char *
unit_exit_channel(const char *unit, char *dst)
{
	static const char *const parts[] = { "lsctl-forward@", "lsctl-loop@" };
	static const char ending[] = ".service";
	size_t i, n, whole = strlen(unit);

	for (i = 0; i < nitems(parts); i++) {
		n = strlen(parts[i]);
		if (strncmp(unit, parts[i], n) != 0 || whole <= n + strlen(ending) ||
		    whole - n - strlen(ending) >= SPEC_NAME ||
		    strcmp(unit + whole - strlen(ending), ending) != 0)
			continue;
		snprintf(dst, SPEC_NAME, "%.*s", (int)(whole - n - strlen(ending)), unit + n);
		return spec_name_ok(dst) ? dst : NULL;
	}
	return NULL;
}

/* -- from systemctl show -- */

/* code is a number: CLD_EXITED, ... */
static void
codes_set(struct unit_exit *e, int code, int status)
{
	const char *name = code == CLD_EXITED ? NULL : sigabbrev_np(status);

	strlcpy(e->code, code == CLD_EXITED ? "exited" : code == CLD_KILLED ? "killed" :
	    code == CLD_DUMPED ? "dumped" : "", sizeof(e->code));
	e->status[0] = '\0';
	if (name != NULL)
		strlcpy(e->status, name, sizeof(e->status));
	else if (e->code[0] != '\0')
		snprintf(e->status, sizeof(e->status), "%d", status);
}

void
unit_exit_show(struct unit_exit *e, char *text)
{
	int code = 0, status = 0;
	char *line, *value;

	while ((line = strsep(&text, "\n")) != NULL) {
		if ((value = strchr(line, '=')) == NULL)
			continue;
		*value++ = '\0';
		if (strcmp(line, "Result") == 0)
			strlcpy(e->result, value, sizeof(e->result));
		else if (strcmp(line, "InvocationID") == 0)
			strlcpy(e->invocation, value, sizeof(e->invocation));
		else if (strcmp(line, "ExecMainCode") == 0)
			code = (int)strtonum(value, 0, 99, NULL);
		else if (strcmp(line, "ExecMainStatus") == 0)
			status = (int)strtonum(value, 0, 255, NULL);
	}
	codes_set(e, code, status);
}

/* A condition that was not met is no failure. */
bool
unit_exit_failed(const struct unit_exit *e)
{
	return e->result[0] != '\0' && strcmp(e->result, "success") != 0 &&
	    strcmp(e->result, "exec-condition") != 0;
}

/* -- in words -- */

struct word {
	const char	*name, *name2, *text;
};

static const struct word results[] = {
	{ "watchdog", "", "it did not answer within its watchdog time, and was restarted" },
	{ "timeout", "", "it did not start or stop within its time, and was killed" },
	{ "oom-kill", "", "it used more memory than its MemoryMax, or than the machine has" },
	{ "protocol", "", "it ended before it reported that it was ready" },
	{ "resources", "", "it could not be started: does everything that its unit needs exist?" },
	{ "start-limit-hit", "", "it failed too often within a short time, and is not started again "
	    "before 'systemctl reset-failed'" }
};

static const struct word signals[] = {
	{ "KILL", "", "somebody killed it, or it used more memory than its MemoryMax: see 'journalctl -k'" },
	{ "SYS", "", "it made a system call that its unit does not allow" },
	{ "XFSZ", "", "it wrote a file, which its unit does not allow" },
	{ "TERM", "INT", "somebody ended it" },
	{ "SEGV", "ABRT", "it crashed: a fault of the program" },
	{ "BUS", "FPE", "it crashed: a fault of the program, or of this machine's memory" },
	{ "ILL", "TRAP", "it crashed: a fault of the program, or built for another processor" }
};

/* sysexits(3), and from 200 on systemd's own: systemd.exec(5). The second is its name. */
static const struct word statuses[] = {
	{ "64", "USAGE", "its command line is wrong: trying again does not help" },
	{ "65", "DATAERR", "a file is not what it should be" },
	{ "66", "NOINPUT", "a file cannot be opened" },
	{ "69", "UNAVAILABLE", "something that it needs does not answer, or is not installed" },
	{ "70", "SOFTWARE", "the result is not as it should be" },
	{ "71", "OSERR", "the system refused: memory, descriptors or processes" },
	{ "73", "CANTCREAT", "a file or socket cannot be created: is the disk full?" },
	{ "74", "IOERR", "reading or writing failed: is the disk full?" },
	{ "75", "TEMPFAIL", "the database is down, or another process holds the lock: it tries again" },
	{ "77", "NOPERM", "the database does not permit that to its login" },
	{ "78", "CONFIG", "its spec, the master key, the schema or the name of the host is not valid: "
	    "trying again does not help" },
	{ "203", "EXEC", "the program cannot be run: is it installed?" },
	{ "217", "USER", "there is no such user" },
	{ "226", "NAMESPACE", "a folder that its unit names does not exist" },
	{ "243", "CREDENTIALS", "a credential of its unit cannot be loaded: does the spec, or the key, exist?" }
};

static const struct word *
word_find(const struct word *w, size_t n, const char *name, bool either)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(w[i].name, name) == 0 || (either && strcmp(w[i].name2, name) == 0))
			return &w[i];
	return NULL;
}

char *
unit_exit_words(const struct unit_exit *e, char *dst, size_t size)
{
	const struct word *w = word_find(results, nitems(results), e->result, false);

	if (w != NULL) {
		snprintf(dst, size, "%s: %s", e->result, w->text);
	} else if (strcmp(e->code, "exited") == 0) {
		w = word_find(statuses, nitems(statuses), e->status, false);
		snprintf(dst, size, "%s %s%s%s: %s", e->result, e->status, w != NULL ? " " : "",
		    w != NULL ? w->name2 : "", w != NULL ? w->text : "see its log");
	} else if (e->code[0] != '\0') {
		w = word_find(signals, nitems(signals), e->status, true);
		snprintf(dst, size, "%s %s: %s", e->result, e->status, w != NULL ? w->text :
		    "see its log");
	} else
		snprintf(dst, size, "%s: see 'systemctl status %s'", e->result, e->unit);
	return dst;
}
