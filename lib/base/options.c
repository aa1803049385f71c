/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/duration.h"
#include "base/log.h"
#include "base/options.h"
#include "base/options_help.h"

#include <getopt.h>
#include <stdarg.h>

#define ROWS		48	/* limit: options of a command, and the common ones */
#define LONG_ONLY	256	/* what getopt_long() returns for row 0 without a letter */

/* Arguments for getopt_long(), made from some rows. */
struct reader {
	const struct option_row	*row[ROWS];
	struct option		 longs[ROWS + 1];
	char			 letters[2 * ROWS + 3];
	size_t			 n;
};

/* -- getopt_long() -- */

static void
row_add(struct reader *r, const struct option_row *row)
{
	size_t n = strlen(r->letters);
	int takes = row->value == NULL ? no_argument : row->without != 0 ? optional_argument : required_argument;

	if (r->n == ROWS)
		return;
	if (row->letter != 0)
		snprintf(r->letters + n, sizeof(r->letters) - n, "%c%s", row->letter,
		    takes == required_argument ? ":" : takes == optional_argument ? "::" : "");
	r->longs[r->n] = (struct option){ row->name, takes, NULL,
	    row->letter != 0 ? row->letter : LONG_ONLY + (int)r->n };
	r->row[r->n++] = row;
}

/* first: options end at the first argument. */
static void
reader_init(struct reader *r, const struct option_row *own, bool first)
{
	size_t i;

	memset(r, 0, sizeof(*r));
	strlcpy(r->letters, first ? "+:" : ":", sizeof(r->letters));
	for (; own != NULL && own->name != NULL; own++)
		row_add(r, own);
	for (i = 0; i < OPTIONS_COMMON; i++)
		row_add(r, &options_common[i]);
	opterr = 0;
	optind = 0;	/* glibc: from the beginning */
}

static const struct option_row *
row_of(const struct reader *r, int val)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->longs[i].val == val)
			return r->row[i];
	return NULL;
}

/* -- errors -- */

static const char *
name_of(const struct options_command *c)
{
	return c != NULL && c->name != NULL ? c->name : "";
}

static enum options_end	report_wrong(const struct options *, const char *fmt, va_list)
			    __attribute__((format(printf, 2, 0)));

static enum options_end
report_wrong(const struct options *o, const char *fmt, va_list ap)
{
	const struct options_command *c = o->command;
	const char *name = name_of(c);
	char reason[512];

	vsnprintf(reason, sizeof(reason), fmt, ap);
	log_warnx("%s%s%s", name, name[0] != '\0' ? ": " : "", reason);
	options_usage(stderr, o->tool, c);
	fprintf(stderr, "Try '%s%s%s --help'.\n", o->tool->name, name[0] != '\0' ? " " : "", name);
	return OPTIONS_WRONG;
}

enum options_end
options_wrong(const struct options *o, const char *reason, ...)
{
	enum options_end end;
	va_list ap;

	va_start(ap, reason);
	end = report_wrong(o, reason, ap);
	va_end(ap);
	return end;
}

/* Reports an option that getopt_long() refused: a letter, or the word that it has just read. */
static enum options_end
wrong_option(const struct options *o, const struct reader *r, const char *word)
{
	const struct option_row *row = row_of(r, optopt);
	const char *first = NULL, *second = NULL;
	size_t i, n;

	if (row != NULL)
		return options_wrong(o, "--%s: takes no value", row->name);
	if (optopt != 0)
		return options_wrong(o, "-%c: no such option", optopt);
	word += 2;
	n = strcspn(word, "=");
	for (i = 0; i < r->n; i++)
		if (strncmp(r->row[i]->name, word, n) == 0) {
			second = first;
			first = r->row[i]->name;
		}
	if (second != NULL)
		return options_wrong(o, "--%.*s: is it --%s or --%s?", (int)n, word, second, first);
	return options_wrong(o, "--%.*s: no such option", (int)n, word);
}

/* -- reading -- */

