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

int64_t
clock_wall(void)
{
	return (int64_t)time(NULL);
}

char *
clock_rfc3339(char dst[CLOCK_RFC3339_LEN], int64_t ago_ms)
{
	struct timespec ts;
	struct tm tm;
	int64_t ms;
	time_t sec;

	clock_gettime(CLOCK_REALTIME, &ts);
	ms = (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 - ago_ms;
	sec = (time_t)(ms / 1000);
	gmtime_r(&sec, &tm);
	/* strftime(3) reads the local time zone first: seven system calls in each run of a CGI program. */
	snprintf(dst, CLOCK_RFC3339_LEN, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
	    (unsigned int)(tm.tm_year + 1900) % 10000, (unsigned int)(tm.tm_mon + 1) % 100,
	    (unsigned int)tm.tm_mday % 100, (unsigned int)tm.tm_hour % 100,
	    (unsigned int)tm.tm_min % 100, (unsigned int)tm.tm_sec % 100,
	    (unsigned int)(ms % 1000) % 1000);
	return dst;
}
