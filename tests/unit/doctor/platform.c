/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "doctor/platform.h"
#include "t.h"

static const char *
name_of(const char *host)
{
	const struct platform *p = platform_of(host);

	return p != NULL ? p->name : "none";
}

static void
hosts_are_known_by_their_ends(void)
{
	t_str(name_of("a.rtmps.youtube.com"), "YouTube");
	t_str(name_of("B.RTMP.YouTube.com"), "YouTube");
	t_str(name_of("live-api-s.facebook.com"), "Facebook");
	t_str(name_of("live.twitch.tv"), "Twitch");
	t_str(name_of("fra05.contribute.live-video.net"), "Twitch");
	t_str(name_of("rtmp-global.cloud.vimeo.com"), "Vimeo");
	t_str(name_of("youtube.com.example.org"), "none");
	t_str(name_of("notyoutube.com"), "none");
	t_str(name_of("127.0.0.1"), "none");
	t_str(name_of(""), "none");
}

static void
the_longest_name_decides(void)
{
	t_str(name_of("fa723fc1b171.global-contribute.live-video.net"), "Amazon IVS");
	t_str(name_of("ingest.global-contribute.live-video.net"), "Twitch");
}

static void
lists_have_whole_words(void)
{
	t_ok(platform_takes("h264 hevc av1", "h264"));
	t_ok(platform_takes("h264 hevc av1", "av1"));
	t_ok(!platform_takes("h264 hevc av1", "av"));
	t_ok(!platform_takes("h264 hevc av1", "h264 hevc"));
	t_ok(!platform_takes("h264", ""));
	t_ok(!platform_takes("", "h264"));
}

T_MAIN(
	{ "hosts_are_known_by_their_ends", hosts_are_known_by_their_ends },
	{ "the_longest_name_decides", the_longest_name_decides },
	{ "lists_have_whole_words", lists_have_whole_words },
)
