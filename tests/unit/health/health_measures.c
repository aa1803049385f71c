/* SPDX-License-Identifier: ISC */
#include "health/health_counters.h"
#include "health/health_measures.h"
#include "health_stage.h"
#include "scratch.h"

#include <sys/file.h>

static struct health_measures m;

static double
cuts_after_a_pass(const char *started)
{
	struct stage s = GOOD_STAGE;
	struct health *h = stage_make(&s);
	double cuts;

	json_object_set_new(json_array_get(h->channels, 0), "started", json_string(started));
	health_measures_read(&m, h);
	cuts = health_counter(m.counters, "krishna", NULL, NULL, "cuts");
	health_measures_free(&m);
	health_free(h);
	return cuts;
}

static void
counters_are_kept_in_a_file(void)
{
	scratch_host();
	t_int(cuts_after_a_pass("a"), 3);
	t_ok(strstr(scratch_read("run/health/counters"), "\"cuts\":[0,3]") != NULL);
	t_int(cuts_after_a_pass("a"), 3);
	t_int(cuts_after_a_pass("b"), 6);
	t_ok(strstr(scratch_read("run/health/counters"), "\"cuts\":[3,3]") != NULL);
}

/* Another process is at it: what it had is used, and left alone. */
static void
a_locked_file_is_read(void)
{
	int fd;

	scratch_host();
	t_int(cuts_after_a_pass("a"), 3);
	fd = open(scratch_path("run/health/.lock"), O_RDONLY);
	t_int(flock(fd, LOCK_EX | LOCK_NB), 0);
	t_int(cuts_after_a_pass("b"), 6);
	t_ok(strstr(scratch_read("run/health/counters"), "\"cuts\":[0,3]") != NULL);
	close(fd);
}

static void
what_is_missing_is_not_known(void)
{
	scratch_host();
	cuts_after_a_pass("a");
	t_ok(!m.hook_known);
	t_ok(!m.pass_known);
	t_int(m.backup_s, -1);
}

static void
files_of_other_parts_are_read(void)
{
	scratch_host();
	scratch_write("state/backup/last", "", 0600);
	mkdir(scratch_path("state/spool"), 0700);
	t_int(histogram_add(scratch_path("state/spool/times"), 0640, 700, 5), 0);
	t_int(histogram_add(scratch_path("run/switch.times"), 0640, 90000, 6), 0);
	cuts_after_a_pass("a");
	t_ok(m.hook_known && m.hook.count[1] == 1 && m.hook.last_s == 5);
	t_ok(m.pass_known && m.pass.count[7] == 1 && m.pass.last_s == 6);
	t_ok(m.backup_s > 1700000000);
}

T_MAIN({ "counters are kept in a file", counters_are_kept_in_a_file }, { "a locked file is read", a_locked_file_is_read },
    { "what is missing is not known", what_is_missing_is_not_known },
    { "files of other parts are read", files_of_other_parts_are_read })
