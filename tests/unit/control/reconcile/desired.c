/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
#include "control/reconcile/desired.h"
#include "spec/spec_parse.h"
#include "t.h"

#include <jansson.h>

#define KEY_ID	"0123456789abcdef"

static struct master_key key = { .id = KEY_ID };

/* A secret as the database has it. */
static const char *
sealed(const char *place, const char *secret)
{
	static char hex[8][256];
	static int turn;
	uint8_t bytes[120];
	char *dst = hex[turn++ % 8];

	memset(key.key, 7, sizeof(key.key));
	seal(&key, place, secret, strlen(secret), bytes);
	return hex_put(dst, bytes, strlen(secret) + SEAL_OVERHEAD);
}

static struct desired *
parse(const char *channels)
{
	char text[8192];
	struct error err;

	snprintf(text, sizeof(text), "{\"host\":\"h\",\"server\":\"srs\",\"api_url\":\"http://127.0.0.1:1985\","
	    "\"master_key\":\"0123456789abcdef\",\"channels\":[%s],\"elsewhere\":[\"q\",\"p\"],"
	    "\"surplus\":[\"q\",\"gone\"],\"waiting\":[{\"channel\":\"p\",\"owner\":\"a\"},"
	    "{\"channel\":\"o\",\"owner\":\"b\"}]}",
	    channels);
	return desired_parse(text, &key, "/media", &err);
}

#define HEAD	"{\"channel\":\"c\",\"enabled\":true,\"delay_ms\":2000,\"stall_ms\":1500,\"stable_ms\":5000," \
		"\"stable_max_ms\":60000,\"keyframe_wait_ms\":0,\"mode\":\"loop\",\"mode_left_ms\":5000,\"play_url\":\"rtmp://127.0.0.1/live\","

#define KEY_PLACE	"destination:2 rtmps://h:443 rtmp://b:1935"

/* The key of the destination yt is sealed at key_place, under this master key. */
static char *
channel(const char *token_place, const char *key_place)
{
	static char text[4096];

	snprintf(text, sizeof(text), HEAD "\"sources\":["
	    "{\"name\":\"obs\",\"kind\":\"live\",\"tracks\":\"video\",\"url\":\"rtmp://127.0.0.1/live/c_obs\",\"files\":[],"
	    "\"kicked_s\":1.5},"
	    "{\"name\":\"loop\",\"kind\":\"loop\",\"url\":\"rtmp://127.0.0.1/live/c_loop\","
	    "\"files\":[\"a.flv\",\"/b.flv\"],\"place\":\"token:1\",\"sealed\":\"%s\"},"
	    "{\"name\":\"file\",\"kind\":\"file\",\"files\":[\"a.flv\"]},"
	    "{\"name\":\"none\",\"kind\":\"file\",\"files\":[]}],"
	    "\"destinations\":[{\"name\":\"yt\",\"url\":\"rtmps://H/live2\","
	    "\"backup_url\":\"rtmp://b/live2\",\"key\":\"%s\",\"on_backup\":\"send\","
	    "\"on_change\":\"redial\",\"unpublish\":\"always\",\"renew_ms\":60000,\"renew_at\":\"04:00\","
	    "\"schedule\":\"sun 09:00-12:00\",\"max_kbps\":6000,\"bind\":\"eth0\",\"primary_retry_ms\":7000,\"send_to\":\"both\",\"queue_ms\":8000,\"place\":\"destination:2\",\"sealed\":\"%s\"},"
	    "{\"name\":\"new\",\"url\":\"rtmps://h/live2\"},"
	    "{\"name\":\"good\",\"url\":\"rtmps://g/live2\",\"key\":\"%s\","
	    "\"place\":\"destination:3\",\"sealed\":\"%s\"}]}",
	    sealed(token_place, "tok"), KEY_ID, sealed(key_place, "sec\"ret"), KEY_ID,
	    sealed("destination:3 rtmps://g:443", "good key"));
	return text;
}

