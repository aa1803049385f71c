// SPDX-License-Identifier: ISC
// A channel at a glance: what viewers see, what every source and destination does, the last day and hour; and the
// switch.
import { get, part } from "../base/api.js";
import { chart, History } from "../base/chart.js";
import { state_name } from "../base/describe.js";
import { el, morph, note, row, section, table, time } from "../base/dom.js";
import { subscribe } from "../base/feed.js";
import { destination_tone, icon } from "../base/icons.js";
import { clock, duration, number, rate, t, word } from "../base/i18n.js";
import { poll } from "../base/poll.js";
import { preview } from "./channel_preview.js";
import { switch_section } from "./channel_switch.js";

const RECORD_MS = 5000, PICTURES_MS = 10000, TIMELINE_MS = 60000, HOUR_MS = 3600000;
const LEAST_KBPS = 1000, LEAST_FPS = 30;	// of the axes

// What the host has kept of the last hour, which this page continues with what it sees.
async function history_of(context) {
	const history = { sources: new History(), destinations: new History(), fps: new History(), frames: new Map() };
	const { samples } = await get(`${context.path}/rates`).catch(() => ({ samples: [] }));
	for (const { at, sources, destinations } of samples) {
		for (const [name, { kbps, fps }] of Object.entries(sources)) {
			history.sources.add(name, at * 1000, kbps);
			history.fps.add(name, at * 1000, fps);
		}
		for (const [name, { kbps }] of Object.entries(destinations))
			history.destinations.add(name, at * 1000, kbps);
	}
	return history;
}

// The frame rate from the media server's count of frames, between two records.
function sample(history, record) {
	const at = new Date(record.time).getTime();
	for (const [name, s] of Object.entries(record.sources || {})) {
		history.sources.add(name, at, s.kbps);
		const frames = s.server?.frames, last = history.frames.get(name);
		if (Number.isFinite(s.fps))
			history.fps.add(name, at, s.fps);
		else if (Number.isFinite(frames) && last && at > last[0] && frames >= last[1])
			history.fps.add(name, at, (frames - last[1]) * 1000 / (at - last[0]));
		if (Number.isFinite(frames))
			history.frames.set(name, [at, frames]);
	}
	for (const [name, d] of Object.entries(record.destinations || {}))
		history.destinations.add(name, at, d.kbps);
}

function charts_of({ sources, destinations, fps }) {
	const drawn = [[t("rates.sources"), sources, rate, LEAST_KBPS], [t("rates.destinations"), destinations, rate,
	    LEAST_KBPS], [t("rates.fps"), fps, v => number(v, 1), LEAST_FPS]];
	return el("div", { class: "stack" }, drawn.filter(([, h]) => h.series.size > 0).map(d => chart(...d)));
}

const num = kbps => el("span", { class: "num" }, rate(kbps));

function state_cell(good, text) {
	return el("span", { class: `state ${good}` }, icon(good), el("span", {}, text));
}

function sources_table(c, record, declared) {
	const head = [t("source"), t("state"), t("format"), t("rate")];
	return table(t("sources"), head, Object.entries(c?.sources || {}).map(([name, health]) => {
		const s = record?.sources?.[name] || {}, kind = declared?.sources?.find(x => x.name === name)?.kind;
		return row(head, el("span", {}, name, kind ? el("small", {}, ` ${word("kind", kind)}`) : null,
		    c.on_air === name ? el("b", { class: "air" }, ` ${t("air.mark")}`) : null),
		state_cell(health === "healthy" ? "ok" : "warning", word("health", health ?? "unknown")),
		[s.video, s.audio].filter(Boolean).join(", "),
		Number.isFinite(s.kbps) ? num(s.kbps) : "");
	}));
}

function destinations_table(c, record) {
	const head = [t("destination"), t("state"), t("connected"), t("rate")];
	return table(t("destinations"), head, Object.entries(c?.destinations || {}).map(([name, state]) => {
		const d = record?.destinations?.[name] || {};
		return row(head, name, [state_cell(destination_tone(state),
		    word("destination", state ?? "unknown")),
		    d.address === "backup" ? el("p", { class: "soft" }, t("destination.at-backup")) : null,
		    d.fault ? el("p", { class: "soft" }, word("fault", d.fault)) : null],
		d.up_s > 0 ? duration(d.up_s) : "", Number.isFinite(d.kbps) && state === "live" ? num(d.kbps) : "");
	}));
}

