/* SPDX-License-Identifier: ISC */
/* Declares channels: their sources, destinations and policy, one by one or all in one file. */
#include "base/base.h"
#include "base/buf.h"
#include "base/log.h"
#include "control/declare/declaration.h"
#include "control/declare/declare.h"
#include "control/declare/declared_text.h"
#include "control/declare/declared_value.h"
#include "control/paths.h"
#include "lsctl-channel/prompt.h"
#include "lsctl-channel/takeover.h"
#include "process/harden.h"
#include "process/secret_read.h"

#include <errno.h>
#include <getopt.h>
#include <sysexits.h>
#include <unistd.h>

#define TEXT_MAX	(64 << 20)
#define WORDS		32
#define SECRET_MAX	1026

/* Of an option that is a field of what is declared: --delay-ms is delay_ms. */
enum { FIELD = 256, DISABLED, NO_SOURCE, KEY, KEY_FILE, KEY_STDIN, JSON, PRUNE,
    WHY, HELP, VERSION };

static const struct option options[] = {
	{ "host", required_argument, NULL, FIELD },
	{ "delay-ms", required_argument, NULL, FIELD },
	{ "stall-ms", required_argument, NULL, FIELD },
	{ "stable-ms", required_argument, NULL, FIELD },
	{ "stable-max-ms", required_argument, NULL, FIELD },
	{ "play-from", required_argument, NULL, FIELD },
	{ "position", required_argument, NULL, FIELD },
	{ "backup-url", required_argument, NULL, FIELD },
	{ "on-backup", required_argument, NULL, FIELD },
	{ "queue-ms", required_argument, NULL, FIELD },
	{ "ca-file", required_argument, NULL, FIELD },
	{ "disabled", no_argument, NULL, DISABLED },
	{ "no-obs", no_argument, NULL, NO_SOURCE },
	{ "no-loop", no_argument, NULL, NO_SOURCE },
	{ "no-file", no_argument, NULL, NO_SOURCE },
	{ "key", no_argument, NULL, KEY },
	{ "key-file", required_argument, NULL, KEY_FILE },
	{ "key-stdin", no_argument, NULL, KEY_STDIN },
	{ "json", no_argument, NULL, JSON },
	{ "yes", no_argument, NULL, 'y' },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "prune", no_argument, NULL, PRUNE },
	{ "why", required_argument, NULL, WHY },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, HELP },
	{ "version", no_argument, NULL, VERSION },
	{ NULL, 0, NULL, 0 }
};

/* Which of them a command takes. */
enum { FIELDS = 1 << 0, SOURCES = 1 << 1, KEYS = 1 << 2, AS_JSON = 1 << 3, ASKING = 1 << 4,
    APPLYING = 1 << 5, SEIZING = 1 << 6 };

struct call {
	const struct command	*cmd;
	const char *const	*arg;		/* what stands after the command, without options */
	size_t			 args;
	const char		*word[WORDS];	/* KEY=VALUE of options */
	size_t			 words;
	int			 used;		/* of FIELDS, SOURCES, ... */
	char			 without[32];	/* names of sources */
	const char		*key_file;	/* "-": standard input */
	const char		*why;
	bool			 key_ask, yes, dry, prune;
	int			 verbosity;
	char			 secret[SECRET_MAX];	/* a stream key, or "" */
};

struct command {
	const char		*name, *sub;
	size_t			 min, max;	/* arguments */
	int			 takes;
	int			(*run)(struct call *);	/* the exit status */
	const char		*usage;
	/* of look() */
	enum declare_view	 view;
	enum declared_form	 form;
	/* of alter() */
	const char		*verb, *object;
	enum declared_kind	 fields;
	const char		*word;		/* "enabled=yes"; "url": is the next argument */
};

static int	alter(struct call *), look(struct call *), rm(struct call *), media(struct call *);
static int	host_set(struct call *), apply(struct call *), take_away(struct call *);

