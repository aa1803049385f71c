/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/options_help.h"

#include <ctype.h>

#define LEFT	30	/* columns of the left side at most, beyond which the text has its own line */

const struct option_row options_common[OPTIONS_COMMON] = {
	{ "quiet", 'q', NULL, "print warnings and errors only", OPTION_IS_QUIET, 0, 0, 0, 0, NULL },
	{ "verbose", 'v', NULL, "print details, too", OPTION_IS_VERBOSE, 0, 0, 0, 0, NULL },
	{ "help", 'h', NULL, "print this help", OPTION_IS_HELP, 0, 0, 0, 0, NULL },
	{ "version", 0, NULL, "print the version", OPTION_IS_VERSION, 0, 0, 0, 0, NULL },
};

/* Prints a line of two columns. */
static void
line_print(FILE *to, const char *left, const char *text)
{
	if (strlen(left) > LEFT)
		fprintf(to, "%s\n%*s  %s\n", left, LEFT, "", text);
	else
		fprintf(to, "%-*s  %s\n", LEFT, left, text);
}

static void
row_text(const struct option_row *r, char *dst, size_t size)
{
	char letter[8] = "    ";

	if (r->letter != 0)
		snprintf(letter, sizeof(letter), "-%c, ", r->letter);
	snprintf(dst, size, "  %s--%s%s%s%s", letter, r->name, r->value == NULL ? "" : r->without != 0 ? "[=" : " ",
	    r->value != NULL ? r->value : "", r->without != 0 ? "]" : "");
}

static void
rows_print(FILE *to, const struct option_row *own)
{
	const struct option_row *r;
	char left[128];
	size_t i;

	fprintf(to, "\nOptions:\n");
	for (r = own; r != NULL && r->name != NULL; r++) {
		row_text(r, left, sizeof(left));
		line_print(to, left, r->help);
	}
	for (i = 0; i < OPTIONS_COMMON; i++) {
		row_text(&options_common[i], left, sizeof(left));
		line_print(to, left, options_common[i].help);
	}
}

/* Prints each form of a command, as the user types it; the first line begins with word. */
static void
forms_print(FILE *to, const struct options_tool *t, const struct options_command *c, const char *word)
{
	const char *form = c->args, *end;

	for (;; form = end + 1, word = "      ") {
		end = form + strcspn(form, "\n");
		fprintf(to, "%s %s%s%s [OPTION...]%s%.*s\n", word, t->name, c->name != NULL ? " " : "",
		    c->name != NULL ? c->name : "", end > form ? " " : "", (int)(end - form), form);
		if (*end == '\0')
			return;
	}
}

bool
options_in_group(const struct options_command *c, const char *group)
{
	size_t n = strlen(group);

	return c->name != NULL && (n == 0 || (strncmp(c->name, group, n) == 0 && c->name[n] == ' '));
}

const struct options_command *
options_default(const struct options_tool *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->commands[i].name == NULL)
			return &t->commands[i];
	return NULL;
}

/* Are there commands with names? */
static bool
has_commands(const struct options_tool *t)
{
	return t->n > 1 || t->commands[0].name != NULL;
}

static void
commands_print(FILE *to, const struct options_tool *t, const char *group)
{
	const struct options_command *c;
	char left[128];

	fprintf(to, "\nCommands:\n");
	for (c = t->commands; c < t->commands + t->n; c++) {
		if (!options_in_group(c, group))
			continue;
		snprintf(left, sizeof(left), "  %s %.*s", c->name, (int)strcspn(c->args, "\n"), c->args);
		line_print(to, left, c->help);
	}
	fprintf(to, "'%s COMMAND --help' prints the options of a command.\n", t->name);
}

void
options_usage(FILE *to, const struct options_tool *t, const struct options_command *c)
{
	const char *word = "usage:";

	if (c == NULL && (c = options_default(t)) == NULL)
		fprintf(to, "usage: %s COMMAND [OPTION...] [ARGUMENT...]\n", t->name);
	else {
		forms_print(to, t, c, word);
		if (c->name == NULL && has_commands(t))
			fprintf(to, "       %s COMMAND [OPTION...] [ARGUMENT...]\n", t->name);
	}
}

static void
examples_print(FILE *to, const char *const example[2])
{
	if (example[0] == NULL)
		return;
	fprintf(to, "\nExamples:\n  %s\n", example[0]);
	if (example[1] != NULL)
		fprintf(to, "  %s\n", example[1]);
}

void
options_help(FILE *to, const struct options_tool *t, const struct options_command *c, const char *group)
{
	const struct options_command *none = options_default(t);

	if (c == none)
		c = NULL;
	options_usage(to, t, c);
	if (c != NULL)
		fprintf(to, "\n%c%s.\n", toupper((unsigned char)c->help[0]), c->help + 1);
	else
		fprintf(to, "\n%s\n", t->help);
	if (c == NULL && has_commands(t))
		commands_print(to, t, group);
	if (c != NULL || group[0] == '\0')
		rows_print(to, c != NULL ? c->options : none != NULL ? none->options : NULL);
	examples_print(to, c != NULL ? c->examples : t->examples);
	fprintf(to, "\nSee also: man %s\n", t->name);
}
