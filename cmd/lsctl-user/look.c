/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "common/rows.h"
#include "lsctl-user/call.h"

static const char *
text(const json_t *j, const char *member)
{
	return json_string_value(json_object_get(j, member));
}

static void
row_add(json_t *row, const char *member, const char *value)
{
	if (value != NULL)
		json_object_set_new(row, member, json_string(value));
}

/* Reads accounts. 0, or the exit status. */
static int
accounts_get(struct call *c, const char *name, json_t **list)
{
	enum db_fault f;
	int status;

	if ((status = call_begin(c)) != 0)
		return status;
	return (f = accounts_read(&c->accounts, name, list)) == DB_OK ? 0 : call_fail(c, f);
}

/* "all", "none", or names with commas: sets the member of row. */
static void
channels_add(json_t *row, const json_t *channels)
{
	json_t *names = json_string(""), *longer;
	size_t i;

	for (i = 0; i < json_array_size(channels); i++) {
		longer = json_sprintf("%s%s%s", json_string_value(names), i > 0 ? "," : "",
		    json_string_value(json_array_get(channels, i)));
		json_decref(names);
		names = longer;
	}
	if (!json_is_array(channels))
		row_add(row, "channels", "all");
	else if (json_array_size(channels) == 0)
		row_add(row, "channels", "none");
	else
		json_object_set(row, "channels", names);
	json_decref(names);
}

static const char *
state_of(const json_t *account)
{
	if (!json_is_true(json_object_get(account, "enabled")))
		return "disabled";
	if (json_is_true(json_object_get(account, "password")))
		return "active";
	return text(account, "link_expires_at") != NULL ? "invited" : "no link";
}

/* The last use of a session or token. RFC 3339 in UTC: the later text is the later time. */
static const char *
seen_of(const json_t *account)
{
	static const char *const kinds[] = { "sessions", "tokens" };
	const char *seen = NULL, *at;
	const json_t *list;
	size_t i, k;

	for (k = 0; k < nitems(kinds); k++) {
		list = json_object_get(account, kinds[k]);
		for (i = 0; i < json_array_size(list); i++) {
			at = text(json_array_get(list, i), "seen_at");
			if (at != NULL && (seen == NULL || strcmp(at, seen) > 0))
				seen = at;
		}
	}
	return seen;
}

/* -- list -- */

static json_t *
account_row(const json_t *account)
{
	json_t *row = json_object();

	row_add(row, "name", text(account, "name"));
	row_add(row, "role", text(account, "role"));
	channels_add(row, json_object_get(account, "channels"));
	row_add(row, "state", state_of(account));
	row_add(row, "totp", json_is_true(json_object_get(account, "totp")) ? "yes" : "no");
	row_add(row, "seen", seen_of(account));
	return row;
}

int
call_list(void *arg)
{
	static const struct rows_column columns[] = {
		{ "name", "NAME" }, { "role", "ROLE" }, { "channels", "CHANNELS" }, { "state", "STATE" },
		{ "totp", "SECOND FACTOR" }, { "seen", "SEEN" },
	};
	struct call *c = arg;
	json_t *list, *rows;
	int status;
	size_t i;

	if ((status = accounts_get(c, NULL, &list)) != 0)
		return status;
	rows = json_array();
	for (i = 0; i < json_array_size(list); i++)
		json_array_append_new(rows, account_row(json_array_get(list, i)));
	if (c->json)
		rows_print_json(list);
	else
		rows_print(rows, columns, nitems(columns));
	json_decref(rows);
	json_decref(list);
	return call_flush();
}

/* -- show -- */

/* A row for each session or token, with its number as text. */
static json_t *
credential_rows(const json_t *list)
{
	json_t *rows = json_array(), *row;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		row = json_copy(json_array_get(list, i));
		json_object_set_new(row, "id", json_sprintf("%lld",
		    (long long)json_integer_value(json_object_get(row, "id"))));
		if (json_object_get(row, "channels") != NULL)
			channels_add(row, json_object_get(row, "channels"));
		json_array_append_new(rows, row);
	}
	return rows;
}

static void
sessions_print(const json_t *account)
{
	static const struct rows_column columns[] = {
		{ "id", "SESSION" }, { "created_at", "SIGNED IN" }, { "seen_at", "SEEN" }, { "address", "ADDRESS" },
		{ "agent", "BROWSER" },
	};
	json_t *rows = credential_rows(json_object_get(account, "sessions"));

	rows_print(rows, columns, nitems(columns));
	json_decref(rows);
}

static void
tokens_print(const json_t *account)
{
	static const struct rows_column columns[] = {
		{ "name", "TOKEN" }, { "role", "ROLE" }, { "channels", "CHANNELS" }, { "created_at", "CREATED" },
		{ "seen_at", "SEEN" }, { "expires_at", "EXPIRES" },
	};
	json_t *rows = credential_rows(json_object_get(account, "tokens"));

	rows_print(rows, columns, nitems(columns));
	json_decref(rows);
}

static void
account_print(const json_t *account)
{
	json_t *row = account_row(account);
	const char *link = text(account, "link_expires_at"), *password = text(account, "password_at");
	long long codes = json_integer_value(json_object_get(account, "recovery_codes"));

	printf("Account:        %s\nRole:           %s\nChannels:       %s\nState:          %s\n", text(row, "name"),
	    text(row, "role"), text(row, "channels"), text(row, "state"));
	printf("Password:       %s\nLink until:     %s\n", password != NULL ? password : "-", link != NULL ? link : "-");
	printf("Second factor:  %s, %lld recovery code%s left\n", text(row, "totp"), codes, codes == 1 ? " is" : "s are");
	json_decref(row);
	if (json_array_size(json_object_get(account, "sessions")) > 0) {
		putchar('\n');
		sessions_print(account);
	}
	if (json_array_size(json_object_get(account, "tokens")) > 0) {
		putchar('\n');
		tokens_print(account);
	}
}

int
call_show(void *arg)
{
	struct call *c = arg;
	json_t *list;
	int status;

	if ((status = accounts_get(c, c->o.argv[0], &list)) != 0)
		return status;
	if (c->json)
		rows_print_json(list);
	else
		account_print(json_array_get(list, 0));
	json_decref(list);
	return call_flush();
}

int
call_session_list(void *arg)
{
	struct call *c = arg;
	json_t *list;
	int status;

	if ((status = accounts_get(c, c->o.argv[0], &list)) != 0)
		return status;
	if (c->json)
		rows_print_json(json_object_get(json_array_get(list, 0), "sessions"));
	else
		sessions_print(json_array_get(list, 0));
	json_decref(list);
	return call_flush();
}
