/* SPDX-License-Identifier: ISC */
/* A table that lines up, and that commands nothing of a terminal. */
#include "base/base.h"
#include "caught.h"
#include "common/rows.h"
#include "t.h"

static const struct rows_column columns[] = { { "name", "NAME" }, { "what", "WHAT" }, { "end", "END" } };

static const char *
table(const char *json)
{
	json_t *rows = json_loads(json, 0, NULL);

	caught_begin(STDOUT_FILENO);
	rows_print(rows, columns, nitems(columns));
	json_decref(rows);
	return caught_end();
}

static void
columns_are_as_wide_as_what_is_in_them(void)
{
	t_str(table("[]"), "NAME  WHAT  END\n");
	t_str(table("[{\"name\":\"a longer one\",\"what\":\"x\",\"end\":\"y\"},{\"name\":\"b\",\"end\":7,\"other\":\"z\"}]"),
	    "NAME          WHAT  END\na longer one  x     y\nb             -     -\n");
}

/* U+0A38 has three bytes and one place. */
static void
width_counts_characters(void)
{
	t_str(table("[{\"name\":\"\xe0\xa8\xb8\xe0\xa8\xb8\xe0\xa8\xb8\xe0\xa8\xb8\xe0\xa8\xb8\",\"what\":\"\xc3\xa9\"}]"),
	    "NAME   WHAT  END\n\xe0\xa8\xb8\xe0\xa8\xb8\xe0\xa8\xb8\xe0\xa8\xb8\xe0\xa8\xb8  \xc3\xa9     -\n");
}

static void
control_characters_are_not_printed(void)
{
	t_str(table("[{\"name\":\"\\u001b[2J\",\"what\":\"a\\nb\",\"end\":\"\\u007f\\u009b\\u0080\\u00a0\"}]"),
	    "NAME  WHAT  END\n?[2J  a?b   ???\xc2\xa0\n");
}

static void
an_object_a_line(void)
{
	json_t *rows = json_loads("[{\"name\":null},{\"b\":[1]}]", 0, NULL);

	caught_begin(STDOUT_FILENO);
	rows_print_json(rows);
	t_str(caught_end(), "{\"name\":null}\n{\"b\":[1]}\n");
	json_decref(rows);
}

T_MAIN(
	{ "columns_are_as_wide_as_what_is_in_them", columns_are_as_wide_as_what_is_in_them },
	{ "width_counts_characters", width_counts_characters },
	{ "control_characters_are_not_printed", control_characters_are_not_printed },
	{ "an_object_a_line", an_object_a_line },
)
