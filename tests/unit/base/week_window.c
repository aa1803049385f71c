/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/week_window.h"
#include "t.h"

static struct week_window w;

static void
window(const char *days, const char *from, const char *to, const char *zone)
{
	t_ok(week_window_parse(&w, days, from, to, zone) == NULL);
}

/* A time of UTC. */
static int64_t
utc(int year, int month, int day, int hour, int minute)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute };

	return (int64_t)timegm(&tm);
}

static void
hours_are_of_the_zone(void)
{
	window(NULL, "22:00", "07:00", "Asia/Kolkata");	/* UTC+5:30 */
	t_ok(!week_window_has(&w, utc(2026, 6, 1, 16, 29)));
	t_ok(week_window_has(&w, utc(2026, 6, 1, 16, 30)));
	t_ok(week_window_has(&w, utc(2026, 6, 2, 1, 29)));
	t_ok(!week_window_has(&w, utc(2026, 6, 2, 1, 30)));
	t_int(week_window_end(&w, utc(2026, 6, 1, 16, 30)), utc(2026, 6, 2, 1, 30));
	t_int(week_window_end(&w, utc(2026, 6, 1, 12, 0) + 7), utc(2026, 6, 1, 12, 0) + 7);
}

/* In Berlin clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October. */
static void
they_follow_the_clock_on_the_wall(void)
{
	window(NULL, "22:00", "07:00", "Europe/Berlin");
	t_int(week_window_end(&w, utc(2026, 3, 27, 21, 0)), utc(2026, 3, 28, 6, 0));
	t_int(week_window_end(&w, utc(2026, 3, 28, 21, 0)), utc(2026, 3, 29, 5, 0));	/* an hour is missing */
	t_ok(!week_window_has(&w, utc(2026, 3, 29, 19, 59)));
	t_ok(week_window_has(&w, utc(2026, 3, 29, 20, 0)));
	t_int(week_window_end(&w, utc(2026, 10, 24, 20, 0)), utc(2026, 10, 25, 6, 0));	/* an hour comes twice */
	t_ok(!week_window_has(&w, utc(2026, 10, 25, 20, 59)));
	t_ok(week_window_has(&w, utc(2026, 10, 25, 21, 0)));
}

static void
an_hour_that_is_missing_or_comes_twice(void)
{
	window(NULL, "02:15", "02:45", "Europe/Berlin");
	t_ok(!week_window_has(&w, utc(2026, 3, 29, 0, 59)));
	t_ok(!week_window_has(&w, utc(2026, 3, 29, 1, 20)));	/* 03:20 */
	t_ok(week_window_has(&w, utc(2026, 10, 25, 0, 20)));
	t_ok(week_window_has(&w, utc(2026, 10, 25, 1, 20)));
	t_int(week_window_end(&w, utc(2026, 10, 25, 0, 20)), utc(2026, 10, 25, 0, 45));
}

static void
the_day_is_that_on_which_it_begins(void)
{
	window("mon-wed,fri", "22:00", "02:00", "UTC");
	t_ok(week_window_has(&w, utc(2026, 6, 1, 22, 0)));	/* a Monday */
	t_ok(week_window_has(&w, utc(2026, 6, 4, 1, 59)));	/* of Wednesday */
	t_ok(!week_window_has(&w, utc(2026, 6, 4, 23, 0)));
	t_ok(!week_window_has(&w, utc(2026, 6, 5, 1, 0)));
	t_ok(week_window_has(&w, utc(2026, 6, 6, 1, 0)));
	t_ok(!week_window_has(&w, utc(2026, 6, 1, 1, 0)));	/* of Sunday */
	window("sat-mon", "18:00", "19:00", "UTC");
	t_ok(week_window_has(&w, utc(2026, 6, 7, 18, 0)));
	t_ok(!week_window_has(&w, utc(2026, 6, 2, 18, 0)));
}

static void
the_zone_of_the_process_stays(void)
{
	setenv("TZ", "Asia/Tokyo", 1);
	window(NULL, "00:00", "00:00", "Europe/Berlin");
	t_ok(week_window_has(&w, 0));
	t_str(getenv("TZ"), "Asia/Tokyo");
	unsetenv("TZ");
	t_ok(week_window_has(&w, 0));
	t_ok(getenv("TZ") == NULL);
}

static void
refused(const char *days, const char *from, const char *to, const char *zone, const char *begins)
{
	const char *reason = week_window_parse(&w, days, from, to, zone);

	t_ok(reason != NULL && strncmp(reason, begins, strlen(begins)) == 0);
}

static void
what_cannot_be_read_is_refused(void)
{
	refused("", "22:00", "07:00", "UTC", "days:");
	refused("mo", "22:00", "07:00", "UTC", "days:");
	refused("mon,", "22:00", "07:00", "UTC", "days:");
	refused("mon-", "22:00", "07:00", "UTC", "days:");
	refused("monday", "22:00", "07:00", "UTC", "days:");
	refused(NULL, "24:00", "07:00", "UTC", "from:");
	refused(NULL, "7:00", "07:00", "UTC", "from:");
	refused(NULL, "22:00", "07:60", "UTC", "to:");
	refused(NULL, "22:00", "07-00", "UTC", "to:");
	refused(NULL, "22:00", "07:00", "", "time_zone:");
	refused(NULL, "22:00", "07:00", "Asia/Kolkatta", "time_zone:");
	refused(NULL, "22:00", "07:00", "../../../etc/passwd", "time_zone:");
	refused(NULL, "22:00", "07:00", "/etc/localtime", "time_zone:");
	refused(NULL, "22:00", "07:00", "Europe", "time_zone:");
}

T_MAIN(
	{ "hours_are_of_the_zone", hours_are_of_the_zone },
	{ "they_follow_the_clock_on_the_wall", they_follow_the_clock_on_the_wall },
	{ "an_hour_that_is_missing_or_comes_twice", an_hour_that_is_missing_or_comes_twice },
	{ "the_day_is_that_on_which_it_begins", the_day_is_that_on_which_it_begins },
	{ "the_zone_of_the_process_stays", the_zone_of_the_process_stays },
	{ "what_cannot_be_read_is_refused", what_cannot_be_read_is_refused },
)
