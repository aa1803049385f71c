/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "process/harden.h"
#include "t.h"

#include <jansson.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static void
leaves_no_core_and_lets_nobody_look(void)
{
	struct rlimit r;

	harden_memory();
	t_int(getrlimit(RLIMIT_CORE, &r), 0);
	t_int(r.rlim_cur, 0);
	t_int(r.rlim_max, 0);
	t_int(prctl(PR_GET_DUMPABLE), 0);
	prctl(PR_SET_DUMPABLE, 1);	/* the leak checker must look into us at the end */
}

static void
what_jansson_frees_is_wiped(void)
{
	json_malloc_t get;
	json_free_t put;

	harden_memory();
	json_get_alloc_funcs(&get, &put);
	t_ok(get == malloc);
	t_ok(put == secret_free);
	prctl(PR_SET_DUMPABLE, 1);
}

T_MAIN(
	{ "leaves_no_core_and_lets_nobody_look", leaves_no_core_and_lets_nobody_look },
	{ "what_jansson_frees_is_wiped", what_jansson_frees_is_wiped },
)
