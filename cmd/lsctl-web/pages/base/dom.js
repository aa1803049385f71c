// SPDX-License-Identifier: ISC
// Elements. Text reaches the page as text nodes only, so nothing that is stored somewhere can become markup.
import { exactly, t, when } from "./i18n.js";
import { icon } from "./icons.js";

// el("a", { href: "#/", class: "x", onclick: f }, "text", child): booleans and "value" are properties, the rest are
// attributes. Children that are null, undefined or false are left out.
export function el(tag, props, ...children) {
	const e = document.createElement(tag);
	for (const [name, value] of Object.entries(props || {})) {
		if (name.startsWith("on"))
			e.addEventListener(name.slice(2), value);
		else if (typeof value === "boolean" || name === "value")
			e[name] = value;
		else if (value !== undefined && value !== null)
			e.setAttribute(name, value);
	}
	e.append(...children.flat().filter(c => c !== null && c !== undefined && c !== false));
	return e;
}

// Changes a text only where it differs: a screen reader and a selection stay where they are.
export function put(e, text) {
	if (e.textContent !== text)
		e.textContent = text;
}

// Makes what is there like what is new, and leaves alone what is the same: a reader who is in the middle of it stays
// there. Only for what has no listeners.
export function morph(old, fresh) {
	const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName;
	if (old.nodeType === Node.TEXT_NODE) {
		if (old.data !== fresh.data)
			old.data = fresh.data;
		return;
	}
	for (const { name } of [...old.attributes])
		if (!fresh.hasAttribute(name))
			old.removeAttribute(name);
	for (const { name, value } of fresh.attributes)
		if (old.getAttribute(name) !== value)
			old.setAttribute(name, value);
	const children = [...fresh.childNodes];
	while (old.childNodes.length > children.length)
		old.lastChild.remove();
	children.forEach((child, i) => {
		const there = old.childNodes[i];
		if (!there)
			old.append(child);
		else if (alike(there, child))
			morph(there, child);
		else
			there.replaceWith(child);
	});
}

export function time(text, className) {
	if (Number.isNaN(new Date(text ?? "").getTime()))
		return el("span", { class: className }, "–");
	return el("time", { datetime: text, title: exactly(text), class: className }, when(text));
}

export function button(label, onclick, props = {}) {
	return el("button", { type: "button", onclick, ...props }, label);
}

// Says something once to a screen reader, without a change of the focus.
export function announce(text) {
	document.getElementById("announce").textContent = text;
}

export function heading(text, level = 2) {
	return el(`h${level}`, level === 1 ? { tabindex: "-1" } : {}, text);
}

export function note(tone, ...children) {
	return el("p", { class: `note ${tone}` }, icon(tone), el("span", {}, ...children));
}

export function section(title, ...children) {
	const id = `section-${++section.count}`;
	return el("section", { "aria-labelledby": id }, el("h2", { id }, title), ...children);
}
section.count = 0;

// A page without HTTPS has no clipboard interface; there a selection is copied.
async function to_clipboard(text) {
	if (navigator.clipboard)
		return navigator.clipboard.writeText(text);
	const area = el("textarea", { class: "unseen", value: text });
	(document.querySelector("dialog[open]") || document.body).append(area);
	area.select();
	const done = document.execCommand("copy");
	area.remove();
	if (!done)
		throw new Error("copy");
}

// A value to copy: what it is, the value, a button.
export function copyable(label, value, props = {}) {
	const copy = button(t("copy"), async () => {
		try {
			await to_clipboard(value);
			put(copy, t("copied"));
			announce(t("copied.what", { what: label }));
		} catch {
			put(copy, t("copy.failed"));
		}
	}, { "aria-label": t("copy.what", { what: label }), class: "copy" });
	return el("div", { class: "copyable", ...props }, el("span", { class: "label" }, label), el("code", {}, value),
	    copy);
}

export function table(caption, head, rows) {
	return el("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" }, el("table", {},
	    el("caption", { class: "unseen" }, caption),
	    el("thead", {}, el("tr", {}, head.map(h => el("th", { scope: "col" }, h)))),
	    el("tbody", {}, rows)));
}

// A row, of which the first cell names it. data-label repeats the head on narrow screens.
export function row(head, ...cells) {
	return el("tr", {}, cells.map((c, i) => i === 0 ? el("th", { scope: "row" }, c) :
	    el("td", { "data-label": head[i] }, c)));
}
