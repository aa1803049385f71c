/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/declare/declared_text.h"
#include "t.h"

#define CHANNELS "[{\"destinations\":[{\"url\":\"rtmp://h/a\",\"name\":\"fb\",\"key\":true,"	\
    "\"key_at\":\"T\",\"enabled\":false,\"queue_ms\":8000,\"on_backup\":\"send\",\"primary_retry_ms\":7000," \
    "\"bind\":\"eth0\",\"max_kbps\":6000,\"schedule\":\"sun 09:00-12:00\",\"renew_at\":\"04:00\",\"renew_ms\":0,"		\
    "\"unpublish\":\"auto\",\"on_change\":\"redial\",\"send_to\":\"one\"}],"				\
    "\"name\":\"krishna\",\"host\":\"a\",\"enabled\":true,\"mode\":\"auto\",\"delay_ms\":0,"	\
    "\"sources\":[{\"kind\":\"live\",\"name\":\"obs\",\"token\":false},"			\
    "{\"kind\":\"loop\",\"name\":\"loop\",\"files\":[\"a\",\"b\"]}]}]"

static char text[4096];

static const char *
view(enum declared_form form, bool lines, const char *item, const char *json, int want)
{
	struct buf out;

	buf_init(&out, sizeof(text) - 1);
	t_int(declared_view(&out, form, lines, item, json), want);
	memcpy(text, buf_len(&out) > 0 ? (const char *)buf_head(&out) : "", buf_len(&out));
	text[buf_len(&out)] = '\0';
	buf_free(&out);
	return text;
}

static const char *
steps(const char *json, size_t want)
{
	struct buf out;
	size_t n;

	buf_init(&out, sizeof(text) - 2);
	t_int(declared_steps(&out, false, json, &n), 0);
	t_int(n, want);
	buf_add(&out, "", 1);
	strlcpy(text, (const char *)buf_head(&out), sizeof(text));
	buf_free(&out);
	return text;
}

static void
says_steps(void)
{
	t_str(steps("[]", 0), "");
	t_str(steps("[{\"op\":\"+\",\"object\":\"host\",\"item\":\"a\",\"new\":\"srs\"},"
	    "{\"op\":\"-\",\"object\":\"channel\",\"channel\":\"k\",\"old\":\"a\"},"
	    "{\"op\":\"~\",\"object\":\"channel\",\"channel\":\"k\",\"field\":\"delay_ms\",\"old\":1,\"new\":2},"
	    "{\"op\":\"+\",\"object\":\"destination\",\"channel\":\"k\",\"item\":\"y\",\"new\":\"rtmp://h/a\"},"
	    "{\"op\":\"~\",\"object\":\"source\",\"channel\":\"k\",\"item\":\"loop\",\"field\":\"files\","
	    "\"old\":[],\"new\":[\"a\",\"b\"]}]", 5),
	    "+ host a\n- k\n~ k delay_ms 1 -> 2\n+ k destination y rtmp://h/a\n"
	    "~ k source loop files - -> a,b\n");
}

static void
puts_fields_in_order(void)
{
	t_str(view(FORM_CHANNELS, true, NULL, CHANNELS, 0),
	    "{\"name\":\"krishna\",\"host\":\"a\",\"enabled\":true,\"mode\":\"auto\",\"delay_ms\":0,"
	    "\"sources\":[{\"name\":\"obs\",\"kind\":\"live\",\"token\":false},"
	    "{\"name\":\"loop\",\"kind\":\"loop\",\"files\":[\"a\",\"b\"]}],"
	    "\"destinations\":[{\"name\":\"fb\",\"url\":\"rtmp://h/a\",\"enabled\":false,"
	    "\"primary_retry_ms\":7000,\"send_to\":\"one\",\"on_backup\":\"send\",\"queue_ms\":8000,\"on_change\":\"redial\",\"unpublish\":\"auto\","
	    "\"renew_ms\":0,\"renew_at\":\"04:00\",\"schedule\":\"sun 09:00-12:00\",\"max_kbps\":6000,\"bind\":\"eth0\",\"key\":true,"
	    "\"key_at\":\"T\"}]}\n");
	t_str(view(FORM_DOCUMENT, false, NULL, "{\"channels\":[{\"host\":\"a\",\"name\":\"k\"}],\"hosts\":[]}",
	    0), "{\n  \"hosts\": [],\n  \"channels\": [\n    {\n      \"name\": \"k\",\n"
	    "      \"host\": \"a\"\n    }\n  ]\n}\n");
}

static void
draws_tables(void)
{
	t_str(view(FORM_TABLE, false, NULL, CHANNELS, 0),
	    "CHANNEL  HOST  ENABLED  MODE  SOURCES   DESTINATIONS\n"
	    "krishna  a     yes      auto  obs,loop  fb\n");
	t_str(view(FORM_CHANNELS, false, NULL, CHANNELS, 0),
	    "krishna\n  host                a\n  enabled             yes\n"
	    "  mode                auto\n  delay_ms            0\n"
	    "  SOURCE  KIND  TRACKS  TOKEN  FILES\n  obs     live  both    no     -\n  loop    loop  both    -      a,b\n"
	    "  DESTINATION  ENABLED  KEY  ON_BACKUP  QUEUE_MS  URL         BACKUP_URL  PRIMARY_RETRY_MS  "
	    "SEND_TO  CA_FILE  USER  PASSWORD  ANSWER_MS  ON_CHANGE  UNPUBLISH  RENEW_MS  RENEW_AT  SCHEDULE         "
	    "MAX_KBPS  BIND  PROXY\n"
	    "  fb           no       T    send       8000      rtmp://h/a  -           7000              one      "
	    "-        -     none      -          redial     auto       0         04:00     sun 09:00-12:00  6000      eth0  -\n");
	t_str(view(FORM_HOSTS, false, NULL, "{\"hosts\":[{\"name\":\"a\",\"server\":\"srs\","
	    "\"play_url\":\"p\",\"publish_url\":\"q\",\"api_url\":\"r\"}]}", 0),
	    "HOST  SERVER  PLAY_URL  PUBLISH_URL  API_URL\na     srs     p         q            r\n");
}

static void
picks_a_destination(void)
{
	t_ok(strstr(view(FORM_DESTINATIONS, false, "fb", CHANNELS, 0), "rtmp://h/a") != NULL);
	view(FORM_DESTINATIONS, false, "x", CHANNELS, 1);
	view(FORM_DESTINATIONS, true, "x", CHANNELS, 1);
}

static void
refuses_what_it_does_not_know(void)
{
	struct buf out;
	size_t n;

	view(FORM_TABLE, false, NULL, "{}", -1);
	view(FORM_HOSTS, false, NULL, "[]", -1);
	view(FORM_DESTINATIONS, false, NULL, "[]", -1);
	view(FORM_CHANNELS, true, NULL, "nonsense", -1);
	buf_init(&out, 4);
	t_int(declared_view(&out, FORM_TABLE, false, NULL, CHANNELS), -1);
	t_int(declared_steps(&out, false, "{}", &n), -1);
	buf_free(&out);
}

T_MAIN({ "says_steps", says_steps }, { "puts_fields_in_order", puts_fields_in_order },
    { "draws_tables", draws_tables }, { "picks_a_destination", picks_a_destination },
    { "refuses_what_it_does_not_know", refuses_what_it_does_not_know })
