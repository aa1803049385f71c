/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/harden_signals.h"
#include "t.h"

#include <asm/ioctls.h>
#include <asm/sockios.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
a_descriptor_is_owned_by_nobody(void)
{
	struct f_owner_ex owner = { .type = F_OWNER_PID, .pid = getpid() };
	int fd[2], pid = getpid();

	t_int(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	t_int(fcntl(fd[0], F_SETOWN, pid), 0);
	t_int(ioctl(fd[0], FIOSETOWN, &pid), 0);
	t_int(harden_signals(), 0);
	errno = 0;
	t_int(fcntl(fd[0], F_SETOWN, pid), -1);
	t_int(errno, EPERM);
	t_int(fcntl(fd[0], F_SETOWN_EX, &owner), -1);
	t_int(fcntl(fd[0], F_SETSIG, SIGKILL), -1);
	t_int(ioctl(fd[0], FIOSETOWN, &pid), -1);
	t_int(ioctl(fd[0], SIOCSPGRP, &pid), -1);
	errno = 0;
	/* more bits than the kernel looks at are no way around it */
	t_int(syscall(SYS_fcntl, fd[0], 1UL << 32 | F_SETOWN, pid), -1);
	t_int(errno, EPERM);
	errno = 0;
	t_int(syscall(0x40000000 | SYS_fcntl, fd[0], F_SETOWN, pid), -1);
	t_int(errno, EPERM);
	close(fd[0]);
	close(fd[1]);
}

static void
all_else_is_as_it_was(void)
{
	int fd[2], n, on = 1;

	t_int(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	t_int(fcntl(fd[0], F_SETFL, O_NONBLOCK), 0);
	t_int(fcntl(fd[0], F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	t_int(fcntl(fd[0], F_SETFD, FD_CLOEXEC), 0);
	t_int(ioctl(fd[1], FIONBIO, &on), 0);
	t_int(write(fd[1], "abc", 3), 3);
	t_int(ioctl(fd[0], FIONREAD, &n), 0);
	t_int(n, 3);
	close(fd[0]);
	close(fd[1]);
}

T_MAIN(
	{ "a_descriptor_is_owned_by_nobody", a_descriptor_is_owned_by_nobody },
	{ "all_else_is_as_it_was", all_else_is_as_it_was },
)
