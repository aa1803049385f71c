/* SPDX-License-Identifier: ISC */
/*
 * Torture: the first, the second, ... allocation fails, until there is none left to fail. What is
 * tortured must give up in order each time; the leak checker sees what it forgot. The linker
 * puts these in place of the real ones for every test whose name ends in _torture.
 */
#ifndef TESTS_UNIT_TORTURE_H
#define TESTS_UNIT_TORTURE_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "t.h"

static long fail_at;		/* 0: none fails; it counts down to 1 */
static bool failed;

static bool
fails(void)
{
	if (fail_at == 0 || --fail_at > 0)
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

void	*__real_malloc(size_t);
void	*__real_calloc(size_t, size_t);
void	*__real_realloc(void *, size_t);
char	*__real_strdup(const char *);
void	*__real_mmap(void *, size_t, int, int, int, off_t);
void	*__wrap_malloc(size_t);
void	*__wrap_calloc(size_t, size_t);
void	*__wrap_realloc(void *, size_t);
char	*__wrap_strdup(const char *);
void	*__wrap_mmap(void *, size_t, int, int, int, off_t);
int	 __wrap_asprintf(char **, const char *, ...) __attribute__((format(printf, 2, 3)));

void *
__wrap_malloc(size_t n)
{
	return fails() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t k, size_t n)
{
	return fails() ? NULL : __real_calloc(k, n);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails() ? NULL : __real_realloc(p, n);
}

char *
__wrap_strdup(const char *s)
{
	return fails() ? NULL : __real_strdup(s);
}

void *
__wrap_mmap(void *p, size_t n, int prot, int flags, int fd, off_t at)
{
	return fails() ? MAP_FAILED : __real_mmap(p, n, prot, flags, fd, at);
}

int
__wrap_asprintf(char **dst, const char *fmt, ...)
{
	va_list ap;
	int n;

	*dst = NULL;
	if (fails())
		return -1;
	va_start(ap, fmt);
	n = vasprintf(dst, fmt, ap);
	va_end(ap);
	return n;
}

/* Runs once() until nothing failed: then it must have done what it should, and say so. */
__attribute__((unused)) static void
torture(bool (*once)(void))
{
	bool done;
	long n;

	for (n = 1; n < 100000; n++) {
		fail_at = n;
		failed = false;
		done = once();
		fail_at = 0;
		if (!failed) {
			t_ok(done);
			break;
		}
	}
	t_ok(n > 1 && n < 100000);
}

#endif
