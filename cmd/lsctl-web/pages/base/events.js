// SPDX-License-Identifier: ISC
// A list of events, the newest first, with the older ones a page at a time. For a channel, and for the audit log.
import { get, part } from "./api.js";
import { button, el, time } from "./dom.js";
import { run } from "./form.js";
import { has, t, word } from "./i18n.js";

const LIMIT = 50;

function detail_text(value) {
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// The two ends of a change stand in the line; what else there is, below it.
function details(event) {
	const { from, to, ...rest } = event.detail || {};
	const change = ["state", "switched"].includes(event.kind) && to;
	const entries = Object.entries(change ? rest : event.detail || {}).filter(([, v]) => v !== null && v !== "");
	return [
		change ? el("span", {}, from ? ` ${from} → ${to}` : ` → ${to}`) : null,
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

// query: parameters of the API, such as { channel: "krishna" }. Returns { node, refresh }, of which refresh adds what
// is new.
export function event_list(path, query, with_channel) {
	const list = el("ol", { class: "events", "aria-label": t("events") });
	const none = el("p", { class: "soft", hidden: true }, t("events.none"));
	const place = el("div"), older = button(t("events.older"), () => run(place, older, more));
	older.hidden = true;

	const ask = extra => {
		const args = Object.entries({ ...query, limit: LIMIT, ...extra }).filter(([, v]) => v);
		return get(`${path}?${new URLSearchParams(args)}`);
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

	async function refresh() {
		const first = list.firstElementChild?.dataset.id;
		if (!first)
			return more();
		const { events } = await ask({ after: first });
		list.prepend(...items([...events].reverse()));
	}
	return { node: el("div", { class: "stack" }, none, list, place, older), more, refresh };
}
