// SPDX-License-Identifier: ISC
// The settings of a channel: host, times, on or off; and its removal.
import { change, get, remove } from "../base/api.js";
import { button, el, note, section } from "../base/dom.js";
import { confirm, field, form } from "../base/form.js";
import { t } from "../base/i18n.js";
import { may } from "../base/session.js";

const TIMES = ["delay_ms", "stall_ms", "stable_ms", "stable_max_ms", "keyframe_wait_ms"];

export async function draw(place, context) {
	const d = context.declared, { hosts } = await get("hosts");
	const enabled = field({ name: "enabled", label: t("settings.enabled"), hint: t("settings.enabled.hint"),
	    input: { type: "checkbox", value: d.enabled } });
	const host = field({ name: "host", label: t("host"), hint: t("settings.host.hint"), input: { value: d.host,
	    options: [...new Set([d.host, ...hosts.map(h => h.name)])].map(h => [h, h]) } });
	const times = TIMES.map(name => field({ name, label: t(`settings.${name}`), hint: t(`settings.${name}.hint`),
	    required: true,
	    input: { type: "number", min: "0", step: "1", inputmode: "numeric", value: d[name] } }));
	place.append(section(t("channel.settings"), form({ fields: [enabled, host, ...times], submit: t("save"),
	    acts: true, action: v => {
		const changed = {};
		for (const [key, value] of Object.entries(v)) {
			const is = TIMES.includes(key) ? Number(value) : value;
			if (is !== d[key])
				changed[key] = is;
		}
		return context.changing(version => change(context.path, changed, version));
	} })));
	if (!may("channel-remove"))
		return;
	const name = field({ name: "name", label: t("settings.remove.type", { channel: context.name }), required: true,
	    input: { autocomplete: "off", autocapitalize: "none", spellcheck: "false", pattern: context.name } });
	place.append(section(t("settings.remove"), note("warning", t("settings.remove.says")),
	    el("div", { class: "actions" },
	    button(t("settings.remove"), () => confirm({ title: t("settings.remove.title", { channel: context.name }),
		says: t("settings.remove.says"), label: t("settings.remove"), fields: [name], action: async () => {
			await remove(context.path, { headers: { "If-Match": `"${context.declared.version}"` } });
			location.hash = "#/";
		} }), { "data-acts": "", class: "danger" }))));
}
