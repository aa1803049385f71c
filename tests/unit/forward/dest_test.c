/* SPDX-License-Identifier: ISC */
/* The steps themselves are tried with real servers, in tests/cmd/dest_test.bats. */
#include "base/base.h"
#include "base/secret.h"
#include "forward/dest_test.h"
#include "t.h"

/* The key that nobody sees a stream of, or "none". */
static const char *
hidden(const char *url, const char *key)
{
	static char text[256];
	struct spec_dest d = { .url = (char *)(uintptr_t)url, .key = (char *)(uintptr_t)key };
	char *made = dest_test_hidden_key(&d);

	strlcpy(text, made != NULL ? made : "none", sizeof(text));
	secret_free(made);
	return text;
}

static void
knows_the_test_mode_of_twitch(void)
{
	t_str(hidden("rtmps://live.twitch.tv/app", "live_1_a"), "live_1_a?bandwidthtest=true");
	t_str(hidden("rtmp://twitch.tv/app", "live_1_a"), "live_1_a?bandwidthtest=true");
	t_str(hidden("rtmp://LIVE.Twitch.TV:443/app", "live_1_a?x=1"), "live_1_a?x=1&bandwidthtest=true");
	t_str(hidden("rtmps://live.twitch.tv/app", "live_1_a?bandwidthtest=true"), "live_1_a?bandwidthtest=true");
}

static void
takes_no_other_host_for_it(void)
{
	t_str(hidden("rtmps://a.rtmps.youtube.com/live2", "k"), "none");
	t_str(hidden("rtmp://nottwitch.tv/app", "k"), "none");
	t_str(hidden("rtmp://twitch.tv.evil.example/app", "k"), "none");
	t_str(hidden("rtmp://evil.example/twitch.tv", "k?bandwidthtest=true"), "none");
	t_str(hidden("rtmp://live.twitch.tv/app/key", NULL), "none");
	t_str(hidden("no address", "k"), "none");
}

T_MAIN(
	{ "knows_the_test_mode_of_twitch", knows_the_test_mode_of_twitch },
	{ "takes_no_other_host_for_it", takes_no_other_host_for_it }
)
