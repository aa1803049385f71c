/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "base/progress.h"
#include "t.h"

#include <sys/mman.h>
#include <unistd.h>

static char text[8192];

/* Shows a whole job; what stood on stderr then. */
static const char *
shown(bool tty, bool quiet, int left_s)
{
	int err = dup(STDERR_FILENO), fd = memfd_create("stderr", 0), i;
	struct progress p;
	ssize_t n;

	dup2(fd, STDERR_FILENO);
	memset(&p, 0xff, sizeof(p));
	progress_start(&p, "film.mkv", quiet);
	p.tty = tty;
	for (i = -1; i <= 1001; i++)
		progress_show(&p, i / 1000.0, 2.5, left_s);
	progress_end(&p);
	n = pread(fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	dup2(err, STDERR_FILENO);
	close(err);
	close(fd);
	return text;
}

static void
says_every_tenth_to_a_log(void)
{
	log_init("tool", 0);
	shown(false, false, -1);
	t_ok(strncmp(text, "tool: film.mkv: 10 %, 2.5x\ntool: film.mkv: 20 %", 47) == 0);
	t_ok(strstr(text, "tool: film.mkv: 100 %, 2.5x\n") != NULL);
	t_int(strlen(text), 9 * 27 + 28);
}

static void
draws_a_bar_on_a_terminal_and_takes_it_away(void)
{
	const char *end = "\r\033[K";

	shown(true, false, 3661);
	t_ok(strncmp(text, "\rfilm.mkv [....", 15) == 0);
	t_ok(strstr(text, "  0 %, 2.5x, 1:01:01 left\033[K\r") != NULL);
	t_ok(strchr(text, '\n') == NULL);
	shown(true, false, 61);
	t_ok(strstr(text, ", 1:01 left") != NULL);
	t_ok(strlen(text) == sizeof(text) - 1 ||
	    strcmp(text + strlen(text) - strlen(end), end) == 0);
}

/* Sums up what is reported. */
static void
count(void *arg, int percent, int left_s)
{
	int *sum = arg;

	sum[0]++;
	sum[1] += percent;
	sum[2] = left_s;
}

static void
reports_each_percent_once(void)
{
	int sum[3] = { 0 }, i;
	struct progress p;

	progress_start(&p, "film.mkv", true);
	p.report = count;
	p.arg = sum;
	for (i = 0; i <= 1000; i++)
		progress_show(&p, i / 1000.0, 2.5, 7);
	t_int(sum[0], 101);
	t_int(sum[1], 5050);
	t_int(sum[2], 7);
}

static void
says_nothing_when_quiet(void)
{
	t_str(shown(true, true, 0), "");
	t_str(shown(false, true, 0), "");
}

T_MAIN(
	{ "says_every_tenth_to_a_log", says_every_tenth_to_a_log },
	{ "draws_a_bar_on_a_terminal_and_takes_it_away",
	    draws_a_bar_on_a_terminal_and_takes_it_away },
	{ "reports_each_percent_once", reports_each_percent_once },
	{ "says_nothing_when_quiet", says_nothing_when_quiet },
)
