/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-channel/call.h"

/* An option that is a field of the declaration: --delay-ms is delay_ms. */
static const char *
field_set(void *context, const struct option_row *row, const char *value)
{
	return call_field_add(context, row->name, value);
}

static const char *
disabled_set(void *context, const struct option_row *row, const char *value)
{
	(void)row;
	(void)value;
	return call_field_add(context, "enabled=no", NULL);
}

static const char *
without_set(void *context, const struct option_row *row, const char *value)
{
	struct call *c = context;

	(void)value;
	if (c->without[0] != '\0')
		strlcat(c->without, ",", sizeof(c->without));
	strlcat(c->without, row->name + strlen("no-"), sizeof(c->without));
	return NULL;
}

static const struct option_row add_rows[] = {
	OPTION_CALL("host", 0, "HOST", field_set, 0, "the host that owns it (this one)"),
	OPTION_CALL("delay-ms", 0, "N", field_set, 0, "depth of the delay line (2000)"),
	OPTION_CALL("stall-ms", 0, "N", field_set, 0, "silence that makes a source unhealthy (1500)"),
	OPTION_CALL("stable-ms", 0, "N", field_set, 0, "how long a source must be healthy to come back (5000)"),
	OPTION_CALL("stable-max-ms", 0, "N", field_set, 0, "the longest such time, for a source that flaps (60000)"),
	OPTION_CALL("keyframe-wait-ms", 0, "N", field_set, 0, "how long a destination waits for a keyframe (10000)"),
	OPTION_CALL("play-from", 0, "NETWORK,...", field_set, 0, "who may play its streams (this machine)"),
	OPTION_CALL("on-change", 0, "continue|redial", field_set, 0, "what to do at a cut to another codec or size (continue)"),
	OPTION_CALL("unpublish", 0, "auto|always|never", field_set, 0, "whether it unpublishes before it leaves (auto)"),
	OPTION_CALL("renew-ms", 0, "N", field_set, 0, "a new connection after this long, 0: never (0)"),
	OPTION_CALL("renew-at", 0, "HH:MM", field_set, 0, "a new connection at this time of each day (never)"),
	OPTION_CALL("schedule", 0, "HOURS", field_set, 0, "when: 'mon-fri 18:00-22:00; sun 09:00-12:00' (always)"),
	OPTION_CALL("max-kbps", 0, "N", field_set, 0, "more is a problem, 0: no limit (0)"),
	OPTION_CALL("bind", 0, "ADDRESS|INTERFACE", field_set, 0, "where it sends from (any)"),
	OPTION_CALL("proxy", 0, "URL", field_set, 0, "through socks5://HOST:PORT or http://HOST:PORT (none)"),
	OPTION_CALL("disabled", 0, NULL, disabled_set, 0, "declare the channel, but keep it off the air"),
	OPTION_CALL("no-obs", 0, NULL, without_set, 0, "without the source obs"),
	OPTION_CALL("no-loop", 0, NULL, without_set, 0, "without the source loop"),
	OPTION_CALL("no-file", 0, NULL, without_set, 0, "without the source file"),
	OPTION_END
};

static const struct option_row source_rows[] = {
	OPTION_CALL("position", 0, "N", field_set, 0, "its place, 1 is the best (the last)"),
	OPTION_CALL("tracks", 0, "both|video", field_set, 0, "what a live source has; video: silence is added (both)"),
	OPTION_END
};

static const struct option_row dest_rows[] = {
	OPTION_FLAG("key", 0, struct call, key_ask, "ask for the stream key at the terminal"),
	OPTION_TEXT("key-file", 0, "FILE", struct call, key_file, "the key is in FILE, which others cannot read"),
	OPTION_FLAG("key-stdin", 0, struct call, key_stdin, "read the stream key from standard input"),
	OPTION_CALL("user", 0, "USER", field_set, 0, "who publishes, for a server that asks"),
	OPTION_FLAG("password", 0, struct call, password_ask, "ask for the password of the user at the terminal"),
	OPTION_TEXT("password-file", 0, "FILE", struct call, password_file, "the password is in FILE"),
	OPTION_FLAG("password-stdin", 0, struct call, password_stdin, "read the password from standard input"),
	OPTION_CALL("backup-url", 0, "URL", field_set, 0, "the address to try when the first one fails"),
	OPTION_CALL("primary-retry-ms", 0, "N", field_set, 0, "how long it uses the backup URL before it tries the first (60000)"),
	OPTION_CALL("send-to", 0, "one|both", field_set, 0, "publish to both URLs at the same time (one)"),
	OPTION_CALL("on-backup", 0, "send|disconnect", field_set, 0, "what to do while a backup is on the air (send)"),
	OPTION_CALL("queue-ms", 0, "N", field_set, 0, "how far it may lag before it drops frames (8000)"),
	OPTION_CALL("ca-file", 0, "FILE", field_set, 0, "certificates to trust instead of the system's"),
	OPTION_CALL("answer-ms", 0, "N", field_set, 0, "how long its server may take to accept the stream (20000)"),
	OPTION_CALL("disabled", 0, NULL, disabled_set, 0, "declare the destination, but do not connect"),
	OPTION_END
};

