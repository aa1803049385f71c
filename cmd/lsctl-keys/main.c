/* SPDX-License-Identifier: ISC */
/* Keys: tokens of publishers, stream keys of destinations, and the master key over both. */
#include "base/base.h"
#include "base/log.h"
#include "base/options.h"
#include "base/secret.h"
#include "common/exit_options.h"
#include "common/prompt.h"
#include "control/keys/evict.h"
#include "control/keys/keyring.h"
#include "control/keys/keys.h"
#include "control/keys/rekey.h"
#include "control/paths.h"
#include "lsctl-keys/keys_print.h"
#include "lsctl-keys/rekey_command.h"

#include <jansson.h>
#include <limits.h>
#include <sysexits.h>
#include <unistd.h>

#define GRACE_MAX_S	(30 * 86400)
#define BATCH		200
#define BATCH_MAX	10000

struct call {
	struct options	 o;
	bool		 all, dest, json, no_kick;
	const char	*key_file, *to, *reason;
	long		 grace_s, batch;
	int		 argc;		/* a stream is its channel and source here */
	char		**argv;
};

static int	do_init(void *);
static int	do_new(void *);
static int	do_show(void *);
static int	do_list(void *);
static int	do_rotate(void *);
static int	do_revoke(void *);
static int	do_rekey(void *);
static int	do_check(void *);

static const struct option_row new_rows[] = {
	OPTION_FLAG("all", 0, struct call, all, "for each source of this host's channels that has no token"),
	OPTION_END
};

static const struct option_row json_rows[] = {
	OPTION_FLAG("json", 0, struct call, json, "for programs, an object on a line"),
	OPTION_END
};

static const struct option_row rotate_rows[] = {
	OPTION_TIME("grace", 0, struct call, grace_s, GRACE_MAX_S, "the old token works for TIME still"),
	OPTION_FLAG("no-kick", 0, struct call, no_kick, "do not disconnect a publisher that uses the old token"),
	OPTION_TEXT("reason", 0, "TEXT", struct call, reason, "why; recorded with the event"),
	OPTION_FLAG("dest", 0, struct call, dest, "the stream key of a destination, from a terminal or standard input"),
	OPTION_TEXT("key-file", 0, "FILE", struct call, key_file, "read that stream key from FILE, which others cannot read"),
	OPTION_END
};

static const struct option_row revoke_rows[] = {
	OPTION_FLAG("no-kick", 0, struct call, no_kick, "do not disconnect a publisher that uses the token"),
	OPTION_TEXT("reason", 0, "TEXT", struct call, reason, "why; recorded with the event"),
	OPTION_END
};

static const struct option_row rekey_rows[] = {
	OPTION_NUMBER("batch", 0, struct call, batch, 1, BATCH_MAX, "values of one transaction (200)"),
	OPTION_TEXT("to", 0, "FILE", struct call, to, "leave the new key in FILE, for you to install"),
	OPTION_END
};

#define STREAM	"CHANNEL SOURCE | STREAM"

static const struct options_command commands[] = {
	{ "init", "", 0, 0, "make the master key of this host", NULL, do_init, NULL,
	    { "lsctl-keys init", NULL } },
	{ "new", STREAM "\n--all", 0, 2, "make a token for a source that has none", new_rows, do_new, NULL,
	    { "lsctl-keys new krishna obs", "lsctl-keys new --all" } },
	{ "show", "CHANNEL [SOURCE] | STREAM", 1, 2, "print what a publisher types in", json_rows, do_show, NULL,
	    { "lsctl-keys show krishna obs", "lsctl-keys show --json krishna" } },
	{ "list", "", 0, 0, "list tokens without their secrets", json_rows, do_list, NULL,
	    { "lsctl-keys list", NULL } },
	{ "rotate", STREAM "\n--dest CHANNEL NAME", 1, 2, "replace a token or a stream key", rotate_rows, do_rotate, NULL,
	    { "lsctl-keys rotate --grace 1d krishna obs", "lsctl-keys rotate --dest --key-file youtube.key krishna youtube" } },
	{ "revoke", STREAM, 1, 2, "take a token away", revoke_rows, do_revoke, NULL,
	    { "lsctl-keys revoke --reason 'left the team' krishna obs", NULL } },
	{ "rekey", "", 0, 0, "replace the master key while all goes on", rekey_rows, do_rekey, NULL,
	    { "lsctl-keys rekey", "lsctl-keys rekey --to /etc/lsctl/master.key.new" } },
	{ "check", "", 0, 0, "check that the master key opens all secrets", NULL, do_check, NULL,
	    { "lsctl-keys check", NULL } },
};

static const struct options_tool tool = {
	"lsctl-keys", "Tokens of publishers, stream keys of destinations, and the master key over both.",
	commands, nitems(commands),
	{ "lsctl-keys new krishna obs && lsctl-keys show krishna obs",
	    "lsctl-keys rotate --reason 'seen in a screenshot' krishna obs" }
};

