/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/week_window.h"

#include <sys/stat.h>

#define ZONES		"/usr/share/zoneinfo"
#define ALL_DAYS	0x7f
#define WEEK_MIN	(8 * 24 * 60)	/* with the hour that a day can be longer */

static const char names[7][4] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };

/* -- reading -- */

/* 0 to 6, or -1. */
static int
day_read(const char *text)
{
	int i;

	for (i = 0; i < 7; i++)
		if (strncmp(text, names[i], 3) == 0)
			return i;
	return -1;
}

/* The bits of "mon-fri,sun"; 0: that is not valid. */
static uint8_t
days_read(const char *text)
{
	uint8_t days = 0;
	int first, last;

	for (;;) {
		if ((first = last = day_read(text)) == -1)
			return 0;
		text += 3;
		if (*text == '-') {
			if ((last = day_read(text + 1)) == -1)
				return 0;
			text += 4;
		}
		for (;; first = (first + 1) % 7) {
			days |= (uint8_t)(1 << first);
			if (first == last)
				break;
		}
		if (*text == '\0')
			return days;
		if (*text++ != ',')
			return 0;
	}
}

int
week_window_minutes(const char *s)
{
	int h, m;

	if (strlen(s) != 5 || s[2] != ':' || strspn(s, "0123456789") != 2 || strspn(s + 3, "0123456789") != 2)
		return -1;
	h = (s[0] - '0') * 10 + s[1] - '0';
	m = (s[3] - '0') * 10 + s[4] - '0';
	return h < 24 && m < 60 ? h * 60 + m : -1;
}

/* localtime_r(3) takes an unknown zone for UTC, and says nothing. */
static bool
zone_exists(const char *name)
{
	char path[sizeof(ZONES) + 64];
	struct stat st;

	if (name[0] == '\0' || name[0] == '/' || strstr(name, "..") != NULL || strlen(name) >= 64 ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_+-") != strlen(name))
		return false;
	snprintf(path, sizeof(path), "%s/%s", ZONES, name);
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

const char *
week_window_parse(struct week_window *w, const char *days, const char *from, const char *to, const char *zone)
{
	if ((w->days = days == NULL ? ALL_DAYS : days_read(days)) == 0)
		return "days: must be like mon-fri,sun";
	if ((w->from = week_window_minutes(from)) == -1)
		return "from: must be a time like 22:00";
	if ((w->to = week_window_minutes(to)) == -1)
		return "to: must be a time like 07:00";
	if (zone == NULL) {
		w->zone[0] = '\0';
		return NULL;
	}
	if (!zone_exists(zone))
		return "time_zone: must be the name of a time zone, like Asia/Kolkata: 'timedatectl list-timezones'";
	strlcpy(w->zone, zone, sizeof(w->zone));
	return NULL;
}

/* -- at a time -- */

/* The zone that the process had before; freed by zone_leave(). */
static char *
zone_enter(const char *zone)
{
	const char *tz = getenv("TZ");
	char *before = tz != NULL ? strdup(tz) : NULL, value[72];

	snprintf(value, sizeof(value), ":%s", zone);
	setenv("TZ", value, 1);
	tzset();
	return before;
}

static void
zone_leave(char *before)
{
	if (before != NULL)
		setenv("TZ", before, 1);
	else
		unsetenv("TZ");
	tzset();
	free(before);
}

/* In the zone of the process. */
static bool
has(const struct week_window *w, int64_t now)
{
	time_t t = (time_t)now;
	struct tm tm;
	bool today, yesterday;
	int minute;

	if (localtime_r(&t, &tm) == NULL)
		return false;
	minute = tm.tm_hour * 60 + tm.tm_min;
	today = (w->days & (1 << tm.tm_wday)) != 0;
	yesterday = (w->days & (1 << (tm.tm_wday + 6) % 7)) != 0;
	if (w->from < w->to)
		return today && minute >= w->from && minute < w->to;
	return (today && minute >= w->from) || (yesterday && minute < w->to);
}

bool
week_window_has(const struct week_window *w, int64_t now)
{
	char *before;
	bool in;

	if (w->zone[0] == '\0')
		return has(w, now);
	before = zone_enter(w->zone);
	in = has(w, now);
	zone_leave(before);
	return in;
}

/* Minute by minute: a clock that is put forward or back needs no thought then. */
int64_t
week_window_end(const struct week_window *w, int64_t now)
{
	char *before = zone_enter(w->zone);
	int64_t t = now;
	int i;

	for (i = 0; i < WEEK_MIN && has(w, t); i++)
		t = t - t % 60 + 60;
	zone_leave(before);
	return t;
}
