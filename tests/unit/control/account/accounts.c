/* SPDX-License-Identifier: ISC */
/* What an admin changes, as it is sent to a scripted database. */
#include "base/base.h"
#include "control/account/accounts.h"
#include "fake/pq.h"
#include "t.h"

static struct accounts a;
static char text[CREDENTIAL_TEXT];

static void
enter(void)
{
	enum db_fault f;

	db_close(a.db);
	pq_expect("connect", { "lsctl_user" });
	t_ok((a.db = db_open("lsctl_user", &f, &a.err)) != NULL);
	a.err.text[0] = '\0';
}

/* The secret that was handed out is the one whose digest was stored. */
static void
judge_secret(const char *stmt, int param)
{
	char digest[CREDENTIAL_DIGEST];

	t_str(credential_digest(text, strlen(text), digest), pq_sent(stmt, param));
}

static bool
no_secret(void)
{
	static const char none[CREDENTIAL_TEXT];

	return memcmp(text, none, sizeof(none)) == 0;
}

static void
an_account_is_made_with_a_link(void)
{
	json_t *channels = json_pack("[s, s]", "krishna", "a\"b");

	enter();
	pq_expect("account_add", { "jas", "operator", "[\"krishna\",\"a\\\"b\"]", PQ_ANY, "3600" });
	t_int(accounts_add(&a, "jas", &(struct accounts_rights){ "operator", channels }, 3600, text), DB_OK);
	judge_secret("account_add", 3);
	pq_expect("account_add", { "jas", "admin", NULL, PQ_ANY, "60" });
	t_int(accounts_add(&a, "jas", &(struct accounts_rights){ "admin", NULL }, 60, text), DB_OK);
	json_decref(channels);
	t_pq();
}

static void
a_link_of_no_account_is_wiped(void)
{
	enter();
	memset(text, 'x', sizeof(text));
	pq_expect("account_add", { "jas", "admin", NULL, PQ_ANY, "60" }, .sqlstate = "P0001", .message = "there is one");
	t_int(accounts_add(&a, "jas", &(struct accounts_rights){ "admin", NULL }, 60, text), DB_REFUSED);
	t_str(a.err.text, "there is one");
	t_ok(no_secret());
	memset(text, 'x', sizeof(text));
	pq_expect("account_reset", { "jas", PQ_ANY, "60", "false" }, .lost = true);
	t_int(accounts_reset(&a, "jas", false, 60, text), DB_AWAY);
	t_ok(no_secret());
	t_pq();
}

static void
a_reset_makes_a_link(void)
{
	enter();
	pq_expect("account_reset", { "jas", PQ_ANY, "60", "true" });
	t_int(accounts_reset(&a, "jas", true, 60, text), DB_OK);
	judge_secret("account_reset", 1);
	t_pq();
}

static void
a_token_has_rights_of_its_own(void)
{
	json_t *channels = json_pack("[s]", "krishna");

	enter();
	pq_expect("api_token_new", { "jas", "prometheus", PQ_ANY, "viewer", "[\"krishna\"]", "86400" });
	t_int(accounts_token_new(&a, "jas", "prometheus", &(struct accounts_rights){ "viewer", channels }, 86400, text), DB_OK);
	judge_secret("api_token_new", 2);
	t_ok(strncmp(text, "lsctl_", 6) == 0);
	json_decref(channels);
	t_pq();
}

static void
changes(void)
{
	json_t *change = json_pack("{s:s, s:n}", "role", "viewer", "channels");

	enter();
	pq_expect("account_set", { "jas", "{\"role\":\"viewer\",\"channels\":null}" });
	t_int(accounts_set(&a, "jas", change), DB_OK);
	json_decref(change);
	pq_expect("account_remove", { "jas" }, .sqlstate = "42501", .message = "permission denied");
	t_int(accounts_remove(&a, "jas"), DB_DENIED);
	t_str(a.err.text, "permission denied");
	t_pq();
}

static void
what_ends_is_counted(void)
{
	long n;

	enter();
	pq_expect("credential_revoke", { "jas", "session", NULL }, .value = "3");
	t_int(accounts_revoke(&a, "jas", "session", NULL, &n), DB_OK);
	t_int(n, 3);
	pq_expect("credential_revoke", { "jas", "token", "x" }, .sqlstate = "P0001", .message = "account jas has no token x");
	t_int(accounts_revoke(&a, "jas", "token", "x", &n), DB_REFUSED);
	t_int(n, 0);
	t_pq();
}

static void
a_list_is_json(void)
{
	json_t *list;

	enter();
	pq_expect("accounts", { NULL }, .value = "[{\"name\":\"jas\"}]");
	t_int(accounts_read(&a, NULL, &list), DB_OK);
	t_int(json_array_size(list), 1);
	json_decref(list);
	pq_expect("accounts", { "jas" }, .value = "[{");
	t_int(accounts_read(&a, "jas", &list), DB_BROKEN);
	t_ok(list == NULL);
	pq_expect("accounts", { "jas" });
	t_int(accounts_read(&a, "jas", &list), DB_BROKEN);
	t_pq();
}

T_MAIN(
	{ "an_account_is_made_with_a_link", an_account_is_made_with_a_link },
	{ "a_link_of_no_account_is_wiped", a_link_of_no_account_is_wiped },
	{ "a_reset_makes_a_link", a_reset_makes_a_link },
	{ "a_token_has_rights_of_its_own", a_token_has_rights_of_its_own },
	{ "changes", changes },
	{ "what_ends_is_counted", what_ends_is_counted },
	{ "a_list_is_json", a_list_is_json },
)
