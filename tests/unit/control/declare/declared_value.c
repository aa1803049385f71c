/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/declare/declared_value.h"
#include "t.h"

static void
names(void)
{
	char long_one[65];

	memset(long_one, 'a', 64);
	long_one[64] = '\0';
	t_ok(declared_name("krishna-2") == NULL);
	t_ok(declared_name(long_one + 1) == NULL);
	t_ok(declared_name(long_one) != NULL);
	t_ok(declared_name("") != NULL);
	t_ok(declared_name("-a") != NULL);
	t_ok(declared_name("a_b") != NULL);
	t_ok(declared_name("A") != NULL);
	t_ok(declared_name("auto") == NULL);
	t_ok(declared_source_name("auto") != NULL);
	t_ok(declared_source_name("off") != NULL);
	t_ok(declared_source_name("obs") == NULL);
	t_ok(declared_host_name("h1.example.org") == NULL);
	t_ok(declared_host_name(".x") != NULL);
	t_ok(declared_host_name("H") != NULL);
}

static void
addresses(void)
{
	static const char *const good[] = { "rtmp://h/live", "rtmps://a.rtmps.youtube.com:443/live2",
	    "rtmp://127.0.0.1:1/x?y=z", "rtmp://[::1]/live", "rtmp://[2001:db8::1]:1935/live" };
	static const char *const bad[] = { "", "rtmp://", "rtmp://h", "rtmp://h/", "RTMP://h/x",
	    "http://h/x", "rtmp://u:p@h/x", "rtmp://h:0/x", "rtmp://h:65536/x", "rtmp://h:/x",
	    "rtmp://h:1a/x", "rtmp:///x", "rtmp://[::1/x", "rtmp://[x]/x", "rtmp://[::1]x/x",
	    "rtmp://h/a b", "rtmp://h/a\n", "rtmp://h/\x80", "rtmp://:1935/x" };
	size_t i;

	for (i = 0; i < nitems(good); i++)
		t_report(declared_rtmp_url(good[i]) == NULL, __FILE__, __LINE__, good[i]);
	for (i = 0; i < nitems(bad); i++)
		t_report(declared_rtmp_url(bad[i]) != NULL, __FILE__, __LINE__, bad[i]);
	t_ok(declared_http_url("http://127.0.0.1:1985") == NULL);
	t_ok(declared_http_url("https://h/api") == NULL);
	t_ok(declared_http_url("rtmp://h/x") != NULL);
	t_ok(declared_http_url("http://") != NULL);
	t_ok(declared_http_url("http://h x") != NULL);
}

static void
networks(void)
{
	static const char *const good[] = { "10.0.0.0/8", "127.0.0.1", "0.0.0.0/0", "::1", "::/0",
	    "::1/128", "192.168.1.128/25", "fe80::/10" };
	static const char *const bad[] = { "", "/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1",
	    "10.1.2.3/8", "fe80::1/10", "10.0.0", "h", "10.0.0.0/8/8", "::1 ", "10.0.0.0/ 8" };
	size_t i;

	for (i = 0; i < nitems(good); i++)
		t_report(declared_network(good[i]) == NULL, __FILE__, __LINE__, good[i]);
	for (i = 0; i < nitems(bad); i++)
		t_report(declared_network(bad[i]) != NULL, __FILE__, __LINE__, bad[i]);
}

static void
files(void)
{
	t_ok(declared_file("a.flv") == NULL);
	t_ok(declared_file("a/..b/c d.flv") == NULL);
	t_ok(declared_file("/a.flv") != NULL);
	t_ok(declared_file("..") != NULL);
	t_ok(declared_file("../a") != NULL);
	t_ok(declared_file("a/../b") != NULL);
	t_ok(declared_file("a/..") != NULL);
	t_ok(declared_file("") != NULL);
	t_ok(declared_file("a\nb") != NULL);
}

static void
ca_files(void)
{
	t_ok(declared_ca_file("/etc/ssl/certs/ca.pem") == NULL);
	t_ok(declared_ca_file("/etc/lsctl/..ca/a b.pem") == NULL);
	t_ok(declared_ca_file("/etc/ca.pem") != NULL);
	t_ok(declared_ca_file("etc/ssl/ca.pem") != NULL);
	t_ok(declared_ca_file("/etc/ssl/../../tmp/ca.pem") != NULL);
	t_ok(declared_ca_file("/etc/lsctl/..") != NULL);
	t_ok(declared_ca_file("/etc/sslx/ca.pem") != NULL);
	t_ok(declared_ca_file("/etc/ssl/a\nb") != NULL);
}

static void
keys(void)
{
	t_ok(declared_key("aaaa-bbbb?x=1&y=%20") == NULL);
	t_ok(declared_key("") != NULL);
	t_ok(declared_key("a b") != NULL);
	t_ok(declared_key("a\nb") != NULL);
	t_ok(declared_key("\xc3\xa4") != NULL);
}

static void
tracks(void)
{
	t_ok(declared_tracks("both") == NULL && declared_tracks("video") == NULL);
	t_ok(declared_tracks("") != NULL && declared_tracks("sound") != NULL);
}

static void
logins(void)
{
	char longest[258];

	t_ok(declared_user("Krishna.1_2+a~b@example.org") == NULL);
	t_ok(declared_user("") != NULL && declared_user("a&b") != NULL && declared_user("a b") != NULL);
	t_ok(declared_password("a b&=?/") == NULL);
	t_ok(declared_password("") != NULL && declared_password("a\n") != NULL && declared_password("\xc3\xa4") != NULL);
	memset(longest, 'a', sizeof(longest));
	longest[257] = '\0';
	t_ok(declared_password(longest) != NULL && declared_user(longest) != NULL);
	longest[256] = '\0';
	t_ok(declared_password(longest) == NULL);
	longest[128] = '\0';
	t_ok(declared_user(longest) == NULL);
	/* what people write for other tools */
	t_ok(strstr(declared_rtmp_url("rtmp://user:password@h/live"), "dest set CHANNEL NAME user=USER --password") != NULL);
	t_ok(declared_rtmp_url("rtmp://h/live@2") == NULL);
}

T_MAIN({ "names", names }, { "addresses", addresses }, { "networks", networks }, { "files", files },
    { "ca_files", ca_files }, { "keys", keys }, { "tracks", tracks },
    { "logins", logins })
