/* SPDX-License-Identifier: ISC */
/* Accounts against a server of its own, also by two at the same moment. A test has an account and an address of its own. */
#include "base/base.h"
#include "control/account/accounts.h"
#include "control/account/own_account.h"
#include "control/keys/keyring.h"
#include "control/keys/rekey.h"
#include "pg_server.h"
#include "scratch.h"
#include "t.h"

#include <sys/wait.h>

#include <liboath/oath.h>

#define PASSWORD	"correct horse battery"
#define MASTER		"etc/master.key"
#define RACES		8

static struct accounts admin;
static struct sign_in s;
static struct sign_in_session session;
static struct error err;

static struct db *
open_as(const char *role)
{
	enum db_fault f;
	struct db *db = db_open(role, &f, &err);

	if (!t_ok(db != NULL))
		printf("# %s\n", err.text);
	return db;
}

/* The answer of a statement as text, in static memory; "": null. */
static const char *
answer(struct db *db, const char *sql)
{
	static struct db_stmt once[32];
	static char name[nitems(once)][16], text[256], sqls[nitems(once)][256];
	static size_t n;
	char *value;

	if (!t_ok(n < nitems(once)))
		return "";
	snprintf(name[n], sizeof(name[n]), "once%zu", n);
	strlcpy(sqls[n], sql, sizeof(sqls[n]));
	once[n] = (struct db_stmt){ name[n], sqls[n], 0 };
	if (!t_int(db_run(db, &once[n++], NULL, &value), DB_OK))
		printf("# %s\n", db_reason(db));
	strlcpy(text, value != NULL ? value : "", sizeof(text));
	free(value);
	return text;
}

/* From an address of this test's, so that tests are not counted together. */
#define from(its)	((struct sign_in_from){ .address = (its), .agent = "a browser" })

static char *
copy(const char *text)
{
	static char copies[4][128];
	static int i;

	i = (i + 1) % 4;
	strlcpy(copies[i], text, sizeof(copies[i]));
	return copies[i];
}

static enum sign_in_result
try(const char *address, const char *name, const char *password, const char *code)
{
	struct sign_in_from f = from(address);

	sign_in_session_free(&session);
	return sign_in(&s, &f, name, copy(password), code != NULL ? copy(code) : NULL, &session);
}

static enum sign_in_result
try_link(const char *address, const char *link, const char *password, const char *code)
{
	struct sign_in_from f = from(address);

	sign_in_session_free(&session);
	return sign_in_link_use(&s, &f, link, copy(password), code != NULL ? copy(code) : NULL, &session);
}

/* An account with a password. */
static struct own_account
account(const char *name, const char *address)
{
	struct own_account own = { .name = name };
	char link[CREDENTIAL_TEXT];

	t_int(accounts_add(&admin, name, &(struct accounts_rights){ "viewer", NULL }, 3600, link), DB_OK);
	t_int(try_link(address, link, PASSWORD, NULL), SIGN_IN_OK);
	own.id = json_integer_value(json_object_get(session.caller, "id"));
	return own;
}

/* What a credential may do: "viewer", or "": nothing. */
static const char *
role_of(const char *credential)
{
	char digest[CREDENTIAL_DIGEST], sql[256];

	snprintf(sql, sizeof(sql), "select act_begin('%s', 'own-account', null, null, null, null) ->> 'role'",
	    credential_digest(credential, strlen(credential), digest));
	return answer(s.db, sql);
}

/* -- invitation, sessions -- */

static void
an_invitation_is_good_once(void)
{
	char link[CREDENTIAL_TEXT], old[CREDENTIAL_TEXT];
	json_t *shown = NULL;

	t_int(accounts_add(&admin, "simran", &(struct accounts_rights){ "viewer", NULL }, 3600, old), DB_OK);
	t_int(try("198.51.100.1", "simran", PASSWORD, NULL), SIGN_IN_WRONG);
	t_int(accounts_reset(&admin, "simran", false, 3600, link), DB_OK);
	t_int(try_link("198.51.100.1", old, PASSWORD, NULL), SIGN_IN_NO_LINK);
	t_int(sign_in_link_look(&s, link, &shown), SIGN_IN_OK);
	t_ok(json_is_true(json_object_get(shown, "new")) && json_is_false(json_object_get(shown, "totp")));
	json_decref(shown);
	t_int(try_link("198.51.100.1", link, "short", NULL), SIGN_IN_PASSWORD);
	t_int(try_link("198.51.100.1", link, "SIMRAN", NULL), SIGN_IN_PASSWORD);
	t_int(try_link("198.51.100.1", link, PASSWORD, NULL), SIGN_IN_OK);
	t_str(json_string_value(json_object_get(session.caller, "role")), "viewer");
	t_str(role_of(session.secret), "viewer");
	t_int(try_link("198.51.100.1", link, "another password", NULL), SIGN_IN_NO_LINK);
	t_int(try("198.51.100.1", "Simran", PASSWORD, NULL), SIGN_IN_OK);
	t_int(try("198.51.100.1", "simran", PASSWORD ".", NULL), SIGN_IN_WRONG);
}

