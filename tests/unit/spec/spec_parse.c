/* SPDX-License-Identifier: ISC */
#include "fuzz/spec.c"
#include "corpus.h"

#include <sys/stat.h>

/* Every field there is, one a line; what is secret or could be, says so. */
static const char forward[] =
    "{\"channel\": \"waheguru\",\n"					/* 1 */
    " \"mode\": \"loop\",\n"						/* 2 */
    " \"delay_ms\": 1000,\n"						/* 3 */
    " \"stall_ms\": 700,\n"						/* 4 */
    " \"stable_ms\": 6000,\n"						/* 5 */
    " \"stable_max_ms\": 7000, \"keyframe_wait_ms\": 8000,\n"		/* 6 */
    " \"socket\": \"CANARY.sock\",\n"					/* 7 */
    " \"sources\": [\n"							/* 8 */
    "  {\"name\": \"obs\",\n"						/* 9 */
    "   \"url\": \"rtmp://127.0.0.1/live/obs?token=CANARY\", \"tracks\": \"video\"},\n" /* 10 */
    "  {\"name\": \"loop\", \"path\": \"CANARY.flv\"},\n"		/* 11 */
    "  {\"name\": \"film\", \"path\": [\"CANARY-1.flv\", \"/CANARY-2.flv\"]}],\n" /* 12 */
    " \"destinations\": [\n"						/* 13 */
    "  {\"name\": \"youtube\",\n"					/* 14 */
    "   \"url\": \"rtmps://CANARY.example/live2\",\n"			/* 15 */
    "   \"key\": \"CANARY\",\n"						/* 16 */
    "   \"backup_url\": \"RTMP://CANARY.example/live2\",\n"		/* 17 */
    "   \"on_backup\": \"disconnect\",\n"				/* 18 */
    "   \"ca_file\": \"CANARY.pem\",\n"					/* 19 */
    "   \"queue_ms\": 2000, \"primary_retry_ms\": 90000, \"user\": \"krishna\", \"password\": \"pass CANARY\", \"answer_ms\": 3000},\n" /* 20 */
    "  {\"name\": \"other\", \"url\": \"rtmp://h/a/CANARY\"}]}\n";	/* 21 */

static const char loop[] =
    "{\"channel\": \"waheguru\",\n"
    " \"files\": [\"a.flv\", \"/b.flv\"],\n"
    " \"destination\": {\"name\": \"srs\", \"url\": \"rtmp://h/live/w\"}}\n";

static struct spec_fault fault;

static struct spec *
parse(const char *text, enum spec_kind kind)
{
	return spec_parse(text, strlen(text), "/dir", kind, &fault);
}

/* The text with what stands at "from" replaced; in one of two static buffers. */
static const char *
with(const char *text, const char *from, const char *to)
{
	static char mades[2][4096];
	static int turn;
	char *made = mades[turn ^= 1];
	const char *at = strstr(text, from);

	if (!t_ok(at != NULL))
		return text;
	snprintf(made, sizeof(mades[0]), "%.*s%s%s", (int)(at - text), text, to,
	    at + strlen(from));
	return made;
}

/* The text must be refused at this line and field, for a reason with these words. */
static void
refused(const char *text, enum spec_kind kind, int line, const char *field,
    const char *reason)
{
	struct spec *s = parse(text, kind);

	t_ok(s == NULL);
	t_int(fault.line, line);
	t_str(fault.field, field);
	if (strstr(fault.reason, reason) == NULL)
		t_str(fault.reason, reason);
	t_ok(strstr(fault.reason, "CANARY") == NULL);
	spec_free(s);
}

static void
bad(const char *from, const char *to, int line, const char *field,
    const char *reason)
{
	refused(with(forward, from, to), SPEC_FORWARD, line, field, reason);
}

static void
bad_loop(const char *from, const char *to, int line, const char *field,
    const char *reason)
{
	refused(with(loop, from, to), SPEC_LOOP, line, field, reason);
}

/* -- what is there -- */

