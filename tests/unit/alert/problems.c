/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/problems.h"
#include "t.h"

#define HOST(database, up, list) "{\"host\":\"h\",\"database\":" database ",\"server\":{\"up\":" up \
	"},\"problems\":[" list "]}"
#define GOOD	HOST("true", "true", "")
#define CHANNEL(state, running, list) "{\"channel\":\"krishna\",\"state\":\"" state \
	"\",\"running\":" running ",\"problems\":[" list "]}"
#define ON(list) CHANNEL("OBS_ACTIVE", "true", list)
#define A	"\"source obs: the picture stands still\""

static json_t *remembered;
static struct problems_when when = { .after = 30 };

/* A pass at a time: what is told, each "CHANNEL TEXT;". */
static const char *
pass(int64_t now, const char *one, const char *two)
{
	static char said[2048];
	json_t *records = json_array(), *news, *n;
	size_t i;

	json_array_append_new(records, json_loads(one, 0, NULL));
	if (two != NULL)
		json_array_append_new(records, json_loads(two, 0, NULL));
	when.now = now;
	news = problems_pass(remembered, records, &when);
	said[0] = '\0';
	json_array_foreach(news, i, n) {
		strlcat(said, json_is_null(json_object_get(n, "channel")) ? "-" :
		    json_string_value(json_object_get(n, "channel")), sizeof(said));
		strlcat(said, " ", sizeof(said));
		strlcat(said, json_string_value(json_object_get(n, "why")), sizeof(said));
		strlcat(said, ";", sizeof(said));
	}
	json_decref(news);
	json_decref(records);
	return said;
}

static void
fresh(void)
{
	json_decref(remembered);
	remembered = json_object();
	when.backup = 0;
}

static void
told_when_it_holds_and_when_it_is_over(void)
{
	fresh();
	t_str(pass(100, GOOD, ON(A)), "");
	t_str(pass(129, GOOD, ON(A)), "");
	t_str(pass(130, GOOD, ON(A)), "krishna source obs: the picture stands still;");
	t_str(pass(500, GOOD, ON(A)), "");
	t_str(pass(600, GOOD, ON("")), "");
	t_str(pass(630, GOOD, ON("")), "krishna over after 500 s: source obs: the picture stands still;");
	t_str(pass(700, GOOD, ON("")), "");
	t_int(json_object_size(remembered), 0);
}

static void
what_flaps_is_told_once_or_never(void)
{
	int64_t t;

	fresh();
	for (t = 0; t < 600; t += 20) {
		t_str(pass(t, GOOD, ON(A)), "");
		t_str(pass(t + 10, GOOD, ON("")), "");
	}
	pass(1000, GOOD, ON(A));
	t_ok(pass(1030, GOOD, ON(A))[0] != '\0');
	for (t = 1040; t < 1600; t += 20) {
		t_str(pass(t, GOOD, ON("")), "");
		t_str(pass(t + 10, GOOD, ON(A)), "");
	}
}

/* The same trouble in other words. */
static void
a_reason_that_changes_is_no_news(void)
{
	static const char refused[] = ON("\"destination youtube: it refuses the stream (NetStream.Publish)\""),
	    away[] = ON("\"destination youtube: nobody answers there (timeout)\"");

	fresh();
	pass(0, GOOD, refused);
	t_str(pass(30, GOOD, away), "krishna destination youtube: nobody answers there (timeout);");
	t_str(pass(60, GOOD, refused), "");
	pass(90, GOOD, ON(""));
	t_str(pass(7300, GOOD, ON("")), "krishna over after 90 s: destination youtube: it refuses "
	    "the stream (NetStream.Publish);");
	fresh();
	pass(0, GOOD, ON("\"source obs: publishers are refused (wrong token): compare\""));
	t_ok(pass(30, GOOD, ON("\"source obs: publishers are refused (no token): compare\",\"source obs: "
	    "has no token\""))[0] != '\0');
	t_str(pass(60, GOOD, ON("\"source obs: has no token\"")), "krishna source obs: has no token;");
}

static void
not_to_know_is_not_over(void)
{
	static const char db[] = "\"database: no server there: nothing can be changed\"",
	    server[] = "\"media server http://x: nobody answers there\"";
	char away[512], down[512];

	snprintf(away, sizeof(away), HOST("false", "true", "%s"), db);
	snprintf(down, sizeof(down), HOST("true", "false", "%s"), server);
	fresh();
	pass(0, GOOD, ON(A));
	pass(30, GOOD, ON(A));
	t_str(pass(100, away, ON("")), "");
	t_str(pass(200, away, ON("")), "- database: no server there: nothing can be changed;");
	t_str(pass(300, down, ON("")), "");
	t_str(pass(330, down, ON("")), "- media server http://x: nobody answers there;- over after "
	    "200 s: database: no server there: nothing can be changed;");
	t_str(pass(400, GOOD, CHANNEL("DOWN", "false", "\"forwarder not running: x\"")), "");
	t_str(pass(430, GOOD, CHANNEL("DOWN", "false", "\"forwarder not running: x\"")), "- over after 100 s: "
	    "media server http://x: nobody answers there;krishna forwarder not running: x;");
	t_str(pass(500, GOOD, ON("")), "");
	t_str(pass(530, GOOD, ON("")), "krishna over after 500 s: source obs: the picture stands "
	    "still;krishna over after 100 s: forwarder not running: x;");
	fresh();
	pass(0, GOOD, ON(A));
	pass(30, GOOD, ON(A));
	pass(40, GOOD, CHANNEL("OFF", "false", ""));
	t_ok(strstr(pass(70, GOOD, CHANNEL("OFF", "false", "")), "over after 40 s") != NULL);
}

