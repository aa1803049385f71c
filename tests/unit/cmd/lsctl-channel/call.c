/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "caught.h"
#include "lsctl-channel/call.h"
#include "t.h"

#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

static void
all_of_it_is_printed(void)
{
	struct buf b;

	buf_init(&b, 64);
	t_int(buf_add(&b, "gone one\ntwo\n", 13), 0);
	buf_take(&b, 5);
	caught_begin(STDOUT_FILENO);
	t_int(call_print(&b), 0);
	t_str(caught_end(), "one\ntwo\n");
	buf_free(&b);
}

static void
what_cannot_be_printed_is_reported(void)
{
	int full = open("/dev/full", O_WRONLY), real;
	const char *said;
	struct buf b;
	int rc;

	buf_init(&b, 64);
	t_int(buf_add(&b, "one\n", 4), 0);
	fflush(stdout);
	real = dup(STDOUT_FILENO);
	caught_begin(STDERR_FILENO);
	dup2(full, STDOUT_FILENO);
	rc = call_print(&b);
	clearerr(stdout);
	dup2(real, STDOUT_FILENO);
	said = caught_end();
	t_int(rc, EX_IOERR);
	t_ok(strstr(said, "stdout") != NULL);
	close(real);
	close(full);
	buf_free(&b);
}

T_MAIN(
	{ "all_of_it_is_printed", all_of_it_is_printed },
	{ "what_cannot_be_printed_is_reported", what_cannot_be_printed_is_reported }
)