static void
reads_every_field(void)
{
	struct spec *s = parse(forward, SPEC_FORWARD);

	if (!t_ok(s != NULL))
		return;
	t_str(s->channel, "waheguru");
	t_str(s->mode, "loop");
	t_int(s->delay_ms, 1000);
	t_int(s->stall_ms, 700);
	t_int(s->stable_ms, 6000);
	t_int(s->stable_max_ms, 7000);
	t_int(s->keyframe_wait_ms, 8000);
	t_str(s->socket, "/dir/CANARY.sock");
	t_int(s->sources, 3);
	t_str(s->source[0].name, "obs");
	t_str(s->source[0].url, "rtmp://127.0.0.1/live/obs?token=CANARY");
	t_int(s->source[0].files, 0);
	t_int(s->source[0].tracks, TRACKS_VIDEO);
	t_int(s->source[1].tracks, TRACKS_BOTH);
	t_ok(s->source[1].url == NULL);
	t_int(s->source[1].files, 1);
	t_str(s->source[1].file[0], "/dir/CANARY.flv");
	t_int(s->source[2].files, 2);
	t_str(s->source[2].file[1], "/CANARY-2.flv");
	t_int(s->dests, 2);
	t_str(s->dest[0].name, "youtube");
	t_str(s->dest[0].url, "rtmps://CANARY.example/live2");
	t_str(s->dest[0].key, "CANARY");
	t_str(s->dest[0].backup_url, "RTMP://CANARY.example/live2");
	t_int(s->dest[0].on_backup, BACKUP_DISCONNECT);
	t_str(s->dest[0].ca_file, "/dir/CANARY.pem");
	t_int(s->dest[0].queue_ms, 2000);
	t_int(s->dest[0].primary_retry_ms, 90000);
	t_str(s->dest[0].user, "krishna");
	t_str(s->dest[0].password, "pass CANARY");
	t_int(s->dest[0].answer_ms, 3000);
	spec_free(s);
}

static void
needs_no_destination(void)
{
	struct spec *s = parse("{\"channel\":\"a\",\"sources\":"
	    "[{\"name\":\"f\",\"path\":\"f.flv\"}]}", SPEC_FORWARD);

	t_ok(s != NULL && s->dests == 0);
	spec_free(s);
}

static void
reads_a_loop(void)
{
	struct spec *s = parse(loop, SPEC_LOOP);

	if (!t_ok(s != NULL))
		return;
	t_int(s->sources, 1);
	t_int(s->source[0].files, 2);
	t_str(s->source[0].file[0], "/dir/a.flv");
	t_int(s->dests, 1);
	t_str(s->dest[0].name, "srs");
	t_int(s->delay_ms, 0);
	t_int(s->batch_ms, 200);		/* its viewers have buffers */
	spec_free(s);
	s = parse(with(loop, "[\"a.flv\", \"/b.flv\"]", "\"one.flv\""), SPEC_LOOP);
	t_ok(s != NULL && s->source[0].files == 1);
	spec_free(s);
}

/* -- what is refused -- */

static void
unknown_fields(void)
{
	bad("\"mode\"", "\"mood\"", 2, "mood", "unknown field");
	bad("\"path\": \"CANARY.flv\"", "\"file\": \"CANARY\"", 11,
	    "sources[1].file", "unknown field");
	bad("\"key\"", "\"kee\"", 16, "destinations[0].kee", "unknown field");
	bad("\"queue_ms\"", "\"\"", 14, "destinations[0]", "unknown field");
	bad_loop("\"files\"", "\"file\"", 2, "file", "unknown field");
	bad_loop("\"url\"", "\"uri\"", 3, "destination.uri", "unknown field");
}

static void
missing_fields(void)
{
	bad("\"channel\": \"waheguru\",\n", "", 1, "channel", "missing");
	bad("{\"name\": \"obs\",\n", "{\n", 9, "sources[0].name", "missing");
	bad("\"url\": \"rtmps://CANARY.example/live2\",\n", "\n", 14,
	    "destinations[0].url", "missing");
	refused("{\"channel\":\"a\"}", SPEC_FORWARD, 1, "sources", "missing");
	bad_loop(" \"files\": [\"a.flv\", \"/b.flv\"],\n", "", 1, "files", "missing");
	refused("{\"channel\":\"a\",\"files\":\"f\"}", SPEC_LOOP, 1, "destination",
	    "missing");
	bad(" \"password\": \"pass CANARY\",", "", 14, "destinations[0].password", "user and password go together");
	bad(" \"user\": \"krishna\",", "", 14, "destinations[0].user", "user and password go together");
}