#define MANY		((size_t)-1)
#define VIEW(v, f)	.view = VIEW_##v, .form = FORM_##f
#define DO(v, t, f, w)	.verb = v, .object = t, .fields = DECLARED_##f, .word = w

static const struct command commands[] = {
	{ "add", NULL, 1, MANY, FIELDS | SOURCES, alter,
	    "CHANNEL [--host HOST] [--delay-ms N] [--stall-ms N] [--stable-ms N]\n"
	    "\t    [--stable-max-ms N] [--play-from NETWORK,...] [--disabled]\n"
	    "\t    [--no-obs] [--no-loop] [--no-file]", DO("add", "channel", CHANNEL, NULL) },
	{ "set", NULL, 2, MANY, 0, alter, "CHANNEL KEY=VALUE...",
	    DO("set", "channel", CHANNEL, NULL) },
	{ "show", NULL, 0, MANY, AS_JSON, look, "[--json] [CHANNEL...]", VIEW(CHANNELS, CHANNELS) },
	{ "list", NULL, 0, 0, AS_JSON, look, "[--json]", VIEW(CHANNELS, TABLE) },
	{ "rm", NULL, 1, 1, ASKING, rm, "[-y] CHANNEL", .verb = NULL },
	{ "enable", NULL, 1, 1, 0, alter, "CHANNEL", DO("set", "channel", CHANNEL, "enabled=yes") },
	{ "disable", NULL, 1, 1, 0, alter, "CHANNEL", DO("set", "channel", CHANNEL, "enabled=no") },
	{ "seize", NULL, 1, MANY, ASKING | SEIZING, take_away, "[-y] [--why TEXT] CHANNEL...", .verb = NULL },
	{ "media", NULL, 3, MANY, 0, media, "CHANNEL SOURCE FILE...", .verb = NULL },
	{ "source", "add", 3, 3, FIELDS, alter, "CHANNEL NAME live|loop|file [--position N]",
	    DO("add", "source", SOURCE, "kind") },
	{ "source", "move", 3, 3, 0, alter, "CHANNEL NAME N",
	    DO("move", "source", SOURCE, "position") },
	{ "source", "rm", 2, 2, 0, alter, "CHANNEL NAME", DO("rm", "source", SOURCE, NULL) },
	{ "dest", "add", 3, MANY, FIELDS | KEYS, alter,
	    "CHANNEL NAME URL [--key | --key-file FILE | --key-stdin]\n"
	    "\t    [--backup-url URL] [--on-backup send|disconnect] [--queue-ms N]\n"
	    "\t    [--ca-file FILE] [--disabled]", DO("add", "destination", DESTINATION, "url") },
	{ "dest", "set", 2, MANY, FIELDS | KEYS, alter,
	    "CHANNEL NAME [--key | --key-file FILE | --key-stdin] [KEY=VALUE...]",
	    DO("set", "destination", DESTINATION, NULL) },
	{ "dest", "rm", 2, 2, 0, alter, "CHANNEL NAME", DO("rm", "destination", DESTINATION, NULL) },
	{ "dest", "enable", 2, 2, 0, alter, "CHANNEL NAME",
	    DO("set", "destination", DESTINATION, "enabled=yes") },
	{ "dest", "disable", 2, 2, 0, alter, "CHANNEL NAME",
	    DO("set", "destination", DESTINATION, "enabled=no") },
	{ "dest", "show", 1, 2, AS_JSON, look, "[--json] CHANNEL [NAME]",
	    VIEW(CHANNELS, DESTINATIONS) },
	{ "host", "set", 1, MANY, 0, host_set, "HOST [KEY=VALUE...]", .verb = NULL },
	{ "host", "list", 0, 0, AS_JSON, look, "[--json]", VIEW(DOCUMENT, HOSTS) },
	{ "host", "rm", 1, 1, 0, rm, "HOST", .verb = NULL },
	{ "export", NULL, 0, MANY, 0, look, "[CHANNEL...]", VIEW(DOCUMENT, DOCUMENT) },
	{ "apply", NULL, 1, 1, APPLYING, apply, "[-n] [--prune] FILE|-", .verb = NULL },
};

