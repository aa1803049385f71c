/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_db.h"
#include "lsctl-user/call.h"

#include <sysexits.h>

int
call_fail(const struct call *c, enum db_fault f)
{
	log_warnx("%s", c->accounts.err.text);
	return exit_db(f);
}

int
call_begin(struct call *c)
{
	enum db_fault f;

	c->accounts.db = db_open("lsctl_user", &f, &c->accounts.err);
	return c->accounts.db != NULL ? 0 : call_fail(c, f);
}

int
call_flush(void)
{
	if (fflush(stdout) == 0)
		return 0;
	log_warn("stdout");
	return EX_IOERR;
}
