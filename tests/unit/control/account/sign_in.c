/* SPDX-License-Identifier: ISC */
/* What signing in asks a scripted database, in which order, and what it answers. */
#include "base/base.h"
#include "control/account/account_stage.h"
#include "control/account/recovery_code.h"

#define LINK	"q2cA0N9aTn3zJr8_0lXvC-5BOeTq9N0l6oUuRk1GZ7M"

static struct sign_in_session session;
static char password[64], code[64];

static enum sign_in_result
try(const char *name, const char *with, const char *and)
{
	return sign_in(&s, &from, name, typed(password, with), and != NULL ? typed(code, and) : NULL, &session);
}

static enum sign_in_result
try_link(const char *with, const char *and)
{
	return sign_in_link_use(&s, &from, LINK, typed(password, with), and != NULL ? typed(code, and) : NULL, &session);
}

static void
expect_session(const char *device)
{
	pq_expect("session_new", { ID, PQ_ANY, device, HERE, "a browser" }, .value = "{\"account\":\"simran\"}");
}

static void
judge_session(void)
{
	char digest[CREDENTIAL_DIGEST];

	t_int(strlen(session.secret), 43);
	t_str(credential_digest(session.secret, strlen(session.secret), digest), pq_sent("session_new", 1));
	t_str(credential_digest(session.device, strlen(session.device), digest), pq_sent("session_new", 2));
	t_str(json_string_value(json_object_get(session.caller, "account")), "simran");
	t_ok(is_wiped(password));
	sign_in_session_free(&session);
	t_ok(session.secret[0] == '\0' && session.caller == NULL);
}

static bool
no_session(void)
{
	static const struct sign_in_session none;

	return memcmp(&session, &none, sizeof(none)) == 0;
}

static void
a_right_password_makes_a_session(void)
{
	enter();
	expect_found(NULL, false, false);
	pq_expect("sign_in_passed", { "simran", HERE, NULL });
	expect_session(PQ_ANY);
	t_int(try("simran", PASSWORD, NULL), SIGN_IN_OK);
	judge_session();
	t_pq();
}

static void
a_wrong_password_and_no_account_are_the_same(void)
{
	enter();
	expect_found(NULL, false, false);
	expect_refused("simran", "wrong password");
	t_int(try("simran", PASSWORD ".", NULL), SIGN_IN_WRONG);
	t_ok(no_session() && is_wiped(password));
	pq_expect("sign_in_begin", { "nobody", HERE, NULL },
	    .value = "{\"wait_s\":0,\"id\":null,\"password\":null,\"totp\":null,\"device\":false}");
	expect_refused("nobody", "wrong password");
	t_int(try("nobody", PASSWORD, "123456"), SIGN_IN_WRONG);
	t_ok(no_session() && is_wiped(password) && is_wiped(code));
	t_pq();
}

static void
who_waits_is_not_compared(void)
{
	enter();
	pq_expect("sign_in_begin", { "simran", HERE, NULL }, .value = "{\"wait_s\":321}");
	expect_refused("simran", "too many attempts");
	t_int(try("simran", PASSWORD, NULL), SIGN_IN_TOO_MANY);
	t_int(s.wait_s, 321);
	t_ok(no_session());
	t_pq();
}

static void
an_address_counts_by_its_network(void)
{
	enter();
	from.address = "2001:db8:1:2:3::4";
	pq_expect("sign_in_begin", { "simran", "2001:db8:1:2::", NULL }, .value = "{\"wait_s\":1}");
	pq_expect("sign_in_refused", { "simran", "2001:db8:1:2::", "too many attempts" });
	t_int(try("simran", PASSWORD, NULL), SIGN_IN_TOO_MANY);
	t_pq();
}

static void
a_device_of_this_server_stays_and_a_planted_one_goes(void)
{
	char digest[CREDENTIAL_DIGEST];

	enter();
	from.device = LINK;
	credential_digest(LINK, strlen(LINK), digest);
	expect_found(digest, false, true);
	pq_expect("sign_in_passed", { "simran", HERE, digest });
	expect_session(digest);
	t_int(try("simran", PASSWORD, NULL), SIGN_IN_OK);
	t_str(session.device, LINK);
	judge_session();
	expect_found(digest, false, false);
	pq_expect("sign_in_passed", { "simran", HERE, digest });
	expect_session(PQ_ANY);
	t_int(try("simran", PASSWORD, NULL), SIGN_IN_OK);
	t_ok(strcmp(session.device, LINK) != 0);
	t_int(strlen(session.device), 43);
	judge_session();
	t_pq();
}

static void
a_second_factor_is_asked_for_after_the_password(void)
{
	static const char *const none[] = { NULL, "" };
	size_t i;

	for (i = 0; i < nitems(none); i++) {
		enter();
		expect_found(NULL, true, false);
		pq_expect("sign_in_passed", { "simran", HERE, NULL });
		t_int(try("simran", PASSWORD, none[i]), SIGN_IN_CODE_REQUIRED);
		t_ok(no_session());
	}
	expect_found(NULL, true, false);
	expect_refused("simran", "wrong password");
	t_int(try("simran", PASSWORD ".", NULL), SIGN_IN_WRONG);
	t_pq();
}

