/* SPDX-License-Identifier: ISC */
#include "lsctl-health/output.h"
#include "render_stage.h"
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <utime.h>

static int
replace(const char *name, const char *text)
{
	struct buf b;
	int rc;

	buf_init(&b, 4096);
	buf_addf(&b, "%s", text);
	rc = output_replace(scratch_path(name), &b);
	buf_free(&b);
	return rc;
}

static int
files_in(const char *folder)
{
	DIR *d = opendir(scratch_path(folder));
	struct dirent *e;
	int n = 0;

	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void
a_file_is_replaced_as_a_whole(void)
{
	mode_t was = umask(077);
	struct stat st;
	int fd;

	scratch_write("out/x", "old", 0600);
	fd = open(scratch_path("out/x"), O_RDONLY);
	t_int(replace("out/x", "new"), 0);
	umask(was);
	t_str(scratch_read("out/x"), "new");
	t_int(stat(scratch_path("out/x"), &st), 0);
	t_int(st.st_mode & 0777, 0644);
	t_int(fstat(fd, &st), 0);
	t_int(st.st_size, 3);	/* a reader still has the old one */
	t_int(st.st_nlink, 0);
	close(fd);
	t_int(files_in("out"), 1);
}

static void
a_failure_leaves_the_old_file(void)
{
	scratch_write("out/x", "old", 0600);
	mkdir(scratch_path("out/folder"), 0700);
	t_int(replace("out/folder", "new"), -1);
	t_int(replace("nowhere/x", "new"), -1);
	t_int(errno, ENOENT);
	t_int(files_in("out"), 2);
	scratch_remove("out");
}

/* A link in its place is replaced, and not followed. */
static void
a_link_is_not_followed(void)
{
	scratch_write("out/x", "old", 0600);
	t_int(symlink(scratch_path("out/x"), scratch_path("out/link")), 0);
	t_int(replace("out/link", "new"), 0);
	t_str(scratch_read("out/x"), "old");
	t_str(scratch_read("out/link"), "new");
}

static void
metrics(void)
{
	struct health *h = render_good();

	output_metrics(h);
	t_ok(h->measures == NULL);
	health_free(h);
}

static void
metrics_go_where_there_is_a_folder(void)
{
	scratch_host();
	metrics();
	t_ok(!scratch_has("state/www"));
	t_ok(!scratch_has("run/health"));
	mkdir(scratch_path("state/www"), 0700);
	metrics();
	t_ok(strstr(scratch_read("state/www/metrics"), "\nlsctl_channel_on_air{") != NULL);
	t_ok(scratch_has("run/health/counters"));
}

static void
young_metrics_stay(void)
{
	struct utimbuf old = { time(NULL) - 11, time(NULL) - 11 }, future = { time(NULL) + 60, time(NULL) + 60 };

	scratch_host();
	scratch_write("state/www/metrics", "old", 0644);
	metrics();
	t_str(scratch_read("state/www/metrics"), "old");
	utime(scratch_path("state/www/metrics"), &old);
	metrics();
	t_ok(strlen(scratch_read("state/www/metrics")) > 1000);
	scratch_write("state/www/metrics", "old", 0644);
	utime(scratch_path("state/www/metrics"), &future);
	metrics();
	t_ok(strlen(scratch_read("state/www/metrics")) > 1000);
}

T_MAIN({ "a file is replaced as a whole", a_file_is_replaced_as_a_whole },
    { "a failure leaves the old file", a_failure_leaves_the_old_file },
    { "a link is not followed", a_link_is_not_followed },
    { "metrics go where there is a folder", metrics_go_where_there_is_a_folder },
    { "young metrics stay", young_metrics_stay })
