/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "control/act/act_command.h"

/*
 * A word is taken as it is, or has a mark and the name of an argument:
 *
 *	--to=%to	the argument is appended; it must be there
 *	?--for=%for_s	the same; without the argument there is no such word
 *	!--disabled%x	the word is there if the argument is true
 *	%channel	the argument alone
 *	*films		each string of an array
 *	+--x=%list	the same, each with the option before it; null or no argument: no such word
 *	~--all%list	the word is there if the argument is there and null
 *	=set		each member of an object, as name=value
 *	#film		no word: the event of the command has it; it may be missing
 *	<key		a secret: --key-stdin, and the argument is the standard input; it may be missing; one at most
 *	{document	an object, as JSON on the standard input
 *	$VARIABLE	the value of an environment variable of lsctl-act(8)
 *	@--who=		the account of the caller is appended
 *
 * All that may begin with a hyphen comes after "--".
 */
#define DEST_OPTIONS	"?--backup-url=%backup_url", "?--primary-retry-ms=%primary_retry_ms", \
	"?--send-to=%send_to", "?--on-backup=%on_backup", "?--queue-ms=%queue_ms", "?--user=%user", \
	"?--answer-ms=%answer_ms", "?--on-change=%on_change", "?--unpublish=%unpublish", "?--renew-ms=%renew_ms", \
	"?--renew-at=%renew_at", "?--schedule=%schedule", "?--max-kbps=%max_kbps", \
	"?--bind=%bind", "?--proxy=%proxy", "<key"

