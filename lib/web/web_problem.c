/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "web/web_problem.h"

static const struct web_problem problems[] = {
	{ "tool-failed", 500, "This did not work" },	/* the first: of an unknown code */
	{ "unauthenticated", 401, "Sign in first" },
	{ "wrong-credentials", 401, "Name, password or code is wrong" },
	{ "code-required", 401, "The code of the second factor is missing" },
	{ "forbidden", 403, "The role of this account does not permit this" },
	{ "csrf", 403, "The request does not come from these pages: load the page again" },
	{ "no-such-channel", 404, "There is no such channel" },
	{ "no-such-link", 404, "The link was used or has expired: ask for a new one" },
	{ "not-found", 404, "There is nothing at this address" },
	{ "method", 405, "This address does not take this method" },
	{ "conflict", 409, "The present state does not permit this" },
	{ "key-conflict", 409, "This Idempotency-Key was used for another request" },
	{ "offset", 409, "The upload continues at another offset" },
	{ "changed", 412, "The channel was changed meanwhile: load it again" },
	{ "too-large", 413, "The request is too large" },
	{ "media-type", 415, "The content has another type than this address takes" },
	{ "not-valid", 422, "A value is not valid" },
	{ "version-required", 428, "If-Match is missing: read the channel first" },
	{ "too-many", 429, "Too many requests or attempts: wait" },
	{ "database-down", 503, "The database does not answer: nothing can be changed now" },
	{ "unavailable", 503, "A part of the host does not answer" },
	{ "no-space", 507, "There is no room for this film" },
};

const struct web_problem *
web_problem_find(const char *code)
{
	size_t i;

	for (i = 0; i < nitems(problems); i++)
		if (strcmp(problems[i].code, code) == 0)
			return &problems[i];
	return &problems[0];
}
