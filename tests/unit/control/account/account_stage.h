/* SPDX-License-Identifier: ISC */
/* A browser that asks, and a scripted database that knows one account. */
#ifndef TESTS_UNIT_CONTROL_ACCOUNT_ACCOUNT_STAGE_H
#define TESTS_UNIT_CONTROL_ACCOUNT_ACCOUNT_STAGE_H

#include "control/keys/keys_stage.h"

#include <liboath/oath.h>

#include "control/account/sign_in.h"
#include "control/account/totp.h"

#define PASSWORD	"correct horse battery"
#define HERE		"192.0.2.1"
#define ID		"7"

static const uint8_t *const secret = (const uint8_t *)"12345678901234567890";
static struct sign_in_from from = { .address = HERE, .agent = "a browser" };
static struct sign_in s;
static char *hash, *sealed;

/* The database anew, without a device cookie. */
__attribute__((unused)) static void
enter(void)
{
	if (db == NULL) {
		keys_stage();
		hash = password_hash(PASSWORD);
		sealed = totp_seal(&old, 7, secret);
	}
	db_anew();
	s = (struct sign_in){ .db = db };
	from = (struct sign_in_from){ .address = HERE, .agent = "a browser" };
}

/* A copy that may be wiped. */
__attribute__((unused)) static char *
typed(char dst[64], const char *text)
{
	memset(dst, 0, 64);
	strlcpy(dst, text, 64);
	return dst;
}

__attribute__((unused)) static bool
is_wiped(const char text[64])
{
	static const char none[64];

	return memcmp(text, none, 64) == 0;
}

/* The code of the second factor now; its step within one. */
__attribute__((unused)) static const char *
code_now(void)
{
	static char code[8];

	t_int(oath_totp_generate((const char *)secret, TOTP_SECRET, time(NULL), 30, 0, 6, code), OATH_OK);
	return code;
}

/* sign_in_begin() finds the account. */
__attribute__((unused)) static void
expect_found(const char *device, bool has_totp, bool device_known)
{
	char text[1024];

	snprintf(text, sizeof(text), "{\"wait_s\":0,\"id\":7,\"password\":\"%s\",\"totp\":%s%s%s,\"device\":%s}", hash,
	    has_totp ? "\"" : "", has_totp ? sealed : "null", has_totp ? "\"" : "", device_known ? "true" : "false");
	pq_expect("sign_in_begin", { "simran", HERE, device }, .value = text);
}

__attribute__((unused)) static void
expect_refused(const char *name, const char *reason)
{
	pq_expect("sign_in_refused", { name, HERE, reason });
}

__attribute__((unused)) static void
expect_key(void)
{
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
}

#endif
