/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/duration.h"
#include "health/health_record.h"
#include "health/health_text.h"
#include "lsctl-health/render_plain.h"
#include "lsctl-health/render_table.h"

#define COLUMNS	7
#define CELL	80

static const char *const heads[COLUMNS] = {
	"CHANNEL", "STATE", "SINCE", "MODE", "SOURCES", "KBPS", "DESTINATIONS"
};

/* Sources by name, with what each is: * on the air, + healthy, - not. */
static void
sources_print(char *dst, size_t size, const json_t *record)
{
	const char *name, *mark;
	json_t *s;

	dst[0] = '\0';
	json_object_foreach(json_object_get(record, "sources"), name, s) {
		mark = record_true(s, "on_air") ? "*" : record_true(s, "healthy") ? "+" :
		    "-";
		if (dst[0] != '\0')
			strlcat(dst, " ", size);
		strlcat(dst, name, size);
		strlcat(dst, mark, size);
	}
}

static void
kbps_print(char *dst, size_t size, const json_t *record)
{
	const char *name;
	json_t *s;

	strlcpy(dst, "-", size);
	json_object_foreach(json_object_get(record, "sources"), name, s)
		if (record_true(s, "on_air") && record_number(s, "kbps") >= 0)
			snprintf(dst, size, "%.0f", record_number(s, "kbps"));
}

static void
row_make(char row[COLUMNS][CELL], const json_t *record)
{
	int64_t since = record_time(record_text(record, "since")),
	    now = record_time(record_text(record, "time"));
	const char *mode = record_text(record, "mode");

	if (mode[0] == '\0')
		mode = record_text(json_object_get(record, "desired"), "mode");
	strlcpy(row[0], record_text(record, "channel"), CELL);
	strlcpy(row[1], record_text(record, "state"), CELL);
	duration_short(row[2], CELL, since == -1 ? -1 : now > since ? now - since : 0);
	strlcpy(row[3], mode[0] != '\0' ? mode : "-", CELL);
	sources_print(row[4], CELL, record);
	kbps_print(row[5], CELL, record);
	health_text_destinations(row[6], CELL, record);
	if (row[4][0] == '\0')
		strlcpy(row[4], "-", CELL);
}

static int
row_print(struct buf *b, char row[COLUMNS][CELL], const int width[COLUMNS])
{
	int i;

	for (i = 0; i < COLUMNS; i++) {
		if (render_plain(b, row[i]) == -1)
			return -1;
		if (i + 1 < COLUMNS &&
		    buf_addf(b, "%*s", width[i] + 2 - (int)strlen(row[i]), "") == -1)
			return -1;
	}
	return buf_add(b, "\n", 1);
}

static int
problems_print(struct buf *b, const json_t *record, const char *before)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(record, "problems"), i, one)
		if (buf_addf(b, "%s%s: ", before, record_text(one, "code")) == -1 ||
		    render_plain(b, record_text(one, "text")) == -1 ||
		    buf_add(b, "\n", 1) == -1)
			return -1;
	return 0;
}

int
render_table(const struct health *h, struct buf *b)
{
	size_t n = json_array_size(h->channels), i, k;
	char (*rows)[COLUMNS][CELL] = calloc(n + 1, sizeof(*rows));
	int width[COLUMNS] = { 0 }, rc = -1;

	if (rows == NULL)
		return -1;
	for (k = 0; k < COLUMNS; k++)
		strlcpy(rows[0][k], heads[k], CELL);
	for (i = 0; i < n; i++)
		row_make(rows[i + 1], json_array_get(h->channels, i));
	for (i = 0; i <= n; i++)
		for (k = 0; k < COLUMNS; k++)
			if ((int)strlen(rows[i][k]) > width[k])
				width[k] = (int)strlen(rows[i][k]);
	if (problems_print(b, h->host, "! ") == -1)
		goto out;
	if (n == 0) {
		rc = buf_addf(b, "no channels\n");
		goto out;
	}
	for (i = 0; i <= n; i++)
		if (row_print(b, rows[i], width) == -1 || (i > 0 && problems_print(b,
		    json_array_get(h->channels, i - 1), "    ! ") == -1))
			goto out;
	rc = 0;
out:
	free(rows);
	return rc;
}
