/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/acl/event_limit.h"
#include "scratch.h"
#include "t.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#define START	1000000

static const struct event_limit refused = { "publish-refused", "krishna", "obs", "wrong-token", "192.0.2.1", "nginx" };
static char counts[4096];
static int events_in_all;
static struct error err;

static int
count_add(void *arg, const struct event_limit *e, uint32_t events, int64_t seconds)
{
	char line[256];

	(void)arg;
	snprintf(line, sizeof(line), "%s %s %s %s %s %u/%lld;", e->kind, e->channel, e->source, e->reason, e->address,
	    events, (long long)seconds);
	strlcat(counts, line, sizeof(counts));
	events_in_all += (int)events;
	return 0;
}

/* What is counted at this time. */
static const char *
counted(int64_t now_s)
{
	counts[0] = '\0';
	events_in_all = 0;
	err.text[0] = '\0';
	if (event_limit_counts(scratch_path("spool"), now_s, count_add, NULL, &err) == -1)
		return err.text;
	return counts;
}

static void
enter(void)
{
	scratch_remove("spool");
	mkdir(scratch_path("spool"), 0770);
}

/* Of so many alike, how many are written. */
static int
written(const struct event_limit *e, int n, int64_t now_s)
{
	int passed = 0;

	while (n-- > 0)
		passed += event_limit_passes(scratch_path("spool"), e, now_s);
	return passed;
}

static void
one_refusal_a_minute_is_written_and_the_others_are_counted(void)
{
	enter();
	t_int(written(&refused, 4001, START), 1);
	t_str(counted(START + 59), "");
	t_str(counted(START + 60), "publish-refused krishna obs wrong-token 192.0.2.1 4000/60;");
	t_str(counted(START + 60), "");
	/* a flood that goes on is one event a minute */
	t_int(written(&refused, 4000, START + 61), 0);
	t_str(counted(START + 119), "");
	t_str(counted(START + 121), "publish-refused krishna obs wrong-token 192.0.2.1 4000/61;");
	/* after a quiet minute the next one is written at once */
	t_int(written(&refused, 1, START + 182), 1);
	t_str(counted(START + 300), "");
}

static void
permissions_are_written_up_to_ten_a_minute(void)
{
	struct event_limit e = refused;

	enter();
	strlcpy(e.kind, "publish-allowed", sizeof(e.kind));
	e.reason[0] = '\0';
	t_int(written(&e, 25, START), EVENT_LIMIT_ALLOWED);
	t_str(counted(START + 60), "publish-allowed krishna obs  192.0.2.1 15/60;");
}

static void
one_address_has_few_counts(void)
{
	struct event_limit e = refused;
	int i, n = 0;

	enter();
	for (i = 0; i < 100; i++) {
		snprintf(e.source, sizeof(e.source), "s%d", i);
		n += written(&e, 3, START);
	}
	t_int(n, EVENT_LIMIT_ADDRESS - 1);
	t_ok(strstr(counted(START + 60), "callbacks    192.0.2.1 279/60;") != NULL);
	t_int(events_in_all + n, 300);
	strlcpy(e.address, "192.0.2.2", sizeof(e.address));
	t_int(written(&e, 3, START + 60), 1);
}

static void
a_network_of_ipv6_is_one_address(void)
{
	struct event_limit e = refused;

	enter();
	strlcpy(e.address, "2001:db8:1:2::7", sizeof(e.address));
	t_int(written(&e, 2, START), 1);
	strlcpy(e.address, "2001:db8:1:2:ffff::9", sizeof(e.address));
	t_int(written(&e, 2, START), 0);
	t_str(counted(START + 60), "publish-refused krishna obs wrong-token 2001:db8:1:2:: 3/60;");
	strlcpy(e.address, "2001:db8:1:3::7", sizeof(e.address));
	t_int(written(&e, 1, START), 1);
	strlcpy(e.address, "::ffff:192.0.2.1", sizeof(e.address));
	t_int(written(&e, 1, START), 1);
	strlcpy(e.address, "::ffff:192.0.2.2", sizeof(e.address));
	t_int(written(&e, 1, START), 1);
}

static void
many_addresses_share_what_is_left(void)
{
	struct event_limit e = refused;
	int i, n = 0;

	enter();
	for (i = 0; i < 2000; i++) {
		snprintf(e.address, sizeof(e.address), "198.51.%d.%d", i / 250, i % 250);
		n += written(&e, 1, START);
	}
	t_int(n, EVENT_LIMIT_SLOTS - EVENT_LIMIT_PERMISSIONS - 1);
	t_str(counted(START + 60), "callbacks     1809/60;");
	/* a permission is written all the same */
	strlcpy(e.kind, "publish-allowed", sizeof(e.kind));
	e.reason[0] = '\0';
	t_int(written(&e, 1, START), 1);
	/* slots without a count are free again */
	t_int(written(&refused, 1, START + 60), 1);
}

