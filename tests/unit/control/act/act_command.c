/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/act/act_command.h"
#include "t.h"

#include <stdarg.h>

static struct act_argv argv_now;
static json_t *arguments_now;

static void
release(void)
{
	act_argv_free(&argv_now);
	json_decref(arguments_now);
	arguments_now = NULL;
}

/* The command line for these arguments, words with | between them; or "FIELD: REASON". */
static const char *
line_of(const char *command, const char *arguments)
{
	static char line[16384];
	const struct act_command *c = act_command_find(command);
	size_t i;

	line[0] = '\0';
	release();
	arguments_now = json_loads(arguments, JSON_ALLOW_NUL, NULL);
	if (c == NULL || arguments_now == NULL)
		return "no such command, or no JSON";
	if (act_argv_make(&argv_now, c, arguments_now, "simran") == -1) {
		snprintf(line, sizeof(line), "%s: %s", argv_now.field, argv_now.reason);
		return line;
	}
	for (i = 0; i < argv_now.n; i++) {
		strlcat(line, i > 0 ? "|" : "", sizeof(line));
		strlcat(line, argv_now.argv[i], sizeof(line));
	}
	t_ok(argv_now.argv[argv_now.n] == NULL);
	return line;
}

static void
appends_an_argument_to_its_word(void)
{
	t_str(line_of("override", "{\"channel\": \"krishna\", \"to\": \"loop\"}"),
	    "lsctl-switch|--json|--to=loop|--|krishna");
	t_str(line_of("override", "{\"channel\": \"krishna\", \"to\": \"loop\", \"for_s\": 3600, \"reason\": \"a b\"}"),
	    "lsctl-switch|--json|--to=loop|--for=3600|--reason=a b|--|krishna");
	t_str(line_of("channel-add", "{\"name\": \"c\", \"delay_ms\": null}"), "lsctl-channel|add|--delay-ms=|--|c");
}

static void
takes_the_account_of_the_caller_and_no_other(void)
{
	t_str(line_of("alert-acknowledge", "{\"channel\": \"krishna\", \"code\": \"no-video\", \"for_s\": 60}"),
	    "lsctl-alert|ack|--who=simran|--for=60|--|krishna|no-video");
	t_str(line_of("alert-acknowledge-host", "{}"), "lsctl-alert|ack|--who=simran|--|-");
	t_str(line_of("alert-acknowledge", "{\"channel\": \"krishna\", \"who\": \"jas\"}"), "who: is not known here");
	t_str(line_of("alert-acknowledge-host", "{\"channel\": \"krishna\"}"), "channel: is not known here");
}

static void
makes_a_word_of_each_text_of_a_list(void)
{
	t_str(line_of("films-set", "{\"channel\": \"c\", \"source\": \"loop\", \"films\": [\"a.flv\", \"-b c.flv\"]}"),
	    "lsctl-channel|media|--|c|loop|a.flv|-b c.flv");
	t_str(line_of("films-set", "{\"channel\": \"c\", \"source\": \"loop\", \"films\": []}"), "lsctl-channel|media|--|c|loop");
	t_str(line_of("account-add", "{\"name\": \"jas\", \"role\": \"viewer\", \"channels\": [\"a\", \"b\"]}"),
	    "lsctl-user|add|--json|--role=viewer|--channel=a|--channel=b|--|jas");
	t_str(line_of("account-add", "{\"name\": \"jas\", \"role\": \"viewer\", \"channels\": null}"),
	    "lsctl-user|add|--json|--role=viewer|--|jas");
	t_str(line_of("account-add", "{\"name\": \"jas\", \"role\": \"viewer\"}"), "lsctl-user|add|--json|--role=viewer|--|jas");
}

static void
tells_all_channels_from_no_change(void)
{
	t_str(line_of("account-set", "{\"account\": \"jas\", \"channels\": null}"), "lsctl-user|set|--all-channels|--|jas");
	t_str(line_of("account-set", "{\"account\": \"jas\", \"channels\": [\"a\"]}"), "lsctl-user|set|--channel=a|--|jas");
	t_str(line_of("account-set", "{\"account\": \"jas\", \"role\": \"admin\"}"), "lsctl-user|set|--role=admin|--|jas");
}

