// SPDX-License-Identifier: ISC
// What is known of the platforms: server, form of the key, demands. A new platform is an entry here and its strings,
// platform.ID.key (where its key is found) and demand.DEMAND (what it demands).
//
// A server that is null is another one for each account, region or broadcast: the reader copies it from the platform.
// Where numbers come from: YouTube, support.google.com/youtube/answer/2853702 and
// developers.google.com/youtube/v3/live/guides/rtmps-ingestion; Facebook,
// developers.facebook.com/docs/live-video-api/reference and facebook.com/policies/live; Twitch, help.twitch.tv
// "Broadcasting Guidelines"; X, help.x.com/en/using-x/live-studio; Rumble, rumble.support "Direct RTMP"; Kick and
// Instagram, the addresses that their own pages give to every account.

export const PLATFORMS = [
	{ id: "youtube", name: "YouTube", server: "rtmps://a.rtmps.youtube.com:443/live2",
	    backup: "rtmps://b.rtmps.youtube.com:443/live2?backup=1", host: /(^|\.)youtube\.com$/,
	    key: /^[a-z0-9]{4}(-[a-z0-9]{4}){3,4}$/i, demands: ["keyframe-4", "youtube-stop", "youtube-claims",
	    "test-unlisted"] },
	{ id: "facebook", name: "Facebook", server: "rtmps://live-api-s.facebook.com:443/rtmp",
	    host: /(^|\.)facebook\.com$/,
	    key: /^FB-\S+$/, on_backup: "disconnect", demands: ["rtmps", "keyframe-4", "no-loop", "max-8h",
	    "same-format"] },
	{ id: "twitch", name: "Twitch", server: "rtmps://live.twitch.tv/app", host: /(^|\.)twitch\.tv$/,
	    key: /^live_\d+_\w+(\?bandwidthtest=true)?$/, demands: ["keyframe-2", "max-6000", "max-48h",
	    "twitch-test"] },
	{ id: "kick", name: "Kick", server: "rtmps://fa723fc1b171.global-contribute.live-video.net:443/app",
	    host: /\.live-video\.net$/, key: /^sk_\S+$/, demands: ["keyframe-2", "compare-server"] },
	{ id: "telegram", name: "Telegram", server: null, host: /(^|\.)t\.me$/, key: /^\d+:\S+$/, demands: ["rtmps",
	    "telegram-start"] },
	{ id: "instagram", name: "Instagram", server: "rtmps://live-upload.instagram.com:443/rtmp",
	    host: /(^|\.)instagram\.com$/,
	    on_backup: "disconnect", demands: ["rtmps", "portrait", "max-4h", "key-each-time", "press-live"] },
	{ id: "tiktok", name: "TikTok", server: null, host: /tiktok/, demands: ["tiktok-access", "key-each-time",
	    "press-live"] },
	{ id: "x", name: "X", server: null, host: /(^|\.)pscp\.tv$/, demands: ["x-source", "press-live"] },
	{ id: "rumble", name: "Rumble", server: null, host: /(rumble|rmbl)\./, demands: ["rumble-server"] },
	{ id: "custom", name: null, server: null, host: null, demands: ["custom"] },
];

// The platform of an address; undefined for one that is not known.
export function platform_of(url) {
	let host;
	try {
		host = new URL(url.replace(/^rtmps?:/, "https:")).hostname;
	} catch {
		return undefined;
	}
	return PLATFORMS.find(p => p.host?.test(host));
}
