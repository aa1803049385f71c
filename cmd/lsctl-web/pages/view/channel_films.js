// SPDX-License-Identifier: ISC
// The films of a channel: the list of each loop or file source, and the films of the host to choose from.
import { get, part, put, remove } from "../base/api.js";
import { button, el, note, row, section, table, time } from "../base/dom.js";
import { confirm, run } from "../base/form.js";
import { bytes, t } from "../base/i18n.js";
import { may } from "../base/session.js";
import { film_list } from "./film_list.js";
import { upload_section } from "./film_upload.js";

function source_films(context, source, films) {
	const list = film_list(source.files || [], films), place = el("div"), said = el("div", { role: "status" });
	const save = button(t("films.save"), async () => {
		said.replaceChildren();
		const done = await run(place, save, () => put(`${context.path}/sources/${part(source.name)}/films`,
		    { films: list.names() }));
		if (done === true)
			await context.reload(note("ok", t("films.saved", { source: source.name })));
	}, { class: "primary", "data-acts": "" });
	return section(t("films.for", { source: source.name }), el("p", { class: "soft" }, t("films.for.says")),
	    list.node, place, said,
	    may("film-use") ? el("div", { class: "actions" }, save) : null);
}

// A film that a source uses cannot be removed; the API names who uses it.
function remove_button(context, film) {
	return button(t("remove"), () => confirm({ title: t("film.remove.title", { film: film.name }),
	    says: t("film.remove.says"), label: t("film.remove"), action: async () => {
		await remove(`films/${part(film.name)}`);
		await context.reload(note("ok", t("film.removed", { film: film.name })));
	    } }), { "data-acts": "", class: "small", "aria-label": t("film.remove.title", { film: film.name }) });
}

function library(context, films) {
	const removes = may("film-remove"), head = [t("film"), t("film.size"), t("film.changed"), t("film.used"),
	    ...(removes ? [t("remove")] : [])];
	return section(t("films"), films.length === 0 ? el("p", {}, t("films.none")) : table(t("films"), head,
	    films.map(f => row(head, f.name, bytes(f.bytes),
		f.changed_s ? time(new Date(f.changed_s * 1000).toISOString()) : "", (f.used_by || []).join(", "),
		...(removes ? [f.used_by?.length > 0 ? "" : remove_button(context, f)] : [])))));
}

export async function draw(place, context) {
	if (context.elsewhere())
		place.append(note("warning", t("films.elsewhere", { host: context.elsewhere() })));
	const { films } = await get("films");
	const sources = context.declared.sources.filter(s => s.kind !== "live");
	place.append(...sources.map(s => source_films(context, s, films)));
	if (may("film-upload"))
		place.append(upload_section(context));
	place.append(library(context, films));
}
