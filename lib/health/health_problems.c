/* SPDX-License-Identifier: ISC */
/* Problems in words that an operator can act on: what is wrong, and what to do. No text has a number that
 * changes from pass to pass: whoever compares records would take that for news. */
#include "base/base.h"
#include "health/health_record.h"

#include <errno.h>

#define RESTART_MS	300000	/* for so long a restart of the media server is told */
#define YOUNG_MS	5000	/* a publisher is given this to send media */
#define HOOK_MS		20000	/* and its event this to be written */
#define KEYFRAME_S	4.1	/* what YouTube and Facebook accept at most, and a little */

/* -- sources -- */

/* What the forwarder's word means; the media server's answer can tell more. */
static const struct {
	const char	*word, *text;
} healths[] = {
	{ "ended", "the media server ended it" },
	{ "no-video", "sound comes, but no pictures: is the encoder's video on, and H.264? "
	    "SRS 5 drops HEVC and AV1" },
	{ "no-audio", "pictures come, but no sound: switch an audio track on in the encoder" },
	{ "no-keyframe", "no keyframe came yet: set the encoder's keyframe interval to 2 s" },
	{ "audio-stalled", "the sound stopped while pictures go on: restart the encoder's audio" },
	{ "file-unreadable", "its file cannot be read: was it written to? prepare it again" }
};

static const char *
health_words(const json_t *source)
{
	const char *word = record_text(source, "health");
	size_t i;

	if (strcmp(word, "video-stalled") == 0)
		return record_number(source, "kbps") > 0 && record_number(source, "silent_s") < 2 ?
		    "the picture stands still while sound goes on: restart the encoder's video" :
		    "it stopped sending: look at the encoder and its network";
	for (i = 0; i < nitems(healths); i++)
		if (strcmp(healths[i].word, word) == 0)
			return healths[i].text;
	return NULL;
}

/* Has the publisher been here for longer than ms? */
static bool
older(const struct health_case *c, const json_t *server, int64_t ms)
{
	int64_t seen = record_time(record_text(server, "seen"));

	return record_number(server, "alive_s") * 1000 > (double)ms ||
	    (seen != -1 && c->now - seen > ms);
}

/* As the media server tells it. */
static enum health_status
server_problems(const struct health_case *c, const char *name, const json_t *source,
    enum health_status s)
{
	const json_t *server = json_object_get(source, "server");
	int attached = record_true(source, "connected") ? 1 : 0;

	if (record_true(source, "stale"))
		return health_problem(c, HEALTH_WARNING, s, "source %s: a publisher holds "
		    "the stream and sends nothing, so that the encoder cannot come back: "
		    "lsctl-switch(8) throws it out", name);
	if (record_true(server, "publishing") && !record_true(source, "healthy") &&
	    record_text(server, "video")[0] == '\0' &&
	    record_text(server, "audio")[0] == '\0' && older(c, server, YOUNG_MS))
		return health_problem(c, HEALTH_WARNING, s, "source %s: publishes, but no "
		    "media comes: restart the encoder; SRS 5 takes H.264 and AAC", name);
	if (record_true(server, "orphan") && !attached && record_true(c->record, "running"))
		return health_problem(c, HEALTH_WARNING, s, "source %s: a ghost entry: the "
		    "media server lists the stream, but nobody publishes it and the "
		    "forwarder does not play it: another player waits, or a restart of "
		    "the media server clears it", name);
	return s;
}

/* Was whoever publishes let in by the hook? */
static enum health_status
hook_problems(const struct health_case *c, const char *name, const json_t *source,
    const json_t *desired, enum health_status s)
{
	const json_t *server = json_object_get(source, "server");

	if (record_true(server, "publishing") && older(c, server, HOOK_MS) &&
	    strcmp(record_text(desired, "allowed"), record_text(server, "client")) != 0)
		s = health_problem(c, HEALTH_WARNING, s, "source %s: publishes, but the "
		    "hook told of no permission: is on_publish of the media server set "
		    "to lsctl-hook(8), and are its events written?", name);
	if (record_number(desired, "refused") > 0)
		s = health_problem(c, HEALTH_WARNING, s, "source %s: publishers are refused "
		    "(%s): compare the stream key in the encoder with 'lsctl-keys show "
		    "%s %s'", name, record_text(desired, "refused_reason"),
		    record_text(c->record, "channel"), name);
	return s;
}

/* What the declaration lacks. */
static enum health_status
declared_problems(const struct health_case *c, const char *name, const json_t *desired,
    enum health_status s)
{
	const char *kind = record_text(desired, "kind"),
	    *channel = record_text(c->record, "channel");