static void
a_channel_without_a_record_is_gone_only_in_a_whole_pass(void)
{
	fresh();
	pass(0, GOOD, ON(A));
	pass(30, GOOD, ON(A));
	t_str(pass(100, "{\"channel\":\"other\",\"running\":true,\"problems\":[]}", NULL), "");
	t_str(pass(200, "{\"channel\":\"other\",\"running\":true,\"problems\":[]}", NULL), "");
	t_str(pass(300, HOST("false", "true", ""), NULL), "");
	t_str(pass(400, HOST("false", "true", ""), NULL), "");
	t_str(pass(500, GOOD, NULL), "");
	t_ok(strstr(pass(530, GOOD, NULL), "krishna over after 500 s") != NULL);
	t_int(json_object_size(remembered), 0);
}

#define SHOWS(state, mode, obs, loop) "{\"channel\":\"krishna\",\"state\":\"" state "\",\"since\":" \
	"\"1970-01-01T00:10:00.000Z\",\"mode\":\"" mode "\",\"running\":true,\"problems\":[],\"sources\":{" \
	"\"obs\":{\"on_air\":" obs "},\"loop\":{\"on_air\":" loop "}}}"

static void
a_backup_on_the_air_for_long_is_told_where_it_is_asked_for(void)
{
	static const char backup[] = SHOWS("LOOP_ACTIVE", "auto", "false", "true");

	fresh();
	t_str(pass(99999, GOOD, backup), "");
	when.backup = 3600;
	t_str(pass(600 + 3599, GOOD, backup), "");
	t_str(pass(600 + 3600, GOOD, SHOWS("LOOP_ACTIVE", "loop", "false", "true")), "");
	t_str(pass(600 + 3600, GOOD, backup), "krishna a backup has been on the air for more than 60 "
	    "minutes: is the encoder to be off?;");
	pass(5000, GOOD, SHOWS("OBS_ACTIVE", "auto", "true", "false"));
	t_ok(strstr(pass(5030, GOOD, SHOWS("OBS_ACTIVE", "auto", "true", "false")), "over after 73 min: ") !=
	    NULL);
}

static void
a_clock_that_is_set_back_does_no_harm(void)
{
	fresh();
	pass(100000, GOOD, ON(A));
	t_str(pass(10, GOOD, ON(A)), "");
	t_ok(pass(40, GOOD, ON(A))[0] != '\0');
	pass(100000, GOOD, ON(""));
	t_str(pass(50, GOOD, ON("")), "");
	t_ok(pass(80, GOOD, ON(""))[0] != '\0');
}

/* A file, or a record, that somebody else wrote. */
static void
nonsense_is_nothing(void)
{
	json_decref(remembered);
	remembered = json_loads("{\"krishna\":{\"x\":3,\"y\":{\"told\":true}},\"\":[],\"z\":7}", 0, NULL);
	t_ok(remembered != NULL);
	pass(1, "{\"channel\":\"krishna\",\"running\":true,\"problems\":[1,null,{}],\"sources\":[]}", GOOD);
	pass(100, "{\"channel\":7,\"problems\":\"x\"}", "{\"channel\":\"krishna\",\"problems\":[\"\"]}");
	pass(200, GOOD, NULL);
	pass(300, GOOD, NULL);
	json_decref(remembered);
	remembered = NULL;
}

T_MAIN(
	{ "told_when_it_holds_and_when_it_is_over", told_when_it_holds_and_when_it_is_over },
	{ "what_flaps_is_told_once_or_never", what_flaps_is_told_once_or_never },
	{ "a_reason_that_changes_is_no_news", a_reason_that_changes_is_no_news },
	{ "not_to_know_is_not_over", not_to_know_is_not_over },
	{ "a_channel_without_a_record_is_gone_only_in_a_whole_pass",
	    a_channel_without_a_record_is_gone_only_in_a_whole_pass },
	{ "a_backup_on_the_air_for_long_is_told_where_it_is_asked_for",
	    a_backup_on_the_air_for_long_is_told_where_it_is_asked_for },
	{ "a_clock_that_is_set_back_does_no_harm", a_clock_that_is_set_back_does_no_harm },
	{ "nonsense_is_nothing", nonsense_is_nothing }
)