static void
makes_assignments_of_the_members_of_an_object(void)
{
	t_str(line_of("channel-set", "{\"channel\": \"c\", \"set\": {\"delay_ms\": 0, \"enabled\": false, \"host\": null,"
	    " \"play_from\": [\"10.0.0.0/8\", \"::1\"]}}"),
	    "lsctl-channel|set|--|c|delay_ms=0|enabled=false|host=|play_from=10.0.0.0/8,::1");
	t_str(line_of("channel-set", "{\"channel\": \"c\", \"set\": {\"reason\": \"--x=y\"}}"),
	    "lsctl-channel|set|--|c|reason=--x=y");
}

static void
gives_a_key_to_standard_input_only(void)
{
	t_str(line_of("destination-key", "{\"channel\": \"c\", \"destination\": \"d\", \"key\": \"s3cret\"}"),
	    "lsctl-channel|dest|set|--key-stdin|--|c|d");
	t_str(argv_now.input, "s3cret");
	t_str(line_of("destination-password", "{\"channel\": \"c\", \"destination\": \"d\", \"password\": \"s3 cret\"}"),
	    "lsctl-channel|dest|set|--password-stdin|--|c|d");
	t_str(argv_now.input, "s3 cret");
	t_str(line_of("destination-add", "{\"channel\": \"c\", \"name\": \"d\", \"url\": \"rtmp://h/a\"}"),
	    "lsctl-channel|dest|add|--|c|d|rtmp://h/a");
	t_ok(argv_now.input == NULL);
	t_str(line_of("destination-key", "{\"channel\": \"c\", \"destination\": \"d\", \"key\": 5}"),
	    "key: must be a text without control characters");
	t_str(line_of("destination-key", "{\"channel\": \"c\", \"destination\": \"d\", \"key\": \"a\\nb\"}"),
	    "key: must be a text without control characters");
	t_str(line_of("destination-key", "{\"channel\": \"c\", \"destination\": \"d\", \"key\": \"a\\u0000b\"}"),
	    "key: must be a text without control characters");
}

static void
gives_a_document_to_standard_input_only(void)
{
	t_str(line_of("declaration-apply", "{\"declaration\": {\"channels\": [{\"name\": \"--x\"}]}, \"dry_run\": true}"),
	    "lsctl-channel|apply|--json|--dry-run|--|-");
	t_str(argv_now.input, "{\n \"channels\": [\n  {\n   \"name\": \"--x\"\n  }\n ]\n}");
	t_str(line_of("declaration-apply", "{\"declaration\": \"{}\"}"), "declaration: must be an object");
	t_str(line_of("declaration-apply", "{\"prune\": true}"), "declaration: is missing");
	t_str(line_of("declaration-apply", "{\"declaration\": {}, \"prune\": 1}"), "prune: must be true or false");
}

static void
changes_of_a_host_what_is_named(void)
{
	t_str(line_of("host-set", "{\"host\": \"studio\"}"), "lsctl-channel|host|set|--|studio");
	t_str(line_of("host-set", "{\"host\": \"studio\", \"server\": \"nginx\", \"api_url\": null}"),
	    "lsctl-channel|host|set|--|studio|server=nginx|api_url=");
	t_str(line_of("host-set", "{\"host\": \"studio\", \"name\": \"x\"}"), "name: is not known here");
}

static void
has_a_flag_only_if_it_is_true(void)
{
	t_str(line_of("account-reset", "{\"account\": \"jas\", \"forget_totp\": true}"), "lsctl-user|reset|--json|--forget-totp|--|jas");
	t_str(line_of("account-reset", "{\"account\": \"jas\", \"forget_totp\": false}"), "lsctl-user|reset|--json|--|jas");
	t_str(line_of("account-reset", "{\"account\": \"jas\"}"), "lsctl-user|reset|--json|--|jas");
	t_str(line_of("account-reset", "{\"account\": \"jas\", \"forget_totp\": \"true\"}"), "forget_totp: must be true or false");
	t_str(line_of("account-reset", "{\"account\": \"jas\", \"forget_totp\": 1}"), "forget_totp: must be true or false");
}