static void
a_session_ends_with_its_sign_out(void)
{
	char digest[CREDENTIAL_DIGEST];

	account("out", "198.51.100.2");
	t_str(role_of(session.secret), "viewer");
	credential_digest(session.secret, strlen(session.secret), digest);
	t_int(sign_in_end(&s, digest), SIGN_IN_OK);
	t_str(role_of(session.secret), "");
	t_int(sign_in_end(&s, digest), SIGN_IN_OK);
}

static void
a_new_password_ends_the_other_sessions(void)
{
	struct own_account own = account("changes", "198.51.100.3");
	struct sign_in_from f = from("198.51.100.3");
	char first[CREDENTIAL_TEXT], digest[CREDENTIAL_DIGEST];

	strlcpy(first, session.secret, sizeof(first));
	t_int(try("198.51.100.3", "changes", PASSWORD, NULL), SIGN_IN_OK);
	own.session = credential_digest(session.secret, strlen(session.secret), digest);
	t_int(own_account_password(&s, &f, &own, copy("wrong password"), copy("a new pass phrase")), SIGN_IN_WRONG);
	t_str(role_of(first), "viewer");
	t_int(own_account_password(&s, &f, &own, copy(PASSWORD), copy("a new pass phrase")), SIGN_IN_OK);
	t_str(role_of(first), "");
	t_str(role_of(session.secret), "viewer");
	t_int(try("198.51.100.3", "changes", PASSWORD, NULL), SIGN_IN_WRONG);
	t_int(try("198.51.100.3", "changes", "a new pass phrase", NULL), SIGN_IN_OK);
}

static void
who_is_disabled_is_out_at_once(void)
{
	json_t *off = json_pack("{s:b}", "enabled", 0), *on = json_pack("{s:b}", "enabled", 1);
	char link[CREDENTIAL_TEXT];

	account("off", "198.51.100.4");
	t_int(accounts_set(&admin, "off", off), DB_OK);
	t_str(role_of(session.secret), "");
	t_int(try("198.51.100.4", "off", PASSWORD, NULL), SIGN_IN_WRONG);
	t_int(accounts_reset(&admin, "off", false, 60, link), DB_REFUSED);
	t_int(accounts_set(&admin, "off", on), DB_OK);
	t_int(try("198.51.100.4", "off", PASSWORD, NULL), SIGN_IN_OK);
	json_decref(off);
	json_decref(on);
}

/* -- the second factor -- */

/* The secret in base32, and the code of the step that is so many steps from now. */
static const char *
code_of(const char *text, int steps)
{
	static char code[8];
	char *bytes;
	size_t n;

	t_int(oath_base32_decode(text, strlen(text), &bytes, &n), OATH_OK);
	t_int(oath_totp_generate(bytes, n, time(NULL) + 30 * steps, 30, 0, 6, code), OATH_OK);
	free(bytes);
	return code;
}

/* Turns it on with the code of now; the next step can be used at once, too. */
static void
totp_on(const struct own_account *own, char secret[TOTP_SECRET_TEXT], char codes[RECOVERY_CODES][RECOVERY_CODE])
{
	struct own_totp t;

	t_int(own_account_totp_begin(&s, &from("198.51.100.5"), own, copy(PASSWORD), "studio", &t), SIGN_IN_OK);
	strlcpy(secret, t.secret, TOTP_SECRET_TEXT);
	own_totp_free(&t);
	t_int(own_account_totp_confirm(&s, own, copy(code_of(secret, 0)), codes), SIGN_IN_OK);
}