static void
a_code_is_good_once(void)
{
	int64_t step;

	enter();
	expect_found(NULL, true, false);
	expect_key();
	pq_expect("sign_in_code", { ID, PQ_ANY, NULL }, .value = "true");
	pq_expect("sign_in_passed", { "simran", HERE, NULL });
	expect_session(PQ_ANY);
	t_int(try("simran", PASSWORD, code_now()), SIGN_IN_OK);
	step = strtoll(pq_sent("sign_in_code", 1), NULL, 10);
	t_ok(step >= time(NULL) / 30 - 1 && step <= time(NULL) / 30);
	t_ok(is_wiped(code));
	judge_session();
	expect_found(NULL, true, false);
	expect_key();
	pq_expect("sign_in_code", { ID, PQ_ANY, NULL }, .value = "false");
	expect_refused("simran", "wrong code");
	t_int(try("simran", PASSWORD, code_now()), SIGN_IN_WRONG);
	t_ok(no_session());
	t_pq();
}

static void
a_wrong_code_is_not_used_up(void)
{
	enter();
	expect_found(NULL, true, false);
	expect_key();
	expect_refused("simran", "wrong code");
	t_int(try("simran", PASSWORD, "12345"), SIGN_IN_WRONG);
	t_pq();
}

/* Also while the master key is away. */
static void
a_recovery_code_needs_no_key(void)
{
	char text[RECOVERY_CODE], digest[CREDENTIAL_DIGEST];

	enter();
	t_int(recovery_code_new(text, digest), 0);
	expect_found(NULL, true, false);
	pq_expect("sign_in_code", { ID, NULL, digest }, .value = "true");
	pq_expect("sign_in_passed", { "simran", HERE, NULL });
	expect_session(PQ_ANY);
	t_int(try("simran", PASSWORD, text), SIGN_IN_OK);
	judge_session();
	t_pq();
}

static void
a_second_factor_under_another_key_lets_nobody_in(void)
{
	enter();
	free(sealed);
	sealed = totp_seal(&new, 7, secret);
	expect_found(NULL, true, false);
	expect_key();
	t_int(try("simran", PASSWORD, code_now()), SIGN_IN_FAULT);
	t_int(s.fault, DB_BROKEN);
	t_ok(strstr(s.err.text, "lsctl-keys check") != NULL && no_session());
	free(sealed);
	sealed = totp_seal(&old, 7, secret);
	t_pq();
}

static void
who_is_disabled_meanwhile_gets_no_session(void)
{
	enter();
	expect_found(NULL, false, false);
	pq_expect("sign_in_passed", { "simran", HERE, NULL });
	pq_expect("session_new", { ID, PQ_ANY, PQ_ANY, HERE, "a browser" });
	t_int(try("simran", PASSWORD, NULL), SIGN_IN_WRONG);
	t_ok(no_session());
	t_pq();
}

static void
a_database_that_is_away_lets_nobody_in(void)
{
	static const char *const steps[] = { "sign_in_begin", "sign_in_passed", "session_new" };
	size_t i;

	for (i = 0; i < nitems(steps); i++) {
		enter();
		if (i > 0)
			expect_found(NULL, false, false);
		if (i > 1)
			pq_expect("sign_in_passed", { "simran", HERE, NULL });
		if (i == 2)
			pq_expect("session_new", { ID, PQ_ANY, PQ_ANY, HERE, "a browser" }, .lost = true);
		else
			pq_expect(steps[i], { "simran", HERE, NULL }, .lost = true);
		t_int(try("simran", PASSWORD, NULL), SIGN_IN_FAULT);
		t_int(s.fault, DB_AWAY);
		t_ok(no_session() && is_wiped(password));
		t_pq();
	}
}

static void
a_session_ends(void)
{
	enter();
	pq_expect("session_end", { "abcd" });
	t_int(sign_in_end(&s, "abcd"), SIGN_IN_OK);
	t_pq();
}

/* -- passwords that are asked for again -- */

static void
a_password_asked_for_again_counts(void)
{
	enter();
	expect_found(NULL, true, false);
	pq_expect("sign_in_passed", { "simran", HERE, NULL });
	t_int(sign_in_password(&s, &from, "simran", typed(password, PASSWORD)), SIGN_IN_OK);
	t_ok(is_wiped(password));
	expect_found(NULL, true, false);
	expect_refused("simran", "wrong password");
	t_int(sign_in_password(&s, &from, "simran", typed(password, "another password")), SIGN_IN_WRONG);
	t_pq();
}

/* -- links -- */

static void
expect_link(bool has_totp)
{
	char digest[CREDENTIAL_DIGEST];

	pq_expect("link_show", { credential_digest(LINK, strlen(LINK), digest) }, .value = has_totp ?
	    "{\"account\":\"simran\",\"new\":true,\"totp\":true}" : "{\"account\":\"simran\",\"new\":true,\"totp\":false}");
}

