/* SPDX-License-Identifier: ISC */
/*
 * A unit test is a program: functions that check, a table that names them, one line a
 * test on stdout in TAP. A failed check says where and what, and fails its test.
 *
 *	static void keeps_last_keyframe(void) { t_int(n, 3); }
 *	T_MAIN({ "keeps_last_keyframe", keeps_last_keyframe })
 */
#ifndef TESTS_UNIT_T_H
#define TESTS_UNIT_T_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct t_test {
	const char	*name;
	void		(*run)(void);
};

static int t_failed;

__attribute__((unused)) static bool
t_report(bool ok, const char *file, int line, const char *what)
{
	if (!ok) {
		t_failed = 1;
		printf("# %s:%d: %s\n", file, line, what);
	}
	return ok;
}

__attribute__((unused)) static bool
t_int_(int64_t got, int64_t want, const char *what, const char *file, int line)
{
	char msg[256];

	snprintf(msg, sizeof(msg), "%.150s is %" PRId64 ", want %" PRId64,
	    what, got, want);
	return t_report(got == want, file, line, msg);
}

__attribute__((unused)) static bool
t_str_(const char *got, const char *want, const char *what, const char *file,
    int line)
{
	char msg[1024];

	snprintf(msg, sizeof(msg), "%.100s is \"%.400s\", want \"%.400s\"", what,
	    got ? got : "(null)", want ? want : "(null)");
	return t_report(got && want && strcmp(got, want) == 0, file, line, msg);
}

#define t_ok(e)		t_report((e), __FILE__, __LINE__, #e)
#define t_int(got, want) t_int_((int64_t)(got), (int64_t)(want), #got, __FILE__, __LINE__)
#define t_str(got, want) t_str_((got), (want), #got, __FILE__, __LINE__)
#define t_mem(got, want, n) \
	t_report(memcmp((got), (want), (n)) == 0, __FILE__, __LINE__, #got " differs from " #want)

#define T_MAIN(...)							\
int									\
main(void)								\
{									\
	static const struct t_test tests[] = { __VA_ARGS__ };		\
	size_t i, n = sizeof(tests) / sizeof(tests[0]);			\
	int bad = 0;							\
									\
	printf("1..%zu\n", n);						\
	for (i = 0; i < n; i++) {					\
		t_failed = 0;						\
		tests[i].run();						\
		printf("%sok %zu - %s\n", t_failed ? "not " : "",	\
		    i + 1, tests[i].name);				\
		fflush(stdout);						\
		bad |= t_failed;					\
	}								\
	return bad;							\
}

#endif