/* What comes out is read by the reader of specs itself. */
static void
specs_that_are_read(void)
{
	struct desired *w = parse(channel("token:1", KEY_PLACE));
	struct desired_channel *c;
	struct spec_fault fault;
	struct spec *s;

	if (!t_ok(w != NULL) || !t_ok((c = desired_find(w, "c")) != NULL))
		return;
	t_ok(!c->plan.faulty && c->plan.place == PLAN_HERE);
	t_str(c->lack, "source none has no film; destination new has no key yet");
	t_int(c->plan.left_ms, 5000);
	t_int(c->plan.source[0].kicked_ms, 1500);
	t_int(c->plan.source[1].kicked_ms, -1);
	s = spec_parse(c->spec[PLAN_FORWARD], strlen(c->spec[PLAN_FORWARD]), "/run",
	    SPEC_FORWARD, &fault);
	if (!t_ok(s != NULL)) {
		printf("# %s: %s\n", fault.field, fault.reason);
		return;
	}
	t_str(s->channel, "c");
	t_str(s->mode, "auto");		/* the pin ends by itself */
	t_int(s->keyframe_wait_ms, 0);
	t_int(s->sources, 3);
	t_str(s->source[0].url, "rtmp://127.0.0.1/live/c_obs");
	t_int(s->source[0].tracks, TRACKS_VIDEO);
	t_str(s->source[2].file[0], "/media/a.flv");
	t_int(s->dests, 3);
	t_str(s->dest[1].name, "yt:backup");
	t_str(s->dest[1].key, "sec\"ret");
	t_str(s->dest[0].key, "sec\"ret");
	t_int(s->dest[0].primary_retry_ms, 7000);
	t_int(s->dest[0].unpublish, UNPUBLISH_ALWAYS);
	t_int(s->dest[1].renew_at, 4 * 60);
	t_str(s->dest[0].bind, "eth0");
	spec_free(s);
	s = spec_parse(c->spec[PLAN_LOOP], strlen(c->spec[PLAN_LOOP]), "/run", SPEC_LOOP, &fault);
	if (!t_ok(s != NULL))
		return;
	t_int(s->source[0].files, 2);
	t_str(s->source[0].file[1], "/b.flv");
	t_str(s->dest[0].url, "rtmp://127.0.0.1/live");
	t_str(s->dest[0].key, "c_loop?token=tok");
	spec_free(s);
	t_int(w->leavings, 2);
	t_str(w->leaving[0], "gone");
	t_int(w->waiting, 2);
	t_str(w->waits[0], "channel=p waits for host a, which still owns it: "
	    "'lsctl-channel show p' prints when that host was last seen");
	t_str(w->waits[1], "channel=o waits for host b, which still owns it: "
	    "'lsctl-channel show o' prints when that host was last seen");
	t_ok(desired_elsewhere(w, "p") && desired_elsewhere(w, "q") && !desired_elsewhere(w, "c"));
	desired_free(w);
}

static void
what_does_not_open_is_a_fault(void)
{
	struct desired *w = parse(channel("token:9", KEY_PLACE));

	t_ok(w->channel[0].plan.faulty);
	t_ok(strstr(w->channel[0].fault, "the token of loop") != NULL);
	desired_free(w);
	strlcpy(key.id, "00000000deadbeef", sizeof(key.id));	/* another master key than that of the row */
	w = parse(channel("token:1", "destination:2 rtmps://h:444"));
	t_ok(w->channel[0].plan.faulty);
	t_ok(strstr(w->channel[0].fault, "the key of yt") != NULL);
	desired_free(w);
	strlcpy(key.id, KEY_ID, sizeof(key.id));
}

