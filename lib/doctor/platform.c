/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "doctor/platform.h"

#include <strings.h>

static const struct platform platforms[] = {
	{
		/*
		 * https://support.google.com/youtube/answer/2853702: keyframes 2 s, at most 4 s; AAC or MP3. It lists H.264,
		 * H.265 and AV1 over RTMP; https://developers.google.com/youtube/v3/live/guides/ingestion-protocol-comparison
		 * lists H.264 only: this takes the more generous one. Its 44.1 kHz and 128 kbit/s are advice, which few
		 * encoders follow and which it does not enforce.
		 */
		.name = "YouTube",
		/* https://developers.google.com/youtube/v3/live/guides/rtmps-ingestion */
		.hosts = { "youtube.com" },
		.keyframe_best = 2, .keyframe_max = 4,
		.video = "h264 hevc av1", .audio = "aac mp3",
		/* https://developers.google.com/youtube/v3/live/docs/liveStreams: the health status noAudioStream */
		.needs_audio = true,
		/* https://support.google.com/youtube/answer/3006768, for its backup stream; of one stream it says nothing */
		.change = "YouTube promises nothing about settings that change during a broadcast",
		/* https://support.google.com/youtube/answer/6247592 */
		.limit = "YouTube archives a broadcast only if it is shorter than 12 hours"
	}, {
		/* https://developers.facebook.com/docs/live-video-api/reference */
		.name = "Facebook",
		.hosts = { "facebook.com" },
		.keyframe_best = 2, .keyframe_max = 4,
		.audio_kbps = 256,
		.video = "h264", .audio = "aac", .audio_profile = "LC",
		.rates = "44100 48000", .channels = 2, .level = 4.2,
		.needs_audio = true, .needs_tls = true,
		.change = "Facebook may end a broadcast whose settings change",
		.limit = "Facebook ends a broadcast after 8 hours",
		/* https://www.facebook.com/policies/live */
		.loops = "Facebook's policy does not allow looped content"
	}, {
		/* https://help.twitch.tv/s/article/broadcasting-guidelines, and
		 * https://www.twitch.tv/creatorcamp/en/paths/going-live/broadcast-recommendations */
		.name = "Twitch",
		/* https://ingest.twitch.tv/ingests */
		.hosts = { "twitch.tv", "contribute.live-video.net", "ingest.global-contribute.live-video.net" },
		.keyframe_best = 2,
		.video_kbps = 6000, .audio_kbps = 160,
		.video = "h264", .audio = "aac", .audio_profile = "LC", .channels = 2,
		.limit = "Twitch ends a broadcast after 48 hours"
	}, {
		/* Kick, and others: https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/streaming-config.html */
		.name = "Amazon IVS",
		.hosts = { "global-contribute.live-video.net" },
		.keyframe_best = 2,
		.video = "h264", .audio = "aac", .audio_profile = "LC",
		.needs_tls = true,
		/* https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/rt-stream-ingest.html */
		.b_frames = "a real-time stage of Amazon IVS disconnects a stream that has B-frames; a channel, such as one "
		    "of Kick, takes them"
	}, {
		.name = "Vimeo",
		.hosts = { "vimeo.com" },
		/* https://help.vimeo.com/hc/en-us/articles/12426939452817-Recommended-network-configuration-for-streaming */
		.video_kbps = 5000,
		/* https://help.vimeo.com/hc/en-us/articles/31722598759057-How-can-I-configure-a-live-stream-on-OTT */
		.limit = "Vimeo ends a broadcast after 12 hours, unless the account has Extended Stream"
	}
};

static bool
host_matches(const char *host, const char *name)
{
	size_t n = strlen(host), m = strlen(name);

	return n >= m && strcasecmp(host + n - m, name) == 0 && (n == m || host[n - m - 1] == '.');
}

/* The longest name decides: one of Twitch ends in the name of another platform. */
const struct platform *
platform_of(const char *host)
{
	const struct platform *found = NULL;
	size_t longest = 0, i, k;
	const char *name;

	for (i = 0; i < nitems(platforms); i++)
		for (k = 0; k < nitems(platforms[i].hosts) && (name = platforms[i].hosts[k]) != NULL; k++)
			if (strlen(name) > longest && host_matches(host, name)) {
				longest = strlen(name);
				found = &platforms[i];
			}
	return found;
}

bool
platform_takes(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (; *list != '\0'; list += strspn(list, " ")) {
		if (strcspn(list, " ") == n && strncmp(list, word, n) == 0)
			return true;
		list += strcspn(list, " ");
	}
	return false;
}
