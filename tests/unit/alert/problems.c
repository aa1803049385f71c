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
#define P(code, subject, text) "{\"code\":\"" code "\",\"subject\":\"" subject "\",\"text\":\"" text "\"}"
#define A	P("video-stalled", "source:obs", "the picture stands still")

static json_t *remembered;
static struct problems_when when = { .after = 30 };

/* A pass at a time: the reports, each "CHANNEL CODE SUBJECT TEXT;". */
static const char *
pass(int64_t now, const char *one, const char *two)
{
	static const char *const names[] = { "code", "subject", "reason" };
	static char said[2048];
	json_t *records = json_array(), *news, *n;
	size_t i, k;

	json_array_append_new(records, json_loads(one, 0, NULL));
	if (two != NULL)
		json_array_append_new(records, json_loads(two, 0, NULL));
	when.now = now;
	news = problems_pass(remembered, records, &when);
	said[0] = '\0';
	json_array_foreach(news, i, n) {
		strlcat(said, json_is_null(json_object_get(n, "channel")) ? "-" :
		    json_string_value(json_object_get(n, "channel")), sizeof(said));
		for (k = 0; k < nitems(names); k++) {
			strlcat(said, " ", sizeof(said));
			strlcat(said, json_string_value(json_object_get(n, names[k])), sizeof(said));
		}
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
reported_when_it_lasts_and_when_it_is_over(void)
{
	fresh();
	t_str(pass(100, GOOD, ON(A)), "");
	t_str(pass(129, GOOD, ON(A)), "");
	t_str(pass(130, GOOD, ON(A)), "krishna video-stalled source:obs the picture stands still;");
	t_str(pass(500, GOOD, ON(A)), "");
	t_str(pass(600, GOOD, ON("")), "");
	t_str(pass(630, GOOD, ON("")), "krishna video-stalled source:obs over after 500 s: the picture "
	    "stands still;");
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

/* The same trouble in other words, with another reason or another count, is the same. */
static void
a_text_that_changes_is_not_reported(void)
{
	static const char refused[] = ON(P("destination-down", "destination:youtube", "it refuses the stream")),
	    away[] = ON(P("destination-down", "destination:youtube", "nobody answers there"));

	fresh();
	pass(0, GOOD, refused);
	t_str(pass(30, GOOD, away), "krishna destination-down destination:youtube nobody answers there;");
	t_str(pass(60, GOOD, refused), "");
	pass(90, GOOD, ON(""));
	t_str(pass(7300, GOOD, ON("")), "krishna destination-down destination:youtube over after 90 s: it refuses the "
	    "stream;");
}

static void
a_count_that_changes_is_not_reported(void)
{
	char one[512];
	int n;

	fresh();
	for (n = 1; n < 200; n++) {
		snprintf(one, sizeof(one), HOST("true", "true", P("orphan-streams", "server", "%d streams")), n);
		t_str(pass(10 * n, one, ON("")), n == 4 ? "- orphan-streams server 4 streams;" : "");
	}
	pass(2000, GOOD, ON(""));
	t_str(pass(2030, GOOD, ON("")), "- orphan-streams server over after 33 min: 199 streams;");
}

/* Two codes, or two subjects, are two problems, whatever their texts are. */
static void
what_differs_in_code_or_subject_is_another_problem(void)
{
	fresh();
	pass(0, GOOD, ON(P("no-token", "source:obs", "x") "," P("no-token", "source:loop", "x")));
	t_str(pass(30, GOOD, ON(P("no-token", "source:obs", "x") "," P("no-token", "source:loop", "x") ","
	    P("publishers-refused", "source:obs", "x"))), "krishna no-token source:obs x;krishna no-token source:loop x;");
	t_str(pass(60, GOOD, ON(P("publishers-refused", "source:obs", "x"))), "krishna publishers-refused source:obs x;");
	t_str(pass(90, GOOD, ON("")), "krishna no-token source:obs over after 60 s: x;krishna no-token source:loop over "
	    "after 60 s: x;");
}

static void
a_problem_is_as_old_as_its_record_says(void)
{
	static const char old[] = ON("{\"code\":\"no-video\",\"subject\":\"source:obs\",\"text\":\"x\",\"since\":"
	    "\"1970-01-01T00:01:40.000Z\"}");

	fresh();
	t_str(pass(129, GOOD, old), "");
	t_str(pass(130, GOOD, old), "krishna no-video source:obs x;");
	pass(200, GOOD, ON(""));
	t_str(pass(230, GOOD, ON("")), "krishna no-video source:obs over after 100 s: x;");
}

static void
not_to_know_is_not_over(void)
{
	static const char db[] = P("database-down", "database", "no server there"),
	    server[] = P("server-down", "server", "nobody answers there"),
	    down[] = CHANNEL("DOWN", "false", P("forwarder-down", "forwarder", "not running"));
	char db_away[512], server_away[512];

	snprintf(db_away, sizeof(db_away), HOST("false", "true", "%s"), db);
	snprintf(server_away, sizeof(server_away), HOST("true", "false", "%s"), server);
	fresh();
	pass(0, GOOD, ON(A));
	pass(30, GOOD, ON(A));
	t_str(pass(100, db_away, ON("")), "");
	t_str(pass(200, db_away, ON("")), "- database-down database no server there;");
	t_str(pass(300, server_away, ON("")), "");
	t_str(pass(330, server_away, ON("")), "- server-down server nobody answers there;- database-down database over "
	    "after 200 s: no server there;");
	t_str(pass(400, GOOD, down), "");
	t_str(pass(430, GOOD, down), "- server-down server over after 100 s: nobody answers there;krishna "
	    "forwarder-down forwarder not running;");
	t_str(pass(500, GOOD, ON("")), "");
	t_str(pass(530, GOOD, ON("")), "krishna video-stalled source:obs over after 500 s: the picture stands "
	    "still;krishna forwarder-down forwarder over after 100 s: not running;");
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
	t_ok(strstr(pass(530, GOOD, NULL), "over after 500 s") != NULL);
	t_int(json_object_size(remembered), 0);
}

#define SHOWS(on_air, mode) "{\"channel\":\"krishna\",\"on_air\":" on_air ",\"since\":" \
	"\"1970-01-01T00:10:00.000Z\",\"mode\":\"" mode "\",\"running\":true,\"problems\":[],\"sources\":{" \
	"\"obs\":{},\"loop\":{}}}"

static void
a_backup_on_the_air_for_long_is_told_where_it_is_asked_for(void)
{
	static const char backup[] = SHOWS("\"loop\"", "auto");

	fresh();
	t_str(pass(99999, GOOD, backup), "");
	when.backup = 3600;
	t_str(pass(600 + 3599, GOOD, backup), "");
	t_str(pass(600 + 3600, GOOD, SHOWS("\"loop\"", "loop")), "");
	t_str(pass(600 + 3600, GOOD, SHOWS("null", "auto")), "");
	t_str(pass(600 + 3600, GOOD, backup), "krishna backup-on-air channel a backup has been on the air for more "
	    "than 60 minutes: start the encoder; 'lsctl-events --kind state krishna' shows when it left the air;");
	pass(5000, GOOD, SHOWS("\"obs\"", "auto"));
	t_ok(strstr(pass(5030, GOOD, SHOWS("\"obs\"", "auto")), "over after 73 min: ") != NULL);
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
	remembered = json_loads("{\"krishna\":{\"x\":3,\"y\":{\"reported\":true}},\"\":[],\"z\":7}", 0, NULL);
	t_ok(remembered != NULL);
	pass(1, "{\"channel\":\"krishna\",\"running\":true,\"problems\":[1,null,{},\"text\",{\"code\":7}],\"sources\":[]}", GOOD);
	pass(100, "{\"channel\":7,\"problems\":\"x\"}", "{\"channel\":\"krishna\",\"problems\":[\"\"]}");
	pass(200, GOOD, NULL);
	pass(300, GOOD, NULL);
	json_decref(remembered);
	remembered = NULL;
}

T_MAIN(
	{ "reported_when_it_lasts_and_when_it_is_over", reported_when_it_lasts_and_when_it_is_over },
	{ "what_flaps_is_told_once_or_never", what_flaps_is_told_once_or_never },
	{ "a_text_that_changes_is_not_reported", a_text_that_changes_is_not_reported },
	{ "a_count_that_changes_is_not_reported", a_count_that_changes_is_not_reported },
	{ "what_differs_in_code_or_subject_is_another_problem",
	    what_differs_in_code_or_subject_is_another_problem },
	{ "a_problem_is_as_old_as_its_record_says", a_problem_is_as_old_as_its_record_says },
	{ "not_to_know_is_not_over", not_to_know_is_not_over },
	{ "a_channel_without_a_record_is_gone_only_in_a_whole_pass",
	    a_channel_without_a_record_is_gone_only_in_a_whole_pass },
	{ "a_backup_on_the_air_for_long_is_told_where_it_is_asked_for",
	    a_backup_on_the_air_for_long_is_told_where_it_is_asked_for },
	{ "a_clock_that_is_set_back_does_no_harm", a_clock_that_is_set_back_does_no_harm },
	{ "nonsense_is_nothing", nonsense_is_nothing }
)