/* A user who changed the address gets no key there, and stops no other destination. */
static void
a_key_for_other_servers_stays_closed_alone(void)
{
	static const char *const places[] = { "destination:2", "destination:2 rtmps://evil:443 rtmp://b:1935",
	    "destination:2 rtmps://h:443", "destination:2 rtmps://h:443 rtmp://evil:1935",
	    "destination:2 rtmp://h:443 rtmp://b:1935", "destination:2 rtmps://h:444 rtmp://b:1935",
	    "destination:2 rtmp://b:1935 rtmps://h:443", "destination:3 rtmps://h:443 rtmp://b:1935" };
	struct desired_channel *c;
	struct spec_fault fault;
	struct desired *w;
	struct spec *s;
	size_t i;

	for (i = 0; i < nitems(places); i++) {
		w = parse(channel("token:1", places[i]));
		c = &w->channel[0];
		t_ok(!c->plan.faulty);
		t_str(c->unbound, "destination yt is left out: its key is for another address, or is damaged: "
		    "lsctl-channel dest set c yt --key");
		t_ok(strstr(c->spec[PLAN_FORWARD], "sec") == NULL);
		s = spec_parse(c->spec[PLAN_FORWARD], strlen(c->spec[PLAN_FORWARD]), "/run", SPEC_FORWARD, &fault);
		if (t_ok(s != NULL)) {
			t_int(s->dests, 1);
			t_str(s->dest[0].key, "good key");
		}
		spec_free(s);
		desired_free(w);
	}
}

/* One destination, with more members; its spec is to be freed. NULL: it was left out. */
static struct spec *
one_destination(const char *more, struct desired **w)
{
	struct spec_fault fault;
	char text[4096];
	struct spec *s;

	snprintf(text, sizeof(text), HEAD "\"sources\":[{\"name\":\"obs\",\"kind\":\"live\",\"url\":\"rtmp://h/l/o\"}],"
	    "\"destinations\":[{\"name\":\"yt\",\"url\":\"rtmps://h/live2\",\"key\":\"%s\",\"place\":\"destination:2\","
	    "\"sealed\":\"%s\",\"answer_ms\":15000%s}]}", KEY_ID, sealed("destination:2 rtmps://h:443", "key"), more);
	*w = parse(text);
	s = spec_parse((*w)->channel[0].spec[PLAN_FORWARD], strlen((*w)->channel[0].spec[PLAN_FORWARD]), "/run", SPEC_FORWARD,
	    &fault);
	if (t_ok(s != NULL) && s->dests == 0) {
		spec_free(s);
		s = NULL;
	}
	return s;
}

static void
a_login_is_whole_or_left_out(void)
{
	static const struct {
		const char	*user, *place, *key, *lack, *unbound;	/* place: of the password, NULL: none */
		bool		 login, left_out;
	} rows[] = {
		{ "", NULL, KEY_ID, "", "", false, false },
		{ "u", NULL, KEY_ID, "has a user and no password yet", "", false, false },
		{ "", "password:2 rtmps://h:443", KEY_ID, "has a password and no user yet", "", false, false },
		{ "u", "password:2 rtmps://h:443", KEY_ID, "", "", true, false },
		{ "u", "password:2 rtmps://evil:443", KEY_ID, "", "--password", false, true },
		{ "u", "destination:2 rtmps://h:443", KEY_ID, "", "--password", false, true },
		{ "u", "password:2 rtmps://evil:443", "another", "", "", false, true },
	};
	struct desired *w;
	char more[1024];
	struct spec *s;
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		snprintf(more, sizeof(more), ",\"user\":%s%s%s,\"password_place\":\"password:2\",\"password_key\":\"%s\","
		    "\"password_sealed\":%s%s%s", *rows[i].user ? "\"" : "", *rows[i].user ? rows[i].user : "null",
		    *rows[i].user ? "\"" : "", rows[i].key, rows[i].place ? "\"" : "",
		    rows[i].place ? sealed(rows[i].place, "pass word") : "null", rows[i].place ? "\"" : "");
		s = one_destination(more, &w);
		t_int(s == NULL, rows[i].left_out);
		if (s != NULL) {
			t_int(s->dest[0].answer_ms, 15000);
			t_str(s->dest[0].user, rows[i].login ? "u" : "");
			t_str(s->dest[0].password, rows[i].login ? "pass word" : "");
		}
		t_ok(strstr(w->channel[0].lack, rows[i].lack) != NULL);
		t_ok(strstr(w->channel[0].unbound, rows[i].unbound) != NULL);
		t_int(w->channel[0].plan.faulty, strcmp(rows[i].key, "another") == 0);
		spec_free(s);
		desired_free(w);
	}
}

