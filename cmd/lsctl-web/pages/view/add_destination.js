// SPDX-License-Identifier: ISC
// A new destination: choose the platform, read what it demands, give the key, test it.
import { part, post, put } from "../base/api.js";
import { el, note, section } from "../base/dom.js";
import { field, form } from "../base/form.js";
import { duration, t } from "../base/i18n.js";
import { PLATFORMS } from "../platforms.js";
import { test_dialog } from "./destination_test.js";

const BACKUP_OPTIONS = ["send", "disconnect"], SEND_TO_OPTIONS = ["one", "both"];
// A connection is renewed ten minutes before a limit of so many hours.
const RENEW_HOURS = [0, 8, 12, 48], BEFORE_MS = 600000;

function free_name(context, wanted) {
	const taken = new Set(context.declared.destinations.map(d => d.name));
	for (let n = 1; ; n++) {
		const name = n === 1 ? wanted : `${wanted}-${n}`;
		if (!taken.has(name))
			return name;
	}
}

// For a server that asks who publishes, besides the stream key.
export function login_fields(user = "", hint = t("destination.key.hint")) {
	return [field({ name: "user", label: t("destination.user"), hint: t("destination.user.hint"),
	    input: { value: user, autocomplete: "off", autocapitalize: "none", spellcheck: "false" } }),
	field({ name: "password", label: t("destination.password"), hint,
	    input: { type: "password", autocomplete: "off", spellcheck: "false" } })];
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
	const login = p.id === "custom" ? login_fields() : [];
	const odd = el("div", { role: "status" });
	key.input.addEventListener("change", () => odd.replaceChildren(...(p.key && key.value() &&
	    !p.key.test(key.value().trim()) ?
	    [note("warning", t("destination.key.odd", { platform: p.name }))] : [])));
	const on_backup = field({ name: "on_backup", label: t("destination.on_backup"), input: { value: p.on_backup ||
	    "send",
	    options: BACKUP_OPTIONS.map(v => [v, t(`destination.on_backup.${v}`)]) } });
	const renew_ms = field({ name: "renew_ms", label: t("destination.renew"), hint: t("destination.renew.hint"),
	    input: { value: "0", options: RENEW_HOURS.map(h => [String(h && h * 3600000 - BEFORE_MS),
	    h ? duration(h * 3600 - BEFORE_MS / 1000) : t("destination.renew.never")]) } });
	const schedule = field({ name: "schedule", label: t("destination.schedule"), hint: t("destination.schedule.hint"),
	    input: { value: "", placeholder: "mon-fri 18:00-22:00; sun 09:00-12:00", autocapitalize: "none",
	    spellcheck: "false" } });
	return form({ fields: [el("ul", { class: "demands" }, p.demands.map(d => el("li", {}, t(`demand.${d}`)))),
	    name, url, backup, send_to, key, odd, ...login, on_backup, renew_ms, schedule].filter(Boolean),
	    submit: t("destination.add.test"), acts: true,
	    action: async v => {
		const body = { name: v.name, url: v.url.trim(), on_backup: v.on_backup };
		if (v.backup_url)
			Object.assign(body, { backup_url: v.backup_url.trim(), send_to: v.send_to });
		if (Number(v.renew_ms))
			body.renew_ms = Number(v.renew_ms);
		if (v.schedule.trim())
			body.schedule = v.schedule.trim();
		if (v.key.trim())
			body.key = v.key.trim();
		if (v.user?.trim())
			body.user = v.user.trim();
		await post(`${context.path}/destinations`, body);
		if (v.password)
			await put(`${context.path}/destinations/${part(v.name)}/password`, { password: v.password });
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
