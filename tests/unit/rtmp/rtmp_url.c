/* SPDX-License-Identifier: ISC */
#include "fuzz/rtmp_url.c"
#include "corpus.h"

static struct rtmp_url u;

/* "host port app stream tcUrl", or the fault */
static const char *
run(const char *address, const char *key)
{
	static char out[sizeof(u)];
	const char *reason;

	if (rtmp_url_parse(&u, address, key, &reason) == -1)
		return reason;
	snprintf(out, sizeof(out), "%s %s %s %s %s", u.host, u.port, u.app,
	    u.stream, u.tc_url);
	return out;
}

static void
whole_addresses(void)
{
	t_str(run("rtmp://h/live/key", NULL), "h 1935 live key rtmp://h/live");
	t_ok(!u.tls);
	t_str(run("RTMPS://h.example/live/key", NULL),
	    "h.example 443 live key rtmps://h.example/live");
	t_ok(u.tls);
	t_str(run("rtmp://10.0.0.1:1936/app/inst/s", NULL),
	    "10.0.0.1 1936 app/inst s rtmp://10.0.0.1:1936/app/inst");
	t_str(run("rtmps://h:443/live/a%20b", NULL),
	    "h 443 live a%20b rtmps://h/live");
	t_str(run("rtmp://h:443/a/b", NULL), "h 443 a b rtmp://h:443/a");
	t_str(run("rtmp://h/live/", NULL), "h 1935 live  rtmp://h/live");
	t_str(run("rtmp://h/live", NULL), "h 1935 live  rtmp://h/live");
	t_str(run("rtmp://h//live//k", NULL), "h 1935 live k rtmp://h/live");
}

static void
queries_stay_with_their_half(void)
{
	t_str(run("rtmp://h/live/key?token=a/b&c=d?e", NULL),
	    "h 1935 live key?token=a/b&c=d?e rtmp://h/live");
	t_str(run("rtmps://b.rtmps.youtube.com:443/live2?backup=1/abcd-efgh",
	    NULL), "b.rtmps.youtube.com 443 live2?backup=1 abcd-efgh "
	    "rtmps://b.rtmps.youtube.com/live2?backup=1");
	t_str(run("rtmp://h/live?vhost=v", NULL),
	    "h 1935 live?vhost=v  rtmp://h/live?vhost=v");
}

static void
ipv6_literals(void)
{
	t_str(run("rtmp://[2001:db8::1]/live/k", NULL),
	    "2001:db8::1 1935 live k rtmp://[2001:db8::1]/live");
	t_str(run("rtmps://[::1]:444/live/k", NULL),
	    "::1 444 live k rtmps://[::1]:444/live");
	t_str(run("rtmp://[fe80::1%eth0]/live/k", NULL),
	    "fe80::1%eth0 1935 live k rtmp://[fe80::1%eth0]/live");
	t_str(run("rtmp://[::1/live/k", NULL), "bad host");
	t_str(run("rtmp://[]/live/k", NULL), "no host");
	t_str(run("rtmp://[abc]/live/k", NULL), "bad host");
	t_str(run("rtmp://[::1]x/live/k", NULL), "bad host");
	t_str(run("rtmp://::1/live/k", NULL), "no host");
}

static void
server_and_key(void)
{
	t_str(run("rtmps://live-api-s.facebook.com:443/rtmp/",
	    "FB-123-0-xyz?a=b/c"), "live-api-s.facebook.com 443 rtmp "
	    "FB-123-0-xyz?a=b/c rtmps://live-api-s.facebook.com/rtmp");
	t_str(run("rtmps://b.rtmps.youtube.com:443/live2?backup=1",
	    "abcd-efgh"), "b.rtmps.youtube.com 443 live2?backup=1 abcd-efgh "
	    "rtmps://b.rtmps.youtube.com/live2?backup=1");
	t_str(run("rtmp://h/app/inst", "a/b/c"),
	    "h 1935 app/inst a/b/c rtmp://h/app/inst");
	t_str(run("rtmp://h/app", ""), "h 1935 app  rtmp://h/app");
}

