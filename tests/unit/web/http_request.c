/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "corpus.h"
#include "t.h"
#include "web/http_request.h"

#include "../fuzz/http_request.c"

static struct http_request request;
static char lines[8192];

/* Reads a request of these variables, "NAME=value" one a line. */
static int
request_of(const char *text)
{
	size_t i;

	memset(lines, 0, sizeof(lines));
	strlcpy(lines, text, sizeof(lines) - 1);
	for (i = 0; lines[i] != '\0'; i++)
		if (lines[i] == '\n')
			lines[i] = '\0';
	return http_request_read(&request, variable, lines);
}

/* The segments of a path with | between them, or "404". */
static const char *
path(const char *uri)
{
	static char joined[2 * HTTP_PATH];
	char line[4096];
	size_t i;

	snprintf(line, sizeof(line), "REQUEST_URI=%s\n", uri);
	if (request_of(line) != 0)
		return "404";
	joined[0] = '\0';
	for (i = 0; i < request.segments; i++) {
		strlcat(joined, i > 0 ? "|" : "", sizeof(joined));
		strlcat(joined, request.segment[i], sizeof(joined));
	}
	return joined;
}

static void
cuts_a_path_at_its_slashes(void)
{
	t_str(path("/api/v1/status"), "status");
	t_str(path("/api/v1/channels/krishna/sources/obs"), "channels|krishna|sources|obs");
	t_str(path("/api/v1/channels/"), "channels");
	t_str(path("/api/v1/channels?kind=a/b"), "channels");
	t_str(path("/api/v1"), "");
	t_str(path("/api/v1/"), "");
	t_str(path("/api/v1//status"), "|status");
	t_str(path("/api/v1/1/2/3/4/5/6/7/8/9/10"), "1|2|3|4|5|6|7|8|9|10");
}

static void
decodes_each_segment_by_itself(void)
{
	t_str(path("/api/v1/channels/a%20b"), "channels|a b");
	t_str(path("/api/v1/channels/a%2Fb%2fc"), "channels|a/b/c");
	t_str(path("/api/v1/channels/a%25b"), "channels|a%b");
	t_str(path("/api/v1/channels/a%252e"), "channels|a%2e");
	t_str(path("/api/v1/channels/a+b"), "channels|a+b");
	t_str(path("/api/v1/ch%61nnels"), "channels");
	t_str(path("/api/v1/channels/%e0%a8%95"), "channels|\xe0\xa8\x95");
}

static void
refuses_what_is_no_path_of_the_api(void)
{
	static const char *const wrong[] = { "", "/", "/api/v", "/api/v10", "/api/v1status", "/api/v2/status", "/API/v1/status",
	    "api/v1/status", "/x/api/v1/status", "http://h/api/v1/status", "?/api/v1/status", "/api/v1/..", "/api/v1/../etc",
	    "/api/v1/.", "/api/v1/%2e%2e/x", "/api/v1/.%2E", "/api/v1/1/2/3/4/5/6/7/8/9/10/11" };
	size_t i;

	for (i = 0; i < nitems(wrong); i++)
		if (!t_str(path(wrong[i]), "404"))
			printf("# %s\n", wrong[i]);
	t_int(request_of("REQUEST_METHOD=GET\n"), 404);
}

static void
refuses_every_wrong_percent_encoding(void)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	char uri[64];
	int high, low;

	t_str(path("/api/v1/a%"), "404");
	t_str(path("/api/v1/a%4"), "404");
	t_str(path("/api/v1/a%/b"), "404");
	t_str(path("/api/v1/a%4/1"), "404");
	t_str(path("/api/v1/a%4?1"), "404");
	t_str(path("/api/v1/a%00"), "404");
	t_str(path("/api/v1/a%00/b"), "404");
	for (high = 1; high < 256; high++)
		for (low = 1; low < 256; low++) {
			if (strchr("\n/?", high) != NULL || strchr("\n/?", low) != NULL)
				continue;
			snprintf(uri, sizeof(uri), "/api/v1/a%%%c%c", high, low);
			if ((strchr(digits, high) != NULL && strchr(digits, low) != NULL && (high != '0' || low != '0')) !=
			    (strcmp(path(uri), "404") != 0)) {
				t_ok(!"an encoding is read wrong");
				printf("# %%%02x%02x\n", high, low);
			}
		}
}

static void
refuses_a_path_that_does_not_fit(void)
{
	char uri[HTTP_PATH + 64] = "/api/v1/";

	memset(uri + 8, 'a', HTTP_PATH - 1);
	t_int(strlen(path(uri)), HTTP_PATH - 1);
	uri[8 + HTTP_PATH - 1] = 'a';
	t_str(path(uri), "404");
	/* each segment has a NUL of its own */
	uri[8 + HTTP_PATH - 1] = '\0';
	uri[8 + 10] = '/';
	t_int(strlen(path(uri)), HTTP_PATH - 1);
}

