/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"

int64_t
clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_ms(void)
{
	return clock_us() / 1000;
}

char *
clock_rfc3339(char dst[CLOCK_RFC3339_LEN], int64_t ago_ms)
{
	struct timespec ts;
	struct tm tm;
	int64_t ms;
	time_t sec;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &ts);
	ms = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 - ago_ms;
	sec = (time_t)(ms / 1000);
	gmtime_r(&sec, &tm);
	n = strftime(dst, CLOCK_RFC3339_LEN, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(dst + n, CLOCK_RFC3339_LEN - n, ".%03uZ",
	    (unsigned int)(ms % 1000) % 1000);
	return dst;
}
