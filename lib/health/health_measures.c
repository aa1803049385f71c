/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/paths.h"
#include "control/state_file.h"
#include "health/health_counters.h"
#include "health/health_measures.h"

#include <sys/stat.h>

static json_t *
counters_update(const struct health *h)
{
	json_t *known, *merged;
	struct state_file file;
	char dir[512];
	bool locked;

	path_run(dir, sizeof(dir), "health", NULL, "");
	locked = state_file_open(&file, dir, "counters", false) == 0;
	known = locked ? json_incref(file.o) : state_file_peek(file.path);
	merged = health_counters_merge(known, h);
	if (locked && !json_equal(merged, known)) {
		json_decref(file.o);
		file.o = json_incref(merged);
		state_file_save(&file);		/* if it fails, the next pass tries again */
	}
	if (locked)
		state_file_close(&file);
	json_decref(known);
	return merged;
}

void
health_measures_read(struct health_measures *m, const struct health *h)
{
	char path[512];
	struct stat st;

	m->counters = counters_update(h);
	m->hook_known = histogram_read(path_state(path, sizeof(path), "spool/times", NULL), &m->hook) == 0;
	m->pass_known = histogram_read(path_run(path, sizeof(path), "switch.times", NULL, ""), &m->pass) == 0;
	m->backup_s = lstat(path_state(path, sizeof(path), "backup/last", NULL), &st) == 0 && st.st_mtime > 0 ?
	    st.st_mtime : -1;
}

void
health_measures_free(struct health_measures *m)
{
	json_decref(m->counters);
	m->counters = NULL;
}