static void
a_second_factor_from_first_to_last(void)
{
	struct own_account own = account("factor", "198.51.100.5");
	struct sign_in_from f = from("198.51.100.5");
	char secret[TOTP_SECRET_TEXT], codes[RECOVERY_CODES][RECOVERY_CODE], used[8];
	struct own_totp t;

	t_int(own_account_totp_confirm(&s, &own, copy("123456"), codes), SIGN_IN_FAULT);
	t_int(s.fault, DB_REFUSED);
	totp_on(&own, secret, codes);
	t_int(own_account_totp_begin(&s, &f, &own, copy(PASSWORD), "studio", &t), SIGN_IN_FAULT);
	t_int(s.fault, DB_REFUSED);
	t_int(try("198.51.100.5", "factor", PASSWORD, NULL), SIGN_IN_CODE_REQUIRED);
	strlcpy(used, code_of(secret, 1), sizeof(used));
	t_int(try("198.51.100.5", "factor", PASSWORD, used), SIGN_IN_OK);
	t_int(try("198.51.100.5", "factor", PASSWORD, used), SIGN_IN_WRONG);
	t_int(try("198.51.100.5", "factor", PASSWORD, code_of(secret, 0)), SIGN_IN_WRONG);
	t_int(try("198.51.100.5", "factor", PASSWORD, codes[3]), SIGN_IN_OK);
	t_int(try("198.51.100.5", "factor", PASSWORD, codes[3]), SIGN_IN_WRONG);
	t_str(answer(admin.db, "select accounts('factor') -> 0 ->> 'recovery_codes'"), "9");
	t_int(own_account_totp_remove(&s, &f, &own, copy("wrong password")), SIGN_IN_WRONG);
	t_int(own_account_totp_remove(&s, &f, &own, copy(PASSWORD)), SIGN_IN_OK);
	t_int(try("198.51.100.5", "factor", PASSWORD, NULL), SIGN_IN_OK);
	t_str(answer(admin.db, "select accounts('factor') -> 0 ->> 'recovery_codes'"), "0");
}

static void
a_reset_keeps_the_second_factor_unless_it_is_forgotten(void)
{
	struct own_account own = account("reset", "198.51.100.6");
	char secret[TOTP_SECRET_TEXT], codes[RECOVERY_CODES][RECOVERY_CODE], link[CREDENTIAL_TEXT];
	int i;

	totp_on(&own, secret, codes);
	t_int(accounts_reset(&admin, "reset", false, 3600, link), DB_OK);
	t_int(try_link("198.51.100.6", link, "a new pass phrase", NULL), SIGN_IN_CODE_REQUIRED);
	t_int(try_link("198.51.100.6", link, "a new pass phrase", "000000"), SIGN_IN_WRONG);
	/* guesses of others at the account do not close this way in; those of who has the link end */
	for (i = 0; i < 10; i++)
		t_int(try("198.51.100.6", "reset", "a guess", NULL), SIGN_IN_WRONG);
	t_int(try("198.51.100.6", "reset", PASSWORD, NULL), SIGN_IN_TOO_MANY);
	t_int(try_link("198.51.100.6", link, "a new pass phrase", codes[0]), SIGN_IN_OK);
	t_int(accounts_reset(&admin, "reset", true, 3600, link), DB_OK);
	t_int(try_link("198.51.100.6", link, "a new pass phrase", NULL), SIGN_IN_OK);
}

/* One that was begun before a rekey is in force after it. */
static void
a_second_factor_outlives_a_rekey(void)
{
	struct own_account own = account("rekeyed", "198.51.100.7");
	char codes[RECOVERY_CODES][RECOVERY_CODE], text[66] = "";
	struct rekey rekey = { .batch = 1 };
	struct master_key old, new;
	struct progress bar;
	struct own_totp t;

	t_int(own_account_totp_begin(&s, &from("198.51.100.7"), &own, copy(PASSWORD), "studio", &t), SIGN_IN_OK);
	t_int(master_key_load_file(&old, scratch_path(MASTER), &err), 0);
	memset(text, 'b', 64);
	t_int(master_key_load_file(&new, scratch_write(MASTER, text, 0400), &err), 0);
	rekey.db = open_as("lsctl_keys");
	rekey.from = &old;
	rekey.to = &new;
	rekey.progress = &bar;
	t_int(keyring_add(rekey.db, &new, false), DB_OK);
	progress_start(&bar, "rekey", true);
	t_int(rekey_run(&rekey), DB_OK);
	db_close(rekey.db);
	t_int(own_account_totp_confirm(&s, &own, copy(code_of(t.secret, 0)), codes), SIGN_IN_OK);
	own_totp_free(&t);
}

