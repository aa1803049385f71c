/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/paths.h"
#include "doctor/doctor.h"
#include "doctor/doctor_case.h"
#include "health/health_record.h"
#include "lsctl-health/render_doctor.h"
#include "lsctl-health/render_plain.h"

#include <sysexits.h>

static json_t *
findings_of(const json_t *record)
{
	char media[512];

	return doctor_findings(record, path_state(media, sizeof(media), "media", NULL));
}

/* "source:obs" as "source obs: "; of the channel there is no more to say. */
static int
subject_print(struct buf *b, const char *subject)
{
	size_t n = strcspn(subject, ":");

	if (subject[n] == '\0')
		return 0;
	return buf_addf(b, "%.*s ", (int)n, subject) == -1 || render_plain(b, subject + n + 1) == -1 ? -1 :
	    buf_addf(b, ": ");
}

/*
 *	! size-differs: source loop: TEXT
 *	    CURE
 */
static int
finding_print(struct buf *b, const json_t *one)
{
	if (buf_addf(b, "    %c %s: ", doctor_is_note(one) ? '-' : '!', record_text(one, "code")) == -1 ||
	    subject_print(b, record_text(one, "subject")) == -1 ||
	    render_plain(b, record_text(one, "text")) == -1 || buf_addf(b, "\n        ") == -1 ||
	    render_plain(b, record_text(one, "cure")) == -1)
		return -1;
	return buf_addf(b, "\n");
}

static int
table_print(struct buf *b, const json_t *record, const json_t *findings)
{
	const json_t *one;
	size_t i;

	if (render_plain(b, record_text(record, "channel")) == -1 ||
	    buf_addf(b, json_array_size(findings) == 0 ? "  nothing found\n" : "\n") == -1)
		return -1;
	json_array_foreach(findings, i, one)
		if (finding_print(b, one) == -1)
			return -1;
	return 0;
}

static int
json_print(struct buf *b, const json_t *record, const json_t *findings)
{
	json_t *one;
	char *text;
	size_t i;
	int rc;

	json_array_foreach(findings, i, one) {
		json_object_set(one, "channel", json_object_get(record, "channel"));
		text = json_dumps(one, JSON_COMPACT);
		rc = text != NULL ? buf_addf(b, "%s\n", text) : -1;
		free(text);
		if (rc == -1)
			return -1;
	}
	return 0;
}

static int
records_render(const struct health *h, struct buf *b, int (*print)(struct buf *, const json_t *, const json_t *))
{
	json_t *findings, *record;
	int rc = 0;
	size_t i;

	json_array_foreach(h->channels, i, record) {
		findings = findings_of(record);
		if (rc == 0)
			rc = print(b, record, findings);
		json_decref(findings);
	}
	return rc;
}

static int
render_table(const struct health *h, struct buf *b)
{
	return records_render(h, b, table_print);
}

static int
render_json(const struct health *h, struct buf *b)
{
	return records_render(h, b, json_print);
}

static int
exit_status(const struct health *h)
{
	json_t *findings, *record;
	bool ill = false;
	size_t i;

	json_array_foreach(h->channels, i, record) {
		findings = findings_of(record);
		ill |= doctor_is_ill(findings);
		json_decref(findings);
	}
	return ill ? 1 : 0;
}

static const struct render_format formats[] = {
	{ "table", render_table, exit_status, EX_TEMPFAIL },
	{ "json", render_json, exit_status, EX_TEMPFAIL }
};

const struct render_format *
render_doctor_find(const char *name)
{
	return render_named(formats, nitems(formats), name);
}
