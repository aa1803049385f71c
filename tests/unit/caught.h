/* SPDX-License-Identifier: ISC */
/*
 * What is written to a descriptor meanwhile: the log on stderr, a table on stdout. Two may be caught at once: the last
 * one that began ends first.
 */
#ifndef TESTS_UNIT_CAUGHT_H
#define TESTS_UNIT_CAUGHT_H

#include <sys/mman.h>

#include <stdio.h>
#include <unistd.h>

static struct caught {
	int	fd, file, real;
} caught[2];
static int caught_n;

__attribute__((unused)) static void
caught_begin(int fd)
{
	struct caught *c = &caught[caught_n++];

	fflush(stdout);
	c->fd = fd;
	c->file = memfd_create("caught", MFD_CLOEXEC);
	c->real = dup(fd);
	dup2(c->file, fd);
}

/* In the same memory each time. */
__attribute__((unused)) static const char *
caught_end(void)
{
	static char text[65536];
	struct caught *c = &caught[--caught_n];
	ssize_t n;

	fflush(stdout);
	n = pread(c->file, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	dup2(c->real, c->fd);
	close(c->real);
	close(c->file);
	return text;
}

#endif