static int
usage(const struct command *one, FILE *to)
{
	const char *word = "usage:";
	size_t i;

	for (i = 0; i < nitems(commands); i++) {
		if (one != NULL && one != &commands[i])
			continue;
		fprintf(to, "%s lsctl-channel %s%s%s %s\n", word, commands[i].name,
		    commands[i].sub != NULL ? " " : "",
		    commands[i].sub != NULL ? commands[i].sub : "", commands[i].usage);
		word = "      ";
	}
	fprintf(to, "       with -q, -v; lsctl-channel --help, --version; all of it: lsctl-channel(8)\n");
	return EX_USAGE;
}

/* Says why a fault was; the exit status. */
static int
told(enum db_fault fault, const char *why)
{
	if (fault != DB_OK)
		log_warnx("%s", why);
	return db_exit(fault);
}

static int
refuse(const struct declaration_fault *x, const char *where)
{
	char text[1024];

	log_warnx("%s", declaration_fault_text(x, where, text, sizeof(text)));
	return EX_DATAERR;
}

static int
check(const char *s, const char *(*right)(const char *))
{
	const char *why = right(s);

	if (why == NULL)
		return 0;
	log_warnx("%s: %s", s, why);
	return EX_DATAERR;
}

/* The arguments are channels, or one and its destination. */
static int
look(struct call *c)
{
	const char *item = c->cmd->form == FORM_DESTINATIONS && c->args > 1 ? c->arg[1] : NULL;
	size_t i, n = c->args - (item != NULL);
	struct buf out;
	char why[256], *json;
	int status, rc;

	for (i = 0; i < n; i++)
		if (check(c->arg[i], declared_name) != 0)
			return EX_DATAERR;
	status = told(declare_read(c->cmd->view, c->arg, n, &json, why, sizeof(why)), why);
	if (status != 0)
		return status;
	buf_init(&out, TEXT_MAX);
	rc = declared_view(&out, c->cmd->form, c->used & AS_JSON, item, json);
	free(json);
	if (rc == 0)
		status = prompt_print(&out);
	else if (rc == 1)
		log_warnx("channel %s: there is no destination %s", c->arg[0], item);
	else
		log_warnx("the database's answer is not understood, or too long");
	buf_free(&out);
	return rc == 0 ? status : rc == 1 ? EX_DATAERR : EX_SOFTWARE;
}

/* -- changing -- */

/* What cannot be printed is not done. */
static int
change_within(struct call *c, struct declare *d, enum declare_what what, const char *const params[])
{
	struct buf out;
	size_t steps;
	int status;

	buf_init(&out, TEXT_MAX);
	status = told(declare_change(d, what, params, c->secret[0] != '\0' ? c->secret : NULL, &out,
	    &steps), declare_why(d));
	if (status == 0 && (c->dry || c->verbosity >= 0))
		status = prompt_print(&out);
	buf_free(&out);
	if (status == 0 && steps == 0)
		log_info("nothing to do");
	return status == 0 && c->dry && steps > 0 ? 1 : status;
}

static int
change(struct call *c, enum declare_what what, const char *const params[])
{
	enum db_fault fault;
	struct declare *d;
	char why[256];
	int status;

	d = declare_begin(c->secret[0] != '\0', &fault, why, sizeof(why));
	if (d == NULL)
		return told(fault, why);
	if ((status = change_within(c, d, what, params)) == 0)
		status = told(declare_commit(d), declare_why(d));
	declare_end(d);
	return status;
}

/* "KEY=VALUE" or, with a value, "KEY". 0, or an exit status. */
static int
word(struct call *c, const char *key, const char *value)
{
	char *w = NULL;

	if (c->words == WORDS) {
		log_warnx("more words than anything has fields");
		return EX_USAGE;
	}
	if (value != NULL && asprintf(&w, "%s=%s", key, value) == -1)
		return EX_OSERR;
	c->word[c->words++] = w != NULL ? w : key;
	return 0;
}

