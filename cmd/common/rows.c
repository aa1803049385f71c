/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "common/rows.h"

#define GAP	2	/* spaces between columns */
#define COLUMNS	16

static const char *
cell(const json_t *row, const char *member)
{
	const char *s = json_string_value(json_object_get(row, member));

	return s != NULL ? s : "-";
}

/* Is this a control character: C0, DEL, or C1 (U+0080 to U+009F)? *n: its bytes, or those of one that is none. */
static bool
is_control(const uint8_t *p, size_t *n)
{
	*n = p[0] < 0xc2 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	return p[0] < ' ' || p[0] == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0);
}

/* The characters of a text; prints it, too, with print. JSON has valid UTF-8 only. */
static int
text_write(const char *text, bool print)
{
	const uint8_t *p = (const uint8_t *)text;
	int length = 0;
	size_t n;

	for (; *p != '\0'; p += n, length++) {
		if (is_control(p, &n)) {
			if (print)
				putchar('?');
		} else if (print)
			fwrite(p, 1, n, stdout);
	}
	return length;
}

static void
line_print(const json_t *row, const struct rows_column *columns, const int *width, size_t n)
{
	size_t i;
	int length;

	for (i = 0; i < n; i++) {
		length = text_write(row != NULL ? cell(row, columns[i].member) : columns[i].head, true);
		if (i + 1 < n)
			printf("%*s", width[i] + GAP - length, "");
	}
	putchar('\n');
}

void
rows_print(const json_t *rows, const struct rows_column *columns, size_t n)
{
	int width[COLUMNS], length;
	size_t i, r;

	for (i = 0; i < n; i++) {
		width[i] = text_write(columns[i].head, false);
		for (r = 0; r < json_array_size(rows); r++) {
			length = text_write(cell(json_array_get(rows, r), columns[i].member), false);
			width[i] = length > width[i] ? length : width[i];
		}
	}
	line_print(NULL, columns, width, n);
	for (r = 0; r < json_array_size(rows); r++)
		line_print(json_array_get(rows, r), columns, width, n);
}

void
rows_print_json(const json_t *rows)
{
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		json_dumpf(json_array_get(rows, i), stdout, JSON_COMPACT);
		putchar('\n');
	}
}
