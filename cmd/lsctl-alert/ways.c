/* SPDX-License-Identifier: ISC */
/* A test message by the ways of the declaration. */
#include "base/base.h"
#include "alert/deliver.h"
#include "alert/message.h"
#include "alert/notifier.h"
#include "alert/pages_link.h"
#include "alert/outbox.h"
#include "base/log.h"
#include "common/exit_options.h"
#include "health/alerts_file.h"
#include "lsctl-alert/call.h"

#include <libgen.h>
#include <sysexits.h>

#define HEARTBEAT	"heartbeat"

struct test {
	const json_t	*declaration, *message, *beat;
	const char	*folder, *host;
};

/* Sends it, and prints what came back. Did it work? */
static bool
way_test(const struct test *t, const char *name, bool heartbeat)
{
	struct delivery d = { .declaration = t->declaration, .folder = t->folder, .host = t->host, .id = "test",
	    .now = (int64_t)time(NULL) };
	enum deliver end = deliver(&d, heartbeat ? OUTBOX_HEARTBEAT : name, heartbeat ? t->beat : t->message);

	printf("%-16s %-6s  %s\n", name, end == DELIVER_DONE ? "sent" : "failed", d.came_back.text);
	return end == DELIVER_DONE;
}

/* Did all that were tried work? */
static bool
ways_try(const struct test *t, const char *only, size_t *tried)
{
	json_t *ways = json_object_get(t->declaration, "ways"), *way;
	bool well = true, heartbeat = json_object_get(t->declaration, "heartbeat") != NULL;
	const char *name;

	json_object_foreach(ways, name, way) {
		if (only != NULL && strcmp(only, name) != 0)
			continue;
		well &= way_test(t, name, false);
		++*tried;
	}
	if (heartbeat && json_object_get(ways, HEARTBEAT) == NULL && (only == NULL || strcmp(only, HEARTBEAT) == 0)) {
		well &= way_test(t, HEARTBEAT, true);
		++*tried;
	}
	return well;
}

/* The exit status. */
static int
result_report(const struct call *c, const char *only, size_t tried, bool well)
{
	if (fflush(stdout) == EOF) {
		log_warn("stdout");
		return EX_IOERR;
	}
	if (tried == 0 && only != NULL)
		return usage_error(&c->o, "%.80s: not a way of %s", only, alerts_file_path());
	if (tried == 0 && notifier_path() == NULL) {
		log_warnx("nobody is notified: declare people and ways in %s, or write a program /etc/lsctl/alert",
		    alerts_file_path());
		return EX_UNAVAILABLE;
	}
	return well ? 0 : EX_UNAVAILABLE;
}

int
ways_test(const struct call *c, struct alert *a)
{
	const char *only = c->o.argc > 0 ? c->o.argv[0] : NULL;
	struct test t = { .host = a->host };
	json_t *declaration, *message, *beat = json_pack("{ss}", "text", "");
	char path[4096], link[PAGES_LINK];
	struct error err;
	size_t tried = 0;
	bool well;

	if ((declaration = alerts_file_load(alerts_file_path(), &err)) == NULL && err.text[0] != '\0') {
		log_warnx("%s", err.text);
		json_decref(beat);
		return EX_CONFIG;
	}
	if (getenv("LSCTL_WEB_URL") != NULL && pages_link(link, "")[0] == '\0')
		log_warnx("$LSCTL_WEB_URL: messages have no link: the address of the pages must be as https://example.org");
	if (only == NULL)
		alert_test(a);
	strlcpy(path, alerts_file_path(), sizeof(path));
	t.folder = dirname(path);
	t.declaration = declaration;
	t.message = message = message_of_test(a->host, (int64_t)time(NULL));
	t.beat = beat;
	well = ways_try(&t, only, &tried);
	json_decref(message);
	json_decref(beat);
	json_decref(declaration);
	return result_report(c, only, tried, well);
}
