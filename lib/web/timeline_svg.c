/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "web/timeline_svg.h"

#include <time.h>

#define WIDTH	1440	/* one unit is a minute of a day */
#define HEIGHT	60
#define SVG_MAX	(1 << 20)

struct picture {
	struct buf	 b;
	double		 from, to;	/* seconds since 1970 */
	const char	*best;
};

/* RFC 3339 in UTC as seconds, or -1. */
static double
seconds_of(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = text != NULL ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	return rest == NULL ? -1 : (double)timegm(&tm) + (rest[0] == '.' ? strtod(rest, NULL) : 0);
}

static void
escape(char *dst, size_t size, const char *src)
{
	size_t n;

	for (dst[0] = '\0'; *src != '\0'; src++) {
		n = strlen(dst);
		snprintf(dst + n, size - n, *src == '<' ? "&lt;" : *src == '>' ? "&gt;" : *src == '&' ? "&amp;" :
		    *src == '"' ? "&quot;" : "%c", *src);
	}
}

struct look {
	const char	*fill;
	int		 height;
};

static struct look
look_of(const struct picture *p, const char *state)
{
	if (strcmp(state, p->best) == 0)
		return (struct look){ "#15803d", HEIGHT };
	if (strcmp(state, "FILE_ACTIVE") == 0)
		return (struct look){ "#b45309", HEIGHT / 3 };
	if (strstr(state, "_ACTIVE") != NULL)
		return (struct look){ "#2563eb", HEIGHT * 2 / 3 };
	if (strcmp(state, "OFF") == 0)
		return (struct look){ "#94a3b8", HEIGHT / 12 };
	return (struct look){ "#b91c1c", HEIGHT / 6 };	/* STARTING, DOWN */
}

static double
x_of(const struct picture *p, double at)
{
	at = at < p->from ? p->from : at > p->to ? p->to : at;
	return (at - p->from) / (p->to - p->from) * WIDTH;
}

/* One state from a time to another. */
static void
span_add(struct picture *p, const json_t *s, double at, double end)
{
	const char *state = json_string_value(json_object_get(s, "state")), *reason;
	char name[256], why[1024];
	struct look l;

	if (state == NULL || end <= p->from || at < 0)
		return;
	reason = json_string_value(json_object_get(s, "reason"));
	l = look_of(p, state);
	escape(name, sizeof(name), state);
	escape(why, sizeof(why), reason != NULL ? reason : "");
	buf_addf(&p->b, "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"%s\"><title>%s %s%s%s</title></rect>",
	    x_of(p, at), HEIGHT - l.height, x_of(p, end) - x_of(p, at), l.height, l.fill,
	    json_string_value(json_object_get(s, "at")), name, why[0] != '\0' ? ": " : "", why);
}

char *
timeline_svg(const json_t *timeline, const char *best)
{
	struct picture p = { .from = seconds_of(json_string_value(json_object_get(timeline, "from"))),
	    .to = seconds_of(json_string_value(json_object_get(timeline, "to"))), .best = best };
	const json_t *states = json_object_get(timeline, "states"), *s, *next;
	char *text = NULL;
	size_t i;

	if (p.from < 0 || p.to <= p.from)
		return NULL;
	buf_init(&p.b, SVG_MAX);
	buf_addf(&p.b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
	    "role=\"img\">", WIDTH, HEIGHT);
	json_array_foreach(states, i, s) {
		next = json_array_get(states, i + 1);
		span_add(&p, s, seconds_of(json_string_value(json_object_get(s, "at"))), next == NULL ? p.to :
		    seconds_of(json_string_value(json_object_get(next, "at"))));
	}
	if (buf_addf(&p.b, "</svg>") == 0)
		text = strndup((const char *)buf_head(&p.b), buf_len(&p.b));
	buf_free(&p.b);
	return text;
}
