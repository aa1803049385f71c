/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/alerts_file.h"
#include "scratch.h"

#define MAIL "{\"kind\":\"mail\",\"to\":[\"a@example.org\"]}"
#define WAYS(ways) "{\"ways\":{" ways "}}"
#define ANNA(more) "{\"ways\":{\"m\":" MAIL "},\"people\":{\"anna\":{\"ways\":[\"m\"]}}" more "}"

static struct error err;

/* "", or why it is not valid, without the name of the file. */
static const char *
wrong(const char *text)
{
	json_t *root = alerts_file_parse(text, "f", &err);

	if (root == NULL)
		return strncmp(err.text, "f:", 2) == 0 ? err.text + 2 : err.text;
	json_decref(root);
	return "";
}

static void
all_of_it_is_valid(void)
{
	t_str(wrong("{\"time_zone\":\"Asia/Kolkata\",\"ways\":{\"m\":" MAIL ",\"m2\":{\"kind\":\"mail\",\"to\":[\"a@b.c\"],"
	    "\"from\":\"l+s.c_t-l@example.org\",\"sendmail\":\"/usr/bin/msmtp\"},"
	    "\"h\":{\"kind\":\"webhook\",\"url\":\"https://example.org/x\",\"secret_file\":\"s\",\"inside\":true},"
	    "\"h2\":{\"kind\":\"webhook\",\"url_file\":\"u\",\"secret_file\":\"s\"},"
	    "\"n\":{\"kind\":\"ntfy\",\"topic_file\":\"t\",\"token_file\":\"k\"},"
	    "\"n2\":{\"kind\":\"ntfy\",\"topic\":\"t\",\"server\":\"https://ntfy.example.org\"},"
	    "\"t\":{\"kind\":\"telegram\",\"token_file\":\"t\",\"chat\":\"-100123\"},"
	    "\"d\":{\"kind\":\"discord\",\"url_file\":\"d\"},\"s\":{\"kind\":\"slack\",\"url_file\":\"s\"},"
	    "\"p\":{\"kind\":\"program\",\"program\":\"/etc/lsctl/alert\"}},"
	    "\"people\":{\"anna\":{\"ways\":[\"m\",\"t\"],\"quiet\":{\"days\":\"mon-fri\",\"from\":\"22:00\",\"to\":\"07:00\","
	    "\"time_zone\":\"Europe/Berlin\",\"critical\":false}},\"balbir\":{\"ways\":[\"h\"],"
	    "\"quiet\":{\"from\":\"22:00\",\"to\":\"07:00\"}}},"
	    "\"rules\":{\"all\":{\"to\":[\"anna\"],\"then\":[\"balbir\"],\"then_after\":\"15m\",\"delay\":\"0\"},"
	    "\"some\":{\"to\":[\"balbir\"],\"codes\":[\"no-video\"],\"channels\":[\"krishna\"],\"severity\":\"critical\","
	    "\"delay\":90}},"
	    "\"channels\":{\"krishna\":{\"kbps_under\":1000,\"fps_under\":20,\"b_frames\":false,\"expected\":[{\"days\":"
	    "\"sat,sun\",\"from\":\"05:00\",\"to\":\"09:00\"}]},\"*\":{}},"
	    "\"heartbeat\":{\"url_file\":\"hc\",\"every\":\"1m\",\"severity\":\"warning\",\"inside\":false}}"), "");
	t_str(wrong("{}"), "");
}

static void
the_line_and_the_member_are_named(void)
{
	t_str(wrong("{\n\"ways\": {\n  \"m\": " MAIL "\n},\n\"people\": {\n  \"anna\": {\"ways\": [\"x\"]}}}"),
	    "6: people.anna.ways: x is not declared in \"ways\"");
	t_str(wrong("{\n\"wayz\": {}}"), "2: wayz: unknown member");
	t_ok(strncmp(wrong("{\n\"ways\": \n"), "3: ", 3) == 0 || strncmp(wrong("{\n\"ways\": \n"), "2: ", 3) == 0);
	t_ok(wrong("{\"ways\":{},\"ways\":{}}")[0] != '\0');
	t_ok(wrong("[]")[0] != '\0');
}

static void
refused(const char *text, const char *part)
{
	const char *reason = wrong(text);

	if (strstr(reason, part) == NULL)
		printf("# %s: \"%s\", want %s\n", text, reason, part);
	t_ok(strstr(reason, part) != NULL);
}

static void
ways_have_what_their_kind_needs(void)
{
	refused(WAYS("\"m\":{\"kind\":\"sms\"}"), "ways.m.kind: must be mail, ");
	refused(WAYS("\"m\":{}"), "ways.m.kind: ");
	refused(WAYS("\"m\":{\"kind\":\"mail\"}"), "ways.m.to: is missing");
	refused(WAYS("\"m\":{\"kind\":\"slack\",\"url_file\":\"x\",\"to\":[\"a@b.c\"]}"), "ways.m.to: unknown member");
	refused(WAYS("\"m\":{\"kind\":\"webhook\",\"secret_file\":\"x\"}"), "ways.m.url: either");
	refused(WAYS("\"m\":{\"kind\":\"webhook\",\"url\":\"https://x/\",\"url_file\":\"y\",\"secret_file\":\"x\"}"),
	    "ways.m.url: either");
	refused(WAYS("\"m\":{\"kind\":\"webhook\",\"url\":\"https://x/\"}"), "ways.m.secret_file: is missing");
	refused(WAYS("\"m\":{\"kind\":\"webhook\",\"url\":\"file:///etc/passwd\",\"secret_file\":\"x\"}"), "ways.m.url: must");
	refused(WAYS("\"m\":{\"kind\":\"webhook\",\"url\":\"rtmp://x/\",\"secret_file\":\"x\"}"), "ways.m.url: must");
	refused(WAYS("\"m\":{\"kind\":\"webhook\",\"url\":\"https://x/\\r\\nHost: y\",\"secret_file\":\"x\"}"), "ways.m.url: must");
	refused(WAYS("\"M m\":" MAIL), "is no name");
	refused(WAYS("\"m\":7"), "must be an object");
}

