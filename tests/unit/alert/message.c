/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/message.h"
#include "alert/outbox.h"
#include "health/health_record.h"
#include "t.h"

#define NOW	INT64_C(1780315200)
#define DECLARATION "{\"people\":{\"anna\":{\"ways\":[\"mail\",\"push\"]},\"balbir\":{\"ways\":[\"push\"]}}}"

static json_t *
report(const char *kind, const char *code, const char *reason)
{
	return json_pack("{ss ss ss ss sI sb ss}", "kind", kind, "channel", "krishna", "code", code, "subject", "source:obs",
	    "since", (json_int_t)(NOW - 60), "critical", 1, "reason", reason);
}

static const char *
member(const json_t *m, const char *name)
{
	static char text[4096];

	strlcpy(text, record_text(m, name), sizeof(text));
	return text;
}

static void
one_says_what_where_and_what_to_type(void)
{
	json_t *r = report("problem", "no-video", "source obs: sound comes"), *m = message_of(r, "studio", NOW);

	t_str(member(m, "title"), "krishna: no-video");
	t_str(member(m, "text"), "source obs: sound comes\nhost studio, since 2026-06-01T11:59:00Z\n"
	    "acknowledge it: lsctl-alert ack krishna no-video");
	t_str(record_text(json_object_get(m, "report"), "host"), "studio");
	t_str(record_text(json_object_get(m, "report"), "time"), "2026-06-01T12:00:00Z");
	t_ok(record_true(m, "critical"));
	t_ok(json_object_get(json_object_get(m, "report"), "link") == NULL);
	json_decref(m);
	setenv("LSCTL_WEB_URL", "https://live.example.org", 1);
	m = message_of(r, "studio", NOW);
	t_str(record_text(json_object_get(m, "report"), "link"), "https://live.example.org/#/channel/krishna");
	t_ok(strstr(member(m, "text"), "https:") == NULL);	/* each way puts it where no text of others is */
	unsetenv("LSCTL_WEB_URL");
	json_decref(m);
	json_object_set_new(r, "escalated", json_true());
	json_object_set_new(r, "channel", json_null());
	m = message_of(r, "studio", NOW);
	t_str(member(m, "title"), "studio: no-video, not acknowledged");
	t_ok(strstr(member(m, "text"), "lsctl-alert ack - no-video") != NULL);
	json_decref(m);
	json_decref(r);
	r = report("problem-over", "no-video", "over after 60 s: x");
	m = message_of(r, "studio", NOW);
	t_str(member(m, "title"), "krishna: over: no-video");
	t_ok(strstr(member(m, "text"), "acknowledge") == NULL);
	json_decref(m);
	json_decref(r);
}

/* What a client or a platform wrote stays in its line. */
static void
a_text_of_others_begins_no_line(void)
{
	json_t *r = report("problem", "no-video", "a\r\nSubject: b\n\n\x1b[31mc\x7f"), *m = message_of(r, "studio", NOW);

	t_ok(strncmp(member(m, "text"), "a  Subject: b   [31mc \nhost studio", 34) == 0);
	json_decref(m);
	json_decref(r);
}

static size_t
waiting(const json_t *outbox)
{
	return json_array_size(json_object_get(outbox, "messages"));
}

static json_t *
notified(const char *person, int64_t not_before, const char *code)
{
	return json_pack("{ss sI so}", "person", person, "not_before", (json_int_t)not_before, "report",
	    report("problem", code, "x"));
}

static void
each_way_of_each_person_gets_it(void)
{
	json_t *d = json_loads(DECLARATION, 0, NULL), *outbox = json_object(), *list = json_array(), *one;
	size_t i;

	json_array_append_new(list, notified("anna", NOW, "no-video"));
	json_array_append_new(list, notified("balbir", NOW + 60, "no-audio"));
	t_int(message_add(outbox, d, list, "studio", NOW), 0);
	t_int(waiting(outbox), 3);
	json_array_foreach(json_object_get(outbox, "messages"), i, one) {
		t_str(record_text(one, "way"), i == 0 ? "mail" : "push");
		t_str(record_text(one, "person"), i < 2 ? "anna" : "balbir");
		t_int(record_number(one, "next"), i < 2 ? NOW : NOW + 60);
	}
	json_decref(list);
	json_decref(outbox);
	json_decref(d);
}

static void
many_at_once_are_one_message(void)
{
	json_t *d = json_loads(DECLARATION, 0, NULL), *outbox = json_object(), *list = json_array(), *m;
	int i;

	for (i = 0; i < 200; i++)
		json_array_append_new(list, notified("balbir", NOW, "no-video"));
	json_array_append_new(list, notified("balbir", NOW + 60, "no-audio"));
	message_add(outbox, d, list, "studio", NOW);
	t_int(waiting(outbox), 2);
	m = json_object_get(json_array_get(json_object_get(outbox, "messages"), 0), "message");
	t_str(member(m, "title"), "studio: 200 problems began, 0 are over");
	t_ok(strlen(member(m, "text")) < 2048);
	t_str(member(m, "text") + strlen(member(m, "text")) - 4, "\n...");
	t_int(json_array_size(json_object_get(json_object_get(m, "report"), "list")), 200);
	json_decref(list);
	json_decref(outbox);
	json_decref(d);
}

T_MAIN(
	{ "one_says_what_where_and_what_to_type", one_says_what_where_and_what_to_type },
	{ "a_text_of_others_begins_no_line", a_text_of_others_begins_no_line },
	{ "each_way_of_each_person_gets_it", each_way_of_each_person_gets_it },
	{ "many_at_once_are_one_message", many_at_once_are_one_message },
)
