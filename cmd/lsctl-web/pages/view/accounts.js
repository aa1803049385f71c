// SPDX-License-Identifier: ISC
// Accounts: the list, a new one, and one of them with its role, channels, links, tokens and sessions.
import { change, get, part, post, remove } from "../base/api.js";
import { button, copyable, el, heading, note, row, section, table, time } from "../base/dom.js";
import { confirm, dialog, field, form, run } from "../base/form.js";
import { plural, t, word } from "../base/i18n.js";
import { may, who } from "../base/session.js";
import { sessions_table } from "./own_account.js";

const ROLES = ["viewer", "operator", "admin"], DAYS = [30, 90, 365];

const role_field = (value, most = "admin") => field({ name: "role", label: t("role"), input: { value,
    options: ROLES.slice(0, ROLES.indexOf(most) + 1).map(r => [r, word("role.about", r)]) } });

const channels_field = value => field({ name: "channels", label: t("channels"), hint: t("channels.hint"),
    input: { value: (value || []).join(" "), autocapitalize: "none", spellcheck: "false" } });

// All channels, as null, when the field is empty.
function channel_names(text) {
	const names = text.split(/[\s,]+/).filter(Boolean);
	return names.length > 0 ? names : null;
}

function secret_dialog(title, says, label, secret) {
	dialog(title, close => [el("p", {}, says), copyable(label, secret),
	    el("div", { class: "actions" }, button(t("close"), close, { class: "primary" }))]);
}

const link_dialog = (name, link) => secret_dialog(t("link.for", { name }), t("link.give"), t("link"),
    new URL(link, location.href).href);	// the tool knows the host's name only where LSCTL_WEB_URL says it

function add_form(reload) {
	const name = field({ name: "name", label: t("sign-in.name"), hint: t("account.name.hint"), required: true,
	    input: { pattern: "[a-z0-9][a-z0-9._@+\\-]{0,62}", autocapitalize: "none", autocomplete: "off",
	    spellcheck: "false" } });
	return section(t("account.add"), form({ fields: [name, role_field("operator"), channels_field(null)],
	    submit: t("account.add"),
	    acts: true, action: async v => {
		const { link } = await post("accounts", { name: v.name, role: v.role,
		    channels: channel_names(v.channels) });
		await reload();
		link_dialog(v.name, link);
	    } }));
}

async function list(place) {
	const head = [t("sign-in.name"), t("role"), t("channels"), t("state")];
	async function draw() {
		const { accounts } = await get("accounts");
		place.replaceChildren(heading(t("nav.accounts"), 1), section(t("nav.accounts"), table(t("nav.accounts"),
		    head, accounts.map(a =>
		    row(head, el("a", { href: `#/accounts/${part(a.name)}` }, a.name), word("role", a.role),
			a.channels ? a.channels.join(", ") : t("channels.all"), state_text(a))))), add_form(draw));
	}
	await draw();
	return { title: t("nav.accounts") };
}

function state_text(a) {
	if (!a.enabled)
		return t("account.disabled");
	if (!a.password)
		return t(a.link_expires_at ? "account.invited" : "account.no-password");
	return t(a.totp ? "account.totp" : "account.no-totp");
}

function edit_form(a, path, reload) {
	return form({ fields: [role_field(a.role), channels_field(a.channels)], submit: t("save"), acts: true,
	    action: async v => {
		await change(path, { role: v.role, channels: channel_names(v.channels) });
		await reload(note("ok", t("done")));
	} });
}

function enable_button(a, path, reload) {
	const to = !a.enabled, label = t(to ? "account.enable" : "account.disable");
	const title = t(to ? "account.enable.title" : "account.disable.title", { name: a.name });
	const says = t(to ? "account.enable.says" : "account.disable.says");
	return button(label, () => confirm({ title, says, label, danger: !to, action: async () => {
		await change(path, { enabled: to });
		await reload(note("ok", t("done")));
	} }), { "data-acts": "" });
}

// A token never has more than its account has at this moment.
const lesser_role = (a, b) => ROLES.indexOf(a) < ROLES.indexOf(b) ? a : b;
const shared_channels = (a, b) => a && b ? a.filter(name => b.includes(name)) : a || b;

