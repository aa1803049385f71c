/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/options_help.h"
#include "t.h"

struct call {
	bool		 dry;
	const char	*server;
	long		 watch_s;
};

static const struct option_row rows[] = {
	OPTION_FLAG("dry-run", 'n', struct call, dry, "print what would be done"),
	OPTION_CHOICE("server", 0, "srs|nginx", struct call, server, "which server"),
	OPTION_TIME_OR("watch", 'w', struct call, watch_s, 3600, 2, "again and again"),
	OPTION_CHOICE("a-long-name", 0, "and|many|words", struct call, server, "its text has a line of its own"),
	OPTION_END
};

static const struct options_command plain[] = {
	{ NULL, "CHANNEL [SOURCE]", 1, 2, "", rows, NULL, NULL, { NULL, NULL } },
};
static const struct options_tool one = {
	"tool", "Runs it.", plain, nitems(plain), { "tool krishna", "tool -n krishna" }
};

static const struct options_command several[] = {
	{ NULL, "SPEC", 1, 1, "", rows, NULL, NULL, { NULL, NULL } },
	{ "dest add", "CHANNEL NAME", 2, 2, "add one", NULL, NULL, NULL, { "tool dest add a b", NULL } },
	{ "rotate", "CHANNEL SOURCE | STREAM\n--dest CHANNEL NAME", 2, 2, "put a new one there", NULL, NULL, NULL,
	    { NULL, NULL } },
};
static const struct options_tool many = {
	"tool", "Runs it, and more.", several, nitems(several), { "tool a.json", NULL }
};

#define COMMON								\
	"  -q, --quiet                   print warnings and errors only\n"	\
	"  -v, --verbose                 print details, too\n"		\
	"  -h, --help                    print this help\n"		\
	"      --version                 print the version\n"

/* What is printed, until the next call. */
static const char *
help(const struct options_tool *t, const struct options_command *c, const char *group)
{
	static char *text;
	size_t size;
	FILE *f;

	free(text);
	f = open_memstream(&text, &size);
	options_help(f, t, c, group);
	fclose(f);
	return text;
}

static void
a_tool_has_a_line_for_each_option(void)
{
	const char *want = "usage: tool [OPTION...] CHANNEL [SOURCE]\n\n"
	    "Runs it.\n\n"
	    "Options:\n"
	    "  -n, --dry-run                 print what would be done\n"
	    "      --server srs|nginx        which server\n"
	    "  -w, --watch[=TIME]            again and again\n"
	    "      --a-long-name and|many|words\n"
	    "                                its text has a line of its own\n"
	    COMMON
	    "\nExamples:\n"
	    "  tool krishna\n"
	    "  tool -n krishna\n\n"
	    "See also: man tool\n";

	t_str(help(&one, NULL, ""), want);
	t_str(help(&one, &plain[0], ""), want);
}

static void
a_tool_has_a_line_for_each_command(void)
{
	const char *text = help(&many, NULL, "");

	t_ok(strncmp(text, "usage: tool [OPTION...] SPEC\n       tool COMMAND [OPTION...] [ARGUMENT...]\n", 75) == 0);
	t_ok(strstr(text, "\nCommands:\n"
	    "  dest add CHANNEL NAME         add one\n"
	    "  rotate CHANNEL SOURCE | STREAM\n"
	    "                                put a new one there\n"
	    "'tool COMMAND --help' prints the options of a command.\n\n"
	    "Options:\n  -n, ") != NULL);
	text = help(&many, NULL, "dest");
	t_ok(strstr(text, "dest add") != NULL && strstr(text, "rotate") == NULL && strstr(text, "--dry") == NULL);
}

static void
a_command_has_its_forms_and_its_own_examples(void)
{
	t_str(help(&many, &several[1], ""), "usage: tool dest add [OPTION...] CHANNEL NAME\n\nAdd one.\n\n"
	    "Options:\n" COMMON "\nExamples:\n  tool dest add a b\n\nSee also: man tool\n");
	t_str(help(&many, &several[2], ""), "usage: tool rotate [OPTION...] CHANNEL SOURCE | STREAM\n"
	    "       tool rotate [OPTION...] --dest CHANNEL NAME\n\nPut a new one there.\n\n"
	    "Options:\n" COMMON "\nSee also: man tool\n");
}

T_MAIN(
	{ "a_tool_has_a_line_for_each_option", a_tool_has_a_line_for_each_option },
	{ "a_tool_has_a_line_for_each_command", a_tool_has_a_line_for_each_command },
	{ "a_command_has_its_forms_and_its_own_examples", a_command_has_its_forms_and_its_own_examples },
)
