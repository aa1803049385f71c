/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"

#include <malloc.h>

void
secret_free(void *p)
{
	if (p != NULL)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}