static void
faults_are_named(void)
{
	t_str(run("http://h/live/k", NULL),
	    "not an rtmp:// or rtmps:// address");
	t_str(run("", NULL), "not an rtmp:// or rtmps:// address");
	t_str(run("rtmp://", NULL), "no host");
	t_str(run("rtmp:///live/k", NULL), "no host");
	t_str(run("rtmp://h", NULL), "no application");
	t_str(run("rtmp://h/", NULL), "no application");
	t_str(run("rtmp://h/", "k"), "no application");
	t_str(run("rtmp://h?x/y", NULL), "no application");
	t_str(run("rtmp://h/?x=y/z", NULL), "no application");
	t_str(run("rtmp://user:pass@h/live/k", NULL),
	    "user and password are not supported");
	t_str(run("rtmp://h_/live/k@x", NULL), "h_ 1935 live k@x rtmp://h_/live");
	t_str(run("rtmp://h,i/live/k", NULL), "bad host");
	t_str(run("rtmp://h\xc3\xa4/live/k", NULL), "bad host");
	t_str(run("rtmp://h:/live/k", NULL), "bad port");
	t_str(run("rtmp://h:0/live/k", NULL), "bad port");
	t_str(run("rtmp://h:65536/live/k", NULL), "bad port");
	t_str(run("rtmp://h:123456/live/k", NULL), "bad port");
	t_str(run("rtmp://h:19x5/live/k", NULL), "bad port");
	t_str(run("rtmp://h:-1/live/k", NULL), "bad port");
	t_str(run("rtmp://h/live/k k", NULL),
	    "has a space or a control character");
	t_str(run("rtmp://h/live/k\n", NULL),
	    "has a space or a control character");
	t_str(run("rtmp://h/live", "k\x7f"),
	    "has a space or a control character");
}

static void
lengths_are_bounded(void)
{
	static char s[3000];

	memset(s, 'a', sizeof(s) - 1);
	t_str(run(s, NULL), "too long");
	t_str(run("rtmp://h/live", s), "too long");
	memcpy(s, "rtmp://", 7);
	s[7 + 256] = '\0';
	t_str(run(s, NULL), "host too long");
	/* Nothing of a bad address is left behind. */
	t_int(u.host[0], 0);
	memset(s, 'a', sizeof(s) - 1);
	memcpy(s, "rtmp://h/", 9);
	s[RTMP_URL_MAX - 1] = '\0';
	t_int(strlen(run(s, "key")) > RTMP_URL_MAX, 1);
	t_int(strlen(u.tc_url), RTMP_URL_MAX - 1);
}

/* "tcUrl stream" of where tc_url leads from an address */
static const char *
lead(const char *address, const char *tc_url)
{
	static char out[2 * RTMP_URL_MAX];
	struct rtmp_url to;
	const char *reason;

	t_int(rtmp_url_parse(&u, address, NULL, &reason), 0);
	rtmp_url_redirect(&to, &u, tc_url);
	snprintf(out, sizeof(out), "%s %s", to.tc_url, to.stream);
	return out;
}

static void
redirects(void)
{
	const char *from = "rtmps://h:444/live/k?t=1";

	t_str(lead(from, "rtmps://i/app2"), "rtmps://i/app2 k?t=1");
	t_str(lead(from, "/app3"), "rtmps://h:444/app3 k?t=1");
	t_str(lead("rtmp://h/live/k", "rtmps://i/live"), "rtmps://i/live k");
}

static void
bad_redirects_lead_back(void)
{
	const char *from = "rtmps://h:444/live/k", *back = "rtmps://h:444/live k";

	t_str(lead(from, ""), back);
	t_str(lead(from, "elsewhere"), back);
	t_str(lead(from, "rtmps://bad host/live"), back);
	t_str(lead(from, "rtmp://thief/live"), back);
}

static void
corpus(void)
{
	t_corpus("rtmp_url", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "whole_addresses", whole_addresses },
	{ "queries_stay_with_their_half", queries_stay_with_their_half },
	{ "ipv6_literals", ipv6_literals },
	{ "server_and_key", server_and_key },
	{ "faults_are_named", faults_are_named },
	{ "lengths_are_bounded", lengths_are_bounded },
	{ "redirects", redirects },
	{ "bad_redirects_lead_back", bad_redirects_lead_back },
	{ "corpus", corpus },
)