static void
refuses_what_is_missing_or_empty(void)
{
	t_str(line_of("override", "{\"channel\": \"c\"}"), "to: is missing");
	t_str(line_of("override", "{\"to\": \"auto\"}"), "channel: is missing");
	t_str(line_of("override", "{\"channel\": \"\", \"to\": \"auto\"}"), "channel: must not be empty");
	t_str(line_of("override", "{\"channel\": null, \"to\": \"auto\"}"), "channel: must not be empty");
	t_str(line_of("channel-set", "{\"channel\": \"c\"}"), "set: is missing");
	t_str(line_of("channel-set", "{\"channel\": \"c\", \"set\": {}}"), "set: must have the fields to change");
	t_str(line_of("channel-set", "{\"channel\": \"c\", \"set\": []}"), "set: must have the fields to change");
	t_str(line_of("films-set", "{\"channel\": \"c\", \"source\": \"s\"}"), "films: is missing");
}

static void
refuses_what_no_word_names(void)
{
	t_str(line_of("override", "{\"channel\": \"c\", \"to\": \"auto\", \"local\": true}"), "local: is not known here");
	t_str(line_of("override", "{\"channel\": \"c\", \"to\": \"auto\", \"\": 1}"), ": is not known here");
	t_str(line_of("override", "{\"channel\": \"c\", \"to\": \"auto\", \"--to\": 1}"), "--to: is not known here");
	/* one that two words name counts once */
	t_str(line_of("account-set", "{\"account\": \"a\", \"channels\": null, \"yes\": 1}"), "yes: is not known here");
	t_str(line_of("channel-remove", "{\"channel\": \"c\", \"rm\": 1}"), "rm: is not known here");
}

static void
refuses_values_of_another_type(void)
{
	t_str(line_of("override", "{\"channel\": \"c\", \"to\": {}}"), "to: must be a text, a whole number, true, false, or a list");
	t_str(line_of("override", "{\"channel\": \"c\", \"to\": \"a\", \"for_s\": 1.5}"),
	    "for_s: must be a text, a whole number, true, false, or a list");
	t_str(line_of("films-set", "{\"channel\": \"c\", \"source\": \"s\", \"films\": \"a.flv\"}"), "films: must be a list of texts");
	t_str(line_of("films-set", "{\"channel\": \"c\", \"source\": \"s\", \"films\": [5]}"), "films: must be a list of texts");
	t_str(line_of("films-set", "{\"channel\": \"c\", \"source\": \"s\", \"films\": [[\"a\"]]}"), "films: must be a list of texts");
	t_str(line_of("account-add", "{\"name\": \"a\", \"role\": \"viewer\", \"channels\": \"c\"}"), "channels: must be a list of texts");
	t_str(line_of("channel-set", "{\"channel\": \"c\", \"set\": {\"play_from\": [[\"a\"]]}}"), "play_from: must be a list of texts");
	t_str(line_of("channel-set", "{\"channel\": \"c\", \"set\": {\"play_from\": [\"a,b\"]}}"), "play_from: has a text with a comma");
	t_str(line_of("channel-set", "{\"channel\": \"c\", \"set\": {\"host\": {}}}"),
	    "host: must be a text, a whole number, true, false, or a list");
}

/* A control character would be a line of its own in a log, or a second setting. */
static void
refuses_control_characters_everywhere(void)
{
	char json[256];
	int c;

	for (c = 0; c < 0x20; c++) {
		snprintf(json, sizeof(json), "{\"channel\": \"c\", \"to\": \"a\\u%04xb\"}", c);
		t_str(line_of("override", json), "to: has a control character");
		snprintf(json, sizeof(json), "{\"channel\": \"c\", \"source\": \"s\", \"films\": [\"\\u%04x\"]}", c);
		t_str(line_of("films-set", json), "films: has a control character");
		snprintf(json, sizeof(json), "{\"channel\": \"c\", \"set\": {\"host\": \"\\u%04x\"}}", c);
		t_str(line_of("channel-set", json), "host: has a control character");
	}
	t_str(line_of("override", "{\"channel\": \"c\", \"to\": \"\\u007f\"}"), "to: has a control character");
	t_str(line_of("override", "{\"channel\": \"c\", \"to\": \"\xe0\xa8\x95\"}"), "lsctl-switch|--json|--to=\xe0\xa8\x95|--|c");
}

