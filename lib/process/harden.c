/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "process/harden.h"

#include <jansson.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void
harden_memory(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	json_set_alloc_funcs(malloc, secret_free);
}
