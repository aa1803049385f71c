// SPDX-License-Identifier: ISC
// Shows the status records that the stack writes each second beside what viewers see.
"use strict";

const EVENTS = 6;
const HLS = "application/vnd.apple.mpegurl";
const BROKEN_MS = 2000, STUCK_MS = 10000;

function clock(s) {
	if (!(s >= 0))
		return "";
	const two = n => String(Math.floor(n)).padStart(2, "0");
	const days = Math.floor(s / 86400);
	return (days > 0 ? days + " d " : "") + two(s / 3600 % 24) + ":" + two(s / 60 % 60) + ":" +
	    two(s % 60);
}

const rate = kbps => kbps >= 1000 ? (kbps / 1000).toFixed(1) + " Mb/s" : kbps > 0 ? kbps + " kb/s" : "";

function el(tag, text, cls) {
	const e = document.createElement(tag);
	if (text)
		e.textContent = text;
	if (cls)
		e.className = cls;
	return e;
}

function cell(text, small) {
	const td = el("td", text);
	if (small)
		td.append(el("small", small));
	return td;
}

function row(tone, name, onAir, ...cells) {
	const tr = el("tr", "", tone), first = el("td", name);
	if (onAir)
		first.append(el("span", "on air", "air"));
	tr.append(first, ...cells);
	return tr;
}

function sourceRow([name, s]) {
	const tone = s.healthy ? "good" : s.on_air ? "bad" : s.connected && s.publishing ? "warn" : "";
	return row(tone, name, s.on_air,
	    cell(s.healthy ? "healthy" : (s.health || "").replaceAll("-", " "), s.video ?
		[s.video, s.audio].filter(Boolean).join(", ") : ""),
	    cell(rate(s.kbps), s.healthy && s.stable_s > 0 ? "for " + clock(s.stable_s) : ""));
}

function destinationRow([name, d], up) {
	const live = d.state === "live";
	return row(live ? "good" : "bad", name, false,
	    cell(d.state, live ? "connected " + (d.connects === 1 ? "once" : d.connects + " times") +
		(up ? ", for " + clock(up) : "") : d.last_error),
	    cell(live ? rate(d.kbps) : "", live ? d.queue_ms + " ms queued" : ""));
}

// The first source is the best, and a file the last resort; without a source there is no forwarder.
function channelTone(s) {
	const on = (s.sources || {})[s.on_air];
	if (!on)
		return s.sources ? "" : "bad";
	return s.on_air === Object.keys(s.sources)[0] ? "good" : "connected" in on ? "warn" : "bad";
}

function problemItem(p) {
	const li = el("li", p.text);
	li.title = `${p.code}, see lsctl-codes(7)`;
	return li;
}

// Opens the stream, and again when it broke or stands still: the destination may have begun its playlist anew.
function play(video, url) {
	let time = -1, moved = 0;
	setInterval(() => {
		const now = performance.now();
		if (video.currentTime !== time || (video.paused && !video.error)) {
			time = video.currentTime;
			moved = now;
		} else if (now - moved > (video.error ? BROKEN_MS : STUCK_MS)) {
			moved = now;
			video.src = url;
		}
	}, 1000);
	video.src = url;
}

class Channel {
	constructor(about) {
		this.name = about.name;
		const copy = document.getElementById("channel").content.cloneNode(true);
		this.root = copy.querySelector("article");
		this.root.querySelector("h2").textContent = about.name;
		this.root.querySelector(".server").textContent = about.server;
		this.root.querySelector(".key").textContent = about.key;
		document.getElementById("channels").append(copy);
		this.watch(new URL(`hls/${about.name}/index.m3u8`, location));
	}

	find(selector) {
		return this.root.querySelector(selector);
	}

	// Chromium, Safari and Android play HLS themselves; Firefox on a desktop does not.
	watch(url) {
		const video = this.find("video");
		if (video.canPlayType(HLS)) {
			video.addEventListener("timeupdate", () =>
			    this.root.classList.toggle("live", video.videoWidth > 0 && video.currentTime > 0));
			play(video, url);
			return;
		}
		video.remove();
		this.find(".dark").remove();
		this.find(".elsewhere").hidden = false;
		this.find(".elsewhere a").href = this.find(".elsewhere a").textContent = url;
	}

	event(from, to, when) {
		const li = el("li", when.toLocaleTimeString() + "  ");
		li.append(el("b", from ? `${from} → ${to}` : to));
		this.find(".events").prepend(li);
		while (this.find(".events").children.length > EVENTS)
			this.find(".events").lastChild.remove();
	}

	show(s, up) {
		const state = this.find(".state");
		state.textContent = s.state;
		state.className = "state " + channelTone(s);
		if (s.state !== this.state) {
			this.event(this.state, s.state, s.since ? new Date(s.since) : new Date());
			this.state = s.state;
		}
		this.find(".since").textContent = s.since && s.time ?
		    "for " + clock((new Date(s.time) - new Date(s.since)) / 1000) : "";
		this.find(".problems").replaceChildren(...(s.problems || []).map(problemItem));
		this.find(".sources tbody").replaceChildren(
		    ...Object.entries(s.sources || {}).map(sourceRow));
		this.find(".destinations tbody").replaceChildren(
		    ...Object.entries(s.destinations || {}).map(d => destinationRow(d, up)));
	}
}

// How long the destination itself has had each channel's connection, in seconds.
async function connections() {
	const answer = await fetch("stat", { cache: "no-store" });
	const xml = new DOMParser().parseFromString(await answer.text(), "text/xml");
	const up = {};
	for (const stream of xml.querySelectorAll("application > live > stream")) {
		const publisher = [...stream.querySelectorAll("client")]
		    .find(c => c.querySelector("publishing"));
		if (publisher)
			up[stream.querySelector("name").textContent] =
			    publisher.querySelector("time").textContent / 1000;
	}
	return up;
}

async function json(path) {
	const answer = await fetch(path, { cache: "no-store" });
	if (!answer.ok)
		throw new Error(path);
	return answer.json();
}

async function main() {
	let channels, lost;
	for (;; await new Promise(done => setTimeout(done, 1000))) {
		try {
			const about = channels ? null : await json("stack.json"), up = await connections();
			const states = new Map();
			for (const { name } of (channels || about.channels))
				states.set(name, await json(`status/${name}.json`));
			lost = false;
			channels ||= about.channels.map(c => new Channel(c));
			channels.forEach(c => c.show(states.get(c.name), up[c.name]));
		} catch (e) {
			lost = true;
			console.info(e.message);
		}
		document.getElementById("lost").hidden = !lost;
	}
}

main();
