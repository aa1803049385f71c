// SPDX-License-Identifier: ISC
// The audit log: what people did, and from where.
import { el, heading, section } from "../base/dom.js";
import { event_list } from "../base/events.js";
import { field, form } from "../base/form.js";
import { t } from "../base/i18n.js";

export async function view(place) {
	const body = el("div");
	const name = field({ name: "who", label: t("audit.who"), hint: t("audit.who.hint"),
	    input: { autocapitalize: "none", spellcheck: "false", type: "search" } });
	async function show(v) {
		const list = event_list("audit", { who: v.who.trim() }, true);
		await list.more();
		body.replaceChildren(list.node);
	}
	place.append(heading(t("nav.audit"), 1), section(t("events"), form({ fields: [name], submit: t("audit.show"),
	    action: show }), body));
	await show({ who: "" });
	return { title: t("nav.audit") };
}
