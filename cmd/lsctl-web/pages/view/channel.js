// SPDX-License-Identifier: ISC
// A channel: its state on top, and below it one of its parts, each a view of its own.
import { watch_alerts } from "../base/alerts.js";
import { get, part, Problem } from "../base/api.js";
import { el, heading, note, put, time } from "../base/dom.js";
import { channel, feed, first, subscribe } from "../base/feed.js";
import { icon } from "../base/icons.js";
import { duration, t } from "../base/i18n.js";
import { may } from "../base/session.js";
import { elsewhere, on_air, tone, why } from "../base/describe.js";
import { missing_steps } from "./channel_steps.js";
import { list_problems } from "./problem.js";

const TABS = [
	["overview", "state"], ["sources", "state"], ["destinations", "state"], ["films", "film-list"],
	["events", "events"], ["obs", "state"], ["settings", "channel-set"],
];

const since_text = c => `(${duration((Date.now() - new Date(c.since)) / 1000)})`;

class Now {
	constructor(name) {
		this.name = name;
		this.badge = el("span", { class: "badge" });
		this.air = el("p", { class: "on-air" });
		this.since = el("p", { class: "since" });
		this.why = el("p", { class: "why" });
		this.problems = el("ul", { class: "problems full" });
		this.node = el("div", { class: "channel-now card" }, el("div", { class: "title" }, heading(name, 1),
		    this.badge),
		    el("div", {}, this.air, this.since, this.why), this.problems);
	}

	update(c) {
		const its = c ? tone(c) : "unknown", text = JSON.stringify(c), host = c && elsewhere(c);
		if (c?.since && text === this.text)
			put(this.since.lastChild, since_text(c));
		if (text === this.text)
			return;
		this.text = text;
		this.node.className = `channel-now card ${its}`;
		this.badge.replaceChildren(icon(its), t(`tone.${its}`));
		put(this.air, c ? on_air(c) : t("channel.unseen"));
		put(this.why, c ? why(c).join(" ") : "");
		this.since.replaceChildren(...(host ? [`${t("on-host", { host })} `] : []),
		    ...(c?.since ? [`${t("since")} `, time(c.since), " ", el("span", {}, since_text(c))] : []));
		this.show_problems(c);
	}

	show_problems(c) {
		list_problems(this.problems, this.name, c?.problems || [], { full: true });
	}
}

function tabs(name, now) {
	return el("nav", { class: "tabs", "aria-label": t("channel.parts") },
	    TABS.filter(([, action]) => may(action)).map(([tab]) =>
	    el("a", { href: `#/channel/${part(name)}${tab === "overview" ? "" : `/${tab}`}`,
		"aria-current": tab === now ? "page" : null }, t(`channel.${tab}`))));
}

// While the database is down there is no declaration; the state is still there.
async function declaration(name) {
	try {
		return await get(`channels/${part(name)}`);
	} catch (e) {
		if (e.code === "database-down" && channel(name))
			return null;
		throw e;
	}
}

export async function view(place, [name, wanted]) {
	const tab = TABS.some(([x, action]) => x === wanted && may(action)) ? wanted : "overview";
	await first();
	const now = new Now(name), body = el("div", { class: "stack" }), steps = el("div", { class: "stack" });
	let leave = null, over = false;

	const context = {
		name, path: `channels/${part(name)}`, declared: await declaration(name),
		state: () => channel(name),
		elsewhere: () => channel(name) && elsewhere(channel(name)),
		// Reads the declaration again and draws the part anew; says what was done, or why it was not.
		async reload(...said) {
			context.declared = await declaration(name);
			await draw(said);
		},
		// A change that needs the version that this page shows. Somebody else may have been quicker.
		async changing(action) {
			try {
				await action(context.declared.version);
			} catch (e) {
				if (!(e instanceof Problem) || e.code !== "changed")
					throw e;
				await context.reload(note("warning", t("api.changed")));
				return;
			}
			await context.reload(note("ok", t("done")));
		},
	};

	async function draw(said = []) {
		leave?.();
		leave = null;
		const fresh = el("div", { class: "stack" });
		steps.replaceChildren(...missing_steps(context));
		if (!context.declared && tab !== "overview") {
			fresh.append(note("warning", t("lock.database")));
		} else {
			const { draw: draw_part } = await import(`./channel_${tab}.js`);
			leave = await draw_part(fresh, context);
		}
		if (over)
			leave?.();
		body.replaceChildren(...(said.length > 0 ? [el("div", { role: "status" }, said)] : []), fresh);
	}

	place.append(now.node, steps, tabs(name, tab), body);
	const unsubscribe = subscribe(() => {
		place.classList.toggle("old", feed.lost || feed.stale);
		now.update(channel(name));
	});
	now.update(channel(name));
	const end_alerts = watch_alerts(() => now.show_problems(channel(name)));
	await draw();
	return { title: `${name}: ${t(`channel.${tab}`)}`, leave() {
		over = true;
		unsubscribe();
		end_alerts();
		leave?.();
	} };
}
