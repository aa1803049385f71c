/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "control/keys/keyring.h"
#include "control/keys/keys.h"
#include "lsctl-keys/call.h"
#include "lsctl-keys/rekey_command.h"

#include <limits.h>
#include <sysexits.h>

int
call_init(void *arg)
{
	struct call *c = arg;
	char path[PATH_MAX], current[SEAL_ID_LEN];
	bool known;
	int made = 0, status;
	enum db_fault f;

	if ((status = call_begin(c, false)) != 0)
		return status;
	if ((f = keyring_current(c->keys.db, &c->keys.key, current, &known)) != DB_OK) {
		error_set(&c->keys.err, "%s", db_reason(c->keys.db));
		return call_fail(c, f);
	}
	master_key_path(path, sizeof(path));
	if (current[0] == '\0' && (made = keyring_make(path, &c->keys.err)) == -1) {
		log_warnx("%s", c->keys.err.text);
		return EX_CANTCREAT;
	}
	if (current[0] == '\0') {
		if (master_key_load_file(&c->keys.key, path, &c->keys.err) == -1)
			return call_fail(c, DB_BROKEN);
		if ((f = keyring_add(c->keys.db, &c->keys.key, true)) != DB_OK) {
			error_set(&c->keys.err, "%s", db_reason(c->keys.db));
			return call_fail(c, f);
		}
	}
	if ((f = keyring_open(c->keys.db, &c->keys.key, &c->keys.err)) != DB_OK)
		return call_fail(c, f);
	log_info("%s: %s %s%s", path, current[0] != '\0' ? "is already the master key," :
	    made == 0 ? "a new master key," : "is the master key now,", c->keys.key.id,
	    current[0] != '\0' ? "" : "; keep a copy apart from the backups of the database: "
	    "without it no secret in them opens");
	return 0;
}

int
call_check(void *arg)
{
	struct call *c = arg;
	json_t *counts = NULL, *bad = NULL, *one;
	enum db_fault f;
	int status;
	size_t i;

	if ((status = call_begin(c, true)) != 0)
		return status;
	if ((f = keys_check(&c->keys, &counts, &bad)) != DB_OK) {
		status = call_fail(c, f);
		goto out;
	}
	json_array_foreach(bad, i, one) {
		printf("%s: does not open\n", json_string_value(one));
	}
	printf("master key %s: %ld tokens, %ld secrets of destinations, %ld second factors: %zu do not open\n",
	    c->keys.key.id, call_number(counts, "tokens"), call_number(counts, "destinations"),
	    call_number(counts, "second_factors"), json_array_size(bad));
	status = json_array_size(bad) > 0 ? 1 : 0;
out:
	json_decref(counts);
	json_decref(bad);
	return call_flush(status);
}

int
call_rekey(void *arg)
{
	struct call *c = arg;
	int status;

	if ((status = call_begin(c, false)) != 0)
		return status;
	return rekey_command(c->keys.db, c->to, (int)c->batch, c->o.verbosity < 0);
}