/* The words of the command, its arguments from first on, and its options. NULL: said. */
static char *
fields(struct call *c, size_t first)
{
	struct declaration_fault x;
	const char *w = c->cmd->word;
	char *json;

	if ((w != NULL && word(c, w, strchr(w, '=') == NULL ? c->arg[first++] : NULL) != 0) ||
	    (c->without[0] != '\0' && word(c, "without", c->without) != 0))
		return NULL;
	for (; first < c->args; first++)
		if (word(c, c->arg[first], NULL) != 0)
			return NULL;
	if ((json = declaration_assignments(c->cmd->fields, c->word, c->words, &x)) == NULL)
		refuse(&x, c->arg[0]);
	return json;
}

/* A key from a file, from standard input or from a person; "" when there is none. */
static int
read_key(struct call *c)
{
	char prompt[256];
	int rc = 0;

	if (c->key_file != NULL)
		rc = secret_file(c->key_file, c->secret, sizeof(c->secret));
	else if (c->key_ask || (strcmp(c->cmd->verb, "add") == 0 && isatty(STDIN_FILENO))) {
		snprintf(prompt, sizeof(prompt), "Stream key of %s %s (empty: none): ", c->arg[0],
		    c->arg[1]);
		rc = secret_ask(prompt, c->secret, sizeof(c->secret));
	}
	if (rc == -1) {
		log_warn("key: %s", c->key_file != NULL ? c->key_file : "terminal");
		return errno == EMSGSIZE || errno == EBADMSG ? EX_DATAERR : EX_NOINPUT;
	}
	if ((c->key_file == NULL && c->secret[0] == '\0') || declared_key(c->secret) == NULL)
		return 0;
	log_warnx("key: %s", declared_key(c->secret));
	return EX_DATAERR;
}

/* One thing of a channel, or the channel itself. */
static int
alter(struct call *c)
{
	bool whole = c->cmd->fields == DECLARED_CHANNEL;
	size_t names = whole ? 1 : 2;
	char host[256], *json;
	const char *params[] = { c->cmd->verb, c->cmd->object, c->arg[0], whole ? NULL : c->arg[1],
	    NULL, path_host(host, sizeof(host)) };
	int status = 0;

	if (check(c->arg[0], declared_name) != 0 || (!whole && check(c->arg[1],
	    c->cmd->fields == DECLARED_SOURCE ? declared_source_name : declared_name) != 0))
		return EX_DATAERR;
	if ((params[4] = json = fields(c, names)) == NULL)
		return EX_DATAERR;
	if ((c->cmd->takes & KEYS) == 0 || (status = read_key(c)) == 0)
		status = change(c, DECLARE_ONE, params);
	free(json);
	return status;
}

static int
media(struct call *c)
{
	struct declaration_fault x;
	char folder[1024], *json;
	const char *params[] = { "set", "source", c->arg[0], c->arg[1], NULL, NULL };
	int status;

	path_state(folder, sizeof(folder), "media", NULL);
	if ((params[4] = json = declaration_files(folder, c->arg + 2, c->args - 2, &x)) == NULL)
		return refuse(&x, c->arg[0]);
	status = change(c, DECLARE_ONE, params);
	free(json);
	return status;
}

static int
rm(struct call *c)
{
	char question[256];
	int status;

	if (c->cmd->sub != NULL)	/* a host without channels */
		return change(c, DECLARE_NO_HOST, c->arg);
	snprintf(question, sizeof(question), "Remove channel %s with its tokens, destinations and their keys?",
	    c->arg[0]);
	status = prompt_confirm(c->yes, "rm", question);
	return status == 0 ? change(c, DECLARE_NO_CHANNEL, c->arg) : status;
}

static int
take_away(struct call *c)
{
	return takeover(c->arg, c->args, c->why, c->yes, c->verbosity < 0);
}

