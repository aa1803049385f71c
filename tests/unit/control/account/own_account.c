/* SPDX-License-Identifier: ISC */
/* A person's own password and second factor, over a scripted database. */
#include "base/base.h"
#include "control/account/account_stage.h"
#include "control/account/own_account.h"

static const struct own_account own = { 7, "simran", "abcd" };
static char one[64], two[64], codes[RECOVERY_CODES][RECOVERY_CODE];

/* -- the password -- */

static void
a_new_password_needs_the_old_one(void)
{
	enter();
	expect_found(NULL, false, false);
	pq_expect("sign_in_passed", { "simran", HERE, NULL });
	pq_expect("password_set", { ID, PQ_ANY, "abcd" });
	t_int(own_account_password(&s, &from, &own, typed(one, PASSWORD), typed(two, "a new pass phrase")), SIGN_IN_OK);
	t_ok(password_matches("a new pass phrase", pq_sent("password_set", 1)));
	t_ok(is_wiped(one) && is_wiped(two));
	expect_found(NULL, false, false);
	expect_refused("simran", "wrong password");
	t_int(own_account_password(&s, &from, &own, typed(one, "another password"), typed(two, "a new pass phrase")),
	    SIGN_IN_WRONG);
	t_ok(is_wiped(one) && is_wiped(two));
	t_pq();
}

static void
a_bad_new_password_is_no_attempt(void)
{
	enter();
	t_int(own_account_password(&s, &from, &own, typed(one, PASSWORD), typed(two, "short")), SIGN_IN_PASSWORD);
	t_int(s.password, PASSWORD_SHORT);
	t_ok(is_wiped(one) && is_wiped(two));
	t_pq();
}

/* -- the second factor -- */

static void
expect_password(void)
{
	expect_found(NULL, false, false);
	pq_expect("sign_in_passed", { "simran", HERE, NULL });
}

static enum sign_in_result
begin(struct own_totp *t)
{
	enum sign_in_result r = own_account_totp_begin(&s, &from, &own, typed(one, PASSWORD), "studio", t);

	t_ok(is_wiped(one));
	return r;
}

static void
a_second_factor_begins(void)
{
	uint8_t opened[TOTP_SECRET];
	char text[TOTP_SECRET_TEXT];
	struct own_totp t;

	enter();
	expect_password();
	expect_key();
	pq_expect("totp_new", { ID, PQ_ANY, old.id }, .value = "t");
	t_int(begin(&t), SIGN_IN_OK);
	t_int(totp_unseal(&old, 7, pq_sent("totp_new", 1), opened), 0);
	t_str(t.secret, totp_secret_text(opened, text));
	t_ok(strncmp(t.uri, "otpauth://totp/studio:simran?secret=", 36) == 0 && strstr(t.uri, text) != NULL);
	t_ok(strncmp(t.qr_svg, "<svg ", 5) == 0);
	own_totp_free(&t);
	t_ok(t.secret[0] == '\0' && t.uri[0] == '\0' && t.qr_svg == NULL);
	t_pq();
}

static void
a_rekey_meanwhile_is_tried_again(void)
{
	struct own_totp t;
	int i;

	enter();
	expect_password();
	expect_key();
	pq_expect("totp_new", { ID, PQ_ANY, old.id }, .value = "f");
	expect_key();
	pq_expect("totp_new", { ID, PQ_ANY, old.id }, .value = "t");
	t_int(begin(&t), SIGN_IN_OK);
	own_totp_free(&t);
	expect_password();
	for (i = 0; i < 3; i++) {
		expect_key();
		pq_expect("totp_new", { ID, PQ_ANY, old.id }, .value = "f");
	}
	t_int(begin(&t), SIGN_IN_FAULT);
	t_int(s.fault, DB_AWAY);
	t_ok(t.secret[0] == '\0' && t.qr_svg == NULL);
	t_pq();
}

static void
there_is_one_already(void)
{
	struct own_totp t;

	enter();
	expect_password();
	expect_key();
	pq_expect("totp_new", { ID, PQ_ANY, old.id }, .sqlstate = "P0001", .message = "there is a second factor already");
	t_int(begin(&t), SIGN_IN_FAULT);
	t_int(s.fault, DB_REFUSED);
	t_str(s.err.text, "there is a second factor already");
	t_ok(t.secret[0] == '\0' && t.uri[0] == '\0' && t.qr_svg == NULL);
	t_pq();
}

