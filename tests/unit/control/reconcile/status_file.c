/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/reconcile/status_file.h"
#include "process/file.h"
#include "t.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/statusfile.XXXXXX", path[64], elsewhere[64];

static const char host_record[] = "{\"host\": \"studio\", \"database\": true, \"status\": \"warning\", \"secret\": \"x\","
    " \"problems\": [{\"code\": \"orphan-stream\"}]}";

static void
enter(void)
{
	if (strcmp(dir + sizeof(dir) - 7, "XXXXXX") == 0 && mkdtemp(dir) != NULL) {
		snprintf(path, sizeof(path), "%s/status.json", dir);
		snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere.json", dir);
	}
}

/* Adds records, and writes the file. */
static int
written(const char *const record[], size_t n)
{
	struct status_file f;
	size_t i;
	int rc;

	enter();
	status_file_init(&f);
	for (i = 0; i < n; i++) {
		json_t *r = json_loads(record[i], 0, NULL);

		t_int(status_file_add(&f, r), 0);
		json_decref(r);
	}
	rc = status_file_write(&f, path, elsewhere, "studio");
	status_file_free(&f);
	return rc;
}

/* What is in the file besides time and version, as compact JSON. */
static const char *
content(void)
{
	static char *text;
	char *file = file_text(path, 1 << 20);
	json_t *all = file != NULL ? json_loads(file, JSON_REJECT_DUPLICATES, NULL) : NULL;

	free(text);
	t_ok(json_is_string(json_object_get(all, "time")));
	t_str(json_string_value(json_object_get(all, "version")), LSCTL_VERSION);
	json_object_del(all, "time");
	json_object_del(all, "version");
	text = json_dumps(all, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(all);
	free(file);
	return text;
}

/* Makes a file so many seconds old. */
static void
age_of(const char *file, time_t s)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = time(NULL) - s } };

	t_int(utimensat(AT_FDCWD, file, times, 0), 0);
}

static void
age(time_t s)
{
	age_of(path, s);
}

static void
has_what_is_short_of_each_record(void)
{
	const char *const records[] = { host_record, "{\"channel\": \"krishna\", \"host\": \"studio\", \"state\": \"LOOP_ACTIVE\","
	    " \"since\": \"2026-01-01T00:00:00Z\", \"on_air\": \"loop\", \"desired\": {\"mode\": \"auto\"}, \"status\": \"warning\","
	    " \"sources\": {\"obs\": {\"health\": \"stalled\", \"bytes\": 5}, \"loop\": {\"health\": \"healthy\"}},"
	    " \"destinations\": {\"youtube\": {\"state\": \"live\", \"queue_ms\": 3}}, \"problems\": []}",
	    "{\"channel\": \"rama\", \"status\": \"critical\"}" };

	t_int(written(records, nitems(records)), 0);
	t_str(content(), "{\"channels\":[{\"channel\":\"krishna\",\"destinations\":{\"youtube\":\"live\"},\"host\":\"studio\","
	    "\"mode\":\"auto\",\"on_air\":\"loop\",\"problems\":[],\"since\":\"2026-01-01T00:00:00Z\",\"sources\":{\"loop\":\"healthy\","
	    "\"obs\":\"stalled\"},\"state\":\"LOOP_ACTIVE\",\"status\":\"warning\"},"
	    "{\"channel\":\"rama\",\"destinations\":{},\"sources\":{},\"status\":\"critical\"}],\"database\":true,\"host\":\"studio\","
	    "\"hosts\":[{\"name\":\"studio\",\"problems\":[{\"code\":\"orphan-stream\"}],\"status\":\"warning\"}]}");
}

static void
says_who_takes_care_of_a_problem(void)
{
	const char *const records[] = { host_record, "{\"channel\": \"krishna\", \"problems\": ["
	    "{\"code\": \"no-video\", \"subject\": \"source:obs\"}, {\"code\": \"no-video\", \"subject\": \"source:cam2\"},"
	    "{\"code\": \"high-queue\", \"subject\": \"youtube\"}, 5]}" };
	const char *state = "{\"\": {\"orphan-stream \": {\"ack\": {\"who\": \"simran\", \"at\": 1, \"until\": null}}}, \"krishna\":"
	    " {\"no-video source:obs\": {\"ack\": {\"who\": \"jas\", \"at\": 2, \"until\": 4102444800}}, \"no-video source:cam2\":"
	    " {\"since\": 3}, \"high-queue youtube\": {\"ack\": {\"who\": \"jas\", \"at\": 2, \"until\": 1000}}}}";
	char folder[80], file[100];
	FILE *f;

	enter();
	setenv("LSCTL_STATE", dir, 1);
	snprintf(folder, sizeof(folder), "%s/alert", dir);
	snprintf(file, sizeof(file), "%s/problems", folder);
	t_int(mkdir(folder, 0700), 0);
	if ((f = fopen(file, "w")) != NULL) {
		fputs(state, f);
		fclose(f);
	}
	t_int(written(records, nitems(records)), 0);
	t_str(content(), "{\"channels\":[{\"channel\":\"krishna\",\"destinations\":{},\"problems\":["
	    "{\"ack\":{\"at\":2,\"until\":4102444800,\"who\":\"jas\"},\"code\":\"no-video\",\"subject\":\"source:obs\"},"
	    "{\"code\":\"no-video\",\"subject\":\"source:cam2\"},{\"code\":\"high-queue\",\"subject\":\"youtube\"},5],"
	    "\"sources\":{}}],\"database\":true,\"host\":\"studio\",\"hosts\":[{\"name\":\"studio\",\"problems\":["
	    "{\"ack\":{\"at\":1,\"until\":null,\"who\":\"simran\"},\"code\":\"orphan-stream\"}],\"status\":\"warning\"}]}");
	/* without the file nobody does */
	unlink(file);
	t_int(rmdir(folder), 0);
	t_int(written(records, nitems(records)), 0);
	t_ok(strstr(content(), "ack") == NULL);
	unsetenv("LSCTL_STATE");
}