static void
a_clock_that_was_set_back_loses_nothing(void)
{
	enter();
	t_int(written(&refused, 3, START), 1);
	t_str(counted(START - 3600), "publish-refused krishna obs wrong-token 192.0.2.1 2/0;");
}

static int
count_refuse(void *arg, const struct event_limit *e, uint32_t events, int64_t seconds)
{
	(void)e;
	(void)events;
	(void)seconds;
	++*(int *)arg;
	return error_set(&err, "no more");
}

static void
a_callback_can_end_it(void)
{
	struct event_limit e = refused;
	int calls = 0;

	enter();
	written(&refused, 2, START);
	strlcpy(e.source, "other", sizeof(e.source));
	written(&e, 2, START);
	t_int(event_limit_counts(scratch_path("spool"), START + 60, count_refuse, &calls, &err), -1);
	t_int(calls, 1);
	t_ok(strstr(counted(START + 60), "krishna other") != NULL);
}

/* What another user may have put there: nothing hangs, nothing is followed, nothing else is changed. */
static void
a_hostile_file_is_an_error_at_once(void)
{
	static const struct event_limit full;
	const int64_t hostile = INT64_MIN;
	char path[4096], other[4096];
	int fd, i;

	enter();
	t_str(counted(START), "");		/* there is none */
	strlcpy(path, scratch_path("spool/counts"), sizeof(path));
	strlcpy(other, scratch_write("other", "precious", 0600), sizeof(other));
	t_int(mkfifo(path, 0666), 0);
	t_ok(strstr(counted(START), "not a regular file") != NULL);
	unlink(path);
	t_int(symlink(other, path), 0);
	t_ok(strstr(counted(START), "not a regular file") != NULL);
	unlink(path);
	t_int(link(other, path), 0);
	t_ok(strstr(counted(START), "not a regular file") != NULL);
	unlink(path);
	t_int(mkdir(path, 0777), 0);
	t_ok(counted(START)[0] != '\0');
	rmdir(path);
	scratch_write("spool/counts", "short", 0666);
	t_ok(strstr(counted(START), "not a regular file") != NULL);
	t_str(scratch_read("other"), "precious");
	/* texts without an end */
	enter();
	t_int(written(&refused, 2, START), 1);
	fd = open(path, O_RDWR);
	for (i = 0; i < (int)sizeof(full); i++)
		t_int(pwrite(fd, "A", 1, i), 1);
	t_ok(strlen(counted(START + 60)) < sizeof(full) + 64);
	/* a time that no clock shows */
	enter();
	t_int(written(&refused, 2, START), 1);
	close(fd);
	fd = open(path, O_RDWR);
	t_int(pwrite(fd, &hostile, sizeof(hostile), (off_t)(sizeof(full) +
	    (size_t)EVENT_LIMIT_PERMISSIONS * (sizeof(full) + 2 * sizeof(hostile)))), sizeof(hostile));
	t_ok(strstr(counted(START + 60), " 1/0;") != NULL);
	/* a lock that does not come free */
	t_int(written(&refused, 2, START + 120), 1);
	t_int(flock(fd, LOCK_EX), 0);
	t_ok(strstr(counted(START + 300), "unavailable") != NULL);
	close(fd);
}

static void
without_a_place_to_count_all_is_written(void)
{
	scratch_remove("spool");
	scratch_write("spool", "no folder", 0600);
	t_int(written(&refused, 3, START), 3);
}

T_MAIN(
	{ "one_refusal_a_minute_is_written_and_the_others_are_counted",
	    one_refusal_a_minute_is_written_and_the_others_are_counted },
	{ "permissions_are_written_up_to_ten_a_minute", permissions_are_written_up_to_ten_a_minute },
	{ "one_address_has_few_counts", one_address_has_few_counts },
	{ "a_network_of_ipv6_is_one_address", a_network_of_ipv6_is_one_address },
	{ "many_addresses_share_what_is_left", many_addresses_share_what_is_left },
	{ "a_clock_that_was_set_back_loses_nothing", a_clock_that_was_set_back_loses_nothing },
	{ "a_callback_can_end_it", a_callback_can_end_it },
	{ "a_hostile_file_is_an_error_at_once", a_hostile_file_is_an_error_at_once },
	{ "without_a_place_to_count_all_is_written", without_a_place_to_count_all_is_written }
)
