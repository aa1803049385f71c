/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "common/rows.h"
#include "control/keys/keys.h"
#include "lsctl-keys/keys_print.h"

void
keys_print_shown(const json_t *shown, const char *token, bool json, bool named)
{
	const char *channel = keys_text(shown, "channel"), *source = keys_text(shown, "source");
	char *server;

	if (!json) {
		if (named)
			printf("Source: %s\n", source);
		printf("Server: %s\nStream key: %s_%s?token=%s\n", keys_text(shown, "server"),
		    channel, source, token);
		return;
	}
	/* jansson frees memory without wiping it: it must not get the token. */
	server = json_dumps(json_object_get(shown, "server"), JSON_ENCODE_ANY);
	printf("{\"channel\":\"%s\",\"source\":\"%s\",\"server\":%s,\"stream_key\":\"%s_%s?token=%s\"}\n",
	    channel, source, server != NULL ? server : "null", channel, source, token);
	free(server);
}

void
keys_print_list(const json_t *list, bool json)
{
	static const struct rows_column columns[] = {
		{ "channel", "CHANNEL" }, { "source", "SOURCE" }, { "token", "TOKEN" },
		{ "created", "CREATED" }, { "expires", "EXPIRES" }, { "by", "BY" },
	};

	if (json)
		rows_print_json(list);
	else
		rows_print(list, columns, nitems(columns));
}