static const struct option_row test_rows[] = {
	OPTION_FLAG("publish", 0, struct call, publish, "publish a film of the channel for 4 s, which viewers see"),
	OPTION_FLAG("outside", 0, struct call, outside, "refuse addresses of this machine and of private networks"),
	OPTION_FLAG("json", 0, struct call, json, "for programs, one object"),
	OPTION_END
};

static const struct option_row json_rows[] = {
	OPTION_FLAG("json", 0, struct call, json, "for programs, one object on each line"),
	OPTION_END
};

static const struct option_row rm_rows[] = {
	OPTION_FLAG("yes", 'y', struct call, yes, "do not ask"),
	OPTION_END
};

static const struct option_row take_over_rows[] = {
	OPTION_FLAG("yes", 'y', struct call, yes, "do not ask"),
	OPTION_TEXT("reason", 0, "TEXT", struct call, reason, "the reason, for the event"),
	OPTION_END
};

static const struct option_row apply_rows[] = {
	OPTION_FLAG("dry-run", 'n', struct call, dry, "print what would change, and change nothing"),
	OPTION_FLAG("prune", 0, struct call, prune, "remove channels and hosts that are not in the file"),
	OPTION_FLAG("json", 0, struct call, json, "for programs, one object on each line"),
	OPTION_END
};

#define DEED		&(const struct deed)
#define VIEW(v, f)	DEED{ .view = VIEW_##v, .form = FORM_##f }
#define DO(v, t, f, w)	DEED{ .verb = v, .object = t, .fields = DECLARED_##f, .field = w }
#define DO_KEY(v, w)	DEED{ .verb = v, .object = "destination", .fields = DECLARED_DESTINATION, .field = w, .has_key = true }

