/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "t.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

static int real_stderr, caught;

static void
catch(void)
{
	caught = memfd_create("stderr", 0);
	real_stderr = dup(STDERR_FILENO);
	dup2(caught, STDERR_FILENO);
}

/* What was written to stderr since catch(), in static memory. */
static const char *
release(void)
{
	static char text[4096];
	ssize_t n = pread(caught, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	close(caught);
	return text;
}

static void
begin(const char *journal, int verbosity)
{
	if (journal != NULL)
		setenv("JOURNAL_STREAM", journal, 1);
	else
		unsetenv("JOURNAL_STREAM");
	log_init("tool", verbosity);
	catch();
}

static void
names_the_tool(void)
{
	begin(NULL, 0);
	log_warnx("channel=%s is %s", "a", "gone");
	log_info("%d", 7);
	t_str(release(), "tool: channel=a is gone\ntool: 7\n");
}

static void
tells_the_journal_how_grave_it_is(void)
{
	begin("8:1", 1);
	log_warnx("w");
	log_notice("n");
	log_info("i");
	log_debug("d");
	t_str(release(), "<4>w\n<5>n\n<6>i\n<7>d\n");
}

static void
says_only_what_was_asked_for(void)
{
	begin(NULL, -1);
	log_notice("n");
	log_info("i");
	log_debug("d");
	log_warnx("w");
	t_str(release(), "tool: w\n");
	begin(NULL, 0);
	log_notice("n");
	log_debug("d");
	t_str(release(), "tool: n\n");
}

static void
adds_the_errno_and_keeps_it(void)
{
	begin(NULL, 0);
	errno = ENOENT;
	log_warn("open %s", "f");
	t_int(errno, ENOENT);
	log_warnx("x");
	log_debug("d");
	t_int(errno, ENOENT);
	t_str(release(), "tool: open f: No such file or directory\ntool: x\n");
}

static void
a_name_cannot_forge_a_line(void)
{
	begin(NULL, 0);
	log_info("a\nb\r\033[1m\t\x7f\xc3\xa9 %s", "c\nd");
	t_str(release(), "tool: a?b??[1m???? c?d\n");
}

static void
long_lines_are_cut(void)
{
	char text[3000];
	const char *got;

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	begin(NULL, 0);
	errno = ENOENT;
	log_warn("%s", text);
	got = release();
	t_int(strlen(got), 1023);
	t_ok(strchr(got, '\n') == got + 1022);
}

T_MAIN(
	{ "names_the_tool", names_the_tool },
	{ "tells_the_journal_how_grave_it_is", tells_the_journal_how_grave_it_is },
	{ "says_only_what_was_asked_for", says_only_what_was_asked_for },
	{ "adds_the_errno_and_keeps_it", adds_the_errno_and_keeps_it },
	{ "a_name_cannot_forge_a_line", a_name_cannot_forge_a_line },
	{ "long_lines_are_cut", long_lines_are_cut },
)
