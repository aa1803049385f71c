/* SPDX-License-Identifier: ISC */
/* The problems of the API: a code for programs, and the HTTP status and title that go with it. See lsctl-api(5). */
#ifndef WEB_WEB_PROBLEM_H
#define WEB_WEB_PROBLEM_H

struct web_problem {
	const char	*code;		/* "no-such-channel" */
	int		 status;	/* of HTTP */
	const char	*title;		/* for people, without an end */
};

/* Of a code that is not known: that of "tool-failed". */
const struct web_problem	*web_problem_find(const char *code);

#endif
