/* SPDX-License-Identifier: ISC */
/* No text has a number that changes from pass to pass, so that an unchanged problem is stored once. */
#include "base/base.h"
#include "health/health_record.h"
#include "health/health_sources.h"

#define YOUNG_MS	5000	/* a publisher has this long to send media */
#define HOOK_MS		20000	/* the hook's event reaches the database within this */

/* The problem of a health code of the forwarder; other codes are no problem. */
static const struct {
	const char	*health;
	enum problem	 problem;
} healths[] = {
	{ "ended", PROBLEM_SOURCE_ENDED },
	{ "no-video", PROBLEM_NO_VIDEO },
	{ "no-audio", PROBLEM_NO_AUDIO },
	{ "no-keyframe", PROBLEM_NO_KEYFRAME },
	{ "no-idr", PROBLEM_NO_IDR },
	{ "annex-b", PROBLEM_ANNEX_B },
	{ "other-track", PROBLEM_OTHER_TRACK },
	{ "slow-encoder", PROBLEM_SLOW_ENCODER },
	{ "video-stalled", PROBLEM_VIDEO_STALLED },
	{ "audio-stalled", PROBLEM_AUDIO_STALLED },
	{ "file-unreadable", PROBLEM_FILE_UNREADABLE }
};

static enum problem
health_of(const json_t *source)
{
	const char *health = record_text(source, "health");
	bool moves = record_number(source, "kbps") > 0 && record_number(source, "silent_s") < 2;
	size_t i;

	for (i = 0; i < nitems(healths); i++)
		if (strcmp(healths[i].health, health) == 0)
			return healths[i].problem == PROBLEM_VIDEO_STALLED && !moves ?
			    PROBLEM_SOURCE_SILENT : healths[i].problem;
	return PROBLEMS;
}

/* Has the publisher been connected for longer than ms? */
static bool
connected_longer(const struct health_case *c, const json_t *server, int64_t ms)
{
	int64_t seen = record_time(record_text(server, "seen"));

	return record_number(server, "alive_s") * 1000 > (double)ms ||
	    (seen != -1 && c->now - seen > ms);
}

/* Problems that the media server shows. */
static void
server_problems(struct health_case *c, const char *name, const json_t *source)
{
	const json_t *server = json_object_get(source, "server");

	if (record_true(source, "stale"))
		health_problem(c, PROBLEM_PUBLISHER_SILENT, "source", name, NULL);
	else if (record_true(server, "publishing") && !record_true(source, "healthy") &&
	    record_text(server, "video")[0] == '\0' &&
	    record_text(server, "audio")[0] == '\0' && connected_longer(c, server, YOUNG_MS))
		health_problem(c, PROBLEM_NO_MEDIA, "source", name, NULL);
	else if (record_true(server, "orphan") && !record_true(source, "connected") &&
	    record_true(c->record, "running"))
		health_problem(c, PROBLEM_ORPHAN_STREAM, "source", name, NULL);
}

/* Did the hook allow the publisher? Did it refuse others? */
static void
hook_problems(struct health_case *c, const char *name, const json_t *source, const json_t *desired)
{
	const json_t *server = json_object_get(source, "server");

	if (record_true(server, "publishing") && connected_longer(c, server, HOOK_MS) &&
	    json_object_get(json_object_get(desired, "allowed"), record_text(server, "client")) == NULL)
		health_problem(c, PROBLEM_PUBLISHER_NOT_ALLOWED, "source", name, NULL);
	if (record_number(desired, "refused") > 0)
		health_problem(c, PROBLEM_PUBLISHERS_REFUSED, "source", name, record_text(desired, "refused_reason"));
}

