/* SPDX-License-Identifier: ISC */
/* Keys: tokens of publishers, stream keys of destinations, and the master key over both. */
#include "base/base.h"
#include "base/duration.h"
#include "base/log.h"
#include "control/keys/evict.h"
#include "control/keys/keyring.h"
#include "control/keys/keys.h"
#include "control/keys/rekey.h"
#include "control/paths.h"
#include "lsctl-keys/keys_print.h"
#include "lsctl-keys/rekey_command.h"
#include "process/harden.h"
#include "process/secret_read.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <limits.h>
#include <sysexits.h>
#include <unistd.h>

#define GRACE_MAX_S	(30 * 86400)
#define BATCH		200
#define BATCH_MAX	10000

struct options {
	bool		 all, dest, json, no_kick, quiet;
	const char	*key_file, *to, *why;
	int		 grace_s, batch;
	int		 argc;		/* what is left */
	char		**argv;
};

static int	do_init(const struct options *);
static int	do_new(const struct options *);
static int	do_show(const struct options *);
static int	do_list(const struct options *);
static int	do_rotate(const struct options *);
static int	do_revoke(const struct options *);
static int	do_rekey(const struct options *);
static int	do_check(const struct options *);

static const struct option longopts[] = {	/* the letters are for us alone, but q and v */
	{ "all", no_argument, NULL, 'a' },
	{ "batch", required_argument, NULL, 'b' },
	{ "dest", no_argument, NULL, 'd' },
	{ "grace", required_argument, NULL, 'g' },
	{ "help", no_argument, NULL, 'h' },
	{ "json", no_argument, NULL, 'j' },
	{ "key-file", required_argument, NULL, 'k' },
	{ "no-kick", no_argument, NULL, 'n' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "to", required_argument, NULL, 't' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "why", required_argument, NULL, 'w' },
	{ NULL, 0, NULL, 0 }
};

static const struct command {
	const char	*name;
	int		(*run)(const struct options *);	/* the exit status */
	int		 low, high;			/* arguments */
	const char	*takes;				/* options besides those that all take */
	const char	*usage;
} commands[] = {
	{ "init", do_init, 0, 0, "", "[-qv]" },
	{ "new", do_new, 0, 2, "a", "[-qv] CHANNEL SOURCE | STREAM | --all" },
	{ "show", do_show, 1, 2, "j", "[-qv] [--json] CHANNEL [SOURCE] | STREAM" },
	{ "list", do_list, 0, 0, "j", "[-qv] [--json]" },
	{ "rotate", do_rotate, 2, 2, "dgknw",
	    "[-qv] [--grace TIME] [--no-kick] [--why TEXT] CHANNEL SOURCE | STREAM\n"
	    "       lsctl-keys rotate --dest [-qv] [--key-file FILE] [--why TEXT] CHANNEL NAME" },
	{ "revoke", do_revoke, 2, 2, "nw", "[-qv] [--no-kick] [--why TEXT] CHANNEL SOURCE | STREAM" },
	{ "rekey", do_rekey, 0, 0, "bt", "[-qv] [--batch N] [--to FILE]" },
	{ "check", do_check, 0, 0, "", "[-qv]" },
};

static void
usage_print(FILE *to)
{
	size_t i;

	for (i = 0; i < nitems(commands); i++)
		fprintf(to, "%s lsctl-keys %s %s\n", i == 0 ? "usage:" : "      ",
		    commands[i].name, commands[i].usage);
}

static int
usage(void)
{
	usage_print(stderr);
	return EX_USAGE;
}

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

/* -- init, check -- */

static int
do_init(const struct options *o)
{
	char path[PATH_MAX], current[SEAL_ID_LEN];
	bool known;
	int made = 0, status;
	enum db_fault f;

	(void)o;
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
do_check(const struct options *o)
{
	json_t *counts = NULL, *bad = NULL, *one;
	enum db_fault f;
	int status;
	size_t i;

	(void)o;
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
		if (evict_acl(db, own, why, sizeof(why)) == 0)
			break;
		log_warnx("made, but refused until lsctl-switch writes the gate: %s", why);
		return EX_TEMPFAIL;
	}
	return 0;
}

