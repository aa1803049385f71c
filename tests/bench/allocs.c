/* SPDX-License-Identifier: ISC */
/*
 * Preloaded into a program, counts what it asks for memory. The file that BENCH_ALLOCS names
 * holds the counters and can be read at any time: malloc, calloc, realloc, mmap, free, munmap,
 * as 64 bit numbers.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MALLOC, CALLOC, REALLOC, MMAP, FREE, MUNMAP, COUNTERS };

static _Atomic uint64_t	 before[COUNTERS];	/* until there is a file */
static _Atomic uint64_t	*count = before;

extern void	*__libc_malloc(size_t);
extern void	*__libc_calloc(size_t, size_t);
extern void	*__libc_realloc(void *, size_t);
extern void	 __libc_free(void *);

static void	 begin(void) __attribute__((constructor));

static void
begin(void)
{
	const char *path = getenv("BENCH_ALLOCS");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *p;

	if (fd == -1)
		return;
	p = (void *)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	close(fd);
	if (p != MAP_FAILED)
		count = p;
}

void *
malloc(size_t n)
{
	count[MALLOC]++;
	return __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	count[CALLOC]++;
	return __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	count[REALLOC]++;
	return __libc_realloc(p, n);
}

void
free(void *p)
{
	if (p != NULL)
		count[FREE]++;
	__libc_free(p);
}

void *
mmap(void *at, size_t n, int prot, int flags, int fd, off_t off)
{
	count[MMAP]++;
	return (void *)syscall(SYS_mmap, at, n, prot, flags, fd, off);
}

int
munmap(void *p, size_t n)
{
	count[MUNMAP]++;
	return (int)syscall(SYS_munmap, p, n);
}
