/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/reconcile/rate_history.h"
#include "process/file.h"
#include "scratch.h"

#include <errno.h>
#include <jansson.h>
#include <unistd.h>

#define RECORD(kbps)	"[{\"channel\":\"krishna\",\"sources\":{\"obs\":{\"kbps\":" kbps ",\"fps\":29.97,\"health\":\"healthy\"},\"loop\":{}},\"destinations\":{\"youtube\":{\"kbps\":5990,\"state\":\"live\"},\"x\":{\"kbps\":null}}}"
#define LINE(at, kbps)	"{\"at\":" at ",\"sources\":{\"obs\":{\"kbps\":" kbps ",\"fps\":29.97}},\"destinations\":{\"youtube\":{\"kbps\":5990}}}\n"

static int64_t start;

static int
add(const char *records, int64_t after)
{
	return rate_history_add(scratch(), records, strlen(records), start + after);
}

static const char *
path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", scratch(), name);
	return path;
}

/* The file of the channel; "": there is none. */
static const char *
text(void)
{
	static char copy[1 << 20];
	char *file = file_text(path_of("krishna"), sizeof(copy) - 1);

	strlcpy(copy, file != NULL ? file : "", sizeof(copy));
	free(file);
	return copy;
}

static size_t
lines_in(const char *p)
{
	size_t n = 0;

	while ((p = strchr(p, '\n')) != NULL)
		n++, p++;
	return n;
}

static void
begin(void)
{
	start = time(NULL) - 1000;
	unlink(path_of("krishna"));
	unlink(path_of(".sampled"));
}

static void
adds_a_line_of_what_has_a_rate(void)
{
	char want[512];

	begin();
	t_int(add(RECORD("6000"), 0), 0);
	snprintf(want, sizeof(want), LINE("%lld", "6000"), (long long)start);
	t_str(text(), want);
}

static void
adds_one_each_half_minute(void)
{
	begin();
	t_int(add(RECORD("1"), 0), 0);
	t_int(add(RECORD("2"), 2), 0);
	t_int(add(RECORD("3"), RATE_HISTORY_EACH_S - 1), 0);
	t_int(lines_in(text()), 1);
	t_int(add(RECORD("4"), RATE_HISTORY_EACH_S), 0);
	t_int(lines_in(text()), 2);
	t_ok(strstr(text(), "\"kbps\":4,") != NULL);
	/* a clock that was set back */
	t_int(add(RECORD("5"), -100), 0);
	t_int(lines_in(text()), 3);
}

static void
keeps_an_hour_and_at_most_two(void)
{
	size_t most = 0, n, too_few = 0;
	char newest[512];
	int64_t i;

	begin();
	start -= 1000 * RATE_HISTORY_EACH_S;
	for (i = 0; i < 1000; i++) {
		t_int(add(RECORD("6000"), i * RATE_HISTORY_EACH_S), 0);
		n = lines_in(text());
		most = n > most ? n : most;
		too_few += n <= (size_t)(i < 120 ? i : 119);
	}
	t_int(too_few, 0);
	t_ok(most <= 242);
	snprintf(newest, sizeof(newest), LINE("%lld", "6000"), (long long)(start + 999 * RATE_HISTORY_EACH_S));
	n = strlen(text());
	t_ok(n > strlen(newest) && strncmp(text(), "{\"at\":", 6) == 0);
	t_str(text() + n - strlen(newest), newest);
}

static void
begins_anew_a_file_that_is_not_its_own(void)
{
	FILE *f;
	int i;

	begin();
	if ((f = fopen(path_of("krishna"), "w")) != NULL) {
		for (i = 0; i < (2 << 20); i++)
			putc('x', f);
		fclose(f);
	}
	t_int(add(RECORD("1"), 0), 0);
	t_str(text(), "");
	t_int(add(RECORD("1"), RATE_HISTORY_EACH_S), 0);
	t_int(lines_in(text()), 1);
}

static void
removes_the_file_of_a_channel_that_is_gone(void)
{
	struct timespec old[2] = { { .tv_sec = time(NULL) - RATE_HISTORY_S - 2000 }, { .tv_sec = time(NULL) - RATE_HISTORY_S - 2000 } };
	FILE *f;

	begin();
	if ((f = fopen(path_of("rama"), "w")) != NULL)
		fclose(f);
	t_int(add(RECORD("1"), 0), 0);
	t_int(access(path_of("rama"), F_OK), 0);
	t_int(utimensat(AT_FDCWD, path_of("rama"), old, 0), 0);
	t_int(add(RECORD("1"), RATE_HISTORY_EACH_S), 0);
	t_int(access(path_of("rama"), F_OK), -1);
	t_int(access(path_of("krishna"), F_OK), 0);
}

/* A name of a channel is a name of a file, and a link is not followed. */
static void
writes_nowhere_else(void)
{
	begin();
	t_int(add("[{\"channel\":\"../x\",\"sources\":{}},{\"channel\":5},{\"channel\":null},7", 0), 0);
	t_int(access(path_of("../x"), F_OK), -1);
	t_int(symlink("/dev/full", path_of("krishna")), 0);
	t_int(add(RECORD("1"), RATE_HISTORY_EACH_S), -1);
	t_int(errno != ENOENT, 1);
	t_int(unlink(path_of("krishna")), 0);
	t_int(add("not JSON", 2 * RATE_HISTORY_EACH_S), -1);
	t_int(add("", 3 * RATE_HISTORY_EACH_S), 0);
}

static void
does_nothing_without_the_folder(void)
{
	t_int(rate_history_add("/tmp/none-of-this", "[", 1, 1), -1);
	t_int(errno, ENOENT);
}

T_MAIN(
	{ "adds_a_line_of_what_has_a_rate", adds_a_line_of_what_has_a_rate },
	{ "adds_one_each_half_minute", adds_one_each_half_minute },
	{ "keeps_an_hour_and_at_most_two", keeps_an_hour_and_at_most_two },
	{ "begins_anew_a_file_that_is_not_its_own", begins_anew_a_file_that_is_not_its_own },
	{ "removes_the_file_of_a_channel_that_is_gone", removes_the_file_of_a_channel_that_is_gone },
	{ "writes_nowhere_else", writes_nowhere_else },
	{ "does_nothing_without_the_folder", does_nothing_without_the_folder }
)
