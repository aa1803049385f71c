// SPDX-License-Identifier: ISC
// What goes out: the newest picture, and over it the HLS of the destination "preview", which the browser itself plays.
// It starts when the reader wants it, because it costs a phone its data.
import { get, part, post } from "../base/api.js";
import { button, el, note } from "../base/dom.js";
import { confirm, field } from "../base/form.js";
import { t } from "../base/i18n.js";
import { may } from "../base/session.js";

const HLS = "application/vnd.apple.mpegurl", BROKEN_MS = 3000, STUCK_MS = 12000, LOOK_MS = 1000;
// A destination of this name is for these pages, and nobody else watches it.
export const PREVIEW = "preview";
// Where the media server of lsctl-config(8) takes it, unless the host has other ports.
const SERVERS = { nginx: "rtmp://127.0.0.1:1938/preview", srs: "rtmp://127.0.0.1/preview?vhost=preview" };

// Opens it again when it broke or stands still: the playlist may have begun anew.
function keep_playing(video, address) {
	let at = -1, moved = performance.now();
	video.src = address;
	const timer = setInterval(() => {
		const now = performance.now();
		if (video.currentTime !== at || (video.paused && !video.error)) {
			at = video.currentTime;
			moved = now;
		} else if (now - moved > (video.error ? BROKEN_MS : STUCK_MS)) {
			moved = now;
			video.src = address;
		}
	}, LOOK_MS);
	return () => {
		clearInterval(timer);
		video.removeAttribute("src");
		video.load();
	};
}

const declared = context => context.declared?.destinations.some(d => d.name === PREVIEW);

async function set_up(context) {
	const { hosts } = await get("hosts").catch(() => ({ hosts: [] }));
	const server = hosts.find(h => h.name === context.declared.host)?.server;
	const url = field({ name: "url", label: t("destination.server"), hint: t("preview.server.hint"), required: true,
	    input: { value: SERVERS[server] || SERVERS.nginx, inputmode: "url", pattern: "rtmps?://.+", spellcheck: "false",
	    autocapitalize: "none" } });
	confirm({ title: t("preview.set-up.title"), says: t("preview.set-up.says"), label: t("preview.set-up"),
	    danger: false, fields: [url], action: async v => {
		await post(`${context.path}/destinations`, { name: PREVIEW, url: v.url.trim(), key: context.name });
		await context.reload(note("ok", t("preview.set-up.done")));
	    } });
}

// Why there is nothing to play, and what can be done about it.
function nothing(context) {
	if (declared(context))
		return [t("preview.nothing")];
	if (!context.declared || !may("destination-declare"))
		return [t("preview.none")];
	return [t("preview.none"), " ", button(t("preview.set-up"), () => set_up(context), { "data-acts": "",
	    class: "small" })];
}

export function preview(context) {
	const address = `hls/${part(context.name)}/index.m3u8`;
	const video = el("video", { controls: true, muted: true, autoplay: true, playsinline: "", hidden: true,
	    "aria-label": t("preview.of", { channel: context.name }) });
	const picture = el("img", { alt: t("preview.picture"), hidden: true });
	const screen = el("div", { class: "screen" }, el("p", { class: "dark" }, t("preview.no-picture")), picture,
	    video);
	const about = el("div");
	let stop = null;

	const start = button(t("preview.start"), () => {
		start.remove();
		picture.remove();
		video.hidden = false;
		stop = keep_playing(video, address);
		video.focus();
	}, { class: "primary" });
	picture.addEventListener("error", () => { picture.hidden = true; });
	picture.addEventListener("load", () => { picture.hidden = false; });
	video.addEventListener("error", () => about.replaceChildren(...video.getAttribute("src") ?
	    [note("info", t("preview.nothing"))] : []));
	video.addEventListener("playing", () => about.replaceChildren());

	const plays = video.canPlayType(HLS) !== "", host = context.elsewhere();
	if (host || !plays)
		about.append(note("info", host ? t("preview.elsewhere", { host }) : t("preview.cannot")));

	// Whether there is something to play: asked until there is, or the reader has started it.
	async function look() {
		const answer = await fetch(address, { method: "HEAD", cache: "no-store" }).catch(() => null);
		if (!answer || stop || start.isConnected)
			return;
		if (answer.ok)
			screen.append(start);
		if (answer.ok || !about.firstChild)
			about.replaceChildren(...answer.ok ? [] : [note("info", ...nothing(context))]);
	}

	async function refresh(c) {
		if (c?.on_air)
			picture.src = `thumbnails/${part(c.channel)}/${part(c.on_air)}.jpg?${Date.now()}`;
		else
			picture.hidden = true;
		if (plays && !host)
			await look();
	}
	return { node: el("div", { class: "stack" }, screen, about), refresh, stop: () => stop?.() };
}
