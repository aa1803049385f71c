// SPDX-License-Identifier: ISC
// A line for each series over the last hour. Drawn as SVG; the numbers stand beside it.
import { el } from "./dom.js";
import { svg } from "./icons.js";
import { clock, t } from "./i18n.js";

const HOUR_MS = 3600000, LEAST_MS = 300000, WIDTH = 420, HEIGHT = 150, LEFT = 4, TOP = 18, BOTTOM = 20, GAP_MS = 75000;

// samples: [[time in ms, value]], the oldest first.
export class History {
	constructor() {
		this.series = new Map();
	}

	add(name, at, value) {
		if (!Number.isFinite(value))
			return;
		const samples = this.series.get(name) || [];
		if (samples.length === 0 || at > samples[samples.length - 1][0])
			samples.push([at, value]);
		while (samples[0][0] < at - HOUR_MS)
			samples.shift();
		this.series.set(name, samples);
	}
}

// A line breaks where no sample was taken for a while.
function path(samples, x, y) {
	let d = "", last = -Infinity;
	for (const [at, value] of samples) {
		d += `${at - last > GAP_MS ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)} `;
		last = at;
	}
	return d;
}

// A round number at or above the largest value, and at or above least.
function top_of(series, least) {
	const most = Math.max(least, ...[...series.values()].flatMap(s => s.map(([, v]) => v)));
	const step = 10 ** Math.floor(Math.log10(most));
	return Math.ceil(most / step) * step;
}

// Colour and dashes: sixteen lines differ.
const look_of = i => `series-${i % 4 + 1} dash-${(i + Math.floor(i / 4)) % 4 + 1}`;

// show: a value as text, with its unit. least: the axis ends there or above.
export function chart(title, history, show, least) {
	const now = Date.now(), first = Math.min(now - LEAST_MS, ...[...history.series.values()].map(s => s[0][0]));
	const from = Math.max(first, now - HOUR_MS), most = top_of(history.series, least);
	const x = at => LEFT + (at - from) / (now - from) * (WIDTH - 2 * LEFT);
	const y = v => TOP + (1 - v / most) * (HEIGHT - BOTTOM - TOP);
	const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", "aria-hidden": "true" });
	for (const part of [0, 0.5, 1]) {
		const label = svg("text", { x: LEFT + 2, y: y(most * part) - 3, class: "axis-text" });
		label.textContent = show(most * part);
		picture.append(svg("line", { x1: LEFT, x2: WIDTH - LEFT, y1: y(most * part), y2: y(most * part),
		    class: "grid" }), label);
	}
	for (const quarter of [1, 2, 3]) {
		const at = from + quarter * (now - from) / 4;
		const label = svg("text", { x: x(at), y: HEIGHT - 4, class: "axis-text", "text-anchor": "middle" });
		label.textContent = clock(new Date(at));
		picture.append(label);
	}
	const legend = el("ul", { class: "legend" });
	[...history.series].forEach(([name, samples], i) => {
		const values = samples.map(([, v]) => v), key = look_of(i);
		picture.append(svg("path", { d: path(samples, x, y), class: `series ${key}` }));
		legend.append(el("li", {}, svg("svg", { viewBox: "0 0 24 8", class: "key", "aria-hidden": "true" },
		    svg("path", { d: "M0 4H24", class: `series ${key}` })), el("b", {}, name), ` ${t("chart.numbers",
		    { now: show(values[values.length - 1]), least: show(Math.min(...values)),
		    most: show(Math.max(...values)) })}`));
	});
	return el("figure", {}, el("figcaption", { class: "label" }, title), picture, legend);
}