static void
says_that_the_database_did_not_answer(void)
{
	const char *const down[] = { "{\"host\": \"studio\", \"database\": false}" };

	t_int(written(down, 1), 0);
	t_str(content(), "{\"channels\":[],\"database\":false,\"host\":\"studio\",\"hosts\":[{\"name\":\"studio\"}]}");
	t_int(written(NULL, 0), 0);
	t_str(content(), "{\"channels\":[],\"database\":false,\"host\":\"studio\",\"hosts\":[]}");
}

/* A browser gets 304 as long as the file is the same one. */
static void
writes_what_is_new_or_too_old(void)
{
	const char *const one[] = { host_record }, *const other[] = { "{\"host\": \"studio\", \"database\": true}" };
	struct stat before, after;

	t_int(written(one, 1), 0);
	age(STATUS_FILE_S - 2);
	t_int(stat(path, &before), 0);
	t_int(written(one, 1), 0);
	t_int(stat(path, &after), 0);
	t_ok(before.st_ino == after.st_ino && before.st_mtim.tv_sec == after.st_mtim.tv_sec);
	t_int(written(other, 1), 0);
	t_int(stat(path, &after), 0);
	t_ok(before.st_mtim.tv_sec != after.st_mtim.tv_sec);
	t_ok(strstr(content(), "orphan") == NULL);
	age(STATUS_FILE_S);
	t_int(stat(path, &before), 0);
	t_int(written(other, 1), 0);
	t_int(stat(path, &after), 0);
	t_ok(before.st_mtim.tv_sec != after.st_mtim.tv_sec);
	/* a clock that was set back */
	age(-3600);
	t_int(written(other, 1), 0);
	t_int(stat(path, &after), 0);
	t_ok(after.st_mtim.tv_sec <= time(NULL));
}

#define NOBODY		"\"database\":true,\"host\":\"studio\",\"hosts\":[{\"name\":\"studio\"}]}"

/* They are asked for every few seconds, and told for as long as they can be true. */
static void
has_the_channels_of_other_hosts(void)
{
	const char *const host[] = { "{\"host\": \"studio\", \"database\": true}" }, *const own[] = { host[0],
	    "{\"channel\": \"krishna\"}" };

	enter();
	t_ok(status_elsewhere_is_due(elsewhere));
	t_int(status_elsewhere_write(elsewhere, "[{\"channel\":\"rama\",\"host\":\"hall\"}]"), 0);
	t_ok(!status_elsewhere_is_due(elsewhere));
	t_int(written(host, 1), 0);
	t_str(content(), "{\"channels\":[{\"channel\":\"rama\",\"host\":\"hall\"}]," NOBODY);
	t_int(written(own, 2), 0);
	t_str(content(), "{\"channels\":[{\"channel\":\"krishna\",\"destinations\":{},\"sources\":{}},"
	    "{\"channel\":\"rama\",\"host\":\"hall\"}]," NOBODY);
	age_of(elsewhere, ELSEWHERE_S);
	t_ok(status_elsewhere_is_due(elsewhere));
	age_of(elsewhere, 31);
	t_int(written(host, 1), 0);
	t_str(content(), "{\"channels\":[]," NOBODY);
	t_int(status_elsewhere_write(elsewhere, "[]"), 0);
	t_int(written(host, 1), 0);
	t_str(content(), "{\"channels\":[]," NOBODY);
	unlink(elsewhere);
}

static void
is_read_by_the_group_of_its_folder(void)
{
	const char *const one[] = { host_record };
	struct stat st;
	gid_t group = geteuid() == 0 ? 12345 : getegid();

	enter();
	t_int(chown(dir, (uid_t)-1, group), 0);
	unlink(path);
	t_int(written(one, 1), 0);
	t_int(stat(path, &st), 0);
	t_int(st.st_mode & 07777, 0640);
	t_int(st.st_gid, group);
}

static void
has_no_pages_without_their_folder(void)
{
	struct status_file f;
	char other[128];

	status_file_init(&f);
	snprintf(other, sizeof(other), "%s/none/status.json", dir);
	t_int(status_file_write(&f, other, elsewhere, "studio"), -1);
	t_int(errno, ENOENT);
	status_file_free(&f);
	t_ok(!status_elsewhere_is_due(other));
	unlink(path);
	t_int(rmdir(dir), 0);
}

T_MAIN(
	{ "has_what_is_short_of_each_record", has_what_is_short_of_each_record },
	{ "says_who_takes_care_of_a_problem", says_who_takes_care_of_a_problem },
	{ "says_that_the_database_did_not_answer", says_that_the_database_did_not_answer },
	{ "writes_what_is_new_or_too_old", writes_what_is_new_or_too_old },
	{ "has_the_channels_of_other_hosts", has_the_channels_of_other_hosts },
	{ "is_read_by_the_group_of_its_folder", is_read_by_the_group_of_its_folder },
	{ "has_no_pages_without_their_folder", has_no_pages_without_their_folder }
)
