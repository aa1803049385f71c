/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "control/host/supervisor.h"
#include "process/child.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIST_MAX	(4 << 20)
#define UNIT_LEN	(SPEC_NAME + 32)

static const char *const verbs[] = {
	[SUPERVISOR_START] = "start",
	[SUPERVISOR_STOP] = "stop",
	[SUPERVISOR_RESTART] = "restart",
};

/* NULL: systemd. */
static char *
supervisor_program(void)
{
	char *p = getenv("LSCTL_SUPERVISOR");

	return p != NULL && p[0] != '\0' ? p : NULL;
}

bool
supervisor_there(void)
{
	return supervisor_program() != NULL || access("/run/systemd/system", F_OK) == 0;
}

/* Runs a program to its end; out gets its output. 0, or -1 with an error. */
static int
program_run(char *const argv[], struct buf *out, struct error *err)
{
	char line[160];
	struct child c;
	uint8_t *room;
	ssize_t n;
	int status;

	if (child_start(&c, argv) == -1)
		return error_set(err, "%s: %s", argv[0], strerror(errno));
	while ((room = buf_room(out, 4096)) != NULL &&
	    ((n = child_read(&c, room, 4096)) > 0 || (n == -1 && errno == EINTR)))
		if (n > 0)
			buf_added(out, (size_t)n);
	status = child_end(&c, line, sizeof(line));
	if (room != NULL && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return error_set(err, "%s %s: %s", argv[0], argv[1], room == NULL ?
	    "its output is too long" : line[0] != '\0' ? line : "failed");
}

/* -- list -- */

/* "lsctl-forward@NAME.service loaded active running ..." as unit and name. */
static enum plan_up
line_systemd(char *line, enum plan_unit *u, char **name)
{
	static const struct {
		const char	*name;
		enum plan_up	 up;
	} states[] = {
		{ "active", PLAN_UP }, { "activating", PLAN_UP }, { "reloading", PLAN_UP },
		{ "deactivating", PLAN_ENDING }, { "failed", PLAN_FAILED }
	};
	char *word[4] = { NULL }, *at;
	size_t i;
	int n = 0;

	while (n < 3 && (at = strsep(&line, " ")) != NULL)
		if (at[0] != '\0')
			word[n++] = at;
	if (n < 3 || (at = strchr(word[0], '@')) == NULL)
		return PLAN_DOWN;
	*at = '\0';
	*name = at + 1;
	if ((at = strrchr(*name, '.')) != NULL)
		*at = '\0';
	*u = strcmp(word[0], "lsctl-loop") == 0 ? PLAN_LOOP : PLAN_FORWARD;
	for (i = 0; i < nitems(states); i++)
		if (strcmp(word[2], states[i].name) == 0)
			return states[i].up;
	return PLAN_DOWN;
}

static enum plan_up
line_plain(char *line, enum plan_unit *u, char **name)
{
	char *state;

	if ((*name = strchr(line, ' ')) == NULL)
		return PLAN_DOWN;
	*(*name)++ = '\0';
	if ((state = strchr(*name, ' ')) != NULL)
		*state++ = '\0';
	for (*u = 0; *u < PLAN_UNITS; (*u)++)
		if (strcmp(line, plan_unit_name(*u)) == 0)
			return state == NULL ? PLAN_UP : strcmp(state, "ending") == 0 ?
			    PLAN_ENDING : PLAN_DOWN;
	return PLAN_DOWN;
}

int
supervisor_list(int (*visit)(void *arg, enum plan_unit, const char *channel, enum plan_up),
    void *arg, struct error *err)
{
	char systemctl[] = "systemctl", list[] = "list",
	    units[] = "list-units", all[] = "--all", plain[] = "--plain",
	    legend[] = "--no-legend", pager[] = "--no-pager", full[] = "--full",
	    forward[] = "lsctl-forward@*.service", loop[] = "lsctl-loop@*.service";
	char *systemd[] = { systemctl, units, all, plain, legend, pager, full,
	    forward, loop, NULL };
	char *other[] = { supervisor_program(), list, NULL };
	char *text, *line, *name;
	enum plan_unit u;
	enum plan_up up;
	struct buf out;
	int rc;

	buf_init(&out, LIST_MAX);
	rc = program_run(other[0] != NULL ? other : systemd, &out, err);
	if (rc == 0 && buf_add(&out, "", 1) == -1) {
		error_set(err, "out of memory");
		rc = -1;
	}
	text = rc == 0 ? (char *)out.data + out.head : NULL;
	while ((line = strsep(&text, "\n")) != NULL) {
		up = other[0] != NULL ? line_plain(line, &u, &name) : line_systemd(line, &u, &name);
		if (up != PLAN_DOWN && spec_name_ok(name) && visit(arg, u, name, up) == -1) {
			error_set(err, "out of memory");
			rc = -1;
			break;
		}
	}
	buf_free(&out);
	return rc;
}

/* -- start, stop, restart -- */

int
supervisor_do(enum supervisor_verb verb, enum plan_unit u,
    const char *const channel[], size_t n, struct error *err)
{
	char words[4][16], unit[SUPERVISOR_BATCH][UNIT_LEN];
	char *argv[SUPERVISOR_BATCH + 5];
	struct buf out;
	size_t i, k = 0;
	int rc;

	strlcpy(words[0], "systemctl", sizeof(words[0]));
	strlcpy(words[1], verbs[verb], sizeof(words[1]));
	strlcpy(words[2], supervisor_program() != NULL ? plan_unit_name(u) : "--no-block",
	    sizeof(words[2]));
	argv[k++] = supervisor_program() != NULL ? supervisor_program() : words[0];
	argv[k++] = words[1];
	argv[k++] = words[2];
	for (i = 0; i < n && i < SUPERVISOR_BATCH; i++) {
		if (supervisor_program() != NULL)
			strlcpy(unit[i], channel[i], UNIT_LEN);
		else
			snprintf(unit[i], UNIT_LEN, "lsctl-%s@%s.service",
			    plan_unit_name(u), channel[i]);
		argv[k++] = unit[i];
	}
	argv[k] = NULL;
	buf_init(&out, LIST_MAX);
	rc = program_run(argv, &out, err);
	buf_free(&out);
	return rc;
}