/* "a|b|c" as "a, b or c". */
static const char *
words_text(const char *words, char *dst, size_t size)
{
	size_t n = 0;

	dst[0] = '\0';
	for (; *words != '\0' && n + 5 < size; words++) {
		if (*words != '|')
			dst[n++] = *words;
		else
			n += strlcpy(dst + n, strchr(words + 1, '|') != NULL ? ", " : " or ", size - n);
		dst[n] = '\0';
	}
	return dst;
}

static bool
is_word_of(const char *words, const char *value)
{
	size_t n = strlen(value), m;

	for (;; words += m + 1) {
		m = strcspn(words, "|");
		if (m == n && strncmp(words, value, n) == 0)
			return true;
		if (words[m] == '\0')
			return false;
	}
}

/* NULL, or reason with the text of the fault. */
static const char *
number_read(const struct option_row *row, const char *value, long *dst, char *reason, size_t size)
{
	const char *err;

	*dst = (long)strtonum(value, row->min, row->max, &err);
	if (err == NULL)
		return NULL;
	if (strcmp(err, "invalid") == 0)
		strlcpy(reason, "not a number", size);
	else
		snprintf(reason, size, "must be %ld to %ld", row->min, row->max);
	return reason;
}

static const char *
time_read(const struct option_row *row, const char *value, long *dst, char *reason, size_t size)
{
	if (value == NULL)
		*dst = row->without;
	else if ((*dst = duration_s(value, row->max)) < 0)
		return duration_reason(reason, size, *dst, row->max);
	return NULL;
}

static const char *
value_read(const struct option_row *row, const char *value, char *context, char *reason, size_t size)
{
	char text[256];
	void *at = context + row->at;

	switch (row->kind) {
	case OPTION_IS_FLAG:
		*(bool *)at = true;
		return NULL;
	case OPTION_IS_CHOICE:
		if (!is_word_of(row->value, value)) {
			snprintf(reason, size, "must be %s", words_text(row->value, text, sizeof(text)));
			return reason;
		}
		/* FALLTHROUGH */
	case OPTION_IS_TEXT:
		*(const char **)at = value;
		return NULL;
	case OPTION_IS_NUMBER:
		return number_read(row, value, at, reason, size);
	case OPTION_IS_TIME:
		return time_read(row, value, at, reason, size);
	default:
		return row->call(context, row, value);
	}
}

static enum options_end
flush_shown(void)
{
	if (fflush(stdout) != EOF)
		return OPTIONS_SHOWN;
	log_warn("stdout");
	return OPTIONS_UNWRITTEN;
}

/* The value of an OPTION_TIME_OR in the next word, if that looks like a time; getopt_long() does not see it. */
static const char *
value_next(const struct option_row *row, int argc, char **argv)
{
	if (optarg == NULL && row->without != 0 && optind < argc && duration_s(argv[optind], row->max) != DURATION_BAD)
		return argv[optind++];
	return optarg;
}

static enum options_end
row_take(struct options *o, const struct option_row *row, const char *value, void *context)
{
	const char *reason;
	char text[256];

	switch (row->kind) {
	case OPTION_IS_QUIET:
		o->verbosity = -1;
		return OPTIONS_GO;
	case OPTION_IS_VERBOSE:
		o->verbosity = 1;
		return OPTIONS_GO;
	case OPTION_IS_HELP:
		options_help(stdout, o->tool, o->command, "");
		return flush_shown();
	case OPTION_IS_VERSION:
		printf("%s " LSCTL_VERSION "\n", o->tool->name);
		return flush_shown();
	default:
		reason = value_read(row, value, context, text, sizeof(text));
		return reason == NULL ? OPTIONS_GO :
		    options_wrong(o, "--%s%s%s: %s", row->name, value != NULL ? " " : "", value != NULL ? value : "",
		    reason);
	}
}

/* Reads the options of argv[1] and the following; optind is the index of the first argument. */
static enum options_end
rows_read(struct options *o, const struct option_row *own, bool first, void *context, int argc, char **argv)
{
	const struct option_row *row;
	enum options_end end;
	struct reader r;
	int opt;

	reader_init(&r, own, first);
	while ((opt = getopt_long(argc, argv, r.letters, r.longs, NULL)) != -1) {
		if (opt == '?')
			return wrong_option(o, &r, argv[optind - 1]);
		if (opt == ':') {
			row = row_of(&r, optopt);
			return options_wrong(o, "--%s: %s is missing", row->name, row->value);
		}
		row = row_of(&r, opt);
		if ((end = row_take(o, row, value_next(row, argc, argv), context)) != OPTIONS_GO)
			return end;
	}
	return OPTIONS_GO;
}

