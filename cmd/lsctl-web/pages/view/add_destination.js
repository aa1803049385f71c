// SPDX-License-Identifier: ISC
// A new destination: choose the platform, read what it demands, give the key, test it.
import { post } from "../base/api.js";
import { el, note, section } from "../base/dom.js";
import { field, form } from "../base/form.js";
import { t } from "../base/i18n.js";
import { PLATFORMS } from "../platforms.js";
import { test_dialog } from "./destination_test.js";

const BACKUP_OPTIONS = ["send", "disconnect"], SEND_TO_OPTIONS = ["one", "both"];

function free_name(context, wanted) {
	const taken = new Set(context.declared.destinations.map(d => d.name));
	for (let n = 1; ; n++) {
		const name = n === 1 ? wanted : `${wanted}-${n}`;
		if (!taken.has(name))
			return name;
	}
}

function platform_form(context, p) {
	const name = field({ name: "name", label: t("name"), hint: t("name.hint"), required: true,
	    input: { value: free_name(context, p.id), pattern: "[a-z0-9][a-z0-9\\-]{0,62}", autocapitalize: "none",
	    spellcheck: "false" } });
	const url = field({ name: "url", label: t("destination.server"), required: true,
	    hint: t(p.server ? "destination.server.known" : "destination.server.copy"),
	    input: { value: p.server || "", inputmode: "url", pattern: "rtmps?://.+", spellcheck: "false",
	    autocapitalize: "none" } });
	const backup = p.backup ? field({ name: "backup_url", label: t("destination.backup"),
	    hint: t("destination.backup.hint"),
	    input: { value: p.backup, pattern: "rtmps?://.+", spellcheck: "false" } }) : null;
	const send_to = p.backup ? field({ name: "send_to", label: t("destination.send-to"), input: { value: "one",
	    options: SEND_TO_OPTIONS.map(v => [v, t(`destination.send-to.${v}`)]) } }) : null;
	const key = field({ name: "key", label: t("destination.key"), hint: t(`platform.${p.id}.key`),
	    required: p.id !== "custom",
	    input: { type: "password", autocomplete: "off", spellcheck: "false" } });
	const odd = el("div", { role: "status" });
	key.input.addEventListener("change", () => odd.replaceChildren(...(p.key && key.value() &&
	    !p.key.test(key.value().trim()) ?
	    [note("warning", t("destination.key.odd", { platform: p.name }))] : [])));
	const on_backup = field({ name: "on_backup", label: t("destination.on_backup"), input: { value: p.on_backup ||
	    "send",
	    options: BACKUP_OPTIONS.map(v => [v, t(`destination.on_backup.${v}`)]) } });
	return form({ fields: [el("ul", { class: "demands" }, p.demands.map(d => el("li", {}, t(`demand.${d}`)))),
	    name, url, backup, send_to, key, odd, on_backup].filter(Boolean), submit: t("destination.add.test"), acts: true,
	    action: async v => {
		const body = { name: v.name, url: v.url.trim(), on_backup: v.on_backup };
		if (v.backup_url)
			Object.assign(body, { backup_url: v.backup_url.trim(), send_to: v.send_to });
		if (v.key.trim())
			body.key = v.key.trim();
		await post(`${context.path}/destinations`, body);
		await context.reload(note("ok", t("destination.added", { destination: v.name })));
		test_dialog(context, v.name, t("test.new"));
	} });
}

export function add_destination(context) {
	const place = el("div");
	const choose = field({ name: "platform", label: t("platform"), input: { options: [["", t("platform.choose")],
	    ...PLATFORMS.map(p => [p.id, p.name || t("platform.custom")])] } });
	choose.input.addEventListener("change", () => {
		const p = PLATFORMS.find(x => x.id === choose.value());
		place.replaceChildren(...(p ? [platform_form(context, p)] : []));
	});
	return section(t("destination.add"), choose.node, place);
}
