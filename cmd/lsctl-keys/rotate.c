/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_options.h"
#include "common/prompt.h"
#include "control/keys/evict.h"
#include "control/keys/keys.h"
#include "lsctl-keys/call.h"

#include <sysexits.h>
#include <unistd.h>

/* Reads the stream key or the password of a destination. 0, or -1 after it has logged the error. */
static int
dest_key_read(const struct call *c, char *dst, size_t size)
{
	const char *file = c->key_file;
	char prompt[160];

	if (file == NULL && !isatty(STDIN_FILENO))
		file = "-";
	snprintf(prompt, sizeof(prompt), "%s of %.63s %.63s: ", c->password ? "Password" : "Stream key", c->argv[0], c->argv[1]);
	return prompt_key(c->password ? "password" : "stream key", file, prompt, dst, size);
}

static int
rotate_dest(struct call *c)
{
	char secret[KEYS_SECRET_MAX + 2];
	enum db_fault f;
	int status;

	if (c->grace_s > 0 || c->no_kick)
		return usage_error(&c->o, "--grace and --no-kick are for tokens, not with --dest");
	if (c->argc != 2)
		return usage_error(&c->o, "--dest: a channel and a destination must follow");
	if ((status = call_begin(c, true)) != 0)
		return status;
	if (dest_key_read(c, secret, sizeof(secret)) == -1)
		return EX_NOINPUT;
	f = keys_dest_rotate(&c->keys, c->password ? KEYS_PASSWORD : KEYS_KEY, c->argv[0], c->argv[1], secret, c->reason);
	explicit_bzero(secret, sizeof(secret));
	if (f != DB_OK)
		return call_fail(c, f);
	log_notice("%s %s: has the new %s; the next run of lsctl-switch applies it", c->argv[0], c->argv[1],
	    c->password ? "password" : "key");
	return 0;
}

int
call_rotate(void *arg)
{
	struct call *c = arg;
	json_t *made;
	enum db_fault f;
	int status;

	if (c->dest)
		return rotate_dest(c);
	if (c->key_file != NULL || c->password)
		return usage_error(&c->o, "--key-file and --password: only with --dest");
	if (c->argc != 2)
		return call_no_source(c);
	if ((status = call_begin(c, true)) != 0)
		return status;
	if ((f = keys_rotate(&c->keys, c->argv[0], c->argv[1], (int)c->grace_s, c->reason, &made)) != DB_OK)
		return call_fail(c, f);
	printf("%s %s: token %s\n", c->argv[0], c->argv[1], keys_text(made, "token"));
	call_flush(0);
	status = evict(c->keys.db, keys_text(made, "host"), c->argv[0], c->argv[1], "rotated",
	    !c->no_kick && c->grace_s == 0) == 0 ? 0 : EX_TEMPFAIL;
	json_decref(made);
	return status;
}

int
call_revoke(void *arg)
{
	struct call *c = arg;
	json_t *done;
	enum db_fault f;
	int status;

	if (c->argc != 2)
		return call_no_source(c);
	if ((status = call_begin(c, false)) != 0)
		return status;
	if ((f = keys_revoke(&c->keys, c->argv[0], c->argv[1], c->reason, &done)) != DB_OK)
		return call_fail(c, f);
	status = evict(c->keys.db, keys_text(done, "host"), c->argv[0], c->argv[1],
	    call_number(done, "revoked") > 0 ? "revoked" : "had no token", !c->no_kick) == 0 ?
	    0 : EX_TEMPFAIL;
	json_decref(done);
	return status;
}
