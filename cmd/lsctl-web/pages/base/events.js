// SPDX-License-Identifier: ISC
// A list of events, the newest first, with the older ones a page at a time. For a channel, and for the audit log.
import { get, part } from "./api.js";
import { state_name } from "./describe.js";
import { button, el, time } from "./dom.js";
import { run } from "./form.js";
import { has, t, word } from "./i18n.js";
import { pause } from "./poll.js";

const LIMIT = 50, WAIT_S = 25, PATIENCE_MS = 40000, EACH_MS = 5000, BATCH_MS = 500;

function detail_text(value) {
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// The two ends of a change stand in the line; what else there is, below it.
function details(event) {
	const { from, to, ...rest } = event.detail || {};
	const change = ["state", "switched"].includes(event.kind) && to;
	const entries = Object.entries(change ? rest : event.detail || {}).filter(([, v]) => v !== null && v !== "");
	return [
		change ? el("span", {}, ` ${from ? state_name(from) : ""} → ${state_name(to)}`) : null,
		entries.length > 0 ? el("details", {}, el("summary", {}, t("details")),
		    el("dl", {}, entries.flatMap(([k, v]) => [el("dt", {}, k), el("dd", {}, detail_text(v))]))) : null,
	];
}

// reason is a word of a program for some kinds, else a person's text.
function item(event, with_channel) {
	const reason = event.reason && (has("cause", event.reason) ? word("cause", event.reason) : event.reason);
	const address = event.detail?.by_address || event.detail?.address;
	return el("li", { "data-id": String(event.id), class: "event" },
	    time(event.time, "soft"),
	    el("div", {}, el("b", {}, word("event", event.kind)),
		with_channel && event.channel ? el("span", {}, " ",
		    el("a", { href: `#/channel/${part(event.channel)}` }, event.channel)) : null,
		event.source ? ` ${event.source}` : null,
		reason ? el("p", {}, reason) : null,
		event.who ? el("p", { class: "soft" }, t(address ? "event.by.from" : "event.by", { who: event.who,
		    address })) : null,
		details(event)));
}

// more() adds the first events, then older ones; follow(signal) adds what happens from then on, until the signal is
// aborted.
function event_list(path, query, with_channel) {
	const list = el("ol", { class: "events", "aria-label": t("events") });
	const none = el("p", { class: "soft", hidden: true }, t("events.none"));
	const place = el("div"), older = button(t("events.older"), () => run(place, older, more));
	older.hidden = true;

	const ask = (extra, options) => {
		const args = Object.entries({ ...query, limit: LIMIT, ...extra }).filter(([, v]) => v !== "");
		return get(`${path}?${new URLSearchParams(args)}`, options);
	};
	const items = events => events.map(e => item(e, with_channel));

	async function more() {
		const last = list.lastElementChild?.dataset.id;
		const { events } = await ask(last ? { before: last } : {});
		const ordered = [...events].reverse(), nodes = items(ordered);
		list.append(...nodes);
		older.hidden = events.length < LIMIT;
		none.hidden = list.children.length > 0;
		if (last && nodes.length > 0) {
			nodes[0].tabIndex = -1;
			nodes[0].focus();
		}
	}

	// How many have come; with wait_s the API answers when there is one.
	async function add_new(wait_s, signal) {
		const { events } = await ask({ after: list.firstElementChild?.dataset.id ?? 0, wait: wait_s || "" },
		    { signal, patience_ms: PATIENCE_MS });
		list.prepend(...items([...events].reverse()));
		none.hidden = list.children.length > 0;
		return events.length;
	}

	// Where too many wait already, the API refuses; the audit log does not wait, and answers at once.
	async function follow(signal) {
		for (let wait_s = WAIT_S; !signal.aborted;) {
			const began = performance.now();
			let pause_ms = EACH_MS;
			try {
				if (!document.hidden)
					pause_ms = await add_new(wait_s, signal) > 0 ? BATCH_MS :
					    Math.max(BATCH_MS, EACH_MS - (performance.now() - began));
				wait_s = WAIT_S;
			} catch (e) {
				wait_s = e.retry_s ? 0 : WAIT_S;
			}
			await pause(pause_ms, signal);
		}
	}
	return { node: el("div", { class: "stack" }, none, list, place, older), more, follow };
}

// A place for one list after the other. show(query) fills it and follows what happens, until the next one or end().
// query: parameters of the API, such as { channel: "krishna" }.
export function event_place(path, with_channel) {
	const node = el("div");
	let shown = new AbortController();
	const end = () => shown.abort();
	async function show(query) {
		end();
		shown = new AbortController();
		const { signal } = shown, list = event_list(path, query, with_channel);
		await list.more();
		if (signal.aborted)
			return;
		node.replaceChildren(list.node);
		list.follow(signal);
	}
	return { node, show, end };
}