/* The value of a field in a query, or "none". */
static const char *
query(const char *text, const char *name)
{
	static char value[16];
	char line[256];

	snprintf(line, sizeof(line), "REQUEST_URI=/api/v1/x\nQUERY_STRING=%s\n", text);
	request_of(line);
	return http_query(&request, name, value, sizeof(value)) != NULL ? value : "none";
}

static void
finds_a_field_of_a_query(void)
{
	t_str(query("kind=state", "kind"), "state");
	t_str(query("after=3&kind=state&limit=5", "kind"), "state");
	t_str(query("kind=a&kind=b", "kind"), "a");
	t_str(query("kind=a+b%26%3d", "kind"), "a b&=");
	t_str(query("kind=a=b", "kind"), "a=b");
	t_str(query("kind=", "kind"), "");
	t_str(query("&&kind=x&", "kind"), "x");
}

static void
misses_a_field_that_is_not_there_or_not_valid(void)
{
	static const char *const wrong[] = { "", "kind", "&", "kinds=a", "akind=a", "KIND=a", "k%69nd=a", "kind=%", "kind=%4",
	    "kind=%zz", "kind=%00", "kind=a%00b", "kind=0123456789abcdef" };
	size_t i;

	for (i = 0; i < nitems(wrong); i++)
		if (!t_str(query(wrong[i], "kind"), "none"))
			printf("# %s\n", wrong[i]);
	t_str(query("kind=0123456789abcde", "kind"), "0123456789abcde");
	t_int(request_of("REQUEST_URI=/api/v1/x\n"), 0);
	t_str(request.query, "");
}

static const char *
cookie(const char *header)
{
	static char value[8];

	return http_cookie(header, "lsctl", value, sizeof(value)) ? value : "none";
}

static void
finds_a_cookie_by_its_whole_name(void)
{
	t_str(cookie("lsctl=abc"), "abc");
	t_str(cookie("a=b; lsctl=abc; c=d"), "abc");
	t_str(cookie("a=b;lsctl=abc"), "abc");
	t_str(cookie("lsctl=a; lsctl=b"), "a");
	t_str(cookie("lsctl="), "");
	t_str(cookie("lsctl=a=b"), "a=b");
	t_str(cookie(NULL), "none");
	t_str(cookie(""), "none");
	t_str(cookie("lsctl"), "none");
	t_str(cookie("xlsctl=a"), "none");
	t_str(cookie("__Host-lsctl=a"), "none");
	t_str(cookie("lsctl-device=a"), "none");
	t_str(cookie("LSCTL=a"), "none");
	t_str(cookie("a=lsctl=b"), "none");
	t_str(cookie("lsctl=1234567"), "1234567");
	t_str(cookie("lsctl=12345678"), "none");
}

static void
takes_a_session_only_from_the_cookie_of_its_scheme(void)
{
	const char *both = "HTTP_COOKIE=lsctl=plain; __Host-lsctl=host; lsctl-device=pd; __Host-lsctl-device=hd\n";
	char text[512];

	snprintf(text, sizeof(text), "REQUEST_URI=/api/v1/x\nHTTPS=on\n%s", both);
	request_of(text);
	t_ok(request.https && !request.bearer);
	t_str(request.credential, "host");
	t_str(request.device, "hd");
	snprintf(text, sizeof(text), "REQUEST_URI=/api/v1/x\n%s", both);
	request_of(text);
	t_ok(!request.https);
	t_str(request.credential, "plain");
	t_str(request.device, "pd");
	snprintf(text, sizeof(text), "REQUEST_URI=/api/v1/x\nHTTPS=off\n%s", both);
	request_of(text);
	t_str(request.credential, "plain");
}

static void
prefers_a_token_to_a_cookie(void)
{
	char text[256] = "REQUEST_URI=/api/v1/x\nHTTP_AUTHORIZATION=bEaReR ";

	request_of("REQUEST_URI=/api/v1/x\nHTTP_AUTHORIZATION=Bearer lsctl_abc\nHTTP_COOKIE=lsctl=plain\n");
	t_ok(request.bearer);
	t_str(request.credential, "lsctl_abc");
	request_of("REQUEST_URI=/api/v1/x\nHTTP_AUTHORIZATION=Basic YTpi\nHTTP_COOKIE=lsctl=plain\n");
	t_ok(!request.bearer);
	t_str(request.credential, "plain");
	memset(text + strlen(text), 'a', HTTP_CREDENTIAL - 1);
	request_of(text);
	t_int(strlen(request.credential), HTTP_CREDENTIAL - 1);
	/* what is cut could be another's */
	strlcat(text, "a", sizeof(text));
	request_of(text);
	t_str(request.credential, "-");
	request_of("REQUEST_URI=/api/v1/x\n");
	t_str(request.credential, "");
}