static void
what_is_not_wanted_has_no_spec(void)
{
	char text[4096], *at;
	struct desired *w;

	strlcpy(text, channel("token:1", KEY_PLACE), sizeof(text));
	at = strstr(text, "true");
	memcpy(at, "null", 4);
	w = parse(text);
	t_int(w->channel[0].plan.place, PLAN_DISABLED);
	t_ok(w->channel[0].spec[PLAN_FORWARD] == NULL && w->channel[0].spec[PLAN_LOOP] == NULL);
	t_ok(!w->channel[0].plan.faulty);
	desired_free(w);
	w = parse(HEAD "\"sources\":[],\"destinations\":[]}");
	t_ok(!w->channel[0].plan.wants[PLAN_FORWARD] && !w->channel[0].plan.faulty);
	desired_free(w);
	w = parse(HEAD "\"sources\":[{},{},{},{},{},{},{},{},{}],\"destinations\":[]}");
	t_ok(w->channel[0].plan.faulty);
	desired_free(w);
}

static void
nonsense_is_refused(void)
{
	static const char *const texts[] = {
		"", "[]", "{}", "{\"channels\":3}", "{\"channels\":[3]}",
		"{\"channels\":[{\"channel\":\"C\",\"mode\":\"auto\",\"sources\":[]}]}",
	};
	struct desired *w;
	struct error err;
	size_t i;

	for (i = 0; i < nitems(texts); i++)
		t_ok(desired_parse(texts[i], NULL, "/media", &err) == NULL);
	w = desired_parse("{\"channels\":[]}", NULL, "/m", &err);
	t_ok(w != NULL);
	desired_free(w);
}

static void
how_a_new_spec_is_taken_over(void)
{
	static const char old[] = "{\"delay_ms\":2000,\"sources\":[{\"name\":\"obs\",\"url\":\"a\"}]}";
	static const struct {
		const char	*spec;
		enum plan_spec	 want;
	} rows[] = {
		{ old, PLAN_SAME },
		{ "{\"delay_ms\":2000,\"sources\":[{\"name\":\"obs\",\"url\":\"b\"}]}", PLAN_OTHER },
		{ "{\"delay_ms\":2000,\"mode\":\"off\",\"sources\":[{\"name\":\"obs\",\"url\":\"a\"}]}",
		    PLAN_OTHER },
		{ "{\"delay_ms\":1000,\"sources\":[{\"name\":\"obs\",\"url\":\"a\"}]}", PLAN_OTHER_RESTART },
		{ "{\"delay_ms\":2000,\"sources\":[{\"name\":\"two\",\"url\":\"a\"}]}", PLAN_OTHER_RESTART },
		{ "{\"delay_ms\":2000,\"sources\":[{\"name\":\"obs\",\"path\":\"a\"}]}", PLAN_OTHER_RESTART },
		{ "{\"delay_ms\":2000,\"sources\":[]}", PLAN_OTHER_RESTART },
	};
	size_t i;

	for (i = 0; i < nitems(rows); i++)
		t_int(desired_compare(PLAN_FORWARD, old, strlen(old), rows[i].spec), rows[i].want);
	t_int(desired_compare(PLAN_FORWARD, "half a fi", 9, old), PLAN_OTHER);
	t_int(desired_compare(PLAN_FORWARD, "", 0, old), PLAN_OTHER);
	t_int(desired_compare(PLAN_LOOP, "{}", 2, old), PLAN_OTHER);
}

T_MAIN(
	{ "specs_that_are_read", specs_that_are_read },
	{ "what_does_not_open_is_a_fault", what_does_not_open_is_a_fault },
	{ "a_key_for_other_servers_stays_closed_alone", a_key_for_other_servers_stays_closed_alone },
	{ "a_login_is_whole_or_left_out", a_login_is_whole_or_left_out },
	{ "what_is_not_wanted_has_no_spec", what_is_not_wanted_has_no_spec },
	{ "nonsense_is_refused", nonsense_is_refused },
	{ "how_a_new_spec_is_taken_over", how_a_new_spec_is_taken_over }
)
