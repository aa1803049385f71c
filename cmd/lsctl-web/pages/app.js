// SPDX-License-Identifier: ISC
// Starts the pages: the language, the session, the header, the banners, and the view that the address names. The
// address of a view is the fragment, which no server sees.
import { forget_alerts } from "./base/alerts.js";
import { Problem, when_signed_out } from "./base/api.js";
import { announce, button, el, note } from "./base/dom.js";
import { feed, start, stop, subscribe } from "./base/feed.js";
import { problem_note } from "./base/form.js";
import { icon } from "./base/icons.js";
import { choose, current, LANGUAGES, load, t, when } from "./base/i18n.js";
import { lock, watch } from "./base/lock.js";
import { forget, may, resume, sign_out, who } from "./base/session.js";

// A view is a function of the place to fill and the parts of the address. It returns { title, leave }.
const VIEWS = [
	[/^$/, () => import("./view/wall.js")],
	[/^channel\/([^/]+)(?:\/([a-z]+))?$/, () => import("./view/channel.js")],
	[/^add$/, () => import("./view/add_channel.js")],
	[/^account$/, () => import("./view/own_account.js")],
	[/^accounts(?:\/([^/]+))?$/, () => import("./view/accounts.js")],
	[/^audit$/, () => import("./view/audit.js")],
	[/^hosts$/, () => import("./view/hosts.js")],
];

const main = document.getElementById("main");
let leave = null, visit = 0, first = true;

function language_selector() {
	const select = el("select", { id: "language", onchange: () => {
		choose(select.value);
		location.reload();
	} }, Object.entries(LANGUAGES).map(([code, name]) => el("option", { value: code, lang: code,
	    selected: code === current() }, name)));
	return el("div", { class: "language" }, el("label", { for: "language", class: "unseen" }, t("language")),
	    select);
}

function link_to(address, text, props) {
	const here = location.hash.slice(2), part = address.slice(2);
	const is_here = part === "" ? here === "" || here.startsWith("channel/") || here === "add" :
	    here.split("/")[0] === part;
	return el("a", { href: address, "aria-current": is_here ? "page" : null, ...props }, text);
}

function draw_header() {
	const session = who(), top = document.getElementById("top");
	const skip = button(t("skip"), () => main.focus(), { class: "skip" });
	const brand = el("a", { href: "#/", class: "brand" }, "lsctl");
	if (!session) {
		top.replaceChildren(skip, brand, language_selector());
		return;
	}
	top.replaceChildren(skip, brand,
	    el("nav", { "aria-label": t("nav") },
		link_to("#/", t("nav.wall")), link_to("#/hosts", t("nav.hosts")),
		may("accounts") ? link_to("#/accounts", t("nav.accounts")) : null,
		may("audit") ? link_to("#/audit", t("nav.audit")) : null),
	    link_to("#/account", [icon("person"), ` ${session.account}`], { class: "account", "aria-label":
		t("nav.account", { name: session.account }) }),
	    language_selector(),
	    button(t("sign-out"), async () => {
		try {
			await sign_out();
		} catch (e) {
			main.prepend(problem_note(e));
			return;
		}
		show_sign_in();
	    }, { class: "quiet" }));
}

// What the whole page must know: whether what it shows is old, and whether anything can be changed.
function draw_banners() {
	const banners = [];
	const gone = feed.failure?.code === "network";
	let reason = null;
	if (gone) {
		reason = feed.heard_at ? t("banner.lost", { time: when(feed.heard_at.toISOString()) }) :
		    t("banner.never");
		banners.push(["critical", reason]);
	} else if (feed.lost) {
		const old = feed.heard_at ? t("banner.old", { time: when(feed.heard_at.toISOString()) }) : "";
		banners.push(["critical", `${feed.failure.text?.() ?? feed.failure} ${old}`.trim()]);
	} else if (feed.stale) {
		banners.push(["critical", t("banner.stale", { time: when(feed.written_at.toISOString()) })]);
	}
	if (!gone && !feed.database) {
		reason = feed.database_at ? t("banner.database.since", { time: when(feed.database_at.toISOString()) }) :
		    t("banner.database");
		banners.push(["warning", reason]);
	}
	const place = document.getElementById("banners"), text = JSON.stringify(banners);
	if (place.dataset.shows !== text) {
		place.dataset.shows = text;
		place.replaceChildren(...banners.map(([tone, words]) => el("div", words === reason ?
		    { id: "lock-reason" } : {},
		    note(tone, words))));
	}
	lock(reason);
}

async function show(loader, parts) {
	const mine = ++visit;
	if (leave)
		leave();
	leave = null;
	const place = el("div", { class: "view" });
	main.replaceChildren(place);
	let view;
	try {
		view = await (await loader()).view(place, parts);
	} catch (e) {
		if (e instanceof Problem && e.code === "unauthenticated")
			return;
		place.replaceChildren(el("h1", { tabindex: "-1" }, t("failed")), problem_note(e),
		    el("p", {}, el("a", { href: "#/" }, t("nav.wall"))));
		view = { title: t("failed") };
	}
	if (mine !== visit) {
		view.leave?.();
		return;
	}
	leave = view.leave || null;
	document.title = `${view.title} – lsctl`;
	// a reader who follows a link hears where it led; one who opens the page begins at its top
	if (!first && !main.contains(document.activeElement?.closest("input")))
		main.querySelector("h1")?.focus();
	first = false;
}

// Names in an address have no slash: lsctl(7), Names.
function decoded(address) {
	try {
		return decodeURIComponent(address);
	} catch {
		return address;
	}
}

function route() {
	const link = location.hash.match(/^#link=(.+)$/);
	if (link) {
		history.replaceState(null, "", location.pathname);
		draw_header();
		show(() => import("./view/link.js"), [link[1], enter]);
		return;
	}
	if (!who()) {
		show_sign_in();
		return;
	}
	const address = decoded(location.hash.replace(/^#\/?/, ""));
	draw_header();
	for (const [pattern, loader] of VIEWS) {
		const found = address.match(pattern);
		if (found) {
			show(loader, found.slice(1));
			return;
		}
	}
	location.hash = "#/";
}

function enter() {
	start();
	route();
}

function show_sign_in() {
	stop();
	forget();
	forget_alerts();
	draw_header();
	draw_banners();
	show(() => import("./view/sign_in.js"), [enter]);
}

async function begin() {
	await load();
	watch();
	subscribe(draw_banners);
	when_signed_out(() => {
		if (who()) {
			show_sign_in();
			announce(t("signed-out"));
		}
	});
	window.addEventListener("hashchange", route);
	try {
		await resume();
		enter();
	} catch (e) {
		if (e.code === "unauthenticated" || e.code === "forbidden") {
			route();
			return;
		}
		main.replaceChildren(el("h1", {}, t("failed")), problem_note(e),
		    button(t("again"), () => location.reload(), { class: "primary" }));
	}
}

begin();
