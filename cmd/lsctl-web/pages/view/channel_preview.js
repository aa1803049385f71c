// SPDX-License-Identifier: ISC
// What goes out, by the HLS that the browser itself plays. It starts when the reader wants it: it costs a phone its
// data.
import { part } from "../base/api.js";
import { button, el, note } from "../base/dom.js";
import { t } from "../base/i18n.js";

const HLS = "application/vnd.apple.mpegurl", BROKEN_MS = 3000, STUCK_MS = 12000, LOOK_MS = 1000;

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

export function preview(name) {
	const video = el("video", { controls: true, muted: true, autoplay: true, playsinline: "",
	    "aria-label": t("preview.of", { channel: name }) });
	const screen = el("div", { class: "screen" });
	let stop = () => {};
	if (!video.canPlayType(HLS)) {
		const address = new URL(`hls/${part(name)}/index.m3u8`, location.href).href;
		return { node: note("info", t("preview.cannot"), " ", el("code", {}, address)), stop };
	}
	const start = button(t("preview.start"), () => {
		screen.replaceChildren(video, failed);
		stop = keep_playing(video, `hls/${part(name)}/index.m3u8`);
		video.focus();
	}, { class: "primary" });
	const failed = el("p", { class: "dark", role: "status", hidden: true }, t("preview.nothing"));
	video.addEventListener("error", () => { failed.hidden = !video.getAttribute("src"); });
	video.addEventListener("playing", () => { failed.hidden = true; });
	screen.append(start);
	return { node: screen, stop: () => stop() };
}
