/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/utf8.h"
#include "prepare/prepare_overlay.h"
#include "process/file.h"

#include <sys/mman.h>

#define MARGIN(p)	((p)->height / 24)

static const char *const corners[] = {
	[CORNER_TOP_RIGHT] = "top-right", [CORNER_TOP_LEFT] = "top-left", [CORNER_BOTTOM_RIGHT] = "bottom-right",
	[CORNER_BOTTOM_LEFT] = "bottom-left"
};

int
prepare_logo(struct prepare_want *w, const char *s)
{
	const char *at = strrchr(s, '@');
	size_t i, n = strlen(s);

	w->corner = CORNER_TOP_RIGHT;
	for (i = 0; at != NULL && i < nitems(corners); i++)
		if (strcmp(at + 1, corners[i]) == 0) {
			w->corner = (enum corner)i;
			n = (size_t)(at - s);
		}
	if (n == 0 || n >= sizeof(w->logo))
		return -1;
	snprintf(w->logo, sizeof(w->logo), "%.*s", (int)n, s);
	return 0;
}

/* The bytes of a character; 0: it is none of UTF-8, or a control character. */
static size_t
character(const uint8_t *p)
{
	bool control = p[0] < ' ' || p[0] == 127 || (p[0] == 0xc2 && p[1] < 0xa0);

	return control ? 0 : utf8_sequence(p);
}

int
prepare_title(struct prepare_want *w, const char *s)
{
	const char *p = s;
	size_t n;

	while ((n = character((const uint8_t *)p)) > 0)
		p += n;
	if (*p != '\0' || p == s || p - s > PREPARE_TITLE_MAX)
		return -1;
	w->title = s;
	return 0;
}

static bool
is_right(enum corner c)
{
	return c == CORNER_TOP_RIGHT || c == CORNER_BOTTOM_RIGHT;
}

static bool
is_bottom(enum corner c)
{
	return c == CORNER_BOTTOM_RIGHT || c == CORNER_BOTTOM_LEFT;
}

/* Never larger than it is, and at most a quarter of the picture wide and high. */
static void
logo_filter(struct buf *b, const struct prepare_plan *p, int logo)
{
	buf_addf(b, "[film];[%d:V:0]scale='min(iw,%d)':'min(ih,%d)':force_original_aspect_ratio=decrease:"
	    "out_color_matrix=%s:out_range=tv,format=yuva420p[logo];[film][logo]overlay=", logo, p->width / 4,
	    p->height / 4, colours_scale(&p->colours));
	buf_addf(b, "%s%d:%s%d", is_right(p->corner) ? "W-w-" : "", MARGIN(p), is_bottom(p->corner) ? "H-h-" : "", MARGIN(p));
}

/* The time since the film began, and its length: it stays true when the film is looped. */
static void
clock_filter(struct buf *b, const struct prepare_plan *p)
{
	bool hours = p->seconds >= 3600, top = p->logo && p->corner == CORNER_BOTTOM_RIGHT;
	int s = (int)p->seconds;

	buf_addf(b, ",drawtext=text='%%{pts\\:gmtime\\:0\\:%s%%M\\\\\\:%%S}", hours ? "%H\\\\\\:" : "");
	if (hours)
		buf_addf(b, " / %02d\\:%02d\\:%02d'", s / 3600, s / 60 % 60, s % 60);
	else if (s > 0)
		buf_addf(b, " / %02d\\:%02d'", s / 60, s % 60);
	else
		buf_addf(b, "'");
	buf_addf(b, ":fontcolor=white:borderw=%d:bordercolor=black:fontsize=%d:x=w-tw-%d:y=%s%d", p->height / 240 + 1,
	    p->height / 20, MARGIN(p), top ? "" : "h-th-", MARGIN(p));
}

void
overlay_filter(struct buf *b, const struct prepare_plan *p, int logo)
{
	if (p->logo)
		logo_filter(b, p, logo);
	if (p->title)
		buf_addf(b, ",ass=filename=/proc/self/fd/%d:shaping=complex", p->title_fd);
	if (p->clock)
		clock_filter(b, p);
}

/* A brace would begin a command of the format, and so would a backslash but for the word joiner after it. */
static void
escape(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '{' || *s == '}')
			buf_addf(b, "\\%c", *s);
		else if (*s == '\\')
			buf_addf(b, "\\\xe2\x81\xa0");
		else
			buf_add(b, s, 1);
}

static void
title_write(struct buf *b, const struct prepare_plan *p, const char *title)
{
	bool top = p->logo && p->corner == CORNER_BOTTOM_LEFT;

	buf_addf(b, "[Script Info]\nScriptType: v4.00+\nPlayResX: %d\nPlayResY: %d\nWrapStyle: 0\n"
	    "ScaledBorderAndShadow: yes\n\n[V4+ Styles]\n", p->width, p->height);
	buf_addf(b, "Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Shadow, "
	    "Alignment, MarginL, MarginR, MarginV, Encoding\n"
	    "Style: title,Sans,%d,&H00FFFFFF,&H00000000,1,%d,0,%d,%d,%d,%d,1\n\n", p->height / 16, p->height / 240 + 1,
	    top ? 7 : 1, MARGIN(p), p->width / 3, MARGIN(p));
	buf_addf(b, "[Events]\nFormat: Layer, Start, End, Style, Text\nDialogue: 0,0:00:00.00,999:00:00.00,title,");
	escape(b, title);
	buf_addf(b, "\n");
}

int
overlay_open(struct prepare_plan *p, const char *title)
{
	struct buf b;
	int rc = -1;

	buf_init(&b, 16384);
	title_write(&b, p, title);
	if ((p->title_fd = memfd_create("title", 0)) != -1)
		rc = file_write(p->title_fd, buf_head(&b), buf_len(&b));
	buf_free(&b);
	return rc;
}
