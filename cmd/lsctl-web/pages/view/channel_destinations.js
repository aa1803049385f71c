// SPDX-License-Identifier: ISC
// The destinations of a channel: on and off, the stream key, the test; and new ones, by platform.
import { change, part, put, remove } from "../base/api.js";
import { button, el, note, section, time } from "../base/dom.js";
import { confirm, dialog, field, form } from "../base/form.js";
import { destination_tone, icon } from "../base/icons.js";
import { duration, t, word } from "../base/i18n.js";
import { may, who } from "../base/session.js";
import { add_destination, login_fields } from "./add_destination.js";
import { test_dialog } from "./destination_test.js";
import { platform_of } from "../platforms.js";

function set_key(context, d) {
	const key = field({ name: "key", label: t("destination.key"), hint: t("destination.key.hint"), required: true,
	    input: { type: "password", autocomplete: "off", spellcheck: "false" } });
	dialog(t("destination.key.set", { destination: d.name }), close => form({ fields: [key], submit: t("save"),
	    cancel: close, acts: true,
	    action: async v => {
		await put(`${context.path}/destinations/${part(d.name)}/key`, { key: v.key.trim() });
		close();
		await context.reload(note("ok", t("done")));
	    } }));
}

function set_login(context, d) {
	const path = `${context.path}/destinations/${part(d.name)}`;
	dialog(t("destination.login.set", { destination: d.name }), close => form({
	    fields: login_fields(d.user, t("destination.password.keep")), submit: t("save"), cancel: close, acts: true,
	    action: async v => {
		if (v.user.trim() !== (d.user || ""))
			await change(path, { user: v.user.trim() || null });
		if (v.password)
			await put(`${path}/password`, { password: v.password });
		close();
		await context.reload(note("ok", t("done")));
	    } }));
}

function toggle(context, d) {
	const to = !d.enabled;
	const act = () => context.changing(version => change(`${context.path}/destinations/${part(d.name)}`,
	    { enabled: to }, version));
	const label = t(to ? "destination.enable" : "destination.disable");
	const title = t(to ? "destination.enable.title" : "destination.disable.title", { destination: d.name });
	const says = t(to ? "destination.enable.says" : "destination.disable.says");
	return button(label, () => confirm({ title, says, label, danger: !to, action: act }),
	    { "data-acts": "", "aria-label": title });
}

// What a connection of the destination does; one that is sent to both addresses has a second one, NAME:backup.
function connection(context, d, name) {
	const state = d.enabled ? context.state()?.destinations?.[name] : "disabled";
	const record = context.declared.record?.destinations?.[name];
	const tone = destination_tone(state);
	return [
		el("p", { class: tone }, icon(tone), ` ${word("destination", state || "unknown")}`),
		record?.address === "backup" ? el("p", { class: "soft" }, t("destination.at-backup")) : null,
		record?.fault ? el("p", {}, word("fault", record.fault)) : null,
	];
}

function card(context, d) {
	const platform = platform_of(d.url), both = d.send_to === "both";
	const confirm_remove = () => confirm({ title: t("destination.remove", { destination: d.name }),
	    says: t("destination.remove.says"),
	    label: t("remove"), action: () => context.changing(version =>
		remove(`${context.path}/destinations/${part(d.name)}`, { headers: { "If-Match": `"${version}"` } })) });
	return section(d.name,
	    connection(context, d, d.name),
	    both ? connection(context, d, `${d.name}:backup`) : null,
	    el("p", { class: "soft" }, platform ? `${platform.name}: ` : "", el("code", {}, d.url)),
	    d.key === undefined ? null : el("p", {}, icon(d.key ? "ok" : "warning"), " ",
		t(d.key ? "destination.key.is" : "destination.key.none"),
		d.key_at ? [" ", t("since"), " ", time(d.key_at)] : null),
	    d.user ? el("p", {}, `${t("destination.user")}: ${d.user}`,
		d.password ? ` (${t("destination.password.is")})` : null) : null,
	    d.on_backup === "disconnect" ? el("p", { class: "soft" },
		`${t("destination.on_backup")}: ${t("destination.on_backup.disconnect")}`) : null,
	    d.schedule ? el("p", { class: "soft" }, `${t("destination.schedule")}: `, el("code", {}, d.schedule)) : null,
	    d.renew_ms ? el("p", { class: "soft" }, `${t("destination.renew")}: ${duration(d.renew_ms / 1000)}`) : null,
	    el("div", { class: "actions" },
		may("destination-enable") ? toggle(context, d) : null,
		may("destination-key") ? button(t("destination.key.change"), () => set_key(context, d),
		    { "data-acts": "",
		    "aria-label": t("destination.key.set", { destination: d.name }) }) : null,
		may("destination-declare") && (d.user || !platform) ? button(t("destination.login.change"), () =>
		    set_login(context, d), { "data-acts": "",
		    "aria-label": t("destination.login.set", { destination: d.name }) }) : null,
		may("destination-test") ? button(t("test"), () => test_dialog(context, d.name), { "data-acts": "",
		    "aria-label": t("test.title", { destination: d.name }) }) : null,
		may("destination-declare") ? button(t("remove"), confirm_remove, { "data-acts": "",
		    "aria-label": t("destination.remove", { destination: d.name }) }) : null));
}

export function draw(place, context) {
	const { destinations } = context.declared;
	place.append(destinations.length === 0 ? note("info", t("destinations.none")) :
	    el("div", { class: "cards" }, destinations.map(d => card(context, d))));
	if (may("destination-declare"))
		place.append(add_destination(context));
	else if (!may("destination-enable"))
		place.append(note("info", t("role.needs", { role: word("role", "operator"), yours: word("role",
		    who().role) })));
}