/* -- what every command begins and ends with -- */

static struct db		*db;
static struct master_key	 key;
static char			 why[512];

static int
fail(enum db_fault f)
{
	log_warnx("%s", why);
	return db_exit(f);
}

/* The database, and with it the master key. 0, or the exit status. */
static int
begin(bool with_key)
{
	enum db_fault f;

	if ((db = db_open("lsctl_keys", &f, why, sizeof(why))) == NULL)
		return fail(f);
	if (with_key && (f = keyring_open(db, &key, why, sizeof(why))) != DB_OK)
		return fail(f);
	return 0;
}

static long
number_of(const json_t *j, const char *member)
{
	return (long)json_integer_value(json_object_get(j, member));
}

static int
flushed(int status)
{
	if (fflush(stdout) == EOF && status == 0) {
		log_warn("stdout");
		return EX_IOERR;
	}
	return status;
}

static int
no_source(const struct call *c)
{
	return usage_error(&c->o, "a channel and a source, or a stream, must follow");
}

/* -- init, check -- */

static int
do_init(void *arg)
{
	char path[PATH_MAX], current[SEAL_ID_LEN];
	bool known;
	int made = 0, status;
	enum db_fault f;

	(void)arg;
	if ((status = begin(false)) != 0)
		return status;
	if ((f = keyring_current(db, &key, current, &known)) != DB_OK) {
		strlcpy(why, db_why(db), sizeof(why));
		return fail(f);
	}
	master_key_path(path, sizeof(path));
	if (current[0] == '\0' && (made = keyring_make(path, why, sizeof(why))) == -1) {
		log_warnx("%s", why);
		return EX_CANTCREAT;
	}
	if (current[0] == '\0') {
		if (master_key_load_file(&key, path, why, sizeof(why)) == -1)
			return fail(DB_BROKEN);
		if ((f = keyring_add(db, &key, true)) != DB_OK) {
			strlcpy(why, db_why(db), sizeof(why));
			return fail(f);
		}
	}
	if ((f = keyring_open(db, &key, why, sizeof(why))) != DB_OK)
		return fail(f);
	log_info("%s: %s %s%s", path, current[0] != '\0' ? "is already the master key," :
	    made == 0 ? "a new master key," : "is the master key now,", key.id,
	    current[0] != '\0' ? "" : "; keep a copy apart from the database's backups: "
	    "without it no secret in them opens");
	return 0;
}

static int
do_check(void *arg)
{
	json_t *counts = NULL, *bad = NULL, *one;
	enum db_fault f;
	int status;
	size_t i;

	(void)arg;
	if ((status = begin(true)) != 0)
		return status;
	if ((f = keys_check(db, &key, &counts, &bad, why, sizeof(why))) != DB_OK) {
		status = fail(f);
		goto out;
	}
	json_array_foreach(bad, i, one) {
		printf("%s: does not open\n", json_string_value(one));
	}
	printf("master key %s: %ld tokens, %ld keys of destinations: %zu do not open\n", key.id,
	    number_of(counts, "tokens"), number_of(counts, "destinations"), json_array_size(bad));
	status = json_array_size(bad) > 0 ? 1 : 0;
out:
	json_decref(counts);
	json_decref(bad);
	return flushed(status);
}

/* -- new -- */

/* Lets those in that are carried here. */
static int
let_in(const json_t *made)
{
	char own[256];
	json_t *one;
	size_t i;

	path_host(own, sizeof(own));
	json_array_foreach(made, i, one) {
		if (strcmp(keys_text(one, "host"), own) != 0)
			continue;
		if (evict_gate(db, own, why, sizeof(why)) == 0)
			break;
		log_warnx("made, but refused until lsctl-switch writes the gate: %s", why);
		return EX_TEMPFAIL;
	}
	return 0;
}

static int
do_new(void *arg)
{
	const struct call *c = arg;
	json_t *made, *one;
	enum db_fault f;
	int status;
	size_t i;

	if (c->all && c->argc > 0)
		return usage_error(&c->o, "--all: names no source: %s is one argument too many", c->argv[0]);
	if (!c->all && c->argc != 2)
		return no_source(c);
	if ((status = begin(true)) != 0)
		return status;
	if ((f = keys_new(db, &key, c->all ? NULL : c->argv[0], c->all ? NULL : c->argv[1],
	    &made, why, sizeof(why))) != DB_OK)
		return fail(f);
	json_array_foreach(made, i, one) {
		printf("%s %s: token %s\n", keys_text(one, "channel"), keys_text(one, "source"),
		    keys_text(one, "token"));
	}
	status = let_in(made);
	json_decref(made);
	return flushed(status);
}

/* -- show, list -- */