static const struct act_command commands[] = {
	{ "override", "switch", { "lsctl-switch", "--json", "--to=%to", "?--for=%for_s", "?--reason=%reason", "--",
	    "%channel" } },
	{ "channel-add", "channel-add", { "lsctl-channel", "add", "?--host=%host", "?--delay-ms=%delay_ms", "--", "%name" } },
	{ "channel-set", "channel-set", { "lsctl-channel", "set", "--", "%channel", "=set" } },
	{ "channel-remove", "channel-remove", { "lsctl-channel", "rm", "-y", "--", "%channel" } },
	{ "source-add", "source-declare", { "lsctl-channel", "source", "add", "?--position=%position",
	    "?--tracks=%tracks", "--", "%channel", "%name", "%kind" } },
	{ "channel-take-over", "channel-take-over", { "lsctl-channel", "take-over", "-qy", "?--reason=%reason", "--",
	    "%channel" } },
	{ "source-move", "source-declare", { "lsctl-channel", "source", "move", "--", "%channel", "%source", "%position" } },
	{ "source-set", "source-declare", { "lsctl-channel", "source", "set", "--", "%channel", "%source", "=set" } },
	{ "source-remove", "source-declare", { "lsctl-channel", "source", "rm", "--", "%channel", "%source" } },
	{ "films-set", "film-use", { "lsctl-channel", "media", "--", "%channel", "%source", "*films" } },
	{ "film-remove", "film-remove", { "lsctl-channel", "film", "rm", "-y", "--", "%film" } },
	{ "destination-add", "destination-declare", { "lsctl-channel", "dest", "add", DEST_OPTIONS, "--", "%channel", "%name",
	    "%url" } },
	{ "destination-set", "destination-declare", { "lsctl-channel", "dest", "set", "<key", "--", "%channel",
	    "%destination", "=set" } },
	{ "destination-remove", "destination-declare", { "lsctl-channel", "dest", "rm", "--", "%channel", "%destination" } },
	{ "destination-enable", "destination-enable", { "lsctl-channel", "dest", "enable", "--", "%channel",
	    "%destination" } },
	{ "destination-disable", "destination-enable", { "lsctl-channel", "dest", "disable", "--", "%channel",
	    "%destination" } },
	{ "destination-test", "destination-test", { "lsctl-channel", "dest", "test", "--json", "--outside",
	    "!--publish%publish", "--", "%channel", "%destination" } },
	{ "destination-key", "destination-key", { "lsctl-channel", "dest", "set", "<key", "--", "%channel", "%destination" } },
	{ "destination-password", "destination-key", { "lsctl-channel", "dest", "set", "<password", "--", "%channel",
	    "%destination" } },
	{ "key-show", "key-show", { "lsctl-keys", "show", "--json", "--", "%channel", "%source" } },
	{ "key-new", "key-new", { "lsctl-keys", "new", "--", "%channel", "%source" } },
	{ "key-rotate", "key-rotate", { "lsctl-keys", "rotate", "?--grace=%grace_s", "!--no-kick%no_kick",
	    "?--reason=%reason", "--", "%channel", "%source" } },
	{ "key-revoke", "key-revoke", { "lsctl-keys", "revoke", "!--no-kick%no_kick", "?--reason=%reason", "--", "%channel",
	    "%source" } },
	{ "keys", "key-list", { "lsctl-keys", "list", "--json" } },
	{ "host-set", "host-declare", { "lsctl-channel", "host", "set", "--", "%host", "?server=%server", "?play_url=%play_url",
	    "?publish_url=%publish_url", "?api_url=%api_url" } },
	{ "host-remove", "host-declare", { "lsctl-channel", "host", "rm", "--", "%host" } },
	{ "declaration-apply", "declaration-apply", { "lsctl-channel", "apply", "--json", "!--dry-run%dry_run",
	    "!--prune%prune", "{declaration", "--", "-" } },
	{ "rekey", "master-key", { "systemctl", "start", "lsctl-rekey" } },
	{ "rekey-supervised", "master-key", { "lsctl-keys", "rekey", "-q" } },
	{ "film-prepare", "film-prepare", { "systemctl", "start", "--no-block", "lsctl-prepare@%upload", "#film" } },
	{ "film-prepare-supervised", "film-prepare", { "$LSCTL_SUPERVISOR", "start", "prepare", "%upload", "#film" } },
	{ "alerts", "state", { "lsctl-alert", "list", "--json" } },
	{ "alert-acknowledge", "acknowledge", { "lsctl-alert", "ack", "@--who=", "?--for=%for_s", "--", "%channel", "?%code" } },
	{ "alert-acknowledge-host", "acknowledge-host", { "lsctl-alert", "ack", "@--who=", "?--for=%for_s", "--", "-",
	    "?%code" } },
	{ "account-add", "accounts", { "lsctl-user", "add", "--json", "--role=%role", "+--channel=%channels", "--", "%name" } },
	{ "account-set", "accounts", { "lsctl-user", "set", "?--role=%role", "+--channel=%channels", "~--all-channels%channels",
	    "--", "%account" } },
	{ "account-enable", "accounts", { "lsctl-user", "enable", "--", "%account" } },
	{ "account-disable", "accounts", { "lsctl-user", "disable", "--", "%account" } },
	{ "account-remove", "accounts", { "lsctl-user", "rm", "-y", "--", "%account" } },
	{ "account-reset", "accounts", { "lsctl-user", "reset", "--json", "!--forget-totp%forget_totp", "--", "%account" } },
	{ "token-add", "accounts", { "lsctl-user", "token", "add", "--json", "--role=%role", "+--channel=%channels",
	    "?--days=%days", "--", "%account", "%name" } },
	{ "token-remove", "accounts", { "lsctl-user", "token", "rm", "--", "%account", "%token" } },
	{ "session-remove", "accounts", { "lsctl-user", "session", "rm", "--", "%account", "%session" } },
};

