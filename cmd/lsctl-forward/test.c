/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/secret.h"
#include "common/exit_options.h"
#include "forward/command.h"
#include "forward/dest_test.h"
#include "lsctl-forward/call.h"
#include "process/file.h"
#include "process/harden.h"
#include "spec/spec_parse.h"
#include "spec/spec_read.h"

#include <jansson.h>
#include <sysexits.h>
#include <unistd.h>

#define SPEC_MAX	(1 << 20)

static struct spec *
spec_load(const char *path, struct spec_fault *fault)
{
	struct spec *s = NULL;
	struct buf b;

	if (strcmp(path, "-") != 0)
		return spec_read(path, SPEC_FORWARD, fault);
	buf_init_secret(&b, SPEC_MAX);
	memset(fault, 0, sizeof(*fault));
	if (file_read(STDIN_FILENO, &b) == 0 && buf_add(&b, "", 1) == 0)
		s = spec_parse((const char *)buf_head(&b), buf_len(&b) - 1, ".", SPEC_FORWARD, fault);
	else
		strlcpy(fault->reason, "cannot be read", sizeof(fault->reason));
	buf_free(&b);
	return s;
}

static const struct spec_source *
film_of(const struct spec *s)
{
	int i;

	for (i = 0; i < s->sources; i++)
		if (s->source[i].files > 0)
			return &s->source[i];
	return NULL;
}

/* -- what is printed -- */

static int
json_print(const struct dest_test *t)
{
	json_t *steps = json_array(), *all = json_pack("{so}", "steps", steps);
	char *text;
	int i;

	for (i = 0; i < DEST_TEST_STEPS; i++)
		if (t->step[i].tried)
			json_array_append_new(steps, json_pack("{ss sb sI ss}", "step",
			    dest_test_step_name((enum dest_test_step)i), "ok", t->step[i].ok, "ms", (json_int_t)t->step[i].ms,
			    "detail", t->step[i].detail));
	if ((text = json_dumps(all, JSON_COMPACT)) != NULL)
		puts(text);
	free(text);
	json_decref(all);
	return fflush(stdout);
}

static int
lines_print(const struct dest_test *t)
{
	int i;

	for (i = 0; i < DEST_TEST_STEPS; i++)
		if (t->step[i].tried)
			printf("%-8s %-6s %6lld ms  %s\n", dest_test_step_name((enum dest_test_step)i),
			    t->step[i].ok ? "ok" : "failed", (long long)t->step[i].ms, t->step[i].detail);
	return fflush(stdout);
}

/* The steps have what the connection would log. */
static bool
no_line(void *arg, const char *text, bool grave)
{
	(void)arg;
	(void)text;
	(void)grave;
	return false;
}

/* -- the test -- */

static int
test_run(const struct call *c, const struct spec *s, const struct spec_dest *d)
{
	struct spec_dest at = *d;
	char *key = dest_test_hidden_key(d);
	bool publish = c->publish || (c->hidden && key != NULL && film_of(s) != NULL);
	struct spec_fault fault;
	struct dest_test t;
	int rc;

	if (publish && film_of(s) == NULL) {
		log_warnx("%s: has no film to publish: a source with a path", c->o.argv[0]);
		secret_free(key);
		return EX_DATAERR;
	}
	if (key != NULL)
		at.key = key;
	log_filter(no_line, NULL);
	rc = dest_test(&t, &at, publish ? film_of(s) : NULL, c->outside, &fault);
	log_filter(NULL, NULL);
	secret_free(key);
	if (rc == -1) {
		command_log_fault(c->o.argv[0], &fault);
		return EX_CONFIG;
	}
	if ((c->json ? json_print(&t) : lines_print(&t)) == 0)
		return rc;
	log_warn("stdout");
	return EX_IOERR;
}

int
call_test(void *arg)
{
	const struct call *c = arg;
	const char *name = c->o.argv[1];
	struct spec_fault fault;
	struct spec *s;
	int i, status = EX_DATAERR;

	harden_memory();
	if ((s = spec_load(c->o.argv[0], &fault)) == NULL) {
		command_log_fault(c->o.argv[0], &fault);
		return EX_CONFIG;
	}
	for (i = 0; i < s->dests && strcmp(s->dest[i].name, name) != 0; i++)
		continue;
	if (i == s->dests)
		log_warnx("%s: has no destination %.80s", c->o.argv[0], name);
	else
		status = test_run(c, s, &s->dest[i]);
	spec_free(s);
	return status;
}
