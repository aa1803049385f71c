/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/keys/keys.h"
#include "lsctl-keys/keys_print.h"

#define GAP	2	/* spaces between columns */

static const struct column {
	const char	*member, *head;
} columns[] = {
	{ "channel", "CHANNEL" }, { "source", "SOURCE" }, { "token", "TOKEN" },
	{ "created", "CREATED" }, { "expires", "EXPIRES" }, { "by", "BY" },
};

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

static void
row_print(const json_t *row, const int *width)
{
	const char *text;
	size_t c;

	for (c = 0; c < nitems(columns); c++) {
		text = row != NULL ? keys_text(row, columns[c].member) : columns[c].head;
		if (c + 1 < nitems(columns))
			printf("%-*s", width[c] + GAP, text);
		else
			printf("%s\n", text);
	}
}

void
keys_print_list(const json_t *list, bool json)
{
	int width[nitems(columns)], n;
	const json_t *row;
	size_t c, i;

	if (json) {
		for (i = 0; i < json_array_size(list); i++) {
			json_dumpf(json_array_get(list, i), stdout, JSON_COMPACT);
			putchar('\n');
		}
		return;
	}
	for (c = 0; c < nitems(columns); c++) {
		width[c] = (int)strlen(columns[c].head);
		for (i = 0; i < json_array_size(list); i++) {
			n = (int)strlen(keys_text(json_array_get(list, i), columns[c].member));
			width[c] = n > width[c] ? n : width[c];
		}
	}
	row_print(NULL, width);
	for (i = 0; i < json_array_size(list); i++) {
		row = json_array_get(list, i);
		row_print(row, width);
	}
}