/* -- limits -- */

static void
guesses_do_not_lock_out_a_known_browser(void)
{
	struct sign_in_from mine = from("198.51.100.8");
	char device[CREDENTIAL_TEXT];
	int i;

	account("guessed", "198.51.100.8");
	strlcpy(device, session.device, sizeof(device));
	for (i = 0; i < 10; i++)
		t_int(try("203.0.113.1", "guessed", "not the password", NULL), SIGN_IN_WRONG);
	t_int(try("203.0.113.1", "guessed", PASSWORD, NULL), SIGN_IN_TOO_MANY);
	t_ok(s.wait_s > 800 && s.wait_s <= 900);
	t_int(try("203.0.113.2", "guessed", PASSWORD, NULL), SIGN_IN_TOO_MANY);
	mine.device = device;
	sign_in_session_free(&session);
	t_int(sign_in(&s, &mine, "guessed", copy(PASSWORD), NULL, &session), SIGN_IN_OK);
	t_str(session.device, device);
	/* a browser that the account was never used in has no count of its own */
	mine.device = "a device that was never there";
	account("other", "198.51.100.9");
	sign_in_session_free(&session);
	t_int(sign_in(&s, &mine, "other", copy("not the password"), NULL, &session), SIGN_IN_WRONG);
}

static void
an_address_has_its_limit(void)
{
	char name[16];
	int i;

	account("near", "198.51.100.10");
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "guess%d", i);
		t_int(try(i % 2 == 0 ? "2001:db8:1:2::3" : "2001:db8:1:2:ffff::4", name, PASSWORD, NULL), SIGN_IN_WRONG);
	}
	t_int(try("2001:db8:1:2::5", "near", PASSWORD, NULL), SIGN_IN_TOO_MANY);
	t_int(try("2001:db8:1:3::5", "near", PASSWORD, NULL), SIGN_IN_OK);
	/* who waits for the address does not use up the attempts of an account */
	for (i = 0; i < 12; i++)
		t_int(try("2001:db8:1:2::5", "near", PASSWORD, NULL), SIGN_IN_TOO_MANY);
	t_int(try("2001:db8:1:3::6", "near", PASSWORD, NULL), SIGN_IN_OK);
}

static void
what_succeeds_is_not_counted(void)
{
	int i;

	account("often", "198.51.100.11");
	for (i = 0; i < 22; i++)
		t_int(try("198.51.100.11", "often", PASSWORD, NULL), SIGN_IN_OK);
}

static void
a_password_in_the_place_of_a_name_is_in_no_event(void)
{
	t_int(try("198.51.100.12", "My Secret Pass Phrase", "x", NULL), SIGN_IN_WRONG);
	t_str(answer(admin.db, "select current_user"), "lsctl_user");
	db_close(admin.db);
	admin.db = open_as("lsctl_viewer");
	t_str(answer(admin.db, "select count(*) from event_seen where to_jsonb(event_seen)::text ilike '%secret pass%'"), "0");
	t_ok(strcmp(answer(admin.db, "select count(*) from event_seen where kind = 'sign-in-refused'"), "0") != 0);
	db_close(admin.db);
	admin.db = open_as("lsctl_user");
}

/* -- at the same moment -- */

/* How many of two processes, each with a connection of its own, get SIGN_IN_OK. */
static int
both(const char *name, const char *link, const char *password, const char *code)
{
	struct sign_in_from f = from("198.51.100.13");
	int go[2], status, ok = 0, i;
	char byte;

	fflush(stdout);
	t_int(pipe(go), 0);
	for (i = 0; i < 2; i++) {
		if (fork() != 0)
			continue;
		s.db = open_as("lsctl_act");
		close(go[1]);
		(void)!read(go[0], &byte, 1);	/* the end of the pipe: now */
		_exit((link != NULL ? sign_in_link_use(&s, &f, link, copy(password), NULL, &session) :
		    sign_in(&s, &f, name, copy(password), copy(code), &session)) == SIGN_IN_OK ? 0 : 3);	/* 1 is a sanitizer's */
	}
	close(go[0]);
	close(go[1]);
	for (i = 0; i < 2; i++) {
		t_ok(wait(&status) > 0 && WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3));
		ok += WEXITSTATUS(status) == 0;
	}
	return ok;
}