static const struct options_command commands[] = {
	{ "add", "CHANNEL [KEY=VALUE...]", 1, OPTIONS_MANY, "declare a channel with sources obs, loop and file", add_rows,
	    call_alter, DO("add", "channel", CHANNEL, NULL),
	    { "lsctl-channel add krishna", "lsctl-channel add --host studio --no-loop radha" } },
	{ "set", "CHANNEL KEY=VALUE...", 2, OPTIONS_MANY, "change fields of a channel", NULL,
	    call_alter, DO("set", "channel", CHANNEL, NULL),
	    { "lsctl-channel set krishna delay_ms=0", "lsctl-channel set krishna host=studio" } },
	{ "show", "[CHANNEL...]", 0, OPTIONS_MANY, "print all fields of channels", json_rows,
	    call_look, VIEW(CHANNELS, CHANNELS), { "lsctl-channel show krishna", NULL } },
	{ "list", "", 0, 0, "print a line for each channel", json_rows,
	    call_look, VIEW(CHANNELS, TABLE), { "lsctl-channel list", NULL } },
	{ "rm", "CHANNEL", 1, 1, "remove a channel with its keys", rm_rows,
	    call_rm, DEED{ .verb = "rm", .object = "channel" }, { "lsctl-channel rm krishna", NULL } },
	{ "enable", "CHANNEL", 1, 1, "put a channel on the air", NULL,
	    call_alter, DO("set", "channel", CHANNEL, "enabled=yes"), { "lsctl-channel enable krishna", NULL } },
	{ "disable", "CHANNEL", 1, 1, "take a channel off the air", NULL,
	    call_alter, DO("set", "channel", CHANNEL, "enabled=no"), { "lsctl-channel disable krishna", NULL } },
	{ "take-over", "CHANNEL...", 1, OPTIONS_MANY, "take over channels of a host that is off", take_over_rows,
	    call_take_over, NULL, { "lsctl-channel take-over --reason 'its disk burnt' krishna", NULL } },
	{ "media", "CHANNEL SOURCE FILE...", 3, OPTIONS_MANY, "set the films of a loop or file source", NULL,
	    call_media, NULL, { "lsctl-channel media krishna loop krishna.flv", NULL } },
	{ "film rm", "FILM", 1, 1, "remove a film from this host that no source plays", rm_rows,
	    call_film_rm, DEED{ .verb = "rm", .object = "film" }, { "lsctl-channel film rm diwali.flv", NULL } },
	{ "source add", "CHANNEL NAME live|loop|file", 3, 3, "add a source", source_rows,
	    call_alter, DO("add", "source", SOURCE, "kind"),
	    { "lsctl-channel source add krishna cam2 live --position 2", NULL } },
	{ "source set", "CHANNEL NAME KEY=VALUE...", 3, OPTIONS_MANY, "change fields of a source", NULL,
	    call_alter, DO("set", "source", SOURCE, NULL), { "lsctl-channel source set krishna cam2 tracks=video", NULL } },
	{ "source move", "CHANNEL NAME N", 3, 3, "change the position of a source", NULL,
	    call_alter, DO("move", "source", SOURCE, "position"), { "lsctl-channel source move krishna cam2 1", NULL } },
	{ "source rm", "CHANNEL NAME", 2, 2, "remove a source with its token", NULL,
	    call_alter, DO("rm", "source", SOURCE, NULL), { "lsctl-channel source rm krishna cam2", NULL } },
	{ "dest add", "CHANNEL NAME URL [KEY=VALUE...]", 3, OPTIONS_MANY, "add a destination", dest_rows,
	    call_alter, DO_KEY("add", "url"),
	    { "lsctl-channel dest add krishna youtube rtmps://a.rtmps.youtube.com/live2",
	    "lsctl-channel dest add --key-file fb.key krishna fb rtmps://live-api-s.facebook.com/rtmp" } },
	{ "dest set", "CHANNEL NAME [KEY=VALUE...]", 2, OPTIONS_MANY, "change a destination, or its key", dest_rows,
	    call_alter, DO_KEY("set", NULL), { "lsctl-channel dest set --key krishna youtube", NULL } },
	{ "dest rm", "CHANNEL NAME", 2, 2, "remove a destination with its key", NULL,
	    call_alter, DO("rm", "destination", DESTINATION, NULL), { "lsctl-channel dest rm krishna youtube", NULL } },
	{ "dest enable", "CHANNEL NAME", 2, 2, "connect to a destination", NULL,
	    call_alter, DO("set", "destination", DESTINATION, "enabled=yes"),
	    { "lsctl-channel dest enable krishna youtube", NULL } },
	{ "dest disable", "CHANNEL NAME", 2, 2, "disconnect from a destination", NULL,
	    call_alter, DO("set", "destination", DESTINATION, "enabled=no"),
	    { "lsctl-channel dest disable krishna youtube", NULL } },
	{ "dest test", "CHANNEL NAME", 2, 2, "try a destination: name, connection, certificate, key, film", test_rows,
	    call_dest_test, NULL, { "lsctl-channel dest test krishna youtube",
	    "lsctl-channel dest test --publish krishna youtube" } },
	{ "dest show", "CHANNEL [NAME]", 1, 2, "print the destinations of a channel", json_rows,
	    call_look, VIEW(CHANNELS, DESTINATIONS), { "lsctl-channel dest show krishna", NULL } },
	{ "host set", "HOST [KEY=VALUE...]", 1, OPTIONS_MANY, "declare a host, or change its fields", NULL,
	    call_host_set, NULL, { "lsctl-channel host set studio server=nginx", NULL } },
	{ "host list", "", 0, 0, "print a line for each host", json_rows,
	    call_look, VIEW(DOCUMENT, HOSTS), { "lsctl-channel host list", NULL } },
	{ "host rm", "HOST", 1, 1, "remove a host that has no channel", NULL,
	    call_rm, DEED{ .verb = "rm", .object = "host" }, { "lsctl-channel host rm studio", NULL } },
	{ "export", "[CHANNEL...]", 0, OPTIONS_MANY, "print the declaration as one file", NULL,
	    call_look, VIEW(DOCUMENT, DOCUMENT), { "lsctl-channel export >channels.json", NULL } },
	{ "apply", "FILE|-", 1, 1, "change the declaration to that of a file", apply_rows,
	    call_apply, NULL, { "lsctl-channel apply --dry-run channels.json", "lsctl-channel apply --prune channels.json" } },
};

const struct options_tool call_tool = {
	"lsctl-channel", "Declares channels, with their sources and destinations.", commands, nitems(commands),
	{ "lsctl-channel add krishna",
	    "lsctl-channel dest add krishna youtube rtmps://a.rtmps.youtube.com/live2" }
};
