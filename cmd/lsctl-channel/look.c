/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/log.h"
#include "control/declare/declared_value.h"
#include "lsctl-channel/call.h"

#include <sysexits.h>

/* The arguments are channels, or one and its destination. */
int
call_look(void *arg)
{
	struct call *c = arg;
	const char *item = c->deed->form == FORM_DESTINATIONS && c->args > 1 ? c->arg[1] : NULL;
	size_t i, n = c->args - (item != NULL);
	struct buf out;
	struct error err;
	char *json;
	int status, rc;

	for (i = 0; i < n; i++)
		if (call_check(c->arg[i], declared_name) != 0)
			return EX_DATAERR;
	status = call_report(declare_read(c->deed->view, c->arg, n, &json, &err), err.text);
	if (status != 0)
		return status;
	buf_init(&out, CALL_TEXT_MAX);
	rc = declared_view(&out, c->deed->form, c->json, item, json);
	free(json);
	if (rc == 0)
		status = call_print(&out);
	else if (rc == 1)
		log_warnx("channel %s: there is no destination %s", c->arg[0], item);
	else
		log_warnx("the answer of the database is not valid, or too long");
	buf_free(&out);
	return rc == 0 ? status : rc == 1 ? EX_DATAERR : EX_SOFTWARE;
}
