/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/address.h"
#include "t.h"

static struct address a;

/* The text of an address, or the reason. */
static const char *
text_of(const char *url)
{
	static char text[ADDRESS_TEXT];
	const char *reason = address_parse(&a, url, NULL);

	return reason != NULL ? reason : address_text(&a, text);
}

static void
equal_servers_have_equal_texts(void)
{
	t_str(text_of("rtmps://a.example/live2"), "rtmps://a.example:443");
	t_str(text_of("RTMPS://A.Example:443/other?backup=1"), "rtmps://a.example:443");
	t_str(text_of("rtmps://a.example:0443/"), "rtmps://a.example:443");
	t_str(text_of("rtmp://a.example"), "rtmp://a.example:1935");
	t_str(text_of("http://a.example:8080?x"), "http://a.example:8080");
	t_str(text_of("https://a.example#x"), "https://a.example:443");
	t_str(text_of("http://h/"), "http://h:80");
	t_str(text_of("rtmp://[2001:DB8::1]/live"), "rtmp://[2001:db8::1]:1935");
}

static void
what_is_read_in_two_ways_is_refused(void)
{
	static const char *const urls[] = {
		"rtmps://a.example@b.example/live", "rtmps://a.example\\@b.example/live",
		"rtmps://a.example b.example/live", "rtmps://a.example:443:444/", "rtmps://a.example:/",
		"rtmps://a.example:70000/", "rtmps:///live", "rtmps:a.example", "rtmps://a%2eexample/",
		"rtmps://[::1/", "rtmps://[::1]x/", "rtmps://[a]/", "file:///etc/passwd", "", "rtmp",
		"rtmps://a.\xc3\xa9/",
	};
	size_t i;

	for (i = 0; i < nitems(urls); i++)
		t_ok(address_parse(&a, urls[i], NULL) != NULL);
}

static void
the_rest_is_what_follows(void)
{
	const char *rest = "";

	t_ok(address_parse(&a, "http://h:1/x", &rest) == NULL);
	t_str(rest, "/x");
	t_ok(address_parse(&a, "http://h", &rest) == NULL);
	t_str(rest, "");
}

static void
loopback_is_an_address_or_localhost(void)
{
	static const char *const here[] = {
		"http://127.0.0.1", "http://127.9.9.9:1", "http://[::1]:2", "http://LocalHost"
	};
	static const char *const away[] = {
		"http://10.0.0.1", "http://127.1", "http://127.0.0.1.example", "http://localhost.example",
		"http://[::2]", "http://[::ffff:127.0.0.1]", "http://0.0.0.0", "http://a"
	};
	size_t i;

	for (i = 0; i < nitems(here); i++)
		t_ok(address_parse(&a, here[i], NULL) == NULL && address_is_loopback(&a));
	for (i = 0; i < nitems(away); i++)
		t_ok(address_parse(&a, away[i], NULL) == NULL && !address_is_loopback(&a));
}

static void
the_network_of_an_address(void)
{
	char network[ADDRESS_NETWORK];

	t_str(address_network(network, "192.0.2.1"), "192.0.2.1");
	t_str(address_network(network, "2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
	t_str(address_network(network, "2001:0DB8:1:2::9"), "2001:db8:1:2::");
	t_str(address_network(network, "::1"), "::");
	t_str(address_network(network, "::ffff:192.0.2.1"), "::ffff:192.0.2.1");
	t_str(address_network(network, "unix:"), "unix:");
	t_int(strlen(address_network(network, "a text that is no address and longer than the longest one")), ADDRESS_NETWORK - 1);
}

T_MAIN(
	{ "equal_servers_have_equal_texts", equal_servers_have_equal_texts },
	{ "what_is_read_in_two_ways_is_refused", what_is_read_in_two_ways_is_refused },
	{ "the_rest_is_what_follows", the_rest_is_what_follows },
	{ "loopback_is_an_address_or_localhost", loopback_is_an_address_or_localhost },
	{ "the_network_of_an_address", the_network_of_an_address },
)