static int
do_show(void *arg)
{
	const struct call *c = arg;
	static char out[BUFSIZ];
	json_t *shown, *one;
	enum db_fault f;
	char *token;
	int status;
	size_t i;

	if ((status = begin(true)) != 0)
		return status;
	if ((f = keys_show(db, &key, c->argv[0], c->argc > 1 ? c->argv[1] : NULL, &shown,
	    why, sizeof(why))) != DB_OK)
		return fail(f);
	setvbuf(stdout, out, _IOFBF, sizeof(out));
	json_array_foreach(shown, i, one) {
		if ((token = keys_token(&key, one, why, sizeof(why))) == NULL) {
			status = fail(DB_REFUSED);
			break;
		}
		keys_print_shown(one, token, c->json, json_array_size(shown) > 1);
		explicit_bzero(token, strlen(token));
		free(token);
	}
	status = flushed(status);
	explicit_bzero(out, sizeof(out));
	json_decref(shown);
	return status;
}

static int
do_list(void *arg)
{
	const struct call *c = arg;
	json_t *rows;
	enum db_fault f;
	int status;

	if ((status = begin(false)) != 0)
		return status;
	if ((f = keys_list(db, &rows, why, sizeof(why))) != DB_OK)
		return fail(f);
	keys_print_list(rows, c->json);
	json_decref(rows);
	return flushed(0);
}

/* -- rotate, revoke -- */

/* 0, or -1, logged. */
static int
dest_key_read(const struct call *c, char *dst, size_t size)
{
	const char *file = c->key_file;
	char prompt[160];

	if (file == NULL && !isatty(STDIN_FILENO))
		file = "-";
	snprintf(prompt, sizeof(prompt), "Stream key of %.63s %.63s: ", c->argv[0], c->argv[1]);
	return prompt_key(file, prompt, dst, size);
}

static int
rotate_dest(const struct call *c)
{
	char secret[KEYS_SECRET_MAX + 2];
	enum db_fault f;
	int status;

	if (c->grace_s > 0 || c->no_kick)
		return usage_error(&c->o, "--grace and --no-kick are for tokens, not with --dest");
	if (c->argc != 2)
		return usage_error(&c->o, "--dest: a channel and a destination must follow");
	if ((status = begin(true)) != 0)
		return status;
	if (dest_key_read(c, secret, sizeof(secret)) == -1)
		return EX_NOINPUT;
	f = keys_dest_rotate(db, &key, c->argv[0], c->argv[1], secret, c->reason, why, sizeof(why));
	explicit_bzero(secret, sizeof(secret));
	if (f != DB_OK)
		return fail(f);
	log_notice("%s %s: has the new key; it is dialled again with it when lsctl-switch runs next",
	    c->argv[0], c->argv[1]);
	return 0;
}

static int
do_rotate(void *arg)
{
	const struct call *c = arg;
	json_t *made;
	enum db_fault f;
	int status;

	if (c->dest)
		return rotate_dest(c);
	if (c->key_file != NULL)
		return usage_error(&c->o, "--key-file: only with --dest");
	if (c->argc != 2)
		return no_source(c);
	if ((status = begin(true)) != 0)
		return status;
	if ((f = keys_rotate(db, &key, c->argv[0], c->argv[1], (int)c->grace_s, c->reason, &made,
	    why, sizeof(why))) != DB_OK)
		return fail(f);
	printf("%s %s: token %s\n", c->argv[0], c->argv[1], keys_text(made, "token"));
	flushed(0);
	status = evict(db, keys_text(made, "host"), c->argv[0], c->argv[1], "rotated",
	    !c->no_kick && c->grace_s == 0) == 0 ? 0 : EX_TEMPFAIL;
	json_decref(made);
	return status;
}

static int
do_revoke(void *arg)
{
	const struct call *c = arg;
	json_t *done;
	enum db_fault f;
	int status;

	if (c->argc != 2)
		return no_source(c);
	if ((status = begin(false)) != 0)
		return status;
	if ((f = keys_revoke(db, c->argv[0], c->argv[1], c->reason, &done, why, sizeof(why))) != DB_OK)
		return fail(f);
	status = evict(db, keys_text(done, "host"), c->argv[0], c->argv[1],
	    number_of(done, "revoked") > 0 ? "revoked" : "had no token", !c->no_kick) == 0 ?
	    0 : EX_TEMPFAIL;
	json_decref(done);
	return status;
}

static int
do_rekey(void *arg)
{
	const struct call *c = arg;
	int status;

	if ((status = begin(false)) != 0)
		return status;
	return rekey_command(db, c->to, (int)c->batch, c->o.verbosity < 0);
}

int
main(int argc, char **argv)
{
	static struct call c = { .batch = BATCH };
	enum options_end end;
	int status;

	secret_guard();
	if ((end = options_read(&c.o, &tool, &c, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	c.argv = c.o.argv;
	c.argc = c.dest ? c.o.argc : keys_stream(c.o.argc, &c.argv);
	status = c.o.command->run(&c);
	master_key_wipe(&key);
	db_close(db);
	return status;
}