static void
wrong_types(void)
{
	static const struct {
		const char *from, *to;
		int line;
		const char *field;
	} t[] = {
		{ "\"waheguru\"", "[\"CANARY\"]", 1, "channel" },
		{ "\"loop\"", "null", 2, "mode" },
		{ "1000", "\"CANARY\"", 3, "delay_ms" },
		{ "700", "700.5", 4, "stall_ms" },
		{ "6000", "true", 5, "stable_ms" },
		{ "7000", "{\"CANARY\":1}", 6, "stable_max_ms" },
		{ "\"CANARY.sock\"", "17", 7, "socket" },
		{ "\"rtmp://127.0.0.1/live/obs?token=CANARY\"", "9", 10, "sources[0].url" },
		{ "\"video\"", "\"CANARY\"", 10, "sources[0].tracks" },
		{ "\"CANARY.flv\"", "9", 11, "sources[1].path" },
		{ "\"CANARY.flv\"", "\"CANARY.flv\", \"tracks\": \"video\"", 11, "sources[1].tracks" },
		{ "\"CANARY-1.flv\"", "[\"CANARY\"]", 12, "sources[2].path" },
		{ "\"youtube\"", "9", 14, "destinations[0].name" },
		{ "\"rtmps://CANARY.example/live2\"", "{}", 15, "destinations[0].url" },
		{ "\"CANARY\"", "9", 16, "destinations[0].key" },
		{ "\"RTMP://CANARY.example/live2\"", "9", 17, "destinations[0].backup_url" },
		{ "\"disconnect\"", "true", 18, "destinations[0].on_backup" },
		{ "\"CANARY.pem\"", "\"\"", 19, "destinations[0].ca_file" },
		{ "2000", "\"2000\"", 20, "destinations[0].queue_ms" },
		{ "90000", "true", 20, "destinations[0].primary_retry_ms" },
		{ "\"krishna\"", "\"a b\"", 20, "destinations[0].user" },
		{ "\"pass CANARY\"", "9", 20, "destinations[0].password" },
		{ "{\"name\": \"loop\", \"path\": \"CANARY.flv\"}", "\"CANARY\"", 11,
		    "sources[1]" },
	};
	size_t i;

	for (i = 0; i < nitems(t); i++)
		bad(t[i].from, t[i].to, t[i].line, t[i].field, "must be");
	refused("[\"CANARY\"]", SPEC_FORWARD, 1, "", "must be an object");
	refused("{\"channel\":\"a\",\n\"sources\":{\"CANARY\":1}}", SPEC_FORWARD,
	    2, "sources", "must be a list");
	bad_loop("{\"name\": \"srs\", \"url\": \"rtmp://h/live/w\"}", "\"CANARY\"", 3,
	    "destination", "must be an object");
}

static void
numbers_out_of_range(void)
{
	bad("1000", "-1", 3, "delay_ms", "from 0 to 30000");
	bad("1000", "30001", 3, "delay_ms", "from 0 to 30000");
	bad("700", "199", 4, "stall_ms", "from 200");
	bad("6000", "-5", 5, "stable_ms", "from 0");
	bad("7000", "5999", 6, "stable_max_ms", "from 6000");
	bad("8000", "-1", 6, "keyframe_wait_ms", "from 0 to 3600000");
	bad("2000", "999", 20, "destinations[0].queue_ms", "from 1000");
	bad("2000", "60001", 20, "destinations[0].queue_ms", "to 60000");
	bad("90000", "-1", 20, "destinations[0].primary_retry_ms", "from 0 to 86400000");
	bad("90000", "86400001", 20, "destinations[0].primary_retry_ms", "from 0 to 86400000");
	bad("3000", "999", 20, "destinations[0].answer_ms", "from 1000");
	bad("3000", "120001", 20, "destinations[0].answer_ms", "to 120000");
	bad("2000", "99999999999999999999", 20, "", "not JSON");
}

