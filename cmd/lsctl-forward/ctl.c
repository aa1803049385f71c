/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
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
	if (strcmp(what, "picture") == 0)
		return c->o.argc != 3 || c->for_s != 0 ? NULL : json_pack("{ssss}", "cmd", "picture", "source", c->o.argv[2]);
	return c->o.argc == 2 && c->for_s == 0 ? json_pack("{ss}", "cmd", what) : NULL;
}

/* Writes the bytes of a picture, which come as hex. */
static int
picture_print(const char *hex)
{
	uint8_t piece[4096];
	size_t left = strlen(hex) / 2, n;

	for (; left > 0; left -= n, hex += 2 * n) {
		n = left < sizeof(piece) ? left : sizeof(piece);
		if (hex_get(piece, n, hex) == -1 || fwrite(piece, 1, n, stdout) != n) {
			log_warn("stdout");
			return -1;
		}
	}
	if (fflush(stdout) == 0)
		return 0;
	log_warn("stdout");
	return -1;
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
		return usage_error(&c->o, "%s: must be status, dump, reload, or switch or picture and a source", c->o.argv[1]);
	line = json_dumps(q, JSON_COMPACT);
	json_decref(q);
	text = line != NULL ? ctl_ask(socket, line) : NULL;
	free(line);
	if (text == NULL) {
		log_warn("%s: no forwarder answers", socket);
		return EX_UNAVAILABLE;
	}
	a = json_loads(text, 0, NULL);
	status = ctl_code_find(json_string_value(json_object_get(a, "code"))) == CTL_OK ? 0 : 1;
	if (status != 0 || json_object_get(a, "flv") == NULL)
		puts(text);
	else if (picture_print(json_string_value(json_object_get(a, "flv"))) == -1)
		status = EX_IOERR;
	json_decref(a);
	free(text);
	return status;
}