static void
reads_a_length_that_is_a_number(void)
{
	static const struct {
		const char	*text;
		long long	 length;
	} lengths[] = {
		{ "", 0 }, { "0", 0 }, { "12", 12 }, { "-1", -1 }, { "1x", -1 }, { "x", -1 }, { "0x10", -1 },
		{ "99999999999999999999", -1 },
	};
	char text[128];
	size_t i;

	for (i = 0; i < nitems(lengths); i++) {
		snprintf(text, sizeof(text), "REQUEST_URI=/api/v1/x\nCONTENT_LENGTH=%s\n", lengths[i].text);
		request_of(text);
		if (!t_int(request.content_length, lengths[i].length))
			printf("# %s\n", lengths[i].text);
	}
	request_of("REQUEST_URI=/api/v1/x\n");
	t_int(request.content_length, 0);
	t_str(request.method, "");
	t_str(request.address, "");
	t_ok(request.agent == NULL && request.csrf == NULL && request.if_match == NULL && request.idempotency_key == NULL);
}

static void
compares_tags_weakly_for_if_none_match(void)
{
	t_ok(http_tag_matches("\"a\"", "\"a\""));
	t_ok(http_tag_matches("W/\"a\"", "\"a\""));
	t_ok(http_tag_matches("\"b\", \"a\"", "\"a\""));
	t_ok(http_tag_matches("\"b\",W/\"a\",\"c\"", "\"a\""));
	t_ok(http_tag_matches("\"b, c\", \"a\"", "\"a\""));
	t_ok(http_tag_matches("*", "\"a\""));
	t_ok(!http_tag_matches(NULL, "\"a\""));
	t_ok(!http_tag_matches("", "\"a\""));
	t_ok(!http_tag_matches("a", "\"a\""));
	t_ok(!http_tag_matches("\"A\"", "\"a\""));
	t_ok(!http_tag_matches("\"aa\"", "\"a\""));
	t_ok(!http_tag_matches("\"a", "\"a\""));
	t_ok(!http_tag_matches("\"b*\"", "\"a\""));
	t_ok(!http_tag_matches("\"", "\"a\""));
	t_ok(!http_tag_matches(",,,", "\"a\""));
}

static void
takes_one_strong_tag_for_if_match(void)
{
	static const char *const wrong[] = { "", "\"", "a", "*", "W/\"a\"", "\"a\", \"b\"", "\"a", "a\"", "\"a\" ", "\"a\"b\"",
	    "\"0123456\"" };
	char tag[8] = "before";
	size_t i;

	t_ok(http_tag("\"abc\"", tag, sizeof(tag)));
	t_str(tag, "abc");
	t_ok(http_tag("\"\"", tag, sizeof(tag)));
	t_str(tag, "");
	t_ok(!http_tag(NULL, tag, sizeof(tag)));
	for (i = 0; i < nitems(wrong); i++)
		if (!t_ok(!http_tag(wrong[i], tag, i == nitems(wrong) - 1 ? 7 : sizeof(tag))))
			printf("# %s\n", wrong[i]);
}

static void
replays_the_corpus(void)
{
	t_corpus("http_request", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "cuts_a_path_at_its_slashes", cuts_a_path_at_its_slashes },
	{ "decodes_each_segment_by_itself", decodes_each_segment_by_itself },
	{ "refuses_what_is_no_path_of_the_api", refuses_what_is_no_path_of_the_api },
	{ "refuses_every_wrong_percent_encoding", refuses_every_wrong_percent_encoding },
	{ "refuses_a_path_that_does_not_fit", refuses_a_path_that_does_not_fit },
	{ "finds_a_field_of_a_query", finds_a_field_of_a_query },
	{ "misses_a_field_that_is_not_there_or_not_valid", misses_a_field_that_is_not_there_or_not_valid },
	{ "finds_a_cookie_by_its_whole_name", finds_a_cookie_by_its_whole_name },
	{ "takes_a_session_only_from_the_cookie_of_its_scheme", takes_a_session_only_from_the_cookie_of_its_scheme },
	{ "prefers_a_token_to_a_cookie", prefers_a_token_to_a_cookie },
	{ "reads_a_length_that_is_a_number", reads_a_length_that_is_a_number },
	{ "compares_tags_weakly_for_if_none_match", compares_tags_weakly_for_if_none_match },
	{ "takes_one_strong_tag_for_if_match", takes_one_strong_tag_for_if_match },
	{ "replays_the_corpus", replays_the_corpus }
)
