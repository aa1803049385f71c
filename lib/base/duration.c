/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/duration.h"

static const struct unit {
	char	letter;
	int	s;
} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };

long
duration_s(const char *text, long max)
{
	char digits[16];
	const char *err;
	size_t i, n = strlen(text);
	long long v;
	int factor = 1;

	for (i = 0; n > 0 && i < nitems(units); i++) {
		if (text[n - 1] == units[i].letter) {
			factor = units[i].s;
			n--;
			break;
		}
	}
	if (n == 0 || strspn(text, "0123456789") != n)
		return DURATION_BAD;
	if (n >= sizeof(digits))
		return DURATION_RANGE;
	memcpy(digits, text, n);
	digits[n] = '\0';
	v = strtonum(digits, 1, max / factor, &err);
	return err == NULL ? (long)v * factor : DURATION_RANGE;
}

const char *
duration_reason(char *dst, size_t size, long code, long max)
{
	size_t i;

	if (code == DURATION_BAD) {
		strlcpy(dst, "not a duration: write 90s, 10m, 2h or 1d", size);
		return dst;
	}
	for (i = nitems(units) - 1; i > 0 && max % units[i].s != 0; i--)
		;
	snprintf(dst, size, "must be 1s to %ld%c", max / units[i].s, units[i].letter);
	return dst;
}

char *
duration_short(char *dst, size_t size, int64_t ms)
{
	long long s = ms / 1000;

	if (ms < 0)
		strlcpy(dst, "-", size);
	else if (s < 60)
		snprintf(dst, size, "%llds", s);
	else if (s < 3600)
		snprintf(dst, size, "%lldm%02llds", s / 60, s % 60);
	else if (s < 86400)
		snprintf(dst, size, "%lldh%02lldm", s / 3600, s / 60 % 60);
	else
		snprintf(dst, size, "%lldd%02lldh", s / 86400, s / 3600 % 24);
	return dst;
}
