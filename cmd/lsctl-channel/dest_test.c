/* SPDX-License-Identifier: ISC */
/* Tries a destination: lsctl-forward(8) does, with a spec on its standard input, because the spec has the key. */
#include "base/base.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/secret.h"
#include "control/declare/declared_value.h"
#include "control/keys/dest_spec.h"
#include "control/keys/keyring.h"
#include "lsctl-channel/call.h"
#include "process/child.h"

#include <sys/wait.h>

#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

static enum db_fault
spec_make(struct dest_spec *s, const char *channel, const char *destination, struct error *err)
{
	struct master_key key;
	char media[4096];
	enum db_fault f;
	struct db *db;

	if ((db = db_open("lsctl_channel", &f, err)) == NULL)
		return f;
	if ((f = keyring_open(db, &key, err)) == DB_OK) {
		f = dest_spec_make(s, db, &key, channel, destination, path_state(media, sizeof(media), "media", NULL), err);
		master_key_wipe(&key);
	}
	db_close(db);
	return f;
}

/* The exit status of lsctl-forward. */
static int
test_run(const struct call *c, const struct dest_spec *s)
{
	char program[4096], *argv[10], test[] = "test", json[] = "--json", outside[] = "--outside", publish[] = "--publish",
	    hidden[] = "--hidden", end[] = "--", in[] = "-", name[64];
	int fd[3] = { child_memory(s->text), -1, -1 }, error, status, n = 0;
	pid_t pid;

	strlcpy(name, c->arg[1], sizeof(name));
	argv[n++] = child_program(program, sizeof(program), "lsctl-forward");
	argv[n++] = test;
	if (c->json)
		argv[n++] = json;
	if (c->outside && getenv("LSCTL_TEST_INSIDE") == NULL)
		argv[n++] = outside;
	/* a test of a key that is in use could end the broadcast */
	if (c->publish || !s->enabled)
		argv[n++] = c->publish ? publish : hidden;
	argv[n++] = end;
	argv[n++] = in;
	argv[n++] = name;
	argv[n] = NULL;
	error = fd[0] == -1 ? errno : child_spawn(&pid, argv, fd, false);
	if (fd[0] != -1)
		close(fd[0]);
	if (error != 0) {
		log_warnx("%s: %s", program, strerror(error));
		return EX_OSERR;
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return EX_OSERR;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
}

int
call_dest_test(void *arg)
{
	const struct call *c = arg;
	struct dest_spec s = { .text = NULL };
	enum db_fault f;
	struct error err;
	int status;

	if (call_check(c->arg[0], declared_name) != 0 || call_check(c->arg[1], declared_name) != 0)
		return EX_DATAERR;
	f = spec_make(&s, c->arg[0], c->arg[1], &err);
	status = f == DB_OK ? test_run(c, &s) : call_report(f, err.text);
	secret_free(s.text);
	return status;
}
