/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "t.h"

#include <sys/prctl.h>
#include <sys/resource.h>

static void
leaves_no_core_and_lets_nobody_look(void)
{
	struct rlimit r;

	secret_guard();
	t_int(getrlimit(RLIMIT_CORE, &r), 0);
	t_int(r.rlim_cur, 0);
	t_int(r.rlim_max, 0);
	t_int(prctl(PR_GET_DUMPABLE), 0);
	prctl(PR_SET_DUMPABLE, 1);	/* the leak checker must look into us at the end */
}

T_MAIN(
	{ "leaves_no_core_and_lets_nobody_look", leaves_no_core_and_lets_nobody_look },
)