static void
its_first_code_puts_it_in_force(void)
{
	char digest[CREDENTIAL_DIGEST];
	json_t *digests;
	int64_t step;
	int i;

	enter();
	pq_expect("totp_pending", { ID }, .value = sealed);
	expect_key();
	pq_expect("totp_confirm", { ID, PQ_ANY, PQ_ANY });
	t_int(own_account_totp_confirm(&s, &own, typed(one, code_now()), codes), SIGN_IN_OK);
	t_ok(is_wiped(one));
	step = strtoll(pq_sent("totp_confirm", 1), NULL, 10);
	t_ok(step >= time(NULL) / 30 - 1 && step <= time(NULL) / 30);
	digests = json_loads(pq_sent("totp_confirm", 2), 0, NULL);
	t_int(json_array_size(digests), RECOVERY_CODES);
	for (i = 0; i < RECOVERY_CODES; i++) {
		t_ok(recovery_code_digest(codes[i], digest));
		t_str(json_string_value(json_array_get(digests, (size_t)i)), digest);
	}
	json_decref(digests);
	t_pq();
}

static void
another_code_does_not(void)
{
	static const char none[sizeof(codes)];

	enter();
	memset(codes, 'x', sizeof(codes));
	pq_expect("totp_pending", { ID }, .value = sealed);
	expect_key();
	t_int(own_account_totp_confirm(&s, &own, typed(one, "12345"), codes), SIGN_IN_WRONG);
	t_mem(codes, none, sizeof(none));
	pq_expect("totp_pending", { ID });
	t_int(own_account_totp_confirm(&s, &own, typed(one, "123456"), codes), SIGN_IN_FAULT);
	t_int(s.fault, DB_REFUSED);
	pq_expect("totp_pending", { ID }, .value = "00");
	expect_key();
	t_int(own_account_totp_confirm(&s, &own, typed(one, "123456"), codes), SIGN_IN_FAULT);
	t_int(s.fault, DB_REFUSED);
	t_pq();
}

static void
codes_that_were_not_stored_are_not_shown(void)
{
	static const char none[sizeof(codes)];

	enter();
	pq_expect("totp_pending", { ID }, .value = sealed);
	expect_key();
	pq_expect("totp_confirm", { ID, PQ_ANY, PQ_ANY }, .sqlstate = "P0001", .message = "begin again");
	t_int(own_account_totp_confirm(&s, &own, typed(one, code_now()), codes), SIGN_IN_FAULT);
	t_int(s.fault, DB_REFUSED);
	t_mem(codes, none, sizeof(none));
	t_pq();
}

static void
it_goes_by_the_password(void)
{
	enter();
	expect_found(NULL, true, false);
	pq_expect("sign_in_passed", { "simran", HERE, NULL });
	pq_expect("totp_remove", { ID });
	t_int(own_account_totp_remove(&s, &from, &own, typed(one, PASSWORD)), SIGN_IN_OK);
	expect_found(NULL, true, false);
	expect_refused("simran", "wrong password");
	t_int(own_account_totp_remove(&s, &from, &own, typed(one, "another password")), SIGN_IN_WRONG);
	t_ok(is_wiped(one));
	t_pq();
}

T_MAIN(
	{ "a_new_password_needs_the_old_one", a_new_password_needs_the_old_one },
	{ "a_bad_new_password_is_no_attempt", a_bad_new_password_is_no_attempt },
	{ "a_second_factor_begins", a_second_factor_begins },
	{ "a_rekey_meanwhile_is_tried_again", a_rekey_meanwhile_is_tried_again },
	{ "there_is_one_already", there_is_one_already },
	{ "its_first_code_puts_it_in_force", its_first_code_puts_it_in_force },
	{ "another_code_does_not", another_code_does_not },
	{ "codes_that_were_not_stored_are_not_shown", codes_that_were_not_stored_are_not_shown },
	{ "it_goes_by_the_password", it_goes_by_the_password },
)
