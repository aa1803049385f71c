/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_db.h"
#include "lsctl-channel/call.h"

#include <sysexits.h>

const char *
call_field_add(struct call *c, const char *key, const char *value)
{
	char *field = NULL;

	if (c->fields == CALL_FIELDS)
		return "too many arguments";
	if (value != NULL && asprintf(&field, "%s=%s", key, value) == -1)
		return "out of memory";
	c->field[c->fields++] = field != NULL ? field : key;
	return NULL;
}

int
call_print(const struct buf *out)
{
	if (fwrite(buf_head(out), 1, buf_len(out), stdout) == buf_len(out) && fflush(stdout) == 0)
		return 0;
	log_warn("stdout");
	return EX_IOERR;
}

int
call_report(enum db_fault fault, const char *reason)
{
	if (fault != DB_OK)
		log_warnx("%s", reason);
	return exit_db(fault);
}

int
call_check(const char *name, const char *(*refused)(const char *))
{
	const char *reason = refused(name);

	if (reason == NULL)
		return 0;
	log_warnx("%s: %s", name, reason);
	return EX_DATAERR;
}
