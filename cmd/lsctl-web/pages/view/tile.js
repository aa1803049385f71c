// SPDX-License-Identifier: ISC
// One channel on the wall.
import { alerts_of } from "../base/alerts.js";
import { part } from "../base/api.js";
import { el, put, time } from "../base/dom.js";
import { destination_tone, icon } from "../base/icons.js";
import { duration, t, word } from "../base/i18n.js";
import { elsewhere, on_air, tone, why } from "../base/describe.js";
import { list_problems } from "./problem.js";

const PROBLEMS = 3;

// "obs ✓" as words and shapes: each source or destination with its state.
export function parts_list(label, parts, good, group, air) {
	return el("div", { class: "parts" }, el("span", { class: "label" }, label), el("ul", {},
	    Object.entries(parts || {}).map(([name, known]) => [name, known ?? "unknown"]).map(([name,
	    state]) => el("li", {},
		icon(good.includes(state) ? "ok" : destination_tone(state)),
		el("span", {}, el("b", {}, name), ` ${word(group, state)}`,
		    name === air ? el("span", { class: "air" }, ` ${t("air.mark")}`) : null)))));
}

export class Tile {
	constructor(name) {
		this.name = name;
		this.visible = false;
		const id = `tile-${name}`;
		this.badge = el("span", { class: "badge" });
		this.air = el("p", { class: "on-air" });
		this.since = el("p", { class: "since" });
		this.why = el("p", { class: "why" });
		this.parts = el("div");
		this.problems = el("ul", { class: "problems" });
		this.picture = el("img", { alt: "", hidden: true, width: "160", height: "90" });
		this.picture.addEventListener("error", () => { this.picture.hidden = true; });
		this.picture.addEventListener("load", () => { this.picture.hidden = false; });
		this.node = el("li", { class: "tile" }, el("article", { "aria-labelledby": id },
		    el("header", {}, el("h2", { id }, el("a", { href: `#/channel/${part(name)}` }, name)), this.badge),
		    el("div", { class: "now" }, this.picture, el("div", {}, this.air, this.since, this.why)),
		    this.problems, this.parts));
		this.node.tile = this;
	}

	update(c) {
		const text = JSON.stringify([c, alerts_of(c.channel)]);
		this.channel = c;
		if (text === this.text)
			return;
		this.text = text;
		const its = tone(c);
		this.node.className = `tile ${its}`;
		this.badge.replaceChildren(icon(its), t(`tone.${its}`));
		put(this.air, on_air(c));
		put(this.why, why(c).join(" "));
		this.why.hidden = this.why.textContent === "";
		list_problems(this.problems, this.name, c.problems || [], { most: PROBLEMS });
		this.parts.replaceChildren(parts_list(t("sources"), c.sources, ["healthy"], "health", c.on_air),
		    parts_list(t("destinations"), c.destinations, ["live"], "destination"));
		this.since.replaceChildren();
		this.tick();
	}

	// What changes by itself: for how long, and the picture.
	tick() {
		const { since } = this.channel;
		if (since) {
			if (!this.since.firstChild) {
				const host = elsewhere(this.channel);
				this.since.append(host ? `${t("on-host", { host })} ` : "", `${t("since")} `, time(since),
				    " ", el("span"));
			}
			put(this.since.lastChild, `(${duration((Date.now() - new Date(since)) / 1000)})`);
		}
		if (this.visible)
			this.look();
	}

	appear(visible) {
		this.visible = visible;
		if (visible && this.channel)
			this.look();
	}

	// A new picture every ten seconds at most, of what is on the air.
	look() {
		const { on_air: source } = this.channel;
		if (!source) {
			this.picture.hidden = true;
			this.picture.removeAttribute("src");
			return;
		}
		const src = `thumbnails/${part(this.name)}/${part(source)}.jpg?${Math.floor(Date.now() / 10000)}`;
		if (this.picture.getAttribute("src") !== src)
			this.picture.src = src;
	}
}
