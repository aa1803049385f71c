/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/harden_signals.h"

#include <asm/ioctls.h>
#include <asm/sockios.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>

#define COMMAND_BITS	0xffffffff	/* the kernel reads only these bits of a command */

static const struct {
	int	 call;
	int	 command;
} forbidden[] = {
	{ SCMP_SYS(fcntl), F_SETOWN },
	{ SCMP_SYS(fcntl), F_SETOWN_EX },
	{ SCMP_SYS(fcntl), F_SETSIG },
	{ SCMP_SYS(ioctl), FIOSETOWN },
	{ SCMP_SYS(ioctl), SIOCSPGRP },
};

int
harden_signals(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	size_t i;
	int e;

	if (ctx == NULL) {
		errno = ENOMEM;
		return -1;
	}
	/* Other ABIs, such as x32, have the same calls with other numbers. */
	e = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
	for (i = 0; e == 0 && i < nitems(forbidden); i++)
		e = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), forbidden[i].call, 1,
		    SCMP_A1(SCMP_CMP_MASKED_EQ, COMMAND_BITS, (scmp_datum_t)forbidden[i].command));
	if (e == 0)
		e = seccomp_load(ctx);
	seccomp_release(ctx);
	errno = -e;
	return e == 0 ? 0 : -1;
}
