// SPDX-License-Identifier: ISC
// An ordered list of films: drag by the handle with mouse or finger, or move with the buttons.
import { announce, button, el } from "../base/dom.js";
import { field } from "../base/form.js";
import { icon } from "../base/icons.js";
import { t } from "../base/i18n.js";

const icon_button = (name, label, onclick) => el("button", { type: "button", class: "small square", "aria-label": label,
    onclick }, icon(name));

// The list holds the pointer, because an item loses it when it moves.
function draggable(list) {
	let item = null;
	list.addEventListener("pointerdown", e => {
		if (!e.target.closest(".grip"))
			return;
		e.preventDefault();
		item = e.target.closest("li");
		item.classList.add("dragged");
		list.setPointerCapture(e.pointerId);
	});
	list.addEventListener("pointermove", e => {
		if (!item)
			return;
		const next = [...list.children].filter(x => x !== item).find(x => {
			const { top, height } = x.getBoundingClientRect();
			return e.clientY < top + height / 2;
		}) || null;
		if (item.nextElementSibling !== next)
			list.insertBefore(item, next);
	});
	list.addEventListener("lostpointercapture", () => {
		item?.classList.remove("dragged");
		item = null;
	});
}

// films: of the host, to add from. Returns { node, names }.
export function film_list(names, films) {
	const list = el("ol", { class: "films", "aria-label": t("films.list") });
	const none = el("p", { class: "soft" }, t("films.empty"));
	const position = item => [...list.children].indexOf(item) + 1;
	const told = () => { none.hidden = list.children.length > 0; };

	function move(item, by, b) {
		const to = by < 0 ? item.previousElementSibling : item.nextElementSibling;
		if (!to)
			return;
		list.insertBefore(by < 0 ? item : to, by < 0 ? to : item);
		b.focus();
		announce(t("film.moved", { film: item.dataset.name, n: position(item) }));
	}

	function add(name) {
		const handle = el("span", { class: "grip", title: t("film.drag"), "aria-hidden": "true" },
		    icon("grip"));
		const item = el("li", { "data-name": name }, handle, el("span", { class: "film" }, name));
		const up = icon_button("up", t("film.up", { film: name }), () => move(item, -1, up));
		const down = icon_button("down", t("film.down", { film: name }), () => move(item, 1, down));
		item.append(up, down, icon_button("close", t("film.leave-out", { film: name }), () => {
			const next = (item.nextElementSibling ||
			    item.previousElementSibling)?.querySelector("button") || choose.input;
			item.remove();
			told();
			next.focus();
		}));
		list.append(item);
		told();
	}
	const choose = field({ name: "film", label: t("film.add"), input: { options: [["", t("film.choose")],
	    ...films.map(f => [f.name, f.name])] } });
	const plus = button(t("film.add.go"), () => {
		if (choose.value()) {
			add(choose.value());
			announce(t("film.added", { film: choose.value() }));
		}
	});
	names.forEach(add);
	draggable(list);
	told();
	return { node: el("div", { class: "stack" }, none, list, el("div", { class: "together" }, choose.node, plus)),
	    names: () => [...list.children].map(i => i.dataset.name) };
}