static void
addresses_cannot_be_headers_or_options(void)
{
	static const char *const bad[] = {
		"", "a", "@example.org", "a@", "-f@example.org", ".a@example.org", "a b@example.org", "a@example.org\\nBcc: x@y.z",
		"a@example.org,b@example.org", "a@-x.org", "<a@example.org>", "\\\"a\\\"@example.org", "a@exa\\u00e9.org",
		"|/bin/sh@example.org", "a@b@c"
	};
	char text[256];
	size_t i;

	for (i = 0; i < nitems(bad); i++) {
		snprintf(text, sizeof(text), WAYS("\"m\":{\"kind\":\"mail\",\"to\":[\"%s\"]}"), bad[i]);
		refused(text, "ways.m.to: must be a list of addresses");
	}
	refused(WAYS("\"m\":{\"kind\":\"mail\",\"to\":[]}"), "ways.m.to: must be a list");
	refused(WAYS("\"m\":{\"kind\":\"mail\",\"to\":[\"a@b.c\"],\"from\":\"a@b.c>\"}"), "ways.m.from: must be");
}

static void
rules_and_windows(void)
{
	refused(ANNA(",\"rules\":{\"r\":{\"to\":[\"balbir\"]}}"), "rules.r.to: balbir is not declared in \"people\"");
	refused(ANNA(",\"rules\":{\"r\":{\"to\":[\"anna\"],\"then\":[\"anna\"]}}"), "rules.r.then: then and then_after");
	refused(ANNA(",\"rules\":{\"r\":{\"to\":[\"anna\"],\"codes\":[\"no-vidio\"]}}"), "rules.r.codes: must be a list of codes");
	refused(ANNA(",\"rules\":{\"r\":{\"to\":[\"anna\"],\"delay\":\"soon\"}}"), "rules.r.delay: must be a duration");
	refused(ANNA(",\"rules\":{\"r\":{\"to\":[\"anna\"],\"delay\":-1}}"), "rules.r.delay: must be a duration");
	refused(ANNA(",\"rules\":{\"r\":{\"to\":[\"anna\"],\"severity\":\"ok\"}}"), "rules.r.severity: must be");
	refused("{\"channels\":{\"k\":{\"expected\":[{\"from\":\"22:00\",\"to\":\"23:00\"}]}}}",
	    "channels.k.expected[0].time_zone: is missing");
	refused("{\"time_zone\":\"Mars\",\"channels\":{\"k\":{\"expected\":[{\"from\":\"22:00\",\"to\":\"23:00\"}]}}}",
	    "channels.k.expected[0]: time_zone: ");
	refused("{\"time_zone\":\"UTC\",\"channels\":{\"k\":{\"expected\":[{\"from\":\"22:00\"}]}}}", ".to: is missing");
	refused("{\"channels\":{\"k\":{\"kbps_under\":0}}}", "kbps_under: must be a whole number");
	refused("{\"channels\":{\"k\":{\"b_frames\":\"no\"}}}", "b_frames: must be true or false");
	refused("{\"heartbeat\":{\"url_file\":\"x\"}}", "heartbeat.every: is missing");
}

static void
a_file_that_others_may_change_is_refused(void)
{
	const char *path = scratch_write("alerts", "{}", 0644);
	json_t *root = alerts_file_load(path, &err);

	t_ok(root != NULL);
	json_decref(root);
	chmod(path, 0664);
	t_ok(alerts_file_load(path, &err) == NULL);
	t_ok(strstr(err.text, "others may change it") != NULL);
	t_ok(alerts_file_load(scratch_path("missing"), &err) == NULL);
	t_str(err.text, "");
	t_ok(alerts_file_load(scratch(), &err) == NULL);
	t_ok(err.text[0] != '\0');
}

static void
members_are_read(void)
{
	json_t *o = json_loads("{\"a\":\"2m\",\"b\":7,\"c\":\"0\",\"list\":[\"x\",\"y\"]}", 0, NULL);

	t_int(alerts_seconds(o, "a", 1), 120);
	t_int(alerts_seconds(o, "b", 1), 7);
	t_int(alerts_seconds(o, "c", 1), 0);
	t_int(alerts_seconds(o, "d", 1), 1);
	t_ok(alerts_list_has(o, "list", "y", false));
	t_ok(!alerts_list_has(o, "list", "z", true));
	t_ok(alerts_list_has(o, "none", "z", true));
	json_decref(o);
}

T_MAIN(
	{ "all_of_it_is_valid", all_of_it_is_valid },
	{ "the_line_and_the_member_are_named", the_line_and_the_member_are_named },
	{ "ways_have_what_their_kind_needs", ways_have_what_their_kind_needs },
	{ "addresses_cannot_be_headers_or_options", addresses_cannot_be_headers_or_options },
	{ "rules_and_windows", rules_and_windows },
	{ "a_file_that_others_may_change_is_refused", a_file_that_others_may_change_is_refused },
	{ "members_are_read", members_are_read },
)