	if (strcmp(kind, "file") != 0 && !record_true(desired, "token"))
		s = health_problem(c, HEALTH_WARNING, s, "source %s: has no token, nobody "
		    "can publish it: 'lsctl-keys new %s %s'", name, channel, name);
	if (strcmp(kind, "live") != 0 && record_number(desired, "files") == 0)
		s = health_problem(c, HEALTH_WARNING, s, "source %s: has no file to play: "
		    "'lsctl-channel media %s %s FILE'", name, channel, name);
	return s;
}

static const json_t *
desired_source(const struct health_case *c, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(c->desired, "sources"), i, one)
		if (strcmp(record_text(one, "name"), name) == 0)
			return one;
	return NULL;
}

/* Nobody is told of an encoder that is off the air: that is what the loop is for. */
static bool
worth_telling(const struct health_case *c, const json_t *source, const json_t *desired)
{
	if (record_true(source, "healthy") || record_text(source, "health")[0] == '\0')
		return false;
	return record_true(source, "publishing") ||
	    strcmp(record_text(source, "health"), "file-unreadable") == 0 ||
	    (strcmp(record_text(desired, "kind"), "live") != 0 && c->desired != NULL);
}

enum health_status
health_source_problems(const struct health_case *c)
{
	enum health_status s = HEALTH_OK;
	const json_t *desired;
	const char *name, *words;
	json_t *source;
	size_t i;

	json_array_foreach(json_object_get(c->desired, "sources"), i, desired)
		if (record_true(c->desired, "enabled"))
			s = declared_problems(c, record_text(desired, "name"), desired, s);
	json_object_foreach(json_object_get(c->record, "sources"), name, source) {
		desired = desired_source(c, name);
		s = server_problems(c, name, source, s);
		if (desired != NULL)
			s = hook_problems(c, name, source, desired, s);
		if (worth_telling(c, source, desired) && !record_true(source, "stale") &&
		    (words = health_words(source)) != NULL)
			s = health_problem(c, HEALTH_WARNING, s, "source %s: %s", name, words);
		if (record_number(source, "keyframe_s") > KEYFRAME_S)
			s = health_problem(c, HEALTH_WARNING, s, "source %s: more than 4 s "
			    "between keyframes: set the encoder's keyframe interval to 2 s",
			    name);
	}
	return s;
}

/* -- sources that differ -- */

static const char *const video_parts[] = { "video codec", "resolution", "frame rate" },
    *const audio_parts[] = { "audio codec", "sample rate", "number of channels" };

/* The nth word of s; an empty one where there are fewer. */
static char *
word(char *dst, size_t size, const char *s, int n)
{
	while (n-- > 0) {
		s += strcspn(s, " ");
		s += strspn(s, " ");
	}
	snprintf(dst, size, "%.*s", (int)strcspn(s, " "), s);
	return dst;
}

/* Rates are measured where the header is silent: a hair is no difference. */
static bool
differ(const char *a, const char *b)
{
	double d;

	if (a[0] == '\0' || b[0] == '\0' || strcmp(a, b) == 0)
		return false;
	if (strspn(a, "0123456789.") != strlen(a) || strspn(b, "0123456789.") != strlen(b))
		return true;
	d = strtod(a, NULL) - strtod(b, NULL);
	return d > 0.1 || d < -0.1;
}

static enum health_status
formats_compare(const struct health_case *c, const char *first, const char *other,
    const char *track, enum health_status s)
{
	const json_t *sources = json_object_get(c->record, "sources");
	const char *const *parts = track[0] == 'v' ? video_parts : audio_parts;
	char a[32], b[32];
	int i;

	for (i = 0; i < 3; i++) {
		word(a, sizeof(a), record_text(json_object_get(sources, first), track), i);
		word(b, sizeof(b), record_text(json_object_get(sources, other), track), i);
		if (differ(a, b))
			s = health_problem(c, HEALTH_WARNING, s, "sources %s and %s have "
			    "different parameters: %s %s and %s: a platform may end the "
			    "broadcast at a change; set the encoder so, or prepare the film "
			    "again with lsctl-loop(8)", first, other, parts[i], a, b);
	}
	return s;
}

static enum health_status
formats_problems(const struct health_case *c)
{
	enum health_status s = HEALTH_OK;
	const char *first = NULL, *name;
	json_t *source;

	json_object_foreach(json_object_get(c->record, "sources"), name, source) {
		if (record_text(source, "video")[0] == '\0')
			continue;
		if (first == NULL) {
			first = name;
			continue;
		}
		s = formats_compare(c, first, name, "video", s);
		s = formats_compare(c, first, name, "audio", s);
	}
	return s;
}

/* -- the channel -- */

