/* SPDX-License-Identifier: ISC */
/* Declares channels, with their sources and destinations, one by one or all in one file. */
#include "base/base.h"
#include "common/exit_options.h"
#include "lsctl-channel/call.h"
#include "process/harden.h"

int
main(int argc, char **argv)
{
	static struct call c;
	enum options_end end;
	int status;

	if ((end = options_read(&c.o, &call_tool, &c, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	if (c.key_ask + c.key_stdin + (c.key_file != NULL) > 1)
		return usage_error(&c.o, "--key, --key-file and --key-stdin do not go together");
	if (c.password_ask + c.password_stdin + (c.password_file != NULL) > 1)
		return usage_error(&c.o, "--password, --password-file and --password-stdin do not go together");
	if (c.key_stdin && c.password_stdin)
		return usage_error(&c.o, "--key-stdin and --password-stdin do not go together");
	if (c.key_stdin)
		c.key_file = "-";
	if (c.password_stdin)
		c.password_file = "-";
	c.deed = c.o.command->own;
	c.arg = (const char *const *)c.o.argv;
	c.args = (size_t)c.o.argc;
	harden_memory();
	status = c.o.command->run(&c);
	explicit_bzero(&c, sizeof(c));
	return status;
}
