// SPDX-License-Identifier: ISC
// The wall: every channel, what is wrong first. A new state changes only the tiles that differ, so that a thousand
// channels stay smooth; style/wall.css lets the browser skip those out of sight.
import { alerts_of, watch_alerts } from "../base/alerts.js";
import { announce, button, el, heading, note, put } from "../base/dom.js";
import { feed, subscribe } from "../base/feed.js";
import { describe_change, say_changes } from "../base/changes.js";
import { plural, t } from "../base/i18n.js";
import { may } from "../base/session.js";
import { problem_text, rank, tone } from "../base/describe.js";
import { care } from "./problem.js";
import { Tile } from "./tile.js";

const TONES = ["critical", "warning", "unknown", "ok", "off"];
const TICK_MS = 10000;
const FIND_FROM = 7;	// channels: fewer are seen at once

class Wall {
	constructor(place) {
		this.tiles = new Map();
		this.show_only = null;
		this.words = "";
		this.search = el("input", { type: "search", id: "filter", autocomplete: "off", spellcheck: "false",
		    oninput: () => this.filter() });
		this.find = el("div", { class: "field", hidden: true },
		    el("label", { for: "filter" }, t("wall.filter")), this.search);
		this.counts = el("div", { class: "counts", role: "group", "aria-label": t("wall.counts") });
		this.list = el("ul", { class: "wall", "aria-label": t("wall.channels") });
		this.hosts = el("div", { class: "hosts" });
		this.none = el("p", { class: "soft", hidden: true });
		const appear = entries => entries.forEach(e => e.target.tile.appear(e.isIntersecting));
		this.seen = new IntersectionObserver(appear, { rootMargin: "200px" });
		this.buttons = new Map(TONES.map(name => [name, this.count_button(name)]));
		this.counts.append(...this.buttons.values());
		place.append(el("div", { class: "title" }, heading(t("nav.wall"), 1),
		    may("channel-add") ? el("a", { href: "#/add", class: "button" }, t("add.channel")) : null),
		    el("div", { class: "tools" }, this.counts, this.find),
		    this.hosts, this.none, this.list);
	}

	count_button(name) {
		return button("", () => {
			this.show_only = this.show_only === name ? null : name;
			for (const [other, b] of this.buttons)
				b.setAttribute("aria-pressed", String(other === this.show_only));
			this.filter();
		}, { class: `count ${name}`, "aria-pressed": "false" });
	}

	update(status) {
		const channels = status.channels, names = new Set(channels.map(c => c.channel)), said = [];
		for (const [name, tile] of this.tiles)
			if (!names.has(name)) {
				this.seen.unobserve(tile.node);
				tile.node.remove();
				this.tiles.delete(name);
			}
		for (const c of channels) {
			let tile = this.tiles.get(c.channel);
			if (!tile) {
				tile = new Tile(c.channel);
				this.tiles.set(c.channel, tile);
				this.seen.observe(tile.node);
			} else if (describe_change(tile.channel, c)) {
				said.push(describe_change(tile.channel, c));
			}
			tile.update(c);
		}
		this.find.hidden = channels.length < FIND_FROM && this.words === "";
		this.arrange();
		this.count(channels);
		this.show_hosts(status.hosts || []);
		say_changes(said);
	}

	matches(tile) {
		return tile.name.toLowerCase().includes(this.words) &&
		    (this.show_only === null || tone(tile.channel) === this.show_only);
	}

	// Puts the tiles that match in order, what is wrong first. It moves only what stands in the wrong place, and keeps the
	// focus where it is. Other tiles leave the page: Chromium takes 2 ms to hide one that content-visibility skips.
	arrange() {
		const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
		const wanted = [...this.tiles.values()].filter(tile => this.matches(tile)).sort((a, b) =>
		    rank(a.channel) - rank(b.channel) || a.name.localeCompare(b.name)).map(tile => tile.node);
		const stay = new Set(wanted);
		for (const node of [...this.list.children])
			if (!stay.has(node))
				node.remove();
		let at = this.list.firstElementChild;
		for (const node of wanted) {
			if (node === at)
				at = at.nextElementSibling;
			else
				this.list.insertBefore(node, at);
		}
		if (focused?.isConnected && document.activeElement !== focused)
			focused.focus({ preventScroll: true });
		this.none.hidden = wanted.length > 0;
		const empty = t(may("channel-add") ? "wall.empty.admin" : "wall.empty");
		put(this.none, this.tiles.size === 0 ? empty : t("wall.no-match"));
		return wanted.length;
	}

	count(channels) {
		const n = Object.fromEntries(TONES.map(name => [name, 0]));
		channels.forEach(c => n[tone(c)]++);
		for (const [name, b] of this.buttons) {
			put(b, plural(`wall.count.${name}`, n[name]));
			b.hidden = n[name] === 0 && this.show_only !== name;
		}
	}

	show_hosts(hosts) {
		const notes = hosts.flatMap(h => (h.problems || []).map(p => [h, p]));
		const text = JSON.stringify([notes, alerts_of(null)]);
		if (this.hosts.dataset.shows === text)
			return;
		this.hosts.dataset.shows = text;
		this.hosts.replaceChildren(...notes.map(([h, p]) => note(h.status === "critical" ? "critical" : "warning",
		    el("b", {}, `${h.name}: `), problem_text(p), care(null, p))));
	}

	filter() {
		this.words = this.search.value.trim().toLowerCase();
		announce(plural("wall.shown", this.arrange()));
	}

	tick() {
		if (document.hidden)
			return;
		for (const tile of this.tiles.values())
			tile.tick();
	}
}

export function view(place) {
	const wall = new Wall(place);
	const waits = el("p", { class: "soft", role: "status" }, t("wall.waits"));
	place.append(waits);
	const unsubscribe = subscribe((f, changed) => {
		if (!f.status)
			return;
		waits.remove();
		place.classList.toggle("old", f.lost || f.stale);
		if (changed !== false || wall.tiles.size === 0)
			wall.update(feed.status);
	});
	const end_alerts = watch_alerts(() => feed.status && wall.update(feed.status));
	const timer = setInterval(() => wall.tick(), TICK_MS);
	return { title: t("nav.wall"), leave() {
		unsubscribe();
		end_alerts();
		clearInterval(timer);
		wall.seen.disconnect();
	} };
}