static bool
desired_on(const struct health_case *c)
{
	return c->desired != NULL ? record_true(c->desired, "enabled") &&
	    strcmp(record_text(c->desired, "mode"), "off") != 0 :
	    strcmp(record_text(c->record, "mode"), "off") != 0;
}

static enum health_status
not_running(const struct health_case *c, const char *what, int error, bool critical,
    enum health_status s)
{
	enum health_status worst = critical ? HEALTH_CRITICAL : HEALTH_WARNING;

	if (error == ENOENT || error == ECONNREFUSED)
		return health_problem(c, worst, s, "%s not running: lsctl-switch(8) starts "
		    "it; its log says why it stopped", what);
	if (error == EACCES || error == EPERM)
		return health_problem(c, HEALTH_WARNING, s, "%s: this user may not ask it: "
		    "be root, or the user it runs as", what);
	return health_problem(c, worst, s, "%s does not answer: it hangs, or the machine is "
	    "overloaded", what);
}

static enum health_status
running_problems(const struct health_case *c)
{
	const json_t *loop = json_object_get(c->record, "loop");
	bool runs = record_true(c->record, "running"), loops = record_true(loop, "running"),
	    enabled = record_true(c->desired, "enabled");
	enum health_status s = HEALTH_OK;

	if (c->desired == NULL && c->db_observed != NULL)
		return health_problem(c, HEALTH_WARNING, s, "runs here, but is no channel of "
		    "this host: lsctl-switch(8) stops it");
	if (c->desired != NULL && !enabled && (runs || loops))
		return health_problem(c, HEALTH_WARNING, s, "disabled, but its %s runs: "
		    "lsctl-switch(8) stops it", runs ? "forwarder" : "loop");
	if (c->desired != NULL && !enabled)
		return s;
	if (record_text(c->desired, "waiting_for")[0] != '\0')
		return health_problem(c, HEALTH_CRITICAL, s, "waits for host %s, which carries it still: it "
		    "gives the channel back when it has stopped it; if that host is off for good: "
		    "'lsctl-channel seize %s'", record_text(c->desired, "waiting_for"),
		    record_text(c->record, "channel"));
	if (!runs)
		s = not_running(c, "forwarder", c->forward_error, desired_on(c), s);
	if (json_is_object(loop) && !loops)
		s = not_running(c, "loop", c->loop_error, false, s);
	else if (loops && strcmp(record_text(json_object_get(loop, "destination"),
	    "state"), "live") != 0 && record_text(json_object_get(loop,
	    "destination"), "last_error")[0] != '\0')
		s = health_problem(c, HEALTH_WARNING, s, "loop: cannot publish: %s",
		    record_text(json_object_get(loop, "destination"), "last_error"));
	return s;
}

static enum health_status
state_problems(const struct health_case *c)
{
	const char *state = record_text(c->record, "state"), *pin = record_text(
	    c->desired != NULL ? c->desired : c->record, "mode");
	const json_t *source = json_object_get(json_object_get(c->record, "sources"), pin);
	enum health_status s = HEALTH_OK;

	if (!record_true(c->record, "running") || !desired_on(c))
		return s;
	if (strcmp(state, "STARTING") == 0)
		s = health_problem(c, HEALTH_CRITICAL, s, "nothing is on the air: no source "
		    "is healthy yet");
	else if (strcmp(state, "OFF") == 0)
		s = health_problem(c, HEALTH_CRITICAL, s, "off, but wanted on: "
		    "lsctl-switch(8) carries that to the forwarder");
	if (source != NULL && strcmp(record_text(c->record, "mode"), pin) == 0 &&
	    !record_true(source, "healthy"))
		s = health_problem(c, HEALTH_WARNING, s, "pinned source %s is not healthy, "
		    "another one is shown: 'lsctl-switch %s --to auto' ends the pin", pin,
		    record_text(c->record, "channel"));
	return s;
}

static enum health_status
restart_problems(const struct health_case *c)
{
	int64_t since = record_time(record_text(json_object_get(c->record, "server"), "since"));

	if (since == -1 || c->now - since > RESTART_MS || c->x->streams == NULL)
		return HEALTH_OK;
	return health_problem(c, HEALTH_WARNING, HEALTH_OK, "the media server was restarted "
	    "less than 5 minutes ago: encoders had to come back");
}

enum health_status
health_channel_problems(const struct health_case *c)
{
	enum health_status s = HEALTH_OK, one;
	enum health_status (*const kinds[])(const struct health_case *) = {
		running_problems, state_problems, health_source_problems,
		formats_problems, health_destination_problems, restart_problems
	};
	size_t i;

	for (i = 0; i < nitems(kinds); i++)
		if ((one = kinds[i](c)) > s)
			s = one;
	return s;
}
