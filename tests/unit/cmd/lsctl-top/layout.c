/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-top/layout.h"
#include "lsctl-top/text.h"
#include "t.h"

#include <locale.h>

#define TIME	"2026-01-01T12:00:00.000Z"
#define NOW	1767268803000	/* three seconds later */
#define HOST	"{\"host\":\"a\",\"time\":\"" TIME "\",\"status\":\"warning\",\"problems\":[" \
	"{\"code\":\"spool-waits\",\"text\":\"events wait\"}]}"
#define KRISHNA	"{\"channel\":\"krishna\",\"state\":\"LOOP_ACTIVE\",\"since\":\"2026-01-01T11:48:00.000Z\"," \
	"\"on_air\":\"loop\",\"mode\":\"auto\",\"status\":\"critical\",\"sources\":{" \
	"\"obs\":{\"health\":\"absent\",\"kbps\":0},\"loop\":{\"health\":\"healthy\",\"kbps\":4400," \
	"\"video\":\"h264 1920x1080 30\",\"audio\":\"aac 48000 2\"}},\"destinations\":{\"youtube\":{\"state\":\"live\"," \
	"\"kbps\":4500,\"lag_ms\":1200,\"reconnects\":2},\"facebook\":{\"state\":\"waiting\",\"kbps\":0,\"lag_ms\":0," \
	"\"address\":\"backup\",\"reconnects\":0,\"last_error\":\"nobody answers\"}},\"problems\":[{\"code\":\"destination-down\",\"text\":" \
	"\"destination facebook: not live: nobody answers there, and so it is dialled again\"}]}"
#define RADHA	"{\"channel\":\"radha\",\"state\":\"OBS_ACTIVE\",\"since\":\"" TIME "\",\"on_air\":\"obs\",\"mode\":\"obs\"," \
	"\"status\":\"ok\",\"sources\":{\"obs\":\"healthy\",\"loop\":\"absent\"},\"destinations\":{\"youtube\":\"live\"}," \
	"\"problems\":[]}"

static struct layout l;
static struct wall w;

static void
begin(int width)
{
	struct error err;
	const char *text = HOST KRISHNA RADHA;

	setlocale(LC_ALL, "C.UTF-8");
	l = (struct layout){ .width = width, .utf8 = true, .now_ms = NOW };
	t_int(wall_read(&w, text, strlen(text), &err), 0);
}

/* All lines, without blanks at their ends; none is wider than it may be. */
static const char *
page(void)
{
	static char all[8192];
	size_t i, n;

	all[0] = '\0';
	for (i = 0; i < l.n; i++) {
		t_ok(text_cells(l.line[i].text) <= l.width);
		strlcat(all, l.line[i].text, sizeof(all));
		for (n = strlen(all); n > 0 && all[n - 1] == ' '; n--)
			all[n - 1] = '\0';
		strlcat(all, "\n", sizeof(all));
	}
	return all;
}

static void
end(void)
{
	t_ok(!l.failed);
	layout_clear(&l);
	t_int(l.n, 0);
	wall_free(&w);
}

static void
wide(void)
{
	begin(80);
	layout_wall(&l, &w, "radha", "");
	t_str(page(), "12:00:00 UTC  2 channels, 1 critical\nhost a: spool-waits: events wait\n"
	    " !! krishna  LOOP_ACTIVE    12m03s loop           1/2 live facebook:waiting\n"
	    "    destination-down: destination facebook: not live: nobody answers there, and\n    so it is dialled again\n"
	    ">   radha    OBS_ACTIVE     3s     obs, pinned    1/1 live\n");
	t_ok(l.line[5].selected && l.line[5].of_selected && !l.line[2].selected);
	t_int(l.line[0].look, LAYOUT_TITLE);
	t_int(l.line[1].look, LAYOUT_WARNING);
	t_int(l.line[2].look, LAYOUT_CRITICAL);
	t_int(l.line[5].look, LAYOUT_GOOD);
	end();
}

static void
a_phone(void)
{
	begin(40);
	layout_wall(&l, &w, "krishna", "");
	t_str(page(), "12:00:00 UTC  2 channels, 1 critical\nhost a: spool-waits: events wait\n"
	    ">!! krishna                       12m03s\n    LOOP_ACTIVE, on the air: loop\n"
	    "    1/2 live facebook:waiting\n    destination-down: destination\n    facebook: not live: nobody answers\n"
	    "    there, and so it is dialled again\n"
	    "    radha                         3s\n    OBS_ACTIVE, on the air: obs, pinned\n    1/1 live\n");
	t_ok(l.line[2].of_selected && l.line[7].of_selected && !l.line[8].of_selected);
	end();
}

