/* SPDX-License-Identifier: ISC */
/* Each question to a control socket, and the code of its answer. */
#include "forward/command.h"
#include "scratch.h"
#include "stage.h"

#include <jansson.h>

#define SPEC	"{\"channel\":\"c\",\"sources\":[{\"name\":\"obs\",\"url\":\"$obs\"},{\"name\":\"film\",\"path\":\"$film\"}]," \
	"\"destinations\":[{\"name\":\"youtube\",\"url\":\"$youtube\"}]}"

static struct command command;
static json_t *answer;

static const json_t *
member(const char *name)
{
	return json_object_get(answer, name);
}

static void
ask(const char *question, const char *code)
{
	char *text = command_answer(&command, question);

	json_decref(answer);
	answer = json_loads(text != NULL ? text : "", 0, NULL);
	free(text);
	if (!t_str(json_string_value(member("code")), code))
		printf("# %s\n", question);
	t_ok((strcmp(code, "ok") == 0) == (member("error") == NULL));
}

/* A forwarder with its spec in a file that has this text now. */
static void
begin_with_file(const char *text)
{
	static char path[256];

	begin(SPEC);
	strlcpy(path, scratch_write("c.json", text, 0600), sizeof(path));
	command = (struct command){ .fw = fw, .spec = path, .kind = SPEC_FORWARD };
}

static void
what_is_no_question_has_a_code(void)
{
	static const char *const bad[] = { "", "status", "[]", "{}", "{\"cmd\":1}", "{\"cmd\":\"status\",\"cmd\":\"off\"}" };
	size_t i;

	begin_with_file("");
	for (i = 0; i < nitems(bad); i++)
		ask(bad[i], "bad-request");
	ask("{\"cmd\":\"stop\"}", "unknown-command");
	end();
}

static void
a_switch_goes_where_it_is_told(void)
{
	begin_with_file("");
	ask("{\"cmd\":\"switch\"}", "bad-request");
	ask("{\"cmd\":\"switch\",\"to\":\"obs\",\"for_ms\":-1}", "bad-request");
	ask("{\"cmd\":\"switch\",\"to\":\"obs\",\"for_ms\":\"1\"}", "bad-request");
	ask("{\"cmd\":\"switch\",\"to\":\"nobody\"}", "unknown-source");
	t_int(fw->channel->failover.pin, FO_NONE);
	ask("{\"cmd\":\"switch\",\"to\":\"film\",\"for_ms\":60000}", "ok");
	t_int(fw->channel->failover.pin, 1);
	ask("{\"cmd\":\"switch\",\"to\":\"auto\"}", "ok");
	t_int(fw->channel->failover.pin, FO_NONE);
	ask("{\"cmd\":\"switch\",\"to\":\"off\"}", "ok");
	pass(100);
	t_str(state(), "OFF");
	end();
}

static void
a_reload_that_fails_says_how_and_changes_nothing(void)
{
	begin_with_file("{\"channel\": \"c\",\n\"sources\": 5}");
	ask("{\"cmd\":\"reload\"}", "spec-invalid");
	t_str(json_string_value(member("field")), "sources");
	t_int(json_integer_value(member("line")), 2);
	ask("{\"cmd\":\"reload\",\"spec\":{\"channel\":\"c\",\"sources\":5}}", "spec-invalid");
	t_ok(member("line") == NULL);	/* it came on one */
	command.spec = "/nowhere/c.json";
	ask("{\"cmd\":\"reload\"}", "spec-unreadable");
	t_int(fw->egresses, 1);
	end();
}

/* What became of a spec that came with the question. */
static void
reload_with(const char *before, const char *with, const char *code)
{
	char question[2048], *at, text[] = SPEC;
	const char *places[] = { "$obs", obs.url, "$film", film, "$youtube", youtube.url };
	size_t n = (size_t)snprintf(question, sizeof(question), "{\"cmd\":\"reload\",\"spec\":"), i;

	for (at = text; *at != '\0'; ) {
		if (strncmp(at, before, strlen(before)) == 0) {
			n += strlcpy(question + n, with, sizeof(question) - n);
			at += strlen(before);
			continue;
		}
		for (i = 0; i < nitems(places) && strncmp(at, places[i], strlen(places[i])) != 0; i += 2)
			continue;
		if (i < nitems(places)) {
			n += strlcpy(question + n, places[i + 1], sizeof(question) - n);
			at += strlen(places[i]);
		} else
			question[n++] = *at++;
	}
	strlcpy(question + n, "}", sizeof(question) - n);
	ask(question, code);
}

static void
a_spec_may_come_with_the_question(void)
{
	begin_with_file("");
	reload_with("youtube\"", "facebook\"", "ok");
	t_str(fw->egress[0]->name, "facebook");
	reload_with("\"c\"", "\"d\"", "other-channel");
	reload_with("$film", "none.flv", "film-unusable");
	reload_with("{\"name\":\"film\",\"path\":\"$film\"}", "{\"name\":\"film\",\"url\":\"rtmp://127.0.0.1/live/film\"}", "needs-restart");
	t_int(fw->egresses, 1);
	end();
}

static void
status_and_dump_are_objects(void)
{
	begin_with_file("");
	ask("{\"cmd\":\"status\"}", "ok");
	t_str(json_string_value(member("channel")), "c");
	ask("{\"cmd\":\"dump\"}", "ok");
	t_ok(json_object_size(answer) > 1);
	end();
}

T_MAIN(
	{ "what_is_no_question_has_a_code", what_is_no_question_has_a_code },
	{ "a_switch_goes_where_it_is_told", a_switch_goes_where_it_is_told },
	{ "a_reload_that_fails_says_how_and_changes_nothing", a_reload_that_fails_says_how_and_changes_nothing },
	{ "a_spec_may_come_with_the_question", a_spec_may_come_with_the_question },
	{ "status_and_dump_are_objects", status_and_dump_are_objects }
)