static void
the_ends_of_a_range_belong_to_it(void)
{
	struct spec *s = parse(with(with(with(forward, "1000", "30000"), "700", "200"), "2000", "60000"), SPEC_FORWARD);

	if (t_ok(s != NULL)) {
		t_int(s->delay_ms, 30000);
		t_int(s->stall_ms, 200);
		t_int(s->dest[0].queue_ms, 60000);
	}
	spec_free(s);
}

/* A file that is there is known again; one that is not is waited for. */
static void
files_are_identified(void)
{
	struct stat st;
	struct spec *s;

	t_int(stat("/dev/null", &st), 0);
	s = parse(with(with(loop, "a.flv", "none.flv"), "/b.flv", "/dev/null"), SPEC_LOOP);
	if (t_ok(s != NULL)) {
		t_int(s->source[0].id[0].ino, 0);
		t_int(s->source[0].id[1].ino, st.st_ino);
		t_int(s->source[0].id[1].dev, st.st_dev);
	}
	spec_free(s);
}

static void
bad_names(void)
{
	static const char *const names[] = { "\"CANARY\"", "\"-a\"", "\"a b\"",
	    "\"a_b\"", "\"a/b\"", "\"\\u00e9\"", "\"a\\nb\"",
	    "\"a234567890123456789012345678901234567890123456789012345678901234\"" };
	size_t i;

	for (i = 0; i < nitems(names); i++) {
		bad("\"waheguru\"", names[i], 1, "channel", "a-z");
		bad("\"obs\"", names[i], 9, "sources[0].name", "a-z");
		bad("\"other\"", names[i], 21, "destinations[1].name", "a-z");
	}
}

static void
reserved_and_duplicate_names(void)
{
	bad("\"obs\"", "\"auto\"", 9, "sources[0].name", "auto or off");
	bad("\"obs\"", "\"off\"", 9, "sources[0].name", "auto or off");
	bad("\"film\"", "\"obs\"", 12, "sources[2].name", "twice");
	bad("\"other\"", "\"youtube\"", 21, "destinations[1].name", "twice");
}

static void
bad_addresses(void)
{
	bad("rtmp://127.0.0.1", "http://CANARY", 10, "sources[0].url", "rtmp://");
	bad("rtmps://CANARY", "CANARY", 15, "destinations[0].url", "rtmps://");
	bad("RTMP://CANARY", "rtmp:/CANARY", 17, "destinations[0].backup_url", "rtmp://");
	bad("rtmp://h/a", "srt://CANARY", 21, "destinations[1].url", "rtmp://");
}

static void
bad_choices(void)
{
	bad("\"mode\": \"loop\"", "\"mode\": \"CANARY\"", 2, "mode", "name of a source");
	bad("\"mode\": \"loop\"", "\"mode\": \"youtube\"", 2, "mode", "name of a source");
	bad("\"disconnect\"", "\"CANARY\"", 18, "destinations[0].on_backup",
	    "send or disconnect");
	bad("\"path\": \"CANARY.flv\"", "\"path\": \"p\", \"url\": \"rtmp://CANARY\"", 11,
	    "sources[1]", "not both");
	bad(", \"path\": \"CANARY.flv\"", "", 11, "sources[1]", "url or a path");
	bad("[\"CANARY-1.flv\", \"/CANARY-2.flv\"]", "[]", 12, "sources[2].path",
	    "name a file");
}

/* A list of n numbered items under a name, and what a channel needs besides. */
static const char *
list(const char *field, const char *item, const char *end, int n, const char *rest)
{
	static char made[16384];
	char one[128];
	int i;

	snprintf(made, sizeof(made), "{\"channel\":\"a\",%s\n\"%s\":[", rest, field);
	for (i = 0; i < n; i++) {
		snprintf(one, sizeof(one), "%s%s%d%s", i > 0 ? "," : "", item, i, end);
		strlcat(made, one, sizeof(made));
	}
	strlcat(made, "]}", sizeof(made));
	return made;
}

static void
accepted(const char *text, enum spec_kind kind)
{
	struct spec *s = parse(text, kind);

	t_str(fault.reason, "");
	t_ok(s != NULL);
	spec_free(s);
}