static int
host_set(struct call *c)
{
	struct declaration_fault x;
	char *json;
	const char *params[] = { c->arg[0], NULL };
	int status;

	if (check(c->arg[0], declared_host_name) != 0)
		return EX_DATAERR;
	json = declaration_assignments(DECLARED_HOST, c->arg + 1, c->args - 1, &x);
	if ((params[1] = json) == NULL)
		return refuse(&x, c->arg[0]);
	status = change(c, DECLARE_HOST, params);
	free(json);
	return status;
}

static int
apply(struct call *c)
{
	struct declaration_fault x;
	char host[256], *text;
	const char *params[] = { NULL, c->prune ? "true" : "false", c->dry ? "true" : "false",
	    path_host(host, sizeof(host)) };
	int status;

	if ((params[0] = text = declaration_read(c->arg[0], &x)) == NULL) {
		status = refuse(&x, strcmp(c->arg[0], "-") == 0 ? "standard input" : c->arg[0]);
		return x.line > 0 ? status : EX_NOINPUT;
	}
	status = change(c, DECLARE_ALL, params);
	free(text);
	return status;
}

/* -- the command line -- */

static const struct command *
command_of(int argc, char **argv)
{
	const struct command *one;

	for (one = commands; argc > 0 && one < commands + nitems(commands); one++)
		if (strcmp(one->name, argv[0]) == 0 && (one->sub == NULL ||
		    (argc > 1 && strcmp(one->sub, argv[1]) == 0)))
			return one;
	return NULL;
}

/* The kind of option that it was, or -1. */
static int
take(struct call *c, int opt, const char *name)
{
	switch (opt) {
	case FIELD:
		return word(c, name, optarg) == 0 ? FIELDS : -1;
	case DISABLED:
		return word(c, "enabled=no", NULL) == 0 ? FIELDS : -1;
	case NO_SOURCE:
		if (c->without[0] != '\0')
			strlcat(c->without, ",", sizeof(c->without));
		strlcat(c->without, name + strlen("no-"), sizeof(c->without));
		return SOURCES;
	case KEY:
		c->key_ask = true;
		return KEYS;
	case KEY_FILE:
	case KEY_STDIN:
		c->key_file = opt == KEY_FILE ? optarg : "-";
		return KEYS;
	case JSON:
		return AS_JSON;
	case 'y':
		c->yes = true;
		return ASKING;
	case 'n':
		c->dry = true;
		return APPLYING;
	case PRUNE:
		c->prune = true;
		return APPLYING;
	case WHY:
		c->why = optarg;
		return SEIZING;
	case 'q':
	case 'v':
		c->verbosity = opt == 'v' ? 1 : -1;
		return 0;
	}
	return -1;
}

int
main(int argc, char **argv)
{
	static struct call c;
	int opt, i = 0, kind, skip;

	log_init("lsctl-channel", 0);
	while ((opt = getopt_long(argc, argv, "nqvy", options, &i)) != -1) {
		if (opt == HELP || opt == VERSION) {
			if (opt == VERSION)
				puts("lsctl-channel " LSCTL_VERSION);
			else
				usage(NULL, stdout);
			return fflush(stdout) == EOF ? EX_IOERR : 0;
		}
		if ((kind = take(&c, opt, options[i].name)) == -1)
			return usage(command_of(argc - 1, argv + 1), stderr);
		c.used |= kind;
	}
	log_init("lsctl-channel", c.verbosity);
	c.cmd = command_of(argc - optind, argv + optind);
	if (c.cmd == NULL)
		return usage(NULL, stderr);
	skip = optind + (c.cmd->sub != NULL ? 2 : 1);
	c.arg = (const char *const *)argv + skip;
	c.args = (size_t)(argc - skip);
	if (c.args < c.cmd->min || c.args > c.cmd->max || (c.used & ~c.cmd->takes) != 0 ||
	    (c.key_ask && c.key_file != NULL))
		return usage(c.cmd, stderr);
	harden_memory();
	opt = c.cmd->run(&c);
	explicit_bzero(&c, sizeof(c));
	return opt;
}
