// SPDX-License-Identifier: ISC
// The hosts: media server, last pass, problems.
import { get } from "../base/api.js";
import { el, heading, morph, note, section, time } from "../base/dom.js";
import { feed, subscribe } from "../base/feed.js";
import { icon } from "../base/icons.js";
import { plural, t } from "../base/i18n.js";
import { problem_text } from "../base/describe.js";

export async function view(place) {
	let hosts = [], failed = null;
	try {
		hosts = (await get("hosts")).hosts;
	} catch (e) {
		failed = e;
	}
	const body = el("div", { class: "cards" });
	place.append(heading(t("nav.hosts"), 1), ...(failed ? [note("warning", failed.text())] : []), body);
	const names = () => [...new Set([...hosts.map(h => h.name), ...(feed.status?.hosts || []).map(h => h.name)])];

	function card(name) {
		const declared = hosts.find(h => h.name === name),
		    seen = feed.status?.hosts?.find(h => h.name === name);
		const tone = seen ? seen.status || "unknown" : "unknown";
		return section(name, el("p", { class: tone }, icon(tone), ` ${t(`tone.${tone}`)}`),
		    declared?.reconciled_at ? el("p", {}, t("hosts.pass"), " ", time(declared.reconciled_at)) : null,
		    declared ? el("p", {}, plural("hosts.channels", declared.channels)) : null,
		    declared ? el("p", {}, t("hosts.server"), " ", el("code", {}, declared.server), " ", el("code", {},
		    declared.publish_url)) : null,
		    seen?.problems?.length ? el("ul", { class: `problems ${tone}` }, seen.problems.map(p => el("li", {},
		    problem_text(p),
			el("p", { class: "soft" }, p.text)))) : null);
	}
	const unsubscribe = subscribe((f, changed) => {
		if (changed !== false)
			morph(body, el("div", { class: "cards" }, names().map(card)));
	});
	body.replaceChildren(...names().map(card));
	return { title: t("nav.hosts"), leave: unsubscribe };
}