static void
lists_have_limits(void)
{
	static const char name[] = "{\"name\":\"n", path[] = "\",\"path\":\"f\"}",
	    url[] = "\",\"url\":\"rtmp://h/a\"}",
	    one[] = "\"sources\":[{\"name\":\"s\",\"path\":\"f\"}],",
	    srs[] = "\"destination\":{\"name\":\"s\",\"url\":\"rtmp://h/a/b\"},";

	accepted(list("sources", name, path, SPEC_SOURCES, ""), SPEC_FORWARD);
	refused(list("sources", name, path, SPEC_SOURCES + 1, ""), SPEC_FORWARD, 2,
	    "sources", "1 to 8");
	refused(list("sources", name, path, 0, ""), SPEC_FORWARD, 2, "sources", "1 to 8");
	accepted(list("destinations", name, url, SPEC_DESTS, one), SPEC_FORWARD);
	refused(list("destinations", name, url, SPEC_DESTS + 1, one), SPEC_FORWARD, 2,
	    "destinations", "0 to 32");
	accepted(list("files", "\"f", "\"", SPEC_FILES, srs), SPEC_LOOP);
	refused(list("files", "\"f", "\"", SPEC_FILES + 1, srs), SPEC_LOOP, 2, "files",
	    "64 files");
}

static void
what_is_not_json(void)
{
	static const char nul[] = "{\"channel\":\"a\",\"sources\":[{\"name\":\"f\","
	    "\"path\":\"f\"}]}\0CANARY";

	refused("", SPEC_FORWARD, 1, "", "not JSON");
	bad("\"obs\",", "\"obs\"", 10, "", "not JSON");
	bad("\"CANARY\"", "CANARY", 16, "", "not JSON");
	bad("\"CANARY\"", "\"CANARY", 16, "", "not JSON");
	bad("\"CANARY\"", "\"CANARY\\u0000\"", 16, "", "not JSON");
	bad("\"CANARY\"", "\"CANARY\xff\"", 16, "", "not JSON");
	bad("}]}\n", "}]}\nCANARY", 22, "", "not JSON");
	t_ok(spec_parse(nul, sizeof(nul) - 1, "/", SPEC_FORWARD, &fault) == NULL);
}

static void
duplicate_members(void)
{
	bad("\"key\"", "\"key\": \"CANARY\", \"key\"", 16, "", "not JSON");
}

/* Whatever one slip makes of the file, what it says then is no value of it. */
static void
no_fault_quotes_a_value(void)
{
	static const char slips[] = "\"\\{}[]:,x0 \n\xff";
	char text[sizeof(forward)];
	struct spec *s;
	size_t i, j;
	int faults = 0;

	for (i = 0; i < sizeof(forward) - 1 && !t_failed; i++)
		for (j = 0; j < sizeof(slips) && !t_failed; j++) {
			memcpy(text, forward, sizeof(text));
			text[i] = slips[j];	/* a NUL too */
			s = spec_parse(text, sizeof(text) - 1, "/CANARY",
			    SPEC_FORWARD, &fault);
			spec_free(s);
			if (s != NULL)
				continue;
			faults++;
			t_ok(fault.line >= 1 && fault.line <= 23);
			if (strstr(fault.reason, "CANARY") != NULL ||
			    strstr(fault.field, "CANARY") != NULL)
				t_str(fault.reason, fault.field);
		}
	t_ok(faults > 1000);
}

static void
takes_any_text(void)
{
	t_corpus("spec", LLVMFuzzerTestOneInput);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(reads_every_field),
	T(needs_no_destination),
	T(reads_a_loop),
	T(unknown_fields),
	T(missing_fields),
	T(wrong_types),
	T(numbers_out_of_range),
	T(the_ends_of_a_range_belong_to_it),
	T(files_are_identified),
	T(bad_names),
	T(reserved_and_duplicate_names),
	T(bad_addresses),
	T(bad_choices),
	T(lists_have_limits),
	T(what_is_not_json),
	T(duplicate_members),
	T(no_fault_quotes_a_value),
	T(takes_any_text),
)
