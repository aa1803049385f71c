/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void
secret_guard(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

void
secret_free(void *p)
{
	if (p != NULL)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}
