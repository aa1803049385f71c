/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/harden.h"

#include <asm/ioctls.h>
#include <asm/sockios.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define X32_BIT		0x40000000	/* x86-64 has each call a second time, by these numbers */
#define AT(field)	(unsigned int)offsetof(struct seccomp_data, field)
#if __BYTE_ORDER == __LITTLE_ENDIAN
#define ARG_1		AT(args[1])	/* the kernel looks at no more of a command than 32 bits */
#else
#define ARG_1		(AT(args[1]) + 4)
#endif

/* Which calls there are is another filter's: SystemCallArchitectures= of the unit. */
int
alone_guard(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AT(nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 11, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fcntl, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 5, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG_1),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_SETOWN, 6, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_SETOWN_EX, 5, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_SETSIG, 4, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG_1),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FIOSETOWN, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SIOCSPGRP, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	struct sock_fprog program = { .len = nitems(filter), .filter = filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}
