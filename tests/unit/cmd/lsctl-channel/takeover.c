/* SPDX-License-Identifier: ISC */
/* Channels taken away from another host: what is asked, what is said, and when nothing is done. */
#include "base/base.h"
#include "caught.h"
#include "fake/pq.h"
#include "lsctl-channel/takeover.h"
#include "t.h"

#include <fcntl.h>
#include <sysexits.h>

#define THERE	"[{\"name\":\"krishna\",\"owner\":\"there\",\"owner_reconciled_at\":\"2026-01-02\"}," \
	"{\"name\":\"waheguru\",\"owner\":null},{\"name\":\"om\",\"owner\":\"far\"}]"
#define STEP	"[{\"op\":\"~\",\"object\":\"channel\",\"channel\":\"krishna\",\"field\":\"host\",\"old\":\"a\",\"new\":\"b\"}]"

static const char *const channels[] = { "krishna", "waheguru", "om" };
static char out[65536], err[65536];

/* takeover() of these channels, without a terminal; out and err get the output. */
static int
take(size_t n, const char *reason, bool yes, bool quiet)
{
	int real = dup(STDIN_FILENO), null = open("/dev/null", O_RDONLY), file = memfd_create("err", 0),
	    real_err = dup(STDERR_FILENO), status;
	ssize_t got;

	dup2(null, STDIN_FILENO);
	dup2(file, STDERR_FILENO);
	caught_begin(STDOUT_FILENO);
	status = takeover(channels, n, reason, yes, quiet);
	strlcpy(out, caught_end(), sizeof(out));
	got = pread(file, err, sizeof(err) - 1, 0);
	err[got > 0 ? got : 0] = '\0';
	dup2(real, STDIN_FILENO);
	dup2(real_err, STDERR_FILENO);
	close(real);
	close(real_err);
	close(null);
	close(file);
	return status;
}

static void
expect_leases(const char *names, const char *json)
{
	pq_expect("connect", { "lsctl_viewer" });
	pq_expect("leases", { names }, .value = json);
}

static void
those_that_another_host_has_are_taken(void)
{
	expect_leases("{krishna,waheguru,om}", THERE);
	pq_expect("connect", { "lsctl_channel" });
	pq_expect("begin");
	pq_expect("channel_take_over", { "{krishna,om}", "it burned" }, .value = STEP);
	pq_expect("commit");
	t_int(take(3, "it burned", true, false), 0);
	t_str(out, "~ krishna host a -> b\n");
	t_ok(strstr(err, "krishna: host there") != NULL && strstr(err, "2026-01-02") != NULL);
	t_ok(strstr(err, "om: host far") != NULL);
	t_ok(strstr(err, "waheguru") == NULL);
	t_pq();
}

static void
quiet_says_nothing_of_it(void)
{
	expect_leases("{krishna,waheguru,om}", THERE);
	pq_expect("connect", { "lsctl_channel" });
	pq_expect("begin");
	pq_expect("channel_take_over", { "{krishna,om}", NULL }, .value = STEP);
	pq_expect("commit");
	t_int(take(3, NULL, true, true), 0);
	t_str(out, "");
	t_str(err, "");
	t_pq();
}

static void
nobody_to_ask_is_no_yes(void)
{
	expect_leases("{krishna,waheguru,om}", THERE);
	t_int(take(3, NULL, false, false), EX_USAGE);
	t_ok(strstr(err, "--yes") != NULL && strstr(err, "krishna: host there") != NULL);
	t_str(out, "");
	t_pq();
}

static void
what_nobody_has_needs_nothing(void)
{
	expect_leases("{krishna}", "[{\"name\":\"krishna\",\"owner\":null}]");
	t_int(take(1, NULL, true, false), 0);
	t_str(out, "");
	t_ok(err[0] != '\0');
	t_pq();
}

static void
a_name_that_is_none_is_asked_of_nobody(void)
{
	static const char *const bad[] = { "krishna", "Not A Name" };

	caught_begin(STDERR_FILENO);
	t_int(takeover(bad, 2, NULL, true, false), EX_DATAERR);
	t_ok(strstr(caught_end(), "Not A Name") != NULL);
	t_pq();
}

static void
faults_have_their_statuses(void)
{
	pq_expect("connect", { "lsctl_viewer" }, .lost = true, .message = "connection refused");
	t_int(take(1, NULL, true, false), EX_TEMPFAIL);
	t_ok(strstr(err, "connection refused") != NULL);
	expect_leases("{krishna}", "{\"no\":\"list\"}");
	t_int(take(1, NULL, true, false), EX_SOFTWARE);
	expect_leases("{krishna,waheguru,om}", THERE);
	pq_expect("connect", { "lsctl_channel" });
	pq_expect("begin");
	pq_expect("channel_take_over", { "{krishna,om}", NULL }, .sqlstate = "P0001", .message = "it is back");
	t_int(take(3, NULL, true, false), EX_DATAERR);
	t_ok(strstr(err, "it is back") != NULL);
	t_str(out, "");
	expect_leases("{krishna,waheguru,om}", THERE);
	pq_expect("connect", { "lsctl_channel" });
	pq_expect("begin");
	pq_expect("channel_take_over", { "{krishna,om}", NULL }, .value = STEP);
	pq_expect("commit", .lost = true);
	t_int(take(3, NULL, true, false), EX_TEMPFAIL);
	t_pq();
}

T_MAIN(
	{ "those_that_another_host_has_are_taken", those_that_another_host_has_are_taken },
	{ "quiet_says_nothing_of_it", quiet_says_nothing_of_it },
	{ "nobody_to_ask_is_no_yes", nobody_to_ask_is_no_yes },
	{ "what_nobody_has_needs_nothing", what_nobody_has_needs_nothing },
	{ "a_name_that_is_none_is_asked_of_nobody", a_name_that_is_none_is_asked_of_nobody },
	{ "faults_have_their_statuses", faults_have_their_statuses }
)
