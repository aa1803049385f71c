/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/schedule.h"

#include <time.h>

#define WINDOW_MAX	64
#define EXAMPLE		"must be like mon-fri 18:00-22:00; sun 09:00-12:00"

/* "mon-fri 18:00-22:00", or the hours alone. */
static const char *
window_parse(struct week_window *w, char *text)
{
	char *hours = strrchr(text, ' '), *to;

	if (hours != NULL)
		*hours++ = '\0';
	else
		hours = text;
	if ((to = strchr(hours, '-')) == NULL)
		return EXAMPLE;
	*to++ = '\0';
	return week_window_parse(w, hours == text ? NULL : text, hours, to, NULL) == NULL ? NULL : EXAMPLE;
}

const char *
schedule_parse(struct schedule *s, const char *text)
{
	char one[WINDOW_MAX];
	const char *reason;
	size_t n;

	s->windows = 0;
	for (;; text += n + 1) {
		text += strspn(text, " ");
		n = strcspn(text, ";");
		if (n >= sizeof(one))
			return EXAMPLE;
		if (s->windows == SCHEDULE_WINDOWS)
			return "has more than 16 windows";
		memcpy(one, text, n);
		one[n] = '\0';
		if ((reason = window_parse(&s->window[s->windows++], one)) != NULL)
			return reason;
		if (text[n] == '\0')
			return NULL;
	}
}

bool
schedule_has(const struct schedule *s, int64_t now)
{
	int i;

	for (i = 0; i < s->windows; i++)
		if (week_window_has(&s->window[i], now))
			return true;
	return s->windows == 0;
}

int64_t
schedule_next(int minutes, int64_t now)
{
	time_t t = (time_t)now;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return INT64_MAX;
	/* mktime(3) knows the length of the day, also where summer time begins or ends */
	for (;; tm.tm_mday++) {
		tm.tm_hour = minutes / 60;
		tm.tm_min = minutes % 60;
		tm.tm_sec = 0;
		tm.tm_isdst = -1;
		if ((t = mktime(&tm)) == -1)
			return INT64_MAX;
		if (t > now)
			return t;
	}
}
