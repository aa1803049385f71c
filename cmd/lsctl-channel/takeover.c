/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/log.h"
#include "common/prompt.h"
#include "control/declare/declare.h"
#include "control/declare/declared_value.h"
#include "lsctl-channel/call.h"
#include "lsctl-channel/takeover.h"

#include <jansson.h>
#include <sysexits.h>

#define TEXT_MAX	(1 << 20)

static const char *
text_of(const json_t *o, const char *name, const char *otherwise)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : otherwise;
}

/*
 * Makes a line of text for each channel that another host owns, and a PostgreSQL array of their names. How many, or
 * -1.
 */
static int
owned_describe(const char *json, struct buf *text, struct buf *names)
{
	json_t *list = json_loads(json, 0, NULL), *o;
	const char *by;
	int n = 0, rc = json_is_array(list) ? 0 : -1;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		o = json_array_get(list, i);
		if ((by = text_of(o, "owner", NULL)) == NULL)
			continue;
		rc |= buf_addf(text, "%s: host %s owns it, and was last seen at %s\n", text_of(o, "name", "?"), by,
		    text_of(o, "owner_reconciled_at", "no time"));
		rc |= buf_addf(names, "%c%s", n++ == 0 ? '{' : ',', text_of(o, "name", ""));
	}
	rc |= buf_addf(names, "%s}", n == 0 ? "{" : "") | buf_add(names, "", 1) | buf_add(text, "", 1);
	json_decref(list);
	return rc == 0 ? n : -1;
}

static int
takeover_commit(const char *names, const char *reason, bool quiet)
{
	const char *params[] = { names, reason };
	enum db_fault f;
	struct declare *d;
	struct error err;
	struct buf out;
	size_t steps;
	int status;

	if ((d = declare_begin(DECLARE_TAKEOVER, false, &f, &err)) == NULL)
		return call_report(f, err.text);
	buf_init(&out, TEXT_MAX);
	status = call_report(declare_change(d, DECLARE_TAKEOVER, params, NULL, &out, &steps), declare_reason(d));
	if (status == 0 && !quiet)
		status = call_print(&out);
	if (status == 0)
		status = call_report(declare_commit(d), declare_reason(d));
	buf_free(&out);
	declare_end(d);
	return status;
}

static int
confirm_and_commit(const char *json, const char *reason, bool yes, bool quiet)
{
	struct buf text, names;
	int n, status = 0;

	buf_init(&text, TEXT_MAX);
	buf_init(&names, TEXT_MAX);
	if ((n = owned_describe(json, &text, &names)) == -1) {
		log_warnx("the answer of the database is not valid, or too long");
		status = EX_SOFTWARE;
	} else if (n == 0)
		log_info("nothing to do: no host owns it");
	else {
		if (!yes || !quiet)
			fprintf(stderr, "%sA host that runs but cannot reach the database goes on publishing with the "
			    "same key.\nIt must be off, and must reach the database before it owns channels again.\n",
			    (const char *)buf_head(&text));
		if ((status = prompt_confirm(yes, "commit-over", "Take these channels over?")) == 0)
			status = takeover_commit((const char *)buf_head(&names), reason, quiet);
	}
	buf_free(&text);
	buf_free(&names);
	return status;
}

int
takeover(const char *const channel[], size_t n, const char *reason, bool yes, bool quiet)
{
	const char *wrong;
	struct error err;
	char *json;
	int status;
	size_t i;

	for (i = 0; i < n; i++)
		if ((wrong = declared_name(channel[i])) != NULL) {
			log_warnx("%s: %s", channel[i], wrong);
			return EX_DATAERR;
		}
	status = call_report(declare_read(VIEW_LEASES, channel, n, &json, &err), err.text);
	if (status == 0)
		status = confirm_and_commit(json, reason, yes, quiet);
	free(json);
	return status;
}