function tokens_section(a, path, reload) {
	const head = [t("name"), t("role"), t("channels"), t("session.seen"), t("until"), t("remove")],
	    place = el("div");
	const name = field({ name: "name", label: t("name"), hint: t("token.name.hint"), required: true,
	    input: { autocomplete: "off" } });
	const days = field({ name: "days", label: t("token.days"), input: { value: "90",
	    options: DAYS.map(n => [String(n), plural("days", n)]) } });
	const rows = a.tokens.map(k => {
		const b = button(t("remove"), () => run(place, b, async () => {
			await remove(`${path}/tokens/${part(k.name)}`);
			await reload(note("ok", t("done")));
		}), { "data-acts": "", class: "small", "aria-label": t("token.remove", { name: k.name }) });
		const channels = shared_channels(k.channels, a.channels);
		return row(head, k.name, word("role", lesser_role(k.role || a.role, a.role)), channels ?
		    channels.join(", ") || "–" : t("channels.all"), time(k.seen_at), time(k.expires_at), b);
	});
	return section(t("tokens"), el("p", { class: "soft" }, t("tokens.says")), place, a.tokens.length > 0 ?
	    table(t("tokens"), head, rows) : null,
	    el("h3", {}, t("token.add")), form({ fields: [name, role_field("viewer", a.role),
	    channels_field(a.channels), days], submit: t("token.add"), acts: true,
		action: async v => {
			const { token } = await post(`${path}/tokens`, { name: v.name, role: v.role,
			    channels: channel_names(v.channels), days: Number(v.days) });
			await reload();
			secret_dialog(t("token.for", { name: v.name }), t("token.once"), t("token"), token);
		} }));
}

function link_section(a, path, reload) {
	const forget = field({ name: "forget_totp", label: t("link.forget-totp"), hint: t("link.forget-totp.hint"),
	    input: { type: "checkbox", value: false } });
	return section(t("link.new"), el("p", { class: "soft" }, t("link.new.says")),
	    a.link_expires_at ? note("info", t("link.waits"), " ", time(a.link_expires_at)) : null,
	    form({ fields: a.totp ? [forget] : [], submit: t("link.make"), acts: true, action: async v => {
		const { link } = await post(`${path}/link`, v.forget_totp ? { forget_totp: true } : {});
		await reload();
		link_dialog(a.name, link);
	    } }));
}

async function one(place, name) {
	const path = `accounts/${part(name)}`;
	async function draw(...said) {
		const { accounts } = await get("accounts"), a = accounts.find(x => x.name === name);
		if (!a) {
			place.replaceChildren(heading(name, 1), note("warning", t("account.none")));
			return;
		}
		place.replaceChildren(el("p", {}, el("a", { href: "#/accounts" }, `← ${t("nav.accounts")}`)),
		    heading(a.name, 1),
		    el("div", { role: "status" }, said), el("p", { class: "soft" }, state_text(a)),
		    section(t("account.may"), edit_form(a, path, draw), a.name === who().account ? null :
			enable_button(a, path, draw)), link_section(a, path, draw), tokens_section(a,
		    path, draw),
		    section(t("sessions"), a.sessions.length > 0 ? sessions_table(a.sessions, `${path}/sessions`,
		    draw) : el("p", {}, t("sessions.none"))),
		    section(t("account.remove"), a.name === who().account ? note("info", t("account.own")) :
			button(t("account.remove"), () => confirm({ title: t("account.remove.title", { name: a.name }),
			    says: t("account.remove.says"),
			    label: t("account.remove"), action: async () => {
				await remove(path);
				location.hash = "#/accounts";
			    } }), { "data-acts": "", class: "danger" })));
	}
	await draw();
	return { title: name };
}

export async function view(place, [name]) {
	if (!may("accounts")) {
		place.append(heading(t("nav.accounts"), 1), note("info", t("role.only-admin")));
		return { title: t("nav.accounts") };
	}
	return name ? one(place, name) : list(place);
}