function timeline(context) {
	const picture = el("img", { class: "timeline", alt: t("timeline.alt", { channel: context.name }) });
	picture.addEventListener("error", () => { picture.hidden = true; });
	picture.addEventListener("load", () => { picture.hidden = false; });
	const axis = el("p", { class: "axis" }), list = el("ol", { class: "events" }), more = el("details", {},
	    el("summary", {}, t("timeline.text")),
	    list);
	more.addEventListener("toggle", async () => {
		if (!more.open)
			return;
		try {
			const { states } = await get(`${context.path}/timeline?hours=24`);
			const item = s => el("li", { class: "event" }, time(s.at, "soft"), el("div", {},
			    el("b", {}, state_name(s.state)), s.reason ? ` ${word("cause", s.reason)}` : null));
			list.replaceChildren(...[...states].reverse().map(item));
		} catch (e) {
			list.replaceChildren(el("li", {}, e.text()));
		}
	});
	return { node: section(t("timeline"), picture, axis, el("p", { class: "soft" }, t("timeline.legend")), more),
	    refresh() {
		const hours = [24, 18, 12, 6, 0].map(h => clock(new Date(Date.now() - h * HOUR_MS)));
		morph(axis, el("p", { class: "axis" }, hours.map(h => el("span", {}, h))));
		picture.src = `api/v1/${context.path}/timeline.svg?hours=24&at=${Math.floor(Date.now() / TIMELINE_MS)}`;
	    } };
}

function thumbnails(context) {
	const figures = new Map(), place = el("div", { class: "thumbnails" });
	return { node: place, refresh(c) {
		for (const name of Object.keys(c?.sources || {})) {
			if (!figures.has(name)) {
				const img = el("img", { alt: t("picture.of", { source: name }), width: "160",
				    height: "90" });
				const figure = el("figure", { hidden: true }, img, el("figcaption", {}, name));
				img.addEventListener("error", () => { figure.hidden = true; });
				img.addEventListener("load", () => { figure.hidden = false; });
				figures.set(name, img);
				place.append(figure);
			}
			const address = `thumbnails/${part(context.name)}/${part(name)}.jpg`;
			figures.get(name).src = `${address}?${Math.floor(Date.now() / PICTURES_MS)}`;
		}
	} };
}

export function draw(place, context) {
	const video = preview(context), pictures = thumbnails(context),
	    day = timeline(context);
	const sources = el("div"), destinations = el("div"), charts = el("div", { class: "stack" });
	const switcher = switch_section(context);
	let record = context.declared?.record || null, history = null;

	const draw_tables = () => {
		const c = context.state();
		morph(sources, el("div", {}, sources_table(c, record, context.declared)));
		morph(destinations, el("div", {}, destinations_table(c, record)));
	};
	// in this order on a phone: what viewers see, then the switch
	place.append(el("div", { class: "columns" }, section(t("preview"), video.node, pictures.node), switcher.node,
	    el("div", { class: "stack" }, section(t("sources"), sources), section(t("destinations"), destinations)),
	    el("div", { class: "stack" }, day.node, section(t("rates"), el("p", { class: "soft" }, t("rates.here")), charts))));

	const ends = [video.stop, subscribe((f, changed) => {
		if (changed !== false) {
			draw_tables();
			switcher.update();
		}
	}), poll(async () => {
		try {
			const declared = await get(context.path);
			history ??= await history_of(context);
			record = declared.record;
			context.declared = declared;
			switcher.update();
		} catch {
			return;	// the banner says that nobody answers
		}
		if (record) {
			sample(history, record);
			morph(charts, charts_of(history));
		}
		draw_tables();
	}, RECORD_MS), poll(async () => {
		pictures.refresh(context.state());
		await video.refresh(context.state());
	}, PICTURES_MS), poll(() => day.refresh(), TIMELINE_MS)];
	draw_tables();
	return () => ends.forEach(end => end());
}
