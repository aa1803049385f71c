// SPDX-License-Identifier: ISC
// The reader's own account: password, second factor, sessions.
import { get, post, put, remove } from "../base/api.js";
import { announce, button, copyable, el, heading, note, row, section, table, time } from "../base/dom.js";
import { confirm, dialog, field, form, run } from "../base/form.js";
import { number, plural, t, word } from "../base/i18n.js";

// The first that matches: browsers name others, too.
const BROWSERS = [[/Firefox\//, "Firefox"], [/Edg/, "Edge"], [/OPR\//, "Opera"],
    [/SamsungBrowser\//, "Samsung Internet"], [/Chrome\/|CriOS\//, "Chrome"], [/Safari\//, "Safari"]];
const SYSTEMS = [[/Android/, "Android"], [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Windows/, "Windows"],
    [/Mac OS X/, "macOS"], [/Linux/, "Linux"]];

function password_form() {
	const old = field({ name: "old", label: t("password.old"), required: true,
	    input: { type: "password", autocomplete: "current-password" } });
	const fresh = field({ name: "password", label: t("password.new"), hint: t("password.hint"), required: true,
	    input: { type: "password", autocomplete: "new-password", minlength: "12" } });
	const done = el("div", { role: "status" });
	const f = form({ fields: [old, fresh, done], submit: t("password.change"), acts: true, action: async v => {
		done.replaceChildren();
		await put("me/password", v);
		f.reset();
		done.replaceChildren(note("ok", t("password.changed")));
	} });
	return f;
}

function recovery_codes(codes, reload) {
	const d = dialog(t("totp.codes"), close => [
		el("p", {}, t("totp.codes.say")),
		el("ul", { class: "codes" }, codes.map(c => el("li", {}, el("code", {}, c)))),
		copyable(t("totp.codes"), codes.join("\n"), { class: "copyable only-button" }),
		el("div", { class: "actions" }, button(t("totp.codes.kept"), close, { class: "primary" })),
	]);
	d.addEventListener("close", reload);
}

function totp_new(about, reload) {
	const code = field({ name: "code", label: t("totp.code"), required: true,
	    input: { inputmode: "numeric", autocomplete: "one-time-code", pattern: "[0-9 ]{6,7}" } });
	dialog(t("totp.on"), close => [
		el("p", {}, t("totp.scan")),
		el("img", { class: "qr", alt: t("totp.qr"),
		    src: `data:image/svg+xml,${encodeURIComponent(about.qr_svg)}` }),
		copyable(t("totp.secret"), about.secret),
		form({ fields: [code], submit: t("totp.confirm"), cancel: close, acts: true, action: async v => {
			const { recovery_codes: codes } = await post("me/totp/confirm", { code: v.code.replace(/\s/g,
			    "") });
			close();
			recovery_codes(codes, reload);
		} }),
	]);
}

function totp_section(me, reload) {
	const password = field({ name: "password", label: t("sign-in.password"), required: true,
	    input: { type: "password", autocomplete: "current-password" } });
	if (!me.totp)
		return section(t("totp"), note("warning", t("totp.is-off")), button(t("totp.on"), () => confirm({
		    title: t("totp.on"), says: t("totp.on.says"), label: t("totp.on.next"), danger: false,
		    fields: [password], action: async v => totp_new(await post("me/totp", v), reload) }),
		{ class: "primary", "data-acts": "" }));
	return section(t("totp"), note("ok", t("totp.is-on")),
	    el("p", {}, plural("totp.codes.left", me.recovery_codes)),
	    button(t("totp.off"), () => confirm({ title: t("totp.off"), says: t("totp.off.says"), label: t("totp.off"),
		fields: [password], action: async v => {
			await remove("me/totp", { body: { password: v.password } });
			reload();
		} }), { "data-acts": "" }));
}

// "Chrome, Android", of what the browser calls itself; all of it when that is not known.
function agent_name(agent) {
	const of = names => names.find(([pattern]) => pattern.test(agent))?.[1];
	const browser = of(BROWSERS), system = of(SYSTEMS);
	return browser && system ? el("span", { title: agent }, `${browser}, ${system}`) : agent || "–";
}

// Rows of sessions, with a button to end each. path: of the collection.
export function sessions_table(sessions, path, reload) {
	const head = [t("session.from"), t("session.agent"), t("session.since"), t("session.seen"), t("session.end")];
	const place = el("div");
	const rows = sessions.map(s => {
		const b = button(t("session.end"), async () => {
			if (await run(place, b, () => remove(`${path}/${s.id}`)) === true) {
				announce(t("session.ended"));
				reload();
			}
		}, { "data-acts": "", class: "small", "aria-label": t("session.end.of", { from: s.address ||
		    number(s.id) }) });
		return row(head, s.address || "–",
		    agent_name(s.agent),
		    time(s.created_at), time(s.seen_at), b);
	});
	return el("div", {}, place, table(t("sessions"), head, rows));
}

export async function view(place) {
	async function draw() {
		const me = await get("me");
		place.replaceChildren(heading(me.name, 1),
		    el("p", { class: "soft" }, t("account.is", { role: word("role", me.role),
			channels: me.channels ? me.channels.join(", ") : t("channels.all") })),
		    section(t("password"), password_form()), totp_section(me, draw),
		    section(t("sessions"), sessions_table(me.sessions, "me/sessions", draw)));
	}
	await draw();
	return { title: t("nav.own") };
}
