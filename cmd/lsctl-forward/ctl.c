/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_options.h"
#include "lsctl-forward/call.h"
#include "process/ctl.h"
#include "process/ctl_code.h"

#include <jansson.h>
#include <sysexits.h>

/* The request that the arguments after the socket make. NULL: they are not valid. */
static json_t *
request_make(const struct call *c)
{
	const char *what = c->o.argv[1];

	if (strcmp(what, "switch") == 0)
		return c->o.argc != 3 ? NULL : json_pack("{sssssI}", "cmd", "switch", "to", c->o.argv[2], "for_ms",
		    (json_int_t)c->for_s * 1000);
	return c->o.argc == 2 && c->for_s == 0 ? json_pack("{ss}", "cmd", what) : NULL;
}

int
call_ctl(void *arg)
{
	const struct call *c = arg;
	const char *socket = c->o.argv[0];
	json_t *q, *a;
	char *line, *text;
	int status;

	if ((q = request_make(c)) == NULL)
		return usage_error(&c->o, "%s: must be status, dump, reload, or switch and a source", c->o.argv[1]);
	line = json_dumps(q, JSON_COMPACT);
	json_decref(q);
	text = line != NULL ? ctl_ask(socket, line) : NULL;
	free(line);
	if (text == NULL) {
		log_warn("%s: no forwarder answers", socket);
		return EX_UNAVAILABLE;
	}
	puts(text);
	a = json_loads(text, 0, NULL);
	status = ctl_code_find(json_string_value(json_object_get(a, "code"))) == CTL_OK ? 0 : 1;
	json_decref(a);
	free(text);
	return status;
}
