/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_db.h"
#include "common/exit_options.h"
#include "control/keys/keyring.h"
#include "lsctl-keys/call.h"

#include <sysexits.h>

int
call_fail(const struct call *c, enum db_fault f)
{
	log_warnx("%s", c->keys.err.text);
	return exit_db(f);
}

int
call_begin(struct call *c, bool with_key)
{
	enum db_fault f;

	if ((c->keys.db = db_open("lsctl_keys", &f, &c->keys.err)) == NULL)
		return call_fail(c, f);
	if (with_key && (f = keyring_open(c->keys.db, &c->keys.key, &c->keys.err)) != DB_OK)
		return call_fail(c, f);
	return 0;
}

int
call_no_source(const struct call *c)
{
	return usage_error(&c->o, "a channel and a source, or a stream, must follow");
}

int
call_flush(int status)
{
	if (fflush(stdout) == EOF && status == 0) {
		log_warn("stdout");
		return EX_IOERR;
	}
	return status;
}

long
call_number(const json_t *j, const char *member)
{
	return (long)json_integer_value(json_object_get(j, member));
}
