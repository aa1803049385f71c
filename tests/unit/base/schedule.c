/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/schedule.h"
#include "t.h"

static struct schedule s;

/* A time in the zone of this process. */
static int64_t
local(int month, int day, int hour, int minute)
{
	struct tm tm = { .tm_year = 126, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute, .tm_isdst = -1 };

	return (int64_t)mktime(&tm);
}

static void
zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

/* 1 June 2026 is a Monday. */
static void
windows_are_read_and_kept(void)
{
	zone("Asia/Kolkata");
	t_ok(schedule_parse(&s, "mon-fri 18:00-22:00; sun,sat 09:00-12:00;23:30-00:30") == NULL);
	t_int(s.windows, 3);
	t_ok(!schedule_has(&s, local(6, 1, 17, 59)));
	t_ok(schedule_has(&s, local(6, 1, 18, 0)));
	t_ok(!schedule_has(&s, local(6, 1, 22, 0)));
	t_ok(!schedule_has(&s, local(6, 1, 10, 0)));
	t_ok(schedule_has(&s, local(6, 6, 10, 0)));
	t_ok(!schedule_has(&s, local(6, 6, 19, 0)));
	t_ok(schedule_has(&s, local(6, 7, 0, 15)));	/* past midnight */
}

static void
none_is_always(void)
{
	memset(&s, 0, sizeof(s));
	t_ok(schedule_has(&s, 0));
}

static void
what_is_not_valid(void)
{
	static const char *const bad[] = { "", ";", "mon", "mon 18:00", "18:00", "18:00-", "18:00-24:00", "18:00-22:00;", "fun 18:00-22:00",
	    "mon  18:00-22:00", "mon-fri 18:00-22:00 sun 09:00-12:00",
	    "mon,tue,wed,thu,fri,sat,sun,mon,tue,wed,thu,fri,sat,sun 18:00-22:00" };
	char many[17 * 12 + 1] = "";
	size_t i;

	for (i = 0; i < nitems(bad); i++)
		t_str(schedule_parse(&s, bad[i]), "must be like mon-fri 18:00-22:00; sun 09:00-12:00");
	for (i = 0; i < 16; i++)
		strlcat(many, i > 0 ? ";01:00-02:00" : "01:00-02:00", sizeof(many));
	t_ok(schedule_parse(&s, many) == NULL);
	strlcat(many, ";01:00-02:00", sizeof(many));
	t_str(schedule_parse(&s, many), "has more than 16 windows");
}

/* In Berlin clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October. */
static void
the_next_time_of_the_clock(void)
{
	zone("Europe/Berlin");
	t_int(schedule_next(4 * 60, local(6, 1, 3, 59)), local(6, 1, 4, 0));
	t_int(schedule_next(4 * 60, local(6, 1, 4, 0)), local(6, 2, 4, 0));
	t_int(schedule_next(4 * 60, local(3, 28, 4, 0)) - local(3, 28, 4, 0), 23 * 3600);
	t_int(schedule_next(4 * 60, local(10, 24, 4, 0)) - local(10, 24, 4, 0), 25 * 3600);
	t_int(schedule_next(0, local(12, 31, 12, 0)) - local(12, 31, 12, 0), 12 * 3600);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(windows_are_read_and_kept),
	T(none_is_always),
	T(what_is_not_valid),
	T(the_next_time_of_the_clock),
)