/* The command whose name argv begins with, and the number of its words; NULL: none. */
static const struct options_command *
command_find(const struct options_tool *t, int argc, char **argv, int *words)
{
	const struct options_command *c;
	size_t n;

	for (c = t->commands; argc > 0 && c < t->commands + t->n; c++) {
		if (c->name == NULL)
			continue;
		n = strcspn(c->name, " ");
		if (strlen(argv[0]) != n || strncmp(argv[0], c->name, n) != 0)
			continue;
		if (c->name[n] != '\0' && (argc < 2 || strcmp(argv[1], c->name + n + 1) != 0))
			continue;
		*words = c->name[n] == '\0' ? 1 : 2;
		return c;
	}
	return NULL;
}

/* The second words of the commands that begin with word, as "a, b or c"; "": there are none. */
static const char *
seconds_of(const struct options_tool *t, const char *word, char *dst, size_t size)
{
	const struct options_command *c;
	char words[256] = "";

	for (c = t->commands; c < t->commands + t->n; c++)
		if (options_in_group(c, word)) {
			if (words[0] != '\0')
				strlcat(words, "|", sizeof(words));
			strlcat(words, c->name + strlen(word) + 1, sizeof(words));
		}
	return words_text(words, dst, size);
}

static enum options_end
no_command(const struct options *o, int argc, char **argv)
{
	char words[256];

	if (argc == 0)
		return options_wrong(o, "which command?");
	if (seconds_of(o->tool, argv[0], words, sizeof(words))[0] == '\0')
		return options_wrong(o, "%s: no such command", argv[0]);
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		options_help(stdout, o->tool, NULL, argv[0]);
		return flush_shown();
	}
	return options_wrong(o, "%s: %s%smust be %s", argv[0], argc > 1 ? argv[1] : "the next word",
	    argc > 1 ? ": " : " ", words);
}

/* The name of argument n, of a command whose arguments have one form. */
static const char *
argument_name(const char *args, int n, char *dst, size_t size)
{
	size_t len;

	if (strpbrk(args, "\n|") != NULL)
		return "an argument";
	for (; n > 0; n--) {
		args += strcspn(args, " ");
		args += strspn(args, " ");
	}
	len = strcspn(args, " .");
	snprintf(dst, size, "%.*s", (int)len, args);
	return dst;
}

static enum options_end
count_check(const struct options *o)
{
	const struct options_command *c = o->command;
	char name[64];

	if (o->argc < c->min)
		return options_wrong(o, "%s is missing", argument_name(c->args, o->argc, name, sizeof(name)));
	if (o->argc > c->max)
		return options_wrong(o, "%s: one argument too many", o->argv[c->max]);
	return OPTIONS_GO;
}

enum options_end
options_read(struct options *o, const struct options_tool *t, void *context, int argc, char **argv)
{
	enum options_end end;
	int words = 0;

	*o = (struct options){ .tool = t };
	log_init(t->name, 0);
	o->command = argc > 1 ? command_find(t, argc - 1, argv + 1, &words) : NULL;
	if (o->command == NULL && (o->command = options_default(t)) == NULL) {
		if ((end = rows_read(o, NULL, true, context, argc, argv)) != OPTIONS_GO)
			return end;
		argc -= optind;
		argv += optind;
		if ((o->command = command_find(t, argc, argv, &words)) == NULL)
			return no_command(o, argc, argv);
		words--;	/* getopt_long() begins after the last of them */
	}
	argc -= words;
	argv += words;
	if ((end = rows_read(o, o->command->options, false, context, argc, argv)) != OPTIONS_GO)
		return end;
	o->argc = argc - optind;
	o->argv = argv + optind;
	log_init(t->name, o->verbosity);
	return count_check(o);
}
