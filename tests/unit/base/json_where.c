/* SPDX-License-Identifier: ISC */
#include "fuzz/json_where.c"
#include "corpus.h"

static const char text[] =
    "\n"						/* 1 */
    "{ \"channel\": \"a\",\n"				/* 2 */
    "  \"note\": \"}], \\\" \\\\\", \"on\": true,\n"	/* 3 */
    "  \"sources\": [\n"				/* 4 */
    "    {\"name\": \"obs\",\n"				/* 5 */
    "     \"url\": \"rtmp://h\"},\n"			/* 6 */
    "    {\"path\": [\"a\",\n"				/* 7 */
    "       \"b\"], \"name\":\n"			/* 8 */
    "       \"loop\"}],\n"				/* 9 */
    "  \"n\":{\"a\":{\"b\":[[],\n"			/* 10 */
    "      [1,\n"					/* 11 */
    "       2]]}}, \"last\": -1.5e3\n"			/* 12 */
    "}\n";

static void
finds_members(void)
{
	t_int(json_where(text, "channel"), 2);
	t_int(json_where(text, "on"), 3);
	t_int(json_where(text, "sources"), 4);
	t_int(json_where(text, "last"), 12);
}

static void
finds_items_and_what_is_in_them(void)
{
	t_int(json_where(text, "sources[0]"), 5);
	t_int(json_where(text, "sources[0].url"), 6);
	t_int(json_where(text, "sources[1]"), 7);
	t_int(json_where(text, "sources[1].path[1]"), 8);
	t_int(json_where(text, "n.a.b[1]"), 11);
	t_int(json_where(text, "n.a.b[1][1]"), 12);
}

/* The line of the name, where a person looks, and not that of the value. */
static void
a_member_stands_where_its_name_does(void)
{
	t_int(json_where(text, "sources[1].name"), 8);
}

static void
what_is_not_there_stands_in_its_parent(void)
{
	t_int(json_where(text, ""), 2);
	t_int(json_where(text, "mode"), 2);
	t_int(json_where(text, "sources[0].path"), 5);
	t_int(json_where(text, "sources[7].url"), 4);
	t_int(json_where(text, "channel.x"), 2);
	t_int(json_where(text, "channel[0]"), 2);
}

static void
names_are_compared_whole(void)
{
	static const char like[] = "{\"ab\":1,\n\"abc\":2,\n\"a\":3}";

	t_int(json_where(like, "a"), 3);
	t_int(json_where(like, "abc"), 2);
	t_int(json_where(like, "abcd"), 1);
}

static void
stays_within_any_text(void)
{
	t_corpus("json_where", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "finds_members", finds_members },
	{ "finds_items_and_what_is_in_them", finds_items_and_what_is_in_them },
	{ "a_member_stands_where_its_name_does", a_member_stands_where_its_name_does },
	{ "what_is_not_there_stands_in_its_parent", what_is_not_there_stands_in_its_parent },
	{ "names_are_compared_whole", names_are_compared_whole },
	{ "stays_within_any_text", stays_within_any_text },
)
