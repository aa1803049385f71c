/* SPDX-License-Identifier: ISC */
/* A logo, a title and a clock: their options, their filters, and the file of the title. */
#include "base/base.h"
#include "prepare/prepare_overlay.h"
#include "t.h"

#include <unistd.h>

static char text[8192];

/* 720p, a minute and two seconds. */
static struct prepare_plan
hd(void)
{
	return (struct prepare_plan){ .width = 1280, .height = 720, .seconds = 62.5, .colours = { "bt709", "bt709", "bt709", false } };
}

static const char *
filters(const struct prepare_plan *p)
{
	struct buf b;

	buf_init(&b, sizeof(text));
	overlay_filter(&b, p, 2);
	snprintf(text, sizeof(text), "%.*s", (int)buf_len(&b), (const char *)buf_head(&b));
	buf_free(&b);
	return text;
}

/* What ffmpeg reads of the title. */
static const char *
title(struct prepare_plan *p, const char *s)
{
	char path[64];
	ssize_t n;
	FILE *f;

	t_int(overlay_open(p, s), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", p->title_fd);
	f = fopen(path, "r");
	n = (ssize_t)fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	close(p->title_fd);
	return text;
}

static void
a_logo_has_a_corner(void)
{
	static const char *const corners[] = { "top-right", "top-left", "bottom-right", "bottom-left" };
	struct prepare_want w = { .preset = "fast" };
	char file[1100];
	size_t i;

	for (i = 0; i < nitems(corners); i++) {
		snprintf(file, sizeof(file), "a@b.png@%s", corners[i]);
		t_int(prepare_logo(&w, file), 0);
		t_str(w.logo, "a@b.png");
		t_int(w.corner, i);
	}
	t_int(prepare_logo(&w, "a@b.png"), 0);
	t_str(w.logo, "a@b.png");
	t_int(w.corner, CORNER_TOP_RIGHT);
	t_int(prepare_logo(&w, ""), -1);
	t_int(prepare_logo(&w, "@top-left"), -1);
	memset(file, 'a', sizeof(file) - 1);
	file[sizeof(file) - 1] = '\0';
	t_int(prepare_logo(&w, file), -1);
}

static void
a_title_is_a_line(void)
{
	/* RFC 3629, section 10, and C1 */
	static const char *const wrong[] = { "a\xff", "\x80", "\xc0\xaf", "\xc3", "\xe0\x80\xaf", "\xed\xa0\x80",
	    "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xc2\x85" };
	struct prepare_want w = { .preset = "fast" };
	size_t i;
	char many[PREPARE_TITLE_MAX + 2];

	t_int(prepare_title(&w, "ਵਾਹਿਗੁਰੂ {\\pos(1,1)}"), 0);
	t_str(w.title, "ਵਾਹਿਗੁਰੂ {\\pos(1,1)}");
	t_int(prepare_title(&w, ""), -1);
	t_int(prepare_title(&w, "one\nDialogue: two"), -1);
	t_int(prepare_title(&w, "a\177b"), -1);
	for (i = 0; i < nitems(wrong); i++)
		if (!t_int(prepare_title(&w, wrong[i]), -1))
			printf("# %zu\n", i);
	memset(many, 'a', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	t_int(prepare_title(&w, many), -1);
	many[PREPARE_TITLE_MAX] = '\0';
	t_int(prepare_title(&w, many), 0);
}

static void
each_is_a_filter(void)
{
	struct prepare_plan p = hd();

	t_str(filters(&p), "");
	p.logo = true;
	p.corner = CORNER_BOTTOM_RIGHT;
	t_str(filters(&p), "[film];[2:V:0]scale='min(iw,320)':'min(ih,180)':force_original_aspect_ratio=decrease:"
	    "out_color_matrix=bt709:out_range=tv,format=yuva420p[logo];[film][logo]overlay=W-w-30:H-h-30");
	p.corner = CORNER_TOP_LEFT;
	t_ok(strstr(filters(&p), "overlay=30:30") != NULL);
	p = hd();
	p.title = true;
	p.title_fd = 7;
	t_str(filters(&p), ",ass=filename=/proc/self/fd/7:shaping=complex");
}

/* Elapsed and all: a time of day would be wrong in the second round. */
static void
the_clock_is_of_the_film(void)
{
	struct prepare_plan p = hd();

	p.clock = true;
	t_str(filters(&p), ",drawtext=text='%{pts\\:gmtime\\:0\\:%M\\\\\\:%S} / 01\\:02'"
	    ":fontcolor=white:borderw=4:bordercolor=black:fontsize=36:x=w-tw-30:y=h-th-30");
	p.seconds = 3723;
	t_ok(strstr(filters(&p), "'%{pts\\:gmtime\\:0\\:%H\\\\\\:%M\\\\\\:%S} / 01\\:02\\:03'") != NULL);
	p.seconds = 0;
	t_ok(strstr(filters(&p), "%S}':") != NULL);
	p.logo = true;		/* where the logo is there is no room for it */
	p.corner = CORNER_BOTTOM_RIGHT;
	t_ok(strstr(filters(&p), ":x=w-tw-30:y=30") != NULL);
}

static void
a_title_is_no_command(void)
{
	struct prepare_plan p = hd();

	t_ok(strstr(title(&p, "a{\\pos(1,1)}, 'b': \\Nc"),
	    ",title,a\\{\\\xe2\x81\xa0pos(1,1)\\}, 'b': \\\xe2\x81\xa0Nc\n") != NULL);
	t_ok(strstr(text, "PlayResX: 1280\nPlayResY: 720\n") != NULL);
	t_ok(strstr(text, "Style: title,Sans,45,&H00FFFFFF,&H00000000,1,4,0,1,30,426,30,1\n") != NULL);
	p.logo = true;
	p.corner = CORNER_BOTTOM_LEFT;
	t_ok(strstr(title(&p, "a"), "1,4,0,7,30,426,30,1\n") != NULL);
}

T_MAIN(
	{ "a_logo_has_a_corner", a_logo_has_a_corner },
	{ "a_title_is_a_line", a_title_is_a_line },
	{ "each_is_a_filter", each_is_a_filter },
	{ "the_clock_is_of_the_film", the_clock_is_of_the_film },
	{ "a_title_is_no_command", a_title_is_no_command }
)
