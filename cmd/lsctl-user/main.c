/* SPDX-License-Identifier: ISC */
/* Accounts of the pages and the API: who may sign in, and what they may do. */
#include "base/base.h"
#include "common/exit_options.h"
#include "lsctl-user/call.h"
#include "process/harden.h"

#define LINK_S	(3 * 86400)
#define DAYS	90

int
main(int argc, char **argv)
{
	static struct call c = { .expires_s = LINK_S, .days = DAYS };
	enum options_end end;
	int status;

	harden_memory();
	if ((end = options_read(&c.o, &call_tool, &c, argc, argv)) != OPTIONS_GO)
		status = exit_options(end);
	else
		status = c.o.command->run(&c);
	json_decref(c.channels);
	db_close(c.accounts.db);
	return status;
}
