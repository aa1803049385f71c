/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/alert_event.h"
#include "base/log.h"
#include "base/paths.h"
#include "control/acl/spool.h"
#include "health/health_record.h"

int
alert_event(const char *host, const json_t *report)
{
	static const char *const names[] = { "unit", "result", "code", "status", "times", "subject",
	    "since", "until" };
	const char *channel = record_text(report, "channel"), *who = record_text(report, "who");
	struct spool_event s = { host, channel[0] != '\0' ? channel : NULL, record_text(report, "kind"),
	    NULL, who[0] != '\0' ? who : "lsctl-alert", record_text(report, "reason"), NULL };
	json_t *detail = json_object(), *v;
	char dir[4096], *text;
	struct error err;
	size_t i;
	int rc;

	for (i = 0; i < nitems(names); i++)
		if ((v = json_object_get(report, names[i])) != NULL)
			json_object_set(detail, names[i], v);
	s.detail = text = json_dumps(detail, JSON_COMPACT);
	if ((rc = spool_append(path_state(dir, sizeof(dir), "spool", NULL), &s, &err)) == -1)
		log_warnx("the event is lost: %s", err.text);
	json_decref(detail);
	free(text);
	return rc;
}
