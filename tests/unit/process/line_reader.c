/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/line_reader.h"
#include "t.h"

#include <errno.h>
#include <unistd.h>

static char seen[256];		/* the lines, each in brackets */
static int left;		/* how many are taken before the next one is refused; -1: all */

static int
take(void *arg, const char *line, size_t len)
{
	size_t n = strlen(seen);

	(void)arg;
	if (left == 0) {
		errno = EBADMSG;
		return -1;
	}
	left -= left > 0;
	snprintf(seen + n, sizeof(seen) - n, "[%.*s]", (int)len, line);
	return 0;
}

static void
begin(struct line_reader *r)
{
	*r = (struct line_reader){ .line = take, .max = 8 };
	seen[0] = '\0';
	left = -1;
}

static int
add(struct line_reader *r, const char *bytes)
{
	return line_reader_add(r, bytes, strlen(bytes));
}

static void
lines_are_whole_wherever_they_are_cut(void)
{
	struct line_reader r;

	begin(&r);
	t_int(add(&r, "one\ntw"), 0);
	t_str(seen, "[one]");
	t_int(add(&r, "o"), 0);
	t_int(add(&r, ""), 0);
	t_int(add(&r, "\n\nthree\nfo"), 0);
	t_str(seen, "[one][two][][three]");
	t_int(line_reader_end(&r), 0);
	t_str(seen, "[one][two][][three][fo]");
	t_int(line_reader_end(&r), 0);
	t_str(seen, "[one][two][][three][fo]");
}

static void
a_line_has_its_limit(void)
{
	struct line_reader r;

	begin(&r);
	t_int(add(&r, "12345678\n12"), 0);
	t_int(add(&r, "345678\n"), 0);
	t_str(seen, "[12345678][12345678]");
	t_int(add(&r, "123456789\n"), -1);
	t_int(errno, EMSGSIZE);
	t_int(line_reader_end(&r), 0);
	begin(&r);
	t_int(add(&r, "1234"), 0);
	t_int(add(&r, "56789"), -1);
	t_int(errno, EMSGSIZE);
	t_int(line_reader_end(&r), 0);
	t_str(seen, "[1234]");
}

static void
who_takes_them_may_stop(void)
{
	struct line_reader r;

	begin(&r);
	left = 1;
	t_int(add(&r, "one\ntwo\nthree\n"), -1);
	t_int(errno, EBADMSG);
	t_str(seen, "[one]");
	t_int(line_reader_end(&r), 0);
	begin(&r);
	t_int(add(&r, "last"), 0);
	left = 0;
	t_int(line_reader_end(&r), -1);
	t_int(errno, EBADMSG);
}

static void
a_descriptor_is_read_to_its_end(void)
{
	struct line_reader r;
	int end[2];

	begin(&r);
	t_int(pipe(end), 0);
	t_int(write(end[1], "one\ntwo", 7), 7);
	close(end[1]);
	t_int(line_reader_fd(&r, end[0]), 0);
	close(end[0]);
	t_int(line_reader_end(&r), 0);
	t_str(seen, "[one][two]");
	t_int(line_reader_fd(&r, -1), -1);
	t_int(errno, EBADF);
}

T_MAIN(
	{ "lines_are_whole_wherever_they_are_cut", lines_are_whole_wherever_they_are_cut },
	{ "a_line_has_its_limit", a_line_has_its_limit },
	{ "who_takes_them_may_stop", who_takes_them_may_stop },
	{ "a_descriptor_is_read_to_its_end", a_descriptor_is_read_to_its_end },
)
