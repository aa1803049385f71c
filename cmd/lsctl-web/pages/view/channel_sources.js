// SPDX-License-Identifier: ISC
// The sources of a channel and their stream keys: shown on demand, made, rotated; sources added and removed.
import { call, change, part, post, remove } from "../base/api.js";
import { button, el, note, section } from "../base/dom.js";
import { confirm, field, form, run } from "../base/form.js";
import { icon } from "../base/icons.js";
import { duration, t, word } from "../base/i18n.js";
import { may, who } from "../base/session.js";
import { key_path, stream_key } from "./stream_key.js";

const GRACES_S = [0, 3600, 86400];

// Who publishes now, and is disconnected by a new key.
function publisher_text(context, name) {
	const server = context.declared.record?.sources?.[name]?.server;
	if (!server?.publishing)
		return t("rotate.nobody");
	return t("rotate.who", { from: server.address || server.client || t("unknown"),
	    time: Number.isFinite(server.alive_s) ? duration(server.alive_s) : "?" });
}

function rotate(context, source, keys) {
	const grace = field({ name: "grace_s", label: t("rotate.grace"), hint: t("rotate.grace.hint"),
	    input: { value: "0",
	    options: GRACES_S.map(s => [String(s), s === 0 ? t("rotate.at-once") : t("for",
	    { time: duration(s) })]) } });
	const reason = field({ name: "reason", label: t("reason"), hint: t("reason-hint"),
	    input: { maxlength: "200" } });
	confirm({ title: t("rotate.title", { source: source.name }), says: [t("rotate.says"),
	    el("p", {}, el("b", {}, publisher_text(context, source.name)))],
	    label: t("rotate"), fields: [grace, reason], done: t("rotate.done"), action: async v => {
		await post(`${key_path(context, source)}/rotate`, { ...(v.grace_s > 0 ? { grace_s: Number(v.grace_s) } : {}),
		    ...(v.reason ? { reason: v.reason } : {}) });
		await keys.show();
	} });
}

function revoke(context, source) {
	const reason = field({ name: "reason", label: t("reason"), hint: t("reason-hint"),
	    input: { maxlength: "200" } });
	confirm({ title: t("revoke.title", { source: source.name }), says: [t("revoke.says"),
	    el("p", {}, el("b", {}, publisher_text(context, source.name)))],
	    label: t("revoke"), fields: [reason], action: async v => {
		await post(`${key_path(context, source)}/revoke`, v.reason ? { reason: v.reason } : {});
		await context.reload(note("ok", t("done")));
	} });
}

function key_buttons(context, source) {
	const keys = stream_key(context, source), place = el("div"), buttons = [];
	const add = (label, action, make) => {
		const b = button(label, () => run(place, b, async () => {
			if (make)
				await post(key_path(context, source));
			await keys.show();
		}), { "data-acts": "", "data-action": action });
		buttons.push(b);
	};
	if (source.token && may("key-show"))
		add(t("key.show"), "key-show", false);
	if (!source.token && may("key-new"))
		add(t("key.new"), "key-new", true);
	if (source.token && may("key-rotate"))
		buttons.push(button(t("rotate.ask"), () => rotate(context, source, keys), { "data-acts": "",
		    "data-action": "key-rotate" }));
	if (source.token && may("key-revoke"))
		buttons.push(button(t("revoke"), () => revoke(context, source), { "data-acts": "",
		    "data-action": "key-revoke" }));
	return [el("p", {}, icon(source.token ? "ok" : "warning"), " ", t(source.token ? "key.is" : "key.none")),
	    el("div", { class: "actions" }, buttons), place, keys.node];
}

function tracks_field(value) {
	return field({ name: "tracks", label: t("source.tracks"), hint: t("source.tracks.hint"), input: { value,
	    options: ["both", "video"].map(k => [k, word("tracks", k)]) } });
}

function tracks_form(context, source) {
	return form({ fields: [tracks_field(source.tracks || "both")], submit: t("save"), acts: true, action: v =>
		context.changing(version => change(`${context.path}/sources/${part(source.name)}`, v, version)) });
}

function source_card(context, source, position) {
	const health = context.state()?.sources?.[source.name];
	const b = may("source-declare") ? button(t("remove"), () => confirm({ title: t("source.remove",
	    { source: source.name }),
	    says: t("source.remove.says"), label: t("remove"), action: () => context.changing(version =>
		remove(`${context.path}/sources/${part(source.name)}`, { headers: { "If-Match": `"${version}"` } })) }),
	{ "data-acts": "", class: "small", "aria-label": t("source.remove", { source: source.name }) }) : null;
	const place = el("div"), move = () => context.changing(version =>
	    call("PUT", `${context.path}/sources/${part(source.name)}/position`, { position: position - 1 },
		{ headers: { "If-Match": `"${version}"` } }));
	const up = may("source-declare") && position > 1 ? button("↑", () => run(place, up, move),
	    { "data-acts": "", class: "small", "aria-label": t("source.up", { source: source.name }) }) : null;
	return section(source.name,
	    el("p", {}, el("b", {}, word("kind", source.kind)), " ", t("source.position", { n: position })),
	    health ? el("p", { class: health === "healthy" ? "ok" : "warning" }, icon(health === "healthy" ? "ok" :
	    "warning"), ` ${word("health", health)}`) : null,
	    source.kind === "file" ? el("p", { class: "soft" }, t("source.file")) : key_buttons(context, source),
	    source.kind === "live" && may("source-declare") ? tracks_form(context, source) : null,
	    source.kind === "live" ? null : el("p", {}, el("a", { href: `#/channel/${part(context.name)}/films` },
	    t("films.of", { n: (source.files || []).length }))),
	    el("div", { class: "actions" }, up, b), place);
}

function add_source(context) {
	const name = field({ name: "name", label: t("name"), hint: t("name.hint"), required: true,
	    input: { pattern: "[a-z0-9][a-z0-9\\-]{0,62}", autocapitalize: "none", spellcheck: "false" } });
	const kind = field({ name: "kind", label: t("source.kind"), input: { value: "live",
	    options: ["live", "loop", "file"].map(k => [k, word("kind.about", k)]) } });
	return section(t("source.add"), form({ fields: [name, kind, tracks_field("both")], submit: t("source.add"), acts: true,
	    action: async v => {
		await post(`${context.path}/sources`, v.kind === "live" ? v : { name: v.name, kind: v.kind });
		await context.reload(note("ok", t("done")));
	} }));
}

export function draw(place, context) {
	place.append(el("p", { class: "soft" }, t("sources.order")),
	    el("div", { class: "cards" }, context.declared.sources.map((s, i) => source_card(context, s, i + 1))));
	if (!may("key-show"))
		place.append(note("info", t("role.needs.keys", { role: word("role", "operator"),
		    yours: word("role", who().role) })));
	if (may("source-declare"))
		place.append(add_source(context));
}