/* What the declaration lacks. */
static void
declared_problems(struct health_case *c, const char *name, const json_t *desired)
{
	const char *kind = record_text(desired, "kind");

	if (strcmp(kind, "file") != 0 && !record_true(desired, "token"))
		health_problem(c, PROBLEM_NO_TOKEN, "source", name, NULL);
	if (strcmp(kind, "live") != 0 && record_number(desired, "files") == 0)
		health_problem(c, PROBLEM_NO_FILM, "source", name, NULL);
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

/* An encoder that is off the air is no problem: the loop replaces it. */
static bool
worth_reporting(const struct health_case *c, const json_t *source, const json_t *desired)
{
	if (record_true(source, "healthy") || record_text(source, "health")[0] == '\0')
		return false;
	return record_true(source, "publishing") ||
	    strcmp(record_text(source, "health"), "file-unreadable") == 0 ||
	    (strcmp(record_text(desired, "kind"), "live") != 0 && c->desired != NULL);
}

static void
single_problems(struct health_case *c)
{
	const json_t *desired;
	const char *name;
	enum problem p;
	json_t *source;
	size_t i;

	json_array_foreach(json_object_get(c->desired, "sources"), i, desired) {
		if (record_true(c->desired, "enabled"))
			declared_problems(c, record_text(desired, "name"), desired);
	}
	json_object_foreach(json_object_get(c->record, "sources"), name, source) {
		desired = desired_source(c, name);
		server_problems(c, name, source);
		if (desired != NULL)
			hook_problems(c, name, source, desired);
		if (worth_reporting(c, source, desired) && !record_true(source, "stale") &&
		    (p = health_of(source)) != PROBLEMS)
			health_problem(c, p, "source", name, NULL);
		if (record_number(source, "keyframe_s") * 1000 > PROBLEM_KEYFRAMES_MS)
			health_problem(c, PROBLEM_KEYFRAMES_FAR_APART, "source", name, NULL);
	}
}

/* -- sources that differ -- */

static const char *const video_parts[] = { "video codec", "resolution", "frame rate" },
    *const audio_parts[] = { "audio codec", "sample rate", "number of channels" };

/* The nth word of s; "" if it has fewer. */
static char *
word_at(char *dst, size_t size, const char *s, int n)
{
	while (n-- > 0) {
		s += strcspn(s, " ");
		s += strspn(s, " ");
	}
	snprintf(dst, size, "%.*s", (int)strcspn(s, " "), s);
	return dst;
}

/* A rate that is not in the header is measured: small differences do not count. */
static bool
values_differ(const char *a, const char *b)
{
	double d;

	if (a[0] == '\0' || b[0] == '\0' || strcmp(a, b) == 0)
		return false;
	if (strspn(a, "0123456789.") != strlen(a) || strspn(b, "0123456789.") != strlen(b))
		return true;
	d = strtod(a, NULL) - strtod(b, NULL);
	return d > 0.1 || d < -0.1;
}

/* Appends the differences of a track: ", resolution 1280x720 and 1920x1080". */
static void
track_compare(const json_t *first, const json_t *other, const char *track, char *dst, size_t size)
{
	const char *const *parts = track[0] == 'v' ? video_parts : audio_parts;
	char a[32], b[32], one[128];
	int i;

	for (i = 0; i < 3; i++) {
		word_at(a, sizeof(a), record_text(first, track), i);
		word_at(b, sizeof(b), record_text(other, track), i);
		if (!values_differ(a, b))
			continue;
		snprintf(one, sizeof(one), "%s%s %s and %s", dst[0] != '\0' ? ", " : "", parts[i], a, b);
		strlcat(dst, one, size);
	}
}

/* Compares each source with the first one that has video. */
static void
format_problems(struct health_case *c)
{
	const char *first = NULL, *name;
	char parts[384], detail[512];
	json_t *of_first = NULL, *source;

	json_object_foreach(json_object_get(c->record, "sources"), name, source) {
		if (record_text(source, "video")[0] == '\0')
			continue;
		if (first == NULL) {
			first = name;
			of_first = source;
			continue;
		}
		parts[0] = '\0';
		track_compare(of_first, source, "video", parts, sizeof(parts));
		track_compare(of_first, source, "audio", parts, sizeof(parts));
		snprintf(detail, sizeof(detail), "%s: %s", first, parts);
		if (parts[0] != '\0')
			health_problem(c, PROBLEM_FORMATS_DIFFER, "source", name, detail);
	}
}

void
health_source_problems(struct health_case *c)
{
	single_problems(c);
	format_problems(c);
}
