/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "t.h"

static void
never_goes_back(void)
{
	int64_t last = clock_us(), t;
	int i;

	for (i = 0; i < 100000; i++, last = t) {
		t = clock_us();
		if (t < last)
			t_int(t, last);
	}
	t_ok(clock_ms() >= last / 1000);
	t_ok(clock_ms() <= last / 1000 + 10000);
}

static int64_t
parse_ms(const char *s)
{
	struct tm tm = { 0 };
	const char *end = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm), *bad;

	if (!t_ok(end != NULL && strlen(end) == 5 && end[0] == '.' &&
	    end[4] == 'Z'))
		return 0;
	return (int64_t)timegm(&tm) * 1000 +
	    strtonum((char []){ end[1], end[2], end[3], 0 }, 0, 999, &bad);
}

static void
prints_utc_with_milliseconds(void)
{
	char s[CLOCK_RFC3339_LEN];
	int64_t ms;

	setenv("TZ", "Asia/Kolkata", 1);
	tzset();
	t_ok(clock_rfc3339(s, 0) == s);
	t_int(strlen(s), CLOCK_RFC3339_LEN - 1);
	ms = parse_ms(s) - (int64_t)time(NULL) * 1000;
	t_ok(ms > -10000 && ms < 10000);
}

static void
prints_what_was(void)
{
	char now[CLOCK_RFC3339_LEN], was[CLOCK_RFC3339_LEN];
	int64_t ms;

	clock_rfc3339(now, 0);
	clock_rfc3339(was, 86400123);
	ms = parse_ms(now) - parse_ms(was);
	t_ok(ms <= 86400123 && ms > 86400123 - 10000);
}

T_MAIN(
	{ "never_goes_back", never_goes_back },
	{ "prints_utc_with_milliseconds", prints_utc_with_milliseconds },
	{ "prints_what_was", prints_what_was },
)