static void
of_two_who_use_a_link_one_does(void)
{
	char link[CREDENTIAL_TEXT];
	int i;

	account("link2", "198.51.100.13");
	for (i = 0; i < RACES; i++) {
		t_int(accounts_reset(&admin, "link2", false, 3600, link), DB_OK);
		t_int(both(NULL, link, PASSWORD, NULL), 1);
	}
}

static void
of_two_who_use_a_code_one_does(void)
{
	struct own_account own = account("code2", "198.51.100.13");
	char secret[TOTP_SECRET_TEXT], codes[RECOVERY_CODES][RECOVERY_CODE];
	int i;

	totp_on(&own, secret, codes);
	t_int(both("code2", NULL, PASSWORD, code_of(secret, 1)), 1);
	for (i = 0; i < RACES; i++)
		t_int(both("code2", NULL, PASSWORD, codes[i]), 1);
}

static void
admin_add(const char *name)
{
	char link[CREDENTIAL_TEXT];

	t_int(accounts_add(&admin, name, &(struct accounts_rights){ "admin", NULL }, 60, link), DB_OK);
}

/* Two, and no others, who give up their role at once. */
static void
of_two_admins_one_stays(void)
{
	json_t *less = json_pack("{s:s}", "role", "viewer"), *more = json_pack("{s:s}", "role", "admin");
	static const char *const two[] = { "root", "second" };
	int status, refused, i, k;

	admin_add("second");
	for (i = 0; i < RACES; i++) {
		fflush(stdout);
		for (k = 0; k < 2; k++) {
			if (fork() != 0)
				continue;
			admin.db = open_as("lsctl_user");
			_exit(accounts_set(&admin, two[k], less) == DB_OK ? 0 : 3);	/* 1 is a sanitizer's */
		}
		for (k = 0, refused = 0; k < 2; k++) {
			t_ok(wait(&status) > 0 && WIFEXITED(status));
			t_ok(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3);
			refused += WEXITSTATUS(status) == 3;
		}
		t_int(refused, 1);
		t_int(accounts_set(&admin, two[0], more), DB_OK);
		t_int(accounts_set(&admin, two[1], more), DB_OK);
	}
	json_decref(less);
	json_decref(more);
}

static void
stage(void)
{
	char text[66] = "";
	struct master_key key;
	struct db *db;

	t_ok(mkdtemp(pg_dir) != NULL);
	t_int(pg("start", ""), 0);
	memset(text, 'a', 64);
	t_int(master_key_load_file(&key, scratch_write(MASTER, text, 0400), &err), 0);
	setenv("LSCTL_MASTER_KEY_FILE", scratch_path(MASTER), 1);
	unsetenv("CREDENTIALS_DIRECTORY");
	db = open_as("lsctl_keys");
	t_int(keyring_add(db, &key, true), DB_OK);
	db_close(db);
	s.db = open_as("lsctl_act");
	admin.db = open_as("lsctl_user");
	admin_add("root");
}

static void
strike(void)
{
	sign_in_session_free(&session);
	db_close(s.db);
	db_close(admin.db);
	t_int(pg("stop", "immediate"), 0);
	rmdir(pg_dir);
}

T_MAIN(
	{ "starts_a_server", stage },
	{ "an_invitation_is_good_once", an_invitation_is_good_once },
	{ "a_session_ends_with_its_sign_out", a_session_ends_with_its_sign_out },
	{ "a_new_password_ends_the_other_sessions", a_new_password_ends_the_other_sessions },
	{ "who_is_disabled_is_out_at_once", who_is_disabled_is_out_at_once },
	{ "a_second_factor_from_first_to_last", a_second_factor_from_first_to_last },
	{ "a_reset_keeps_the_second_factor_unless_it_is_forgotten", a_reset_keeps_the_second_factor_unless_it_is_forgotten },
	{ "a_second_factor_outlives_a_rekey", a_second_factor_outlives_a_rekey },
	{ "guesses_do_not_lock_out_a_known_browser", guesses_do_not_lock_out_a_known_browser },
	{ "an_address_has_its_limit", an_address_has_its_limit },
	{ "what_succeeds_is_not_counted", what_succeeds_is_not_counted },
	{ "a_password_in_the_place_of_a_name_is_in_no_event", a_password_in_the_place_of_a_name_is_in_no_event },
	{ "of_two_who_use_a_link_one_does", of_two_who_use_a_link_one_does },
	{ "of_two_who_use_a_code_one_does", of_two_who_use_a_code_one_does },
	{ "of_two_admins_one_stays", of_two_admins_one_stays },
	{ "ends_it", strike },
)