/* Any width, and any size of names: nothing is lost by a crash, and no line is too wide. */
static void
any_width(void)
{
	int width;

	for (width = 1; width <= 200; width++) {
		begin(width);
		layout_wall(&l, &w, "krishna", "");
		layout_channel(&l, wall_find(&w, "krishna"), "krishna", "one  two\nthree\n");
		layout_list(&l, "Pin", (const char *const []){ "obs", "loop" }, 2, 1);
		page();
		end();
	}
}

static void
a_filter_hides_channels(void)
{
	begin(80);
	layout_wall(&l, &w, "radha", "radha");
	t_ok(strstr(page(), "radha") != NULL);
	t_ok(strstr(page(), "krishna") == NULL);
	layout_clear(&l);
	layout_wall(&l, &w, "", "nothing like it");
	t_ok(strstr(page(), "no channel matches the filter") != NULL);
	end();
}

static void
old_news_are_called_so(void)
{
	begin(80);
	l.now_ms = NOW + 60000;
	layout_wall(&l, &w, "", "");
	t_ok(strstr(page(), "nothing new for 1m03s") != NULL);
	wall_free(&w);
	layout_clear(&l);
	layout_wall(&l, &w, "", "");
	t_str(page(), "waiting for the first pass ...\n");
	end();
}

static void
a_channel(void)
{
	begin(80);
	layout_channel(&l, wall_find(&w, "krishna"), "krishna", "12:00  krishna   state obs\n");
	t_str(page(), "krishna  LOOP_ACTIVE for 12m03s, on the air: loop\n"
	    "    destination-down: destination facebook: not live: nobody answers there, and\n    so it is dialled again\n"
	    "Sources (* on the air, + can be, - cannot)\n    - obs: absent, 0 kb/s\n"
	    "    * loop: healthy, 4400 kb/s, h264 1920x1080 30, aac 48000 2\n"
	    "Destinations (+ live, - not)\n    + youtube: live, 4500 kb/s, 1.2 s behind, reconnects 2\n"
	    "    - facebook: waiting, backup address, 0 kb/s, 0.0 s behind, reconnects 0,\n    nobody answers\n"
	    "Events\n    12:00 krishna state obs\n");
	layout_clear(&l);
	layout_channel(&l, wall_find(&w, "radha"), "radha", NULL);
	t_str(page(), "radha  OBS_ACTIVE for 3s, on the air: obs, pinned\n"
	    "Sources (* on the air, + can be, - cannot)\n    * obs: healthy\n    - loop: absent\n"
	    "Destinations (+ live, - not)\n    + youtube: live\nEvents\n    ...\n");
	layout_clear(&l);
	layout_channel(&l, NULL, "gone", "");
	t_str(page(), "gone is no channel of this host any more\n");
	end();
}

/* Names and texts are those of others: none of them moves the cursor, and none tears a line. */
static void
strings_from_outside_are_plain(void)
{
	static const char text[] = "{\"host\":\"a\",\"time\":\"x\",\"problems\":[{\"code\":\"c\",\"text\":\"a\\u001b[2Jb\\nc\"}]}"
	    "{\"channel\":\"k\\u009b1m\",\"state\":\"\\u001bX\",\"status\":7,\"on_air\":\"\\u202e\",\"sources\":{\"\\u0007\":\"\\u001b\"},"
	    "\"destinations\":{\"\\u0007y\":{\"state\":\"\\u001b\",\"last_error\":\"\\u001b\"}},\"problems\":[3]}";
	struct error err;
	size_t i, k;

	begin(80);
	t_int(wall_read(&w, text, strlen(text), &err), 0);
	layout_wall(&l, &w, "", "");
	layout_channel(&l, json_array_get(w.channels, 0), "k", "\033[2J\n");
	layout_list(&l, "\033", (const char *const []){ "\033" }, 1, 0);
	for (i = 0; i < l.n; i++)
		for (k = 0; l.line[i].text[k] != '\0'; k++)
			t_ok((unsigned char)l.line[i].text[k] >= 0x20 && l.line[i].text[k] != 0x7f);
	t_ok(strstr(page(), "a?[2Jb?c") != NULL);
	end();
}

T_MAIN({ "wide", wide }, { "a phone", a_phone }, { "any width", any_width },
    { "a filter hides channels", a_filter_hides_channels }, { "old news are called so", old_news_are_called_so },
    { "a channel", a_channel }, { "strings from outside are plain", strings_from_outside_are_plain })