static void
refuses_names_of_fields_that_are_none(void)
{
	static const char *const wrong[] = { "", "a=b", "--key", "Host", "a b", "a-b", "a1",
	    "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg" };
	char json[256], want[128];
	size_t i;

	for (i = 0; i < nitems(wrong); i++) {
		snprintf(json, sizeof(json), "{\"channel\": \"c\", \"set\": {\"%s\": \"x\"}}", wrong[i]);
		snprintf(want, sizeof(want), "%s: is not a field", wrong[i]);
		t_str(line_of("channel-set", json), want);
	}
}

static void
refuses_what_is_too_long_or_too_much(void)
{
	static char json[ACT_WORDS * 4 + ACT_VALUE + 128];
	size_t i;

	snprintf(json, sizeof(json), "{\"channel\": \"c\", \"to\": \"%0*d\"}", ACT_VALUE - 1, 0);
	t_int(strlen(line_of("override", json)), strlen("lsctl-switch|--json|--to=|--|c") + ACT_VALUE - 1);
	snprintf(json, sizeof(json), "{\"channel\": \"c\", \"to\": \"%0*d\"}", ACT_VALUE, 0);
	t_str(line_of("override", json), "to: is too long");
	snprintf(json, sizeof(json), "{\"channel\": \"c\", \"set\": {\"play_from\": [\"%0*d\", \"%0*d\"]}}", ACT_VALUE / 2, 0,
	    ACT_VALUE / 2, 0);
	t_str(line_of("channel-set", json), "play_from: is too long");
	snprintf(json, sizeof(json), "{\"channel\": \"c\", \"source\": \"s\", \"films\": [\"a\"");
	for (i = 0; i < ACT_WORDS; i++)
		strlcat(json, ",\"a\"", sizeof(json));
	strlcat(json, "]}", sizeof(json));
	t_str(line_of("films-set", json), "films: has too many values");
}

/* An upload becomes a part of the name of a unit. */
static void
takes_only_an_id_for_an_upload(void)
{
	unsetenv("LSCTL_SUPERVISOR");
	t_str(line_of("film-prepare", "{\"upload\": \"00112233445566778899aabbccddeeff\"}"),
	    "systemctl|start|--no-block|lsctl-prepare@00112233445566778899aabbccddeeff");
	t_str(line_of("film-prepare", "{\"upload\": \"00112233445566778899aabbccddeeff\", \"film\": \"a b.mp4\"}"),
	    "systemctl|start|--no-block|lsctl-prepare@00112233445566778899aabbccddeeff");
	t_str(line_of("film-prepare", "{\"upload\": \"*\"}"), "upload: is no upload");
	t_str(line_of("film-prepare", "{\"upload\": \"\"}"), "upload: is no upload");
	t_str(line_of("film-prepare", "{\"upload\": \"00112233445566778899aabbccddeef.\"}"), "upload: is no upload");
	setenv("LSCTL_SUPERVISOR", "/x/unit", 1);
	t_str(line_of("film-prepare", "{\"upload\": \"00112233445566778899aabbccddeeff\"}"),
	    "/x/unit|start|prepare|00112233445566778899aabbccddeeff");
	t_str(line_of("film-prepare", "{\"upload\": \"--help\"}"), "upload: is no upload");
	t_str(line_of("rekey", "{}"), "lsctl-keys|rekey|-q");
	unsetenv("LSCTL_SUPERVISOR");
	t_str(line_of("rekey", "{}"), "systemctl|start|lsctl-rekey");
}

/* -- no argument of any command becomes an option -- */

static const char *const commands[] = { "override", "channel-add", "channel-set", "channel-remove", "source-add",
	"source-set", "source-remove", "films-set", "film-remove", "destination-add", "destination-set", "destination-remove", "destination-enable",
	"destination-disable", "destination-test", "destination-key", "destination-password", "key-show", "key-new", "key-rotate", "key-revoke",
	"channel-take-over", "source-move", "host-set", "host-remove", "declaration-apply", "account-add", "account-set",
	"alert-acknowledge", "alert-acknowledge-host", "account-enable", "account-disable", "account-remove", "account-reset", "token-add", "token-remove", "session-remove" };

