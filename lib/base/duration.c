/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/duration.h"

long
duration_s(const char *text, long max)
{
	static const struct unit {
		char	letter;
		int	s;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
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
	if (n == 0 || n >= sizeof(digits) || strspn(text, "0123456789") != n)
		return -1;
	memcpy(digits, text, n);
	digits[n] = '\0';
	v = strtonum(digits, 1, max / factor, &err);
	return err == NULL ? (long)v * factor : -1;
}
