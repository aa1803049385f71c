/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/declare/declaration.h"
#include "corpus.h"
#include "t.h"

#include "fuzz/declaration.c"

#include <unistd.h>

static char told[1024];

/* What is wrong with a document; "" when nothing is. */
static const char *
fault(const char *text)
{
	struct declaration_fault x;

	if (declaration_check(text, strlen(text), &x) == 0)
		return "";
	return declaration_fault_text(&x, "f", told, sizeof(told));
}

/* The words as JSON, or what is wrong with them. */
static const char *
of_words(enum declared_kind object, const char *a, const char *b)
{
	const char *const words[] = { a, b };
	struct declaration_fault x;
	char *json = declaration_assignments(object, words, b != NULL ? 2 : 1, &x);

	if (json == NULL)
		return declaration_fault_text(&x, "w", told, sizeof(told));
	strlcpy(told, json, sizeof(told));
	free(json);
	return told;
}

static void
takes_what_is_right(void)
{
	t_str(fault("{}"), "");
	t_str(fault("{\"channels\":[{\"name\":\"a\"}]}"), "");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"stable_ms\":60001}]}"), "");
	t_str(fault("{\"hosts\":[{\"name\":\"h.example.org\"}],\"channels\":[]}"), "");
}

static void
tells_line_channel_and_field(void)
{
	t_str(fault("{\"channels\":[\n{\"name\":\"a\"},\n{\"name\":\"b\",\n\"delay_ms\":-1}]}"),
	    "f:4: channel b: delay_ms: must be a whole number from 0 to 30000");
	t_str(fault("{\"channels\":[{\"name\":\"b\",\"destinations\":[\n{\"name\":\"y\"}]}]}"),
	    "f:2: channel b: destinations[0]: url is missing");
	t_str(fault("{\"channels\":[{\"name\":\"b\",\"sources\":[\n{\"name\":\"off\",\"kind\":\"live\"}]}]}"),
	    "f:2: channel b: sources[0].name: must not be auto or off: those are modes");
	t_str(fault("{\n\"channel\":[]}"), "f:2: channel: unknown field");
	t_str(fault("{\"hosts\":[{\"name\":\"A\"}]}"),
	    "f:1: hosts[0].name: must be a host name in lower case");
}

static void
refuses_other_types(void)
{
	t_str(fault("[]"), "f:1: must be an object");
	t_str(fault("{\"channels\":{}}"), "f:1: channels: must be a list");
	t_str(fault("{\"channels\":[1]}"), "f:1: channels[0]: must be an object");
	t_str(fault("{\"channels\":[{\"name\":1}]}"), "f:1: channels[0].name: must be a string");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"enabled\":1}]}"),
	    "f:1: channel a: enabled: must be true or false");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"delay_ms\":1.0}]}"),
	    "f:1: channel a: delay_ms: must be a whole number from 0 to 30000");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"delay_ms\":null}]}"),
	    "f:1: channel a: delay_ms: must be a whole number from 0 to 30000");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"play_from\":\"::1\"}]}"),
	    "f:1: channel a: play_from: must be a list");
}

static void
refuses_what_does_not_fit_together(void)
{
	t_str(fault("{\"channels\":[{\"name\":\"a\"},\n{\"name\":\"a\"}]}"),
	    "f:2: channel a: has a name that is used twice");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"sources\":[]}]}"),
	    "f:1: channel a: sources: must have 1 to 8 items");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"sources\":"
	    "[{\"name\":\"o\",\"kind\":\"live\",\"files\":[]}]}]}"),
	    "f:1: channel a: sources[0]: is live, and plays no files");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"sources\":"
	    "[{\"name\":\"o\",\"kind\":\"file\",\"tracks\":\"video\"}]}]}"),
	    "f:1: channel a: sources[0]: tracks is of live sources: films have both");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"stable_max_ms\":4999}]}"),
	    "f:1: channel a: stable_max_ms must not be less than stable_ms");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"destinations\":"
	    "[{\"name\":\"y\",\"url\":\"rtmp://h/a\",\"send_to\":\"both\"}]}]}"),
	    "f:1: channel a: destinations[0]: send_to is both, which needs a backup_url");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"destinations\":"
	    "[{\"name\":\"y\",\"url\":\"rtmp://h/a\",\"proxy\":\"http://p:1\"}]}]}"),
	    "f:1: channel a: destinations[0]: proxy needs rtmps:// addresses: else the proxy can read the key");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"destinations\":"
	    "[{\"name\":\"y\",\"url\":\"rtmps://h/a\",\"backup_url\":\"rtmp://h/a\",\"proxy\":\"http://p:1\"}]}]}"),
	    "f:1: channel a: destinations[0]: proxy needs rtmps:// addresses: else the proxy can read the key");
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"destinations\":"
	    "[{\"name\":\"y\",\"url\":\"rtmp://h/a\",\"schedule\":\"mondays\"}]}]}"),
	    "f:1: channel a: destinations[0].schedule: must be like mon-fri 18:00-22:00; sun 09:00-12:00");
	t_str(fault("{\"channels\":[],\n\"channels\":[]}"), "f:2: column 10: has a field twice");
	t_str(fault("{\"channels\":[\n}"), "f:2: is not JSON near column 1");
	t_str(fault(""), "f:1: is not JSON near column 0");
}

