/* SPDX-License-Identifier: ISC */
/* A token as a publisher types it in, and a table that lines up. */
#include "base/base.h"
#include "caught.h"
#include "lsctl-keys/keys_print.h"
#include "t.h"

/* What keys_print_shown() puts out of this, with a token. */
static const char *
shown(const char *json, bool as_json, bool named)
{
	json_t *one = json_loads(json, 0, NULL);

	caught_begin(STDOUT_FILENO);
	keys_print_shown(one, "TOKEN", as_json, named);
	json_decref(one);
	return caught_end();
}

static const char *
list(const char *json, bool as_json)
{
	json_t *all = json_loads(json, 0, NULL);

	caught_begin(STDOUT_FILENO);
	keys_print_list(all, as_json);
	json_decref(all);
	return caught_end();
}

static void
a_token_is_two_lines_or_three(void)
{
	static const char one[] = "{\"channel\":\"krishna\",\"source\":\"obs\",\"server\":\"rtmp://h/live\"}";

	t_str(shown(one, false, false), "Server: rtmp://h/live\nStream key: krishna_obs?token=TOKEN\n");
	t_str(shown(one, false, true), "Source: obs\nServer: rtmp://h/live\nStream key: krishna_obs?token=TOKEN\n");
	t_str(shown("{\"channel\":\"krishna\",\"source\":\"obs\"}", false, false),
	    "Server: -\nStream key: krishna_obs?token=TOKEN\n");
}

static void
a_token_is_one_object(void)
{
	json_t *o = json_loads(shown("{\"channel\":\"krishna\",\"source\":\"obs\",\"server\":\"rtmp://h/\\\"q\"}",
	    true, true), JSON_REJECT_DUPLICATES, NULL);

	t_str(json_string_value(json_object_get(o, "channel")), "krishna");
	t_str(json_string_value(json_object_get(o, "source")), "obs");
	t_str(json_string_value(json_object_get(o, "server")), "rtmp://h/\"q");
	t_str(json_string_value(json_object_get(o, "stream_key")), "krishna_obs?token=TOKEN");
	json_decref(o);
	o = json_loads(shown("{\"channel\":\"krishna\",\"source\":\"obs\"}", true, false), 0, NULL);
	t_ok(json_is_null(json_object_get(o, "server")));
	json_decref(o);
}

static void
columns_are_as_wide_as_what_is_in_them(void)
{
	t_str(list("[{\"channel\":\"krishna\",\"source\":\"obs\",\"token\":\"0123abcd\",\"created\":\"2026-01-02\","
	    "\"expires\":null,\"by\":\"root\"},{\"channel\":\"om\",\"source\":\"an-encoder\"}]", false),
	    "CHANNEL  SOURCE      TOKEN     CREATED     EXPIRES  BY\n"
	    "krishna  obs         0123abcd  2026-01-02  -        root\n"
	    "om       an-encoder  -         -           -        -\n");
	t_str(list("[]", false), "CHANNEL  SOURCE  TOKEN  CREATED  EXPIRES  BY\n");
}

static void
a_list_is_an_object_a_line(void)
{
	t_str(list("[{\"channel\":\"krishna\",\"token\":null},{\"channel\":\"om\"}]", true),
	    "{\"channel\":\"krishna\",\"token\":null}\n{\"channel\":\"om\"}\n");
	t_str(list("[]", true), "");
}

T_MAIN(
	{ "a_token_is_two_lines_or_three", a_token_is_two_lines_or_three },
	{ "a_token_is_one_object", a_token_is_one_object },
	{ "columns_are_as_wide_as_what_is_in_them", columns_are_as_wide_as_what_is_in_them },
	{ "a_list_is_an_object_a_line", a_list_is_an_object_a_line }
)
