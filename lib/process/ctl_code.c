/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/ctl_code.h"

static const char *const names[CTL_CODES] = {
	[CTL_OK] = "ok",
	[CTL_BAD_REQUEST] = "bad-request",
	[CTL_UNKNOWN_COMMAND] = "unknown-command",
	[CTL_UNKNOWN_SOURCE] = "unknown-source",
	[CTL_NO_PICTURE] = "no-picture",
	[CTL_SPEC_UNREADABLE] = "spec-unreadable",
	[CTL_SPEC_INVALID] = "spec-invalid",
	[CTL_FILM_UNUSABLE] = "film-unusable",
	[CTL_OTHER_CHANNEL] = "other-channel",
	[CTL_NEEDS_RESTART] = "needs-restart",
	[CTL_NO_MEMORY] = "no-memory",
};

const char *
ctl_code_name(enum ctl_code c)
{
	return names[c];
}

enum ctl_code
ctl_code_find(const char *name)
{
	enum ctl_code c;

	for (c = CTL_OK; name != NULL && c < CTL_CODES; c++)
		if (strcmp(names[c], name) == 0)
			return c;
	return CTL_CODES;
}
