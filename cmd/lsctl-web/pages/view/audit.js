// SPDX-License-Identifier: ISC
// The audit log: what people did, and from where.
import { el, heading, section } from "../base/dom.js";
import { event_place } from "../base/events.js";
import { field, form } from "../base/form.js";
import { t } from "../base/i18n.js";

export async function view(place) {
	const name = field({ name: "who", label: t("audit.who"), hint: t("audit.who.hint"),
	    input: { autocapitalize: "none", spellcheck: "false", type: "search" } });
	const events = event_place("audit", true), show = v => events.show({ who: v.who.trim() });
	place.append(heading(t("nav.audit"), 1), section(t("events"), form({ fields: [name], submit: t("audit.show"),
	    action: show }), events.node));
	await show({ who: "" });
	return { title: t("nav.audit"), leave: events.end };
}
