/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "base/paths.h"
#include "common/exit_options.h"
#include "control/keys/evict.h"
#include "control/keys/keys.h"
#include "lsctl-keys/call.h"
#include "lsctl-keys/keys_print.h"

#include <sysexits.h>

/* Updates the acl snapshot if a token is of a channel of this host. 0, or the exit status. */
static int
acl_update(struct call *c, const json_t *made)
{
	char own[256];
	json_t *one;
	size_t i;

	path_host(own, sizeof(own));
	json_array_foreach(made, i, one) {
		if (strcmp(keys_text(one, "host"), own) != 0)
			continue;
		if (evict_acl(c->keys.db, own, &c->keys.err) == 0)
			break;
		log_warnx("made, but refused until lsctl-switch writes the acl snapshot: %s", c->keys.err.text);
		return EX_TEMPFAIL;
	}
	return 0;
}

int
call_new(void *arg)
{
	struct call *c = arg;
	json_t *made, *one;
	enum db_fault f;
	int status;
	size_t i;

	if (c->all && c->argc > 0)
		return usage_error(&c->o, "--all: names no source: %s is one argument too many", c->argv[0]);
	if (!c->all && c->argc != 2)
		return call_no_source(c);
	if ((status = call_begin(c, true)) != 0)
		return status;
	if ((f = keys_new(&c->keys, c->all ? NULL : c->argv[0], c->all ? NULL : c->argv[1],
	    &made)) != DB_OK)
		return call_fail(c, f);
	json_array_foreach(made, i, one) {
		printf("%s %s: token %s\n", keys_text(one, "channel"), keys_text(one, "source"),
		    keys_text(one, "token"));
	}
	status = acl_update(c, made);
	json_decref(made);
	return call_flush(status);
}

/* -- show, list -- */

int
call_show(void *arg)
{
	struct call *c = arg;
	static char out[BUFSIZ];
	json_t *shown, *one;
	enum db_fault f;
	char *token;
	int status;
	size_t i;

	if ((status = call_begin(c, true)) != 0)
		return status;
	if ((f = keys_show(&c->keys, c->argv[0], c->argc > 1 ? c->argv[1] : NULL, &shown)) != DB_OK)
		return call_fail(c, f);
	setvbuf(stdout, out, _IOFBF, sizeof(out));
	json_array_foreach(shown, i, one) {
		if ((token = keys_token(&c->keys, one)) == NULL) {
			status = call_fail(c, DB_REFUSED);
			break;
		}
		keys_print_shown(one, token, c->json, json_array_size(shown) > 1);
		explicit_bzero(token, strlen(token));
		free(token);
	}
	status = call_flush(status);
	explicit_bzero(out, sizeof(out));
	json_decref(shown);
	return status;
}

int
call_list(void *arg)
{
	struct call *c = arg;
	json_t *rows;
	enum db_fault f;
	int status;

	if ((status = call_begin(c, false)) != 0)
		return status;
	if ((f = keys_list(&c->keys, &rows)) != DB_OK)
		return call_fail(c, f);
	keys_print_list(rows, c->json);
	json_decref(rows);
	return call_flush(0);
}
