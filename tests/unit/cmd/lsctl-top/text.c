/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-top/text.h"
#include "t.h"

#include <locale.h>

static char dst[256];

static void
what_a_terminal_might_obey_is_replaced(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	t_str(text_plain(dst, sizeof(dst), "a\033[2Jb\r\n\tc\177", true), "a?[2Jb???c?");
	t_str(text_plain(dst, sizeof(dst), "\302\233""31m", true), "?31m");	/* CSI of ISO 6429, 8 bits */
	t_str(text_plain(dst, sizeof(dst), "x\342\200\256y\342\201\246z\342\200\217", true), "x?y?z?");	/* direction */
	t_str(text_plain(dst, sizeof(dst), "\342\200\250\357\273\277", true), "??");
}

static void
letters_of_people_stay(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	t_str(text_plain(dst, sizeof(dst), "ਵਾਹਿਗੁਰੂ \360\237\231\217 é", true), "ਵਾਹਿਗੁਰੂ \360\237\231\217 é");
	t_str(text_plain(dst, sizeof(dst), "é ਵਾ", false), "? ??");
}

static void
bytes_that_are_no_utf8(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	t_str(text_plain(dst, sizeof(dst), "\377\300\257\355\240\200\364\220\200\200", true), "??????????");
	t_str(text_plain(dst, sizeof(dst), "\303", true), "?");
	t_str(text_plain(dst, sizeof(dst), "\342\202", true), "??");
}

static void
a_copy_is_cut_between_characters(void)
{
	char small[6];

	setlocale(LC_ALL, "C.UTF-8");
	t_str(text_plain(small, sizeof(small), "abcdé", true), "abcd");
	t_str(text_plain(small, sizeof(small), "abcdefg", true), "abcde");
	t_str(text_plain(small, 1, "a", true), "");
}

static void
cells_are_counted(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	t_int(text_cells(""), 0);
	t_int(text_cells("abé"), 3);
	t_int(text_cells("日本"), 4);
	t_int(text_cells("e\314\201"), 1);	/* a mark above */
	t_int(text_fit("日本", 3), 3);
	t_int(text_fit("abc", 2), 2);
	t_int(text_fit("e\314\201x", 1), 3);
}

/* Wraps a text into lines that are joined by '|'. */
static const char *
wrapped(const char *s, int cells)
{
	static char all[256];
	const char *next;
	size_t len;

	all[0] = '\0';
	for (; *s != '\0'; s = next) {
		len = text_wrap(s, cells, &next);
		t_ok(next > s);
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%.*s|", (int)len, s);
	}
	return all;
}

static void
lines_end_at_a_blank(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	t_str(wrapped("one two three", 7), "one two|three|");
	t_str(wrapped("one two three", 8), "one two|three|");
	t_str(wrapped("one  two", 4), "one|two|");
	t_str(wrapped("abcdefgh", 3), "abc|def|gh|");
	t_str(wrapped("a bcdefgh", 4), "a|bcde|fgh|");
	t_str(wrapped("日本", 1), "日|本|");	/* wider than the line: the end is reached all the same */
	t_str(wrapped("same", 4), "same|");
}

T_MAIN({ "what a terminal might obey is replaced", what_a_terminal_might_obey_is_replaced },
    { "letters of people stay", letters_of_people_stay }, { "bytes that are no UTF-8", bytes_that_are_no_utf8 },
    { "a copy is cut between characters", a_copy_is_cut_between_characters }, { "cells are counted", cells_are_counted },
    { "lines end at a blank", lines_end_at_a_blank })
