// SPDX-License-Identifier: ISC
// What a channel still needs before it can be on the air: the way from a new channel to the first picture.
import { part } from "../base/api.js";
import { el } from "../base/dom.js";
import { t } from "../base/i18n.js";
import { may } from "../base/session.js";
import { PREVIEW } from "./channel_preview.js";

function steps(declared) {
	const missing = [];
	for (const s of declared.sources || []) {
		if (s.kind !== "file" && s.token === false)
			missing.push(["sources", "key-new", t("step.key", { source: s.name })]);
		if (s.kind !== "live" && (s.files || []).length === 0)
			missing.push(["films", "film-use", t("step.film", { source: s.name })]);
	}
	if (!(declared.destinations || []).some(d => d.name !== PREVIEW))
		missing.push(["destinations", "destination-declare", t("step.destination")]);
	for (const d of declared.destinations || [])
		if (d.key === false)
			missing.push(["destinations", "destination-key", t("step.stream-key",
			    { destination: d.name })]);
	return missing.filter(([, action]) => may(action));
}

export function missing_steps({ name, declared }) {
	const missing = declared ? steps(declared) : [];
	if (missing.length === 0)
		return [];
	return [el("section", { class: "steps", "aria-labelledby": "steps" }, el("h2", { id: "steps" }, t("steps")),
	    el("ol", {}, missing.map(([tab, , text]) => el("li", {}, el("a", { href: `#/channel/${part(name)}/${tab}` },
	    text)))))];
}