/* Arguments for each word of a command: hostile ones where it takes a text. */
static json_t *
hostile_arguments(const struct act_command *c)
{
	json_t *all = json_object();
	const char *name;
	size_t i;

	for (i = 0; c->words[i] != NULL; i++) {
		char mark = c->words[i][0];

		name = strchr(c->words[i], '%');
		name = name != NULL ? name + 1 : c->words[i] + 1;
		if (mark == '~')
			continue;	/* a list has been given */
		if (mark == '*' || mark == '+')
			json_object_set_new(all, name, json_pack("[s, s]", "--yes", "-y"));
		else if (mark == '=')
			json_object_set_new(all, name, json_pack("{s:s}", "host", "--yes"));
		else if (mark == '{')
			json_object_set_new(all, name, json_pack("{s:s}", "--yes", "-y"));
		else if (mark == '!')
			json_object_set_new(all, name, json_true());
		else if (strchr(c->words[i], '%') != NULL || mark == '<')
			json_object_set_new(all, name, json_string("--yes"));
	}
	return all;
}

/* Is the word of the template, and of nothing that a client sent? */
static bool
is_ours(const struct act_command *c, const char *word)
{
	size_t i, n;

	if (strcmp(word, "--key-stdin") == 0 || strcmp(word, "--password-stdin") == 0)
		return true;
	for (i = 0; c->words[i] != NULL; i++) {
		const char *w = c->words[i] + (strchr("?!+~@", c->words[i][0]) != NULL);

		n = strcspn(w, "%");
		if (n > 0 && strncmp(w, word, n) == 0 && (w[n - 1] == '=' || word[n] == '\0'))
			return true;
	}
	return false;
}

static void
makes_no_option_of_an_argument(void)
{
	size_t i, j;

	for (i = 0; i < nitems(commands); i++) {
		const struct act_command *c = act_command_find(commands[i]);
		json_t *arguments;
		bool after = false;
		struct act_argv a;

		if (!t_ok(c != NULL))
			continue;
		arguments = hostile_arguments(c);
		if (!t_int(act_argv_make(&a, c, arguments, "simran"), 0))
			printf("# %s: %s: %s\n", commands[i], a.field, a.reason);
		for (j = 0; j < a.n; j++) {
			if (!after && !t_ok(is_ours(c, a.argv[j])))
				printf("# %s: %s\n", commands[i], a.argv[j]);
			after = after || strcmp(a.argv[j], "--") == 0;
		}
		t_ok(after);
		act_argv_free(&a);
		json_decref(arguments);
	}
}

static void
knows_no_other_command(void)
{
	t_ok(act_command_find("") == NULL);
	t_ok(act_command_find("lsctl-switch") == NULL);
	t_ok(act_command_find("override ") == NULL);
	t_ok(act_command_find("sign-in") == NULL);
	release();
}

T_MAIN(
	{ "appends_an_argument_to_its_word", appends_an_argument_to_its_word },
	{ "takes_the_account_of_the_caller_and_no_other", takes_the_account_of_the_caller_and_no_other },
	{ "makes_a_word_of_each_text_of_a_list", makes_a_word_of_each_text_of_a_list },
	{ "tells_all_channels_from_no_change", tells_all_channels_from_no_change },
	{ "makes_assignments_of_the_members_of_an_object", makes_assignments_of_the_members_of_an_object },
	{ "gives_a_key_to_standard_input_only", gives_a_key_to_standard_input_only },
	{ "gives_a_document_to_standard_input_only", gives_a_document_to_standard_input_only },
	{ "changes_of_a_host_what_is_named", changes_of_a_host_what_is_named },
	{ "has_a_flag_only_if_it_is_true", has_a_flag_only_if_it_is_true },
	{ "refuses_what_is_missing_or_empty", refuses_what_is_missing_or_empty },
	{ "refuses_what_no_word_names", refuses_what_no_word_names },
	{ "refuses_values_of_another_type", refuses_values_of_another_type },
	{ "refuses_control_characters_everywhere", refuses_control_characters_everywhere },
	{ "refuses_names_of_fields_that_are_none", refuses_names_of_fields_that_are_none },
	{ "refuses_what_is_too_long_or_too_much", refuses_what_is_too_long_or_too_much },
	{ "takes_only_an_id_for_an_upload", takes_only_an_id_for_an_upload },
	{ "makes_no_option_of_an_argument", makes_no_option_of_an_argument },
	{ "knows_no_other_command", knows_no_other_command }
)
