/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-top/screen.h"
#include "lsctl-top/text.h"

#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>

#define ESCAPE_MS	50	/* after an escape: the rest of a key's sequence comes within this, also over ssh */

static SCREEN *terminal;

int
screen_open(void)
{
	setlocale(LC_ALL, "");
	/* initscr() would end this process */
	if ((terminal = newterm(NULL, stdout, stdin)) == NULL)
		return -1;
	set_term(terminal);
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	if (has_colors() && start_color() == OK) {
		use_default_colors();
		init_pair(LAYOUT_GOOD, COLOR_GREEN, -1);
		init_pair(LAYOUT_WARNING, COLOR_YELLOW, -1);
		init_pair(LAYOUT_CRITICAL, COLOR_RED, -1);
	}
	return 0;
}

void
screen_close(void)
{
	if (terminal == NULL)
		return;
	endwin();
	delscreen(terminal);
	terminal = NULL;
}

bool
screen_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void
screen_size(int *width, int *height)
{
	getmaxyx(stdscr, *height, *width);
}

static attr_t
attributes(const struct layout_line *line)
{
	attr_t a = line->selected ? A_REVERSE : A_NORMAL;

	if (line->look == LAYOUT_TITLE || line->look == LAYOUT_CRITICAL)
		a |= A_BOLD;
	if (has_colors() && line->look >= LAYOUT_GOOD)
		a |= (attr_t)COLOR_PAIR(line->look);
	return a;
}

static void
line_draw(int y, const struct layout_line *line)
{
	attrset(attributes(line));
	mvaddstr(y, 0, line->text);
	attrset(A_NORMAL);
}

void
screen_draw(const struct layout *l, size_t scrolled, const char *bottom, bool input)
{
	int width, height, y;
	size_t i;

	screen_size(&width, &height);
	erase();
	if (l->n > 0 && height > 1)
		line_draw(0, &l->line[0]);
	for (i = scrolled + 1, y = 1; i < l->n && y < height - 1; i++, y++)
		line_draw(y, &l->line[i]);
	/* a terminal scrolls when its last cell is written; what is typed is at the end */
	while (input && text_cells(bottom) > width - 1 && *bottom != '\0')
		bottom++;
	mvaddnstr(height - 1, 0, bottom, (int)text_fit(bottom, width - 1));
	curs_set(input ? 1 : 0);
	refresh();
}

int
screen_key(void)
{
	int c = getch();

	switch (c) {
	case ERR:
		return SCREEN_NONE;
	case KEY_UP:
		return SCREEN_UP;
	case KEY_DOWN:
		return SCREEN_DOWN;
	case KEY_PPAGE:
		return SCREEN_PAGE_UP;
	case KEY_NPAGE:
		return SCREEN_PAGE_DOWN;
	case KEY_HOME:
		return SCREEN_FIRST;
	case KEY_END:
		return SCREEN_LAST;
	case KEY_ENTER:
	case '\r':
	case '\n':
		return SCREEN_ENTER;
	case KEY_LEFT:
	case 033:
		return SCREEN_BACK;
	case KEY_BACKSPACE:
	case 0x7f:
	case '\b':
		return SCREEN_ERASE;
	case KEY_RESIZE:
		return SCREEN_RESIZED;
	default:
		return c >= 0x20 && c < 0x7f ? c : SCREEN_OTHER;
	}
}