static int
do_new(const struct options *o)
{
	json_t *made, *one;
	enum db_fault f;
	int status;
	size_t i;

	if (o->all ? o->argc != 0 : o->argc != 2)
		return usage();
	if ((status = begin(true)) != 0)
		return status;
	if ((f = keys_new(db, &key, o->all ? NULL : o->argv[0], o->all ? NULL : o->argv[1],
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
do_show(const struct options *o)
{
	static char out[BUFSIZ];
	json_t *shown, *one;
	enum db_fault f;
	char *token;
	int status;
	size_t i;

	if ((status = begin(true)) != 0)
		return status;
	if ((f = keys_show(db, &key, o->argv[0], o->argc > 1 ? o->argv[1] : NULL, &shown,
	    why, sizeof(why))) != DB_OK)
		return fail(f);
	setvbuf(stdout, out, _IOFBF, sizeof(out));
	json_array_foreach(shown, i, one) {
		if ((token = keys_token(&key, one, why, sizeof(why))) == NULL) {
			status = fail(DB_REFUSED);
			break;
		}
		keys_print_shown(one, token, o->json, json_array_size(shown) > 1);
		explicit_bzero(token, strlen(token));
		free(token);
	}
	status = flushed(status);
	explicit_bzero(out, sizeof(out));
	json_decref(shown);
	return status;
}

static int
do_list(const struct options *o)
{
	json_t *rows;
	enum db_fault f;
	int status;

	if ((status = begin(false)) != 0)
		return status;
	if ((f = keys_list(db, &rows, why, sizeof(why))) != DB_OK)
		return fail(f);
	keys_print_list(rows, o->json);
	json_decref(rows);
	return flushed(0);
}

/* -- rotate, revoke -- */

/* 0, or -1, logged. */
static int
dest_key_read(const struct options *o, char *dst, size_t size)
{
	const char *name = o->key_file;
	char ask[160];
	int fd, rc;

	if (name == NULL && isatty(STDIN_FILENO)) {
		snprintf(ask, sizeof(ask), "Stream key of %.63s %.63s: ", o->argv[0], o->argv[1]);
		name = "terminal";
		rc = secret_ask(ask, dst, size);
	} else if (name == NULL || strcmp(name, "-") == 0) {
		name = "standard input";
		rc = secret_read(STDIN_FILENO, dst, size);
	} else if ((fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY)) == -1) {
		rc = -1;
	} else {
		rc = secret_read(fd, dst, size);
		close(fd);
	}
	if (rc == -1)
		log_warn("%s", name);
	return rc;
}

static int
rotate_dest(const struct options *o)
{
	char secret[KEYS_SECRET_MAX + 2];
	enum db_fault f;
	int status;

	if (o->grace_s > 0 || o->no_kick)
		return usage();
	if ((status = begin(true)) != 0)
		return status;
	if (dest_key_read(o, secret, sizeof(secret)) == -1)
		return EX_NOINPUT;
	f = keys_dest_rotate(db, &key, o->argv[0], o->argv[1], secret, o->why, why, sizeof(why));
	explicit_bzero(secret, sizeof(secret));
	if (f != DB_OK)
		return fail(f);
	log_notice("%s %s: has the new key; it is dialled again with it when lsctl-switch runs next",
	    o->argv[0], o->argv[1]);
	return 0;
}

static int
do_rotate(const struct options *o)
{
	json_t *made;
	enum db_fault f;
	int status;

	if (o->dest)
		return rotate_dest(o);
	if (o->key_file != NULL)
		return usage();
	if ((status = begin(true)) != 0)
		return status;
	if ((f = keys_rotate(db, &key, o->argv[0], o->argv[1], o->grace_s, o->why, &made,
	    why, sizeof(why))) != DB_OK)
		return fail(f);
	printf("%s %s: token %s\n", o->argv[0], o->argv[1], keys_text(made, "token"));
	flushed(0);
	status = evict(db, keys_text(made, "host"), o->argv[0], o->argv[1], "rotated",
	    !o->no_kick && o->grace_s == 0) == 0 ? 0 : EX_TEMPFAIL;
	json_decref(made);
	return status;
}

static int
do_revoke(const struct options *o)
{
	json_t *done;
	enum db_fault f;
	int status;

	if ((status = begin(false)) != 0)
		return status;
	if ((f = keys_revoke(db, o->argv[0], o->argv[1], o->why, &done, why, sizeof(why))) != DB_OK)
		return fail(f);
	status = evict(db, keys_text(done, "host"), o->argv[0], o->argv[1],
	    number_of(done, "revoked") > 0 ? "revoked" : "had no token", !o->no_kick) == 0 ?
	    0 : EX_TEMPFAIL;
	json_decref(done);
	return status;
}

static int
do_rekey(const struct options *o)
{
	int status;

	if ((status = begin(false)) != 0)
		return status;
	return rekey_command(db, o->to, o->batch, o->quiet);
}

/* -- options -- */

/* 0, or -1 when the value will not do; logged. */
static int
option_set(struct options *o, int opt, const char *value)
{
	const char *err = NULL;

	switch (opt) {
	case 'a':
		o->all = true;
		break;
	case 'b':
		o->batch = (int)strtonum(value, 1, BATCH_MAX, &err);
		break;
	case 'd':
		o->dest = true;
		break;
	case 'g':
		o->grace_s = (int)duration_s(value, GRACE_MAX_S);
		if (o->grace_s == -1)
			err = "must be 1s to 30d, such as 10m";
		break;
	case 'j':
		o->json = true;
		break;
	case 'k':
		o->key_file = value;
		break;
	case 'n':
		o->no_kick = true;
		break;
	case 't':
		o->to = value;
		break;
	case 'w':
		o->why = value;
		break;
	}
	if (err != NULL)
		log_warnx("%s: %s", value, err);
	return err == NULL ? 0 : -1;
}

/* 0, or -1 for wrong usage. */
static int
options_read(const struct command *c, struct options *o, int argc, char **argv)
{
	int opt, verbosity = 0;

	while ((opt = getopt_long(argc, argv, "qv", longopts, NULL)) != -1) {
		if (opt == 'q' || opt == 'v')
			verbosity = opt == 'q' ? -1 : 1;
		else if (opt == 'h' || opt == 'V') {
			if (opt == 'h')
				usage_print(stdout);
			else
				printf("lsctl-keys %s\n", LSCTL_VERSION);
			exit(flushed(0));
		} else if (opt == '?')
			return -1;
		else if (strchr(c->takes, opt) == NULL) {
			log_warnx("%s takes no such option", c->name);
			return -1;
		} else if (option_set(o, opt, optarg) == -1)
			return -1;
	}
	o->quiet = verbosity == -1;
	log_init("lsctl-keys", verbosity);
	o->argv = argv + optind;
	o->argc = o->dest ? argc - optind : keys_stream(argc - optind, &o->argv);
	return o->argc >= c->low && o->argc <= c->high ? 0 : -1;
}

int
main(int argc, char **argv)
{
	static const struct command none = { .name = "no command", .takes = "" };
	struct options o = { .batch = BATCH };
	int status;
	size_t i;

	harden_memory();
	log_init("lsctl-keys", 0);
	for (i = 0; argc > 1 && i < nitems(commands); i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		if (options_read(&commands[i], &o, argc - 1, argv + 1) == -1)
			return usage();
		status = commands[i].run(&o);
		master_key_wipe(&key);
		db_close(db);
		return status;
	}
	options_read(&none, &o, argc, argv);
	return usage();
}
