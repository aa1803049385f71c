/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/paths.h"
#include "t.h"

static void
usual_places(void)
{
	char p[64];

	unsetenv("LSCTL_RUN");
	setenv("LSCTL_STATE", "", 1);
	t_str(path_run(p, sizeof(p), "forward", "krishna", ".sock"),
	    "/run/lsctl/forward/krishna.sock");
	t_str(path_run(p, sizeof(p), "switch.lock", NULL, ""), "/run/lsctl/switch.lock");
	t_str(path_state(p, sizeof(p), "acl", NULL), "/var/lib/lsctl/acl");
	t_str(path_state(p, sizeof(p), "media", "a.flv"), "/var/lib/lsctl/media/a.flv");
	t_str(path_state(p, sizeof(p), "spool", NULL), "/var/lib/lsctl/spool");
}

static void
other_places(void)
{
	char p[64], small[8];

	setenv("LSCTL_RUN", "/tmp/r", 1);
	setenv("LSCTL_STATE", "/tmp/s", 1);
	t_str(path_run(p, sizeof(p), "loop", "a", ".json"), "/tmp/r/loop/a.json");
	t_str(path_state(p, sizeof(p), "media", "b"), "/tmp/s/media/b");
	t_str(path_run(small, sizeof(small), "loop", "a", ".json"), "/tmp/r/");
}

static void
host_has_no_case(void)
{
	char p[64], own[64] = "", small[4];

	setenv("LSCTL_HOST", "Studio-1.Example", 1);
	t_str(path_host(p, sizeof(p)), "studio-1.example");
	t_str(path_host(small, sizeof(small)), "stu");
	unsetenv("LSCTL_HOST");
	gethostname(own, sizeof(own) - 1);
	t_ok(strcasecmp(path_host(p, sizeof(p)), own) == 0);
}

T_MAIN(
	{ "usual_places", usual_places },
	{ "other_places", other_places },
	{ "host_has_no_case", host_has_no_case })