/* Words of one change are no fields of a document. */
static void
knows_words_from_fields(void)
{
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"without\":[\"obs\"]}]}"),
	    "f:1: channel a: without: unknown field");
	t_str(of_words(DECLARED_CHANNEL, "without=obs,loop", NULL), "{\"without\":[\"obs\",\"loop\"]}");
	t_str(of_words(DECLARED_SOURCE, "kind=loop", "position=2"),
	    "{\"kind\":\"loop\",\"position\":2}");
	t_str(of_words(DECLARED_SOURCE, "position=9", NULL),
	    "w: position: must be a whole number from 1 to 8");
}

/* A key in a document is refused, and not told. */
static void
quotes_no_key(void)
{
	t_str(fault("{\"channels\":[{\"name\":\"a\",\"destinations\":"
	    "[{\"name\":\"y\",\"url\":\"rtmp://h/a\",\"key\":\"canary\"}]}]}"),
	    "f:1: channel a: destinations[0].key: a key does not belong here: lsctl-channel dest set "
	    "CHANNEL NAME --key-file FILE");
	t_ok(strstr(fault("{\"channels\":[{\"name\":\"a\",\"url\":canary}]}"), "canary") == NULL);
	t_ok(strstr(of_words(DECLARED_DESTINATION, "url=canary", NULL), "canary") == NULL);
}

static void
reads_words(void)
{
	t_str(of_words(DECLARED_CHANNEL, "delay-ms=0", "enabled=no"),
	    "{\"delay_ms\":0,\"enabled\":false}");
	t_str(of_words(DECLARED_CHANNEL, "play_from=10.0.0.0/8,::1", "stall_ms="),
	    "{\"play_from\":[\"10.0.0.0/8\",\"::1\"],\"stall_ms\":null}");
	t_str(of_words(DECLARED_DESTINATION, "url=", NULL),
	    "w: url: must be UTF-8, and must not be empty");
	t_str(of_words(DECLARED_DESTINATION, "ca_file=\xff", NULL),
	    "w: ca_file: must be UTF-8, and must not be empty");
	t_str(of_words(DECLARED_CHANNEL, "delay_ms=1", "delay_ms=2"), "w: delay_ms: is assigned twice");
	t_str(of_words(DECLARED_CHANNEL, "delay_ms=1s", NULL),
	    "w: delay_ms: must be a whole number from 0 to 30000");
	t_str(of_words(DECLARED_CHANNEL, "enabled=maybe", NULL), "w: enabled: must be true or false");
	t_str(of_words(DECLARED_CHANNEL, "delay_ms", NULL), "w: delay_ms: must be KEY=VALUE");
	t_str(of_words(DECLARED_CHANNEL, "name=b", NULL), "w: name: cannot be changed");
	t_str(of_words(DECLARED_CHANNEL, "sources=b", NULL),
	    "w: sources: cannot be assigned: see lsctl-channel source");
	t_str(of_words(DECLARED_HOST, "server=apache", NULL), "w: server: must be srs or nginx");
}

static void
tells_files_relative_to_the_folder(void)
{
	const char *const good[] = { "/m/a.flv", "/m//b/c.flv", "d.flv" };
	const char *const bad[] = { "a.flv", "/mm/a.flv" };
	struct declaration_fault x;
	char *json = declaration_files("/m", good, 3, &x);

	t_str(json, "{\"files\":[\"a.flv\",\"b/c.flv\",\"d.flv\"]}");
	free(json);
	t_ok(declaration_files("/m", bad, 2, &x) == NULL);
	t_str(declaration_fault_text(&x, "w", told, sizeof(told)),
	    "w: files[1]: must be relative to the media folder");
}

static void
reads_a_file(void)
{
	char path[] = "/tmp/lsctl-declaration.XXXXXX", *text;
	struct declaration_fault x;
	int fd = mkstemp(path);

	if (!t_ok(fd != -1) || !t_ok(write(fd, "{\"channels\":[]}\n", 16) == 16))
		return;
	text = declaration_read(path, &x);
	t_str(text, "{\"channels\":[]}\n");
	free(text);
	t_int(write(fd, "x", 1), 1);
	t_ok(declaration_read(path, &x) == NULL);
	t_int(x.line, 2);
	close(fd);
	unlink(path);
	t_ok(declaration_read(path, &x) == NULL);
	t_int(x.line, 0);
	t_str(declaration_fault_text(&x, "f", told, sizeof(told)), "f: No such file or directory");
}

static void
replays_corpus(void)
{
	t_corpus("declaration", LLVMFuzzerTestOneInput);
}

T_MAIN({ "takes_what_is_right", takes_what_is_right },
    { "tells_line_channel_and_field", tells_line_channel_and_field },
    { "refuses_other_types", refuses_other_types },
    { "refuses_what_does_not_fit_together", refuses_what_does_not_fit_together },
    { "knows_words_from_fields", knows_words_from_fields },
    { "quotes_no_key", quotes_no_key },
    { "reads_words", reads_words },
    { "tells_files_relative_to_the_folder", tells_files_relative_to_the_folder },
    { "reads_a_file", reads_a_file },
    { "replays_corpus", replays_corpus })