const struct act_command *
act_command_find(const char *name)
{
	bool supervised = getenv("LSCTL_SUPERVISOR") != NULL;
	size_t i;

	if (supervised && strcmp(name, "film-prepare") == 0)
		name = "film-prepare-supervised";
	if (supervised && strcmp(name, "rekey") == 0)
		name = "rekey-supervised";
	for (i = 0; i < nitems(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int
refuse(struct act_argv *a, const char *field, const char *reason)
{
	a->field = field;
	a->reason = reason;
	return -1;
}

/* Appends a word: the first n bytes of before, then value. */
static int
word_add(struct act_argv *a, const char *field, const char *before, size_t n, const char *value)
{
	if (a->n == ACT_WORDS)
		return refuse(a, field, "has too many values");
	if (asprintf(&a->argv[a->n], "%.*s%s", (int)n, before, value) == -1) {
		a->argv[a->n] = NULL;
		return refuse(a, field, "does not fit in memory");
	}
	a->n++;
	return 0;
}

static bool
is_clean(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static int	value_text(struct act_argv *, const char *field, const json_t *, char dst[ACT_VALUE]);

/* "a,b,c" */
static int
list_text(struct act_argv *a, const char *field, const json_t *list, char dst[ACT_VALUE])
{
	char item[ACT_VALUE];
	const json_t *v;
	size_t i;

	dst[0] = '\0';
	json_array_foreach(list, i, v) {
		if (json_is_array(v) || value_text(a, field, v, item) == -1)
			return refuse(a, field, "must be a list of texts");
		if (strchr(item, ',') != NULL)
			return refuse(a, field, "has a text with a comma");
		if (i > 0)
			strlcat(dst, ",", ACT_VALUE);
		if (strlcat(dst, item, ACT_VALUE) >= ACT_VALUE)
			return refuse(a, field, "is too long");
	}
	return 0;
}

/* A text, number, boolean or list as a tool reads it; null is the empty text, which stands for the default. */
static int
value_text(struct act_argv *a, const char *field, const json_t *v, char dst[ACT_VALUE])
{
	switch (json_typeof(v)) {
	case JSON_STRING:
		if (strlen(json_string_value(v)) != json_string_length(v) || !is_clean(json_string_value(v)))
			return refuse(a, field, "has a control character");
		if (strlcpy(dst, json_string_value(v), ACT_VALUE) >= ACT_VALUE)
			return refuse(a, field, "is too long");
		return 0;
	case JSON_INTEGER:
		snprintf(dst, ACT_VALUE, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
		strlcpy(dst, json_is_true(v) ? "true" : "false", ACT_VALUE);
		return 0;
	case JSON_NULL:
		dst[0] = '\0';
		return 0;
	case JSON_ARRAY:
		return list_text(a, field, v, dst);
	default:
		return refuse(a, field, "must be a text, a whole number, true, false, or a list");
	}
}

/* Each text of a list, after the first n bytes of before. */
static int
array_add(struct act_argv *a, const char *field, const char *before, size_t n, const json_t *v)
{
	char text[ACT_VALUE];
	const json_t *item;
	size_t i;

	if (!json_is_array(v))
		return refuse(a, field, "must be a list of texts");
	if (n > 0 && json_array_size(v) == 0)	/* without the option a tool takes all */
		return refuse(a, field, "must not be empty: null stands for all");
	json_array_foreach(v, i, item) {
		if (!json_is_string(item))
			return refuse(a, field, "must be a list of texts");
		if (value_text(a, field, item, text) == -1 || word_add(a, field, before, n, text) == -1)
			return -1;
	}
	return 0;
}

static bool
is_field(const char *name)
{
	return name[0] != '\0' && name[strspn(name, "abcdefghijklmnopqrstuvwxyz_")] == '\0';
}

static int
members_add(struct act_argv *a, const char *field, const json_t *v)
{
	char text[ACT_VALUE], before[64];
	void *at;

	if (!json_is_object(v) || json_object_size(v) == 0)
		return refuse(a, field, "must have the fields to change");
	for (at = json_object_iter((json_t *)(uintptr_t)v); at != NULL;
	    at = json_object_iter_next((json_t *)(uintptr_t)v, at)) {
		const char *name = json_object_iter_key(at);

		if (!is_field(name) || (size_t)snprintf(before, sizeof(before), "%s=", name) >= sizeof(before))
			return refuse(a, name, "is not a field");
		if (value_text(a, name, json_object_iter_value(at), text) == -1 ||
		    word_add(a, name, before, strlen(before), text) == -1)
			return -1;
	}
	return 0;
}

static int
input_add(struct act_argv *a, const char *field, const json_t *v)
{
	char option[64];

	snprintf(option, sizeof(option), "--%s-stdin", field);
	if (!json_is_string(v) || strlen(json_string_value(v)) != json_string_length(v) || !is_clean(json_string_value(v)))
		return refuse(a, field, "must be a text without control characters");
	a->input = json_string_value(v);
	return word_add(a, field, option, strlen(option), "");
}

/* The lines of its errors are those of this text, with a field on each. */
static int
document_add(struct act_argv *a, const char *field, const json_t *v)
{
	if (!json_is_object(v))
		return refuse(a, field, "must be an object");
	if ((a->input = a->document = json_dumps(v, JSON_INDENT(1))) == NULL)
		return refuse(a, field, "does not fit in memory");
	return 0;
}

/* An upload is part of the name of a unit, where * would be more than one. */
static bool
is_upload(const char *text)
{
	return strlen(text) == 32 && text[strspn(text, "0123456789abcdef")] == '\0';
}

/* The value of a word that ends with %NAME. */
static int
value_add(struct act_argv *a, const char *word, const char *percent, const json_t *v)
{
	char text[ACT_VALUE];

	if (value_text(a, percent + 1, v, text) == -1)
		return -1;
	if (percent == word && text[0] == '\0')
		return refuse(a, percent + 1, "must not be empty");
	if (strcmp(percent + 1, "upload") == 0 && !is_upload(text))
		return refuse(a, percent + 1, "is no upload");
	return word_add(a, percent + 1, word, (size_t)(percent - word), text);
}

static int
template_add(struct act_argv *a, const char *word, const json_t *arguments, const char *account)
{
	char mark = strchr("?!*+~=<{", word[0]) != NULL ? word[0] : '\0';
	const char *body = mark != '\0' ? word + 1 : word, *percent = strchr(body, '%');
	const char *name = strchr("*=<{", mark) != NULL && mark != '\0' ? body : percent != NULL ? percent + 1 : NULL;
	const json_t *v;

	if (word[0] == '$')
		return word_add(a, NULL, "", 0, getenv(word + 1) != NULL ? getenv(word + 1) : "");
	if (word[0] == '#')
		return 0;
	if (word[0] == '@')
		return word_add(a, NULL, word + 1, strlen(word + 1), account);
	if (name == NULL)
		return word_add(a, NULL, word, strlen(word), "");
	if ((v = json_object_get(arguments, name)) == NULL)
		return strchr("?!+~<", mark) != NULL && mark != '\0' ? 0 : refuse(a, name, "is missing");
	switch (mark) {
	case '*':
		return array_add(a, name, "", 0, v);
	case '+':
		return json_is_null(v) ? 0 : array_add(a, name, body, (size_t)(percent - body), v);
	case '~':
		return json_is_null(v) ? word_add(a, name, body, (size_t)(percent - body), "") : 0;
	case '=':
		return members_add(a, name, v);
	case '<':
		return input_add(a, name, v);
	case '{':
		return document_add(a, name, v);
	case '!':
		if (!json_is_boolean(v))
			return refuse(a, name, "must be true or false");
		return json_is_true(v) ? word_add(a, name, body, (size_t)(percent - body), "") : 0;
	default:
		return value_add(a, body, percent, v);
	}
}

/* An argument that no word names; NULL: none. */
static const char *
stray(const struct act_command *c, const json_t *arguments)
{
	void *at;
	size_t i;

	for (at = json_object_iter((json_t *)(uintptr_t)arguments); at != NULL;
	    at = json_object_iter_next((json_t *)(uintptr_t)arguments, at)) {
		const char *key = json_object_iter_key(at), *name;

		for (i = 0; i < nitems(c->words) && c->words[i] != NULL; i++) {
			name = strchr(c->words[i], '%');
			if (name == NULL && strchr("*=<#{", c->words[i][0]) != NULL)
				name = c->words[i];
			if (name != NULL && strcmp(name + 1, key) == 0)
				break;
		}
		if (i == nitems(c->words) || c->words[i] == NULL)
			return key;
	}
	return NULL;
}

int
act_argv_make(struct act_argv *a, const struct act_command *c, const json_t *arguments, const char *account)
{
	const char *field;
	size_t i;

	memset(a, 0, sizeof(*a));
	for (i = 0; i < nitems(c->words) && c->words[i] != NULL; i++)
		if (template_add(a, c->words[i], arguments, account) == -1)
			return -1;
	return (field = stray(c, arguments)) != NULL ? refuse(a, field, "is not known here") : 0;
}

void
act_argv_free(struct act_argv *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		free(a->argv[i]);
	a->n = 0;
	free(a->document);
	a->document = NULL;
}