/* A code that is shown with the link: counted by the link, not by the account. */
static void
expect_link_begin(void)
{
	static char value[512];
	char digest[CREDENTIAL_DIGEST];

	snprintf(value, sizeof(value), "{\"wait_s\":0,\"id\":7,\"totp\":\"%s\"}", sealed);
	pq_expect("link_begin", { credential_digest(LINK, strlen(LINK), digest) }, .value = value);
}

static void
a_link_says_what_it_is_for(void)
{
	json_t *shown;

	enter();
	expect_link(false);
	t_int(sign_in_link_look(&s, LINK, &shown), SIGN_IN_OK);
	t_str(json_string_value(json_object_get(shown, "account")), "simran");
	json_decref(shown);
	pq_expect("link_show", { PQ_ANY });
	t_int(sign_in_link_look(&s, "another", &shown), SIGN_IN_NO_LINK);
	t_ok(shown == NULL);
	t_pq();
}

static void
a_link_sets_the_password_and_signs_in(void)
{
	enter();
	expect_link(false);
	pq_expect("link_use", { PQ_ANY, PQ_ANY }, .value = ID);
	expect_session(PQ_ANY);
	t_int(try_link("a new pass phrase", NULL), SIGN_IN_OK);
	t_ok(password_matches("a new pass phrase", pq_sent("link_use", 1)));
	judge_session();
	t_pq();
}

static void
a_bad_password_leaves_the_link(void)
{
	enter();
	expect_link(false);
	t_int(try_link("short", NULL), SIGN_IN_PASSWORD);
	t_int(s.password, PASSWORD_SHORT);
	t_ok(is_wiped(password) && no_session());
	t_pq();
}

static void
a_link_that_another_used_meanwhile_is_none(void)
{
	enter();
	expect_link(false);
	pq_expect("link_use", { PQ_ANY, PQ_ANY });
	t_int(try_link("a new pass phrase", NULL), SIGN_IN_NO_LINK);
	t_ok(no_session());
	pq_expect("link_show", { PQ_ANY });
	t_int(try_link("a new pass phrase", NULL), SIGN_IN_NO_LINK);
	t_pq();
}

static void
a_link_does_not_get_around_the_second_factor(void)
{
	enter();
	expect_link(true);
	t_int(try_link("a new pass phrase", NULL), SIGN_IN_CODE_REQUIRED);
	expect_link(true);
	expect_link_begin();
	expect_key();
	expect_refused("simran", "wrong code");
	t_int(try_link("a new pass phrase", "12345"), SIGN_IN_WRONG);
	expect_link(true);
	expect_link_begin();
	expect_key();
	pq_expect("sign_in_code", { ID, PQ_ANY, NULL }, .value = "true");
	pq_expect("link_use", { PQ_ANY, PQ_ANY }, .value = ID);
	expect_session(PQ_ANY);
	t_int(try_link("a new pass phrase", code_now()), SIGN_IN_OK);
	judge_session();
	expect_link(true);
	pq_expect("link_begin", { PQ_ANY }, .value = "{\"wait_s\":300}");
	expect_refused("simran", "too many attempts");
	t_int(try_link("a new pass phrase", "12345"), SIGN_IN_TOO_MANY);
	t_int(s.wait_s, 300);
	t_pq();
}

T_MAIN(
	{ "a_right_password_makes_a_session", a_right_password_makes_a_session },
	{ "a_wrong_password_and_no_account_are_the_same", a_wrong_password_and_no_account_are_the_same },
	{ "who_waits_is_not_compared", who_waits_is_not_compared },
	{ "an_address_counts_by_its_network", an_address_counts_by_its_network },
	{ "a_device_of_this_server_stays_and_a_planted_one_goes", a_device_of_this_server_stays_and_a_planted_one_goes },
	{ "a_second_factor_is_asked_for_after_the_password", a_second_factor_is_asked_for_after_the_password },
	{ "a_code_is_good_once", a_code_is_good_once },
	{ "a_wrong_code_is_not_used_up", a_wrong_code_is_not_used_up },
	{ "a_recovery_code_needs_no_key", a_recovery_code_needs_no_key },
	{ "a_second_factor_under_another_key_lets_nobody_in", a_second_factor_under_another_key_lets_nobody_in },
	{ "who_is_disabled_meanwhile_gets_no_session", who_is_disabled_meanwhile_gets_no_session },
	{ "a_database_that_is_away_lets_nobody_in", a_database_that_is_away_lets_nobody_in },
	{ "a_session_ends", a_session_ends },
	{ "a_password_asked_for_again_counts", a_password_asked_for_again_counts },
	{ "a_link_says_what_it_is_for", a_link_says_what_it_is_for },
	{ "a_link_sets_the_password_and_signs_in", a_link_sets_the_password_and_signs_in },
	{ "a_bad_password_leaves_the_link", a_bad_password_leaves_the_link },
	{ "a_link_that_another_used_meanwhile_is_none", a_link_that_another_used_meanwhile_is_none },
	{ "a_link_does_not_get_around_the_second_factor", a_link_does_not_get_around_the_second_factor },
)
