/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/message.h"
#include "alert/outbox.h"
#include "alert/pages_link.h"
#include "health/health_record.h"

#define TITLE	256
#define TEXT	2048
#define MORE	"\n..."

/* A JSON string in which nothing begins a new line or is a control character, but line feeds of our own. */
static json_t *
lines_of(const char *text)
{
	char copy[TEXT], *p;

	strlcpy(copy, text, sizeof(copy));
	for (p = copy; *p != '\0'; p++)
		if (((unsigned char)*p < 0x20 && *p != '\n') || *p == 0x7f)
			*p = ' ';
	return record_clean(copy);
}

/* The same for a text of others, which is one line. */
static char *
one_line(const char *text, char *dst, size_t size)
{
	char *p;

	strlcpy(dst, text, size);
	while ((p = strpbrk(dst, "\r\n")) != NULL)
		*p = ' ';
	return dst;
}

static char *
time_text(int64_t at, char *dst, size_t size)
{
	time_t t = (time_t)at;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(dst, size, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		strlcpy(dst, "", size);
	return dst;
}

static const char *
about(const json_t *report, const char *host)
{
	const char *channel = record_text(report, "channel");

	return channel[0] != '\0' ? channel : host;
}

static bool
begins(const json_t *report)
{
	return strcmp(record_text(report, "kind"), "problem") == 0;
}

char *
message_line(const json_t *report, char *dst, size_t size)
{
	bool coded = record_text(report, "subject")[0] != '\0';

	snprintf(dst, size, "%s%s%s", coded ? record_text(report, "code") : "", coded ? ": " : "",
	    record_text(report, "reason"));
	return dst;
}

json_t *
message_report(const json_t *report, const char *host, int64_t now)
{
	json_t *o = json_copy((json_t *)(uintptr_t)report);
	char at[32], link[PAGES_LINK];

	json_object_set_new(o, "host", record_clean(host));
	json_object_set_new(o, "time", json_string(time_text(now, at, sizeof(at))));
	if (pages_link(link, record_text(report, "channel"))[0] != '\0')
		json_object_set_new(o, "link", json_string(link));
	return o;
}

static json_t *
message_make(const char *title, const char *text, bool critical, json_t *report)
{
	char line[TITLE];

	return json_pack("{so so sb so}", "title", lines_of(one_line(title, line, sizeof(line))), "text",
	    lines_of(text), "critical", critical, "report", report);
}

json_t *
message_of(const json_t *report, const char *host, int64_t now)
{
	char title[TITLE], text[TEXT], reason[1024], since[32], where[128];
	const char *code = record_text(report, "code"), *channel = record_text(report, "channel");
	bool first = begins(report);

	one_line(about(report, host), where, sizeof(where));
	snprintf(title, sizeof(title), "%s: %s%s%s", where, first ? "" : "over: ", code,
	    record_true(report, "escalated") ? ", not acknowledged" : "");
	snprintf(text, sizeof(text), "%s\nhost %s, since %s%s%s%s%s",
	    one_line(record_text(report, "reason"), reason, sizeof(reason)), host,
	    time_text((int64_t)record_number(report, "since"), since, sizeof(since)),
	    first ? "\nacknowledge it: lsctl-alert ack " : "", !first ? "" : channel[0] != '\0' ? where : "-",
	    first ? " " : "", first ? code : "");
	return message_make(title, text, record_true(report, "critical"), message_report(report, host, now));
}

json_t *
message_of_all(const json_t *reports, const char *host, int64_t now)
{
	char title[TITLE], text[TEXT] = "", line[256], where[128];
	size_t i, begun = 0, n = json_array_size(reports);
	bool critical = false, cut = false;
	json_t *one, *all;

	json_array_foreach(reports, i, one) {
		begun += begins(one);
		critical |= record_true(one, "critical");
		snprintf(line, sizeof(line), "%s%s: %s%s", i > 0 ? "\n" : "",
		    one_line(about(one, host), where, sizeof(where)), begins(one) ? "" : "over: ",
		    record_text(one, "code"));
		if (!cut && (cut = strlen(text) + strlen(line) + sizeof(MORE) > sizeof(text)))
			strlcat(text, MORE, sizeof(text));
		if (!cut)
			strlcat(text, line, sizeof(text));
	}
	snprintf(title, sizeof(title), "%s: %zu problems began, %zu are over", host, begun, n - begun);
	all = json_pack("{ss sn ss sO}", "kind", "problems", "channel", "reason", title, "list", reports);
	one = message_make(title, text, critical, message_report(all, host, now));
	json_decref(all);
	return one;
}

json_t *
message_of_test(const char *host, int64_t now)
{
	char title[TITLE], text[TEXT];
	json_t *report, *m;

	snprintf(title, sizeof(title), "%s: a test", host);
	snprintf(text, sizeof(text), "a test: a message like this comes when a part of lsctl on %s fails", host);
	report = json_pack("{ss sn ss}", "kind", "alert-test", "channel", "reason", text);
	m = message_make(title, text, false, message_report(report, host, now));
	json_decref(report);
	return m;
}

/* -- for people -- */

struct adding {
	json_t		*outbox;
	const json_t	*declaration;
	const char	*host;
	int64_t		 now;
	size_t		 dropped;
};

/* For every way of the person. Releases the message. */
static void
message_put(struct adding *a, const char *person, json_t *message, int64_t next)
{
	const json_t *ways = json_object_get(json_object_get(json_object_get(a->declaration, "people"), person), "ways"),
	    *way;
	size_t i;

	json_array_foreach(ways, i, way) {
		a->dropped += outbox_add(a->outbox, json_string_value(way), person, message, next, next + OUTBOX_UNTIL_S);
	}
	json_decref(message);
}

/* Sends the reports of one person that wait for the same time. */
static void
reports_put(struct adding *a, const char *person, const json_t *reports, int64_t next)
{
	const json_t *one;
	size_t i;

	if (json_array_size(reports) > MESSAGE_EACH) {
		message_put(a, person, message_of_all(reports, a->host, a->now), next);
		return;
	}
	json_array_foreach(reports, i, one) {
		message_put(a, person, message_of(one, a->host, a->now), next);
	}
}

/* Do these two belong together? */
static bool
is_same(const json_t *a, const json_t *b)
{
	return strcmp(record_text(a, "person"), record_text(b, "person")) == 0 &&
	    json_equal(json_object_get(a, "not_before"), json_object_get(b, "not_before"));
}

/* Has one before it taken it along? */
static bool
is_taken(const json_t *notified, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_same(json_array_get(notified, i), json_array_get(notified, n)))
			return true;
	return false;
}

size_t
message_add(json_t *outbox, const json_t *declaration, const json_t *notified, const char *host, int64_t now)
{
	struct adding a = { outbox, declaration, host, now, 0 };
	json_t *first, *other, *reports;
	size_t i, k;

	json_array_foreach(notified, i, first) {
		if (is_taken(notified, i))
			continue;
		reports = json_array();
		for (k = i; k < json_array_size(notified); k++) {
			other = json_array_get(notified, k);
			if (is_same(first, other))
				json_array_append(reports, json_object_get(other, "report"));
		}
		reports_put(&a, record_text(first, "person"), reports, (int64_t)record_number(first, "not_before"));
		json_decref(reports);
	}
	return a.dropped;
}
