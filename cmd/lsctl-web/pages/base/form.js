// SPDX-License-Identifier: ISC
// Forms and dialogs: labels, hints and errors belong to their fields; what runs says so; a problem stands where the
// reader is.
import { announce, button, el, put } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";

let count = 0;

function control(about, id) {
	const { type = "text", options, value, ...rest } = about.input || {};
	const props = { id, name: about.name, required: about.required === true, ...rest };
	if (options)
		return el("select", props, options.map(([v, text]) => el("option", { value: v, selected: v === value },
		    text)));
	if (type === "textarea")
		return el("textarea", { ...props, value: value ?? "" });
	if (type === "checkbox")
		return el("input", { ...props, type, checked: value === true });
	return el("input", { ...props, type, value: value ?? "" });
}

// A field of a form: { name, label, hint, required, input: { type, value, options, ... } }. input.options is a list of
// [value, text].
export function field(about) {
	const id = `field-${++count}`, input = control(about, id);
	const error = el("p", { class: "error", id: `${id}-error`, hidden: true });
	const hint = about.hint ? el("p", { class: "hint", id: `${id}-hint` }, about.hint) : null;
	input.setAttribute("aria-describedby", [hint && hint.id, error.id].filter(Boolean).join(" "));
	const label = el("label", { for: id }, about.label);
	const node = about.input?.type === "checkbox" ?
	    el("div", { class: "field check" }, input, label, hint, error) :
	    el("div", { class: "field" }, label, hint, input, input.type === "password" ? reveal(input) : null, error);
	return { node, input, name: about.name,
	    value: () => input.type === "checkbox" ? input.checked : input.value,
	    fail(text) {
		put(error, text || "");
		error.hidden = !text;
		if (text)
			input.setAttribute("aria-invalid", "true");
		else
			input.removeAttribute("aria-invalid");
	    } };
}

function reveal(input) {
	const b = button(t("show"), () => {
		const shown = input.type === "text";
		input.type = shown ? "password" : "text";
		b.setAttribute("aria-pressed", String(!shown));
		put(b, t(shown ? "show" : "hide"));
	}, { class: "small reveal", "aria-pressed": "false", "aria-controls": input.id });
	return b;
}

// A choice of one of some: [value, text, hint].
export function choices(name, legend, options, value) {
	const inputs = options.map(([v]) => el("input", { type: "radio", name, id: `field-${++count}`, value: v,
	    checked: v === value }));
	const node = el("fieldset", { class: "choices" }, el("legend", {}, legend), options.map(([, text, hint], i) =>
	    el("div", { class: "choice" }, inputs[i], el("label", { for: inputs[i].id }, text,
		hint ? el("small", {}, hint) : null))));
	return { node, name, inputs, input: inputs[0], value: () => inputs.find(i => i.checked)?.value ?? "",
	    fail() {} };
}

// Runs what a button or a form starts; shows a problem in place. Returns whether it was done.
export async function run(place, submit, action) {
	place.replaceChildren();
	submit.disabled = true;
	submit.setAttribute("aria-busy", "true");
	try {
		await action();
		return true;
	} catch (e) {
		place.replaceChildren(problem_note(e));
		return e;
	} finally {
		submit.disabled = false;
		submit.removeAttribute("aria-busy");
	}
}

export function problem_note(e) {
	if (!e.text)
		console.error(e);
	return el("p", { class: "note critical", role: "alert" }, icon("critical"), el("span", {}, e.text ? e.text() :
	    String(e)));
}

// A form of fields (field(), choices(), or elements between them). submit: the button's text. action gets an object of
// the values. acts: it changes something, so it is off while nothing can be changed.
export function form({ fields, submit, action, danger, acts, cancel }) {
	const place = el("div", { class: "outcome" });
	const go = el("button", { type: "submit", class: danger ? "danger" : "primary", "data-acts": acts ? "" : null },
	    submit);
	const named = fields.filter(f => f.name);
	const e = el("form", { onsubmit: async event => {
		event.preventDefault();
		named.forEach(f => f.fail(null));
		const values = Object.fromEntries(named.map(f => [f.name, f.value()]));
		const outcome = await run(place, go, () => action(values));
		const wrong = outcome !== true && named.find(f => f.name === outcome.field);
		if (wrong) {
			wrong.fail(outcome.text());
			wrong.input.focus();
			place.replaceChildren();
		}
	} }, fields.map(f => f.node || f), place, el("div", { class: "actions" }, go,
	    cancel ? button(t("cancel"), cancel) : null));
	return e;
}

// A modal dialog with a title. content gets a function that closes it. Escape closes it, and the focus goes back to
// where it was.
export function dialog(title, content) {
	const id = `dialog-${++count}`, before = document.activeElement;
	const d = el("dialog", { "aria-labelledby": id });
	const close = () => d.close();
	const x = el("button", { type: "button", class: "close", "aria-label": t("close"), onclick: close },
	    icon("close"));
	d.append(el("header", {}, el("h2", { id }, title), x), ...[content(close)].flat());
	d.addEventListener("close", () => {
		d.remove();
		(before?.isConnected ? before : document.querySelector("main h1"))?.focus();
	});
	document.body.append(d);
	d.showModal();
	return d;
}

// Asks before something that cannot be taken back: says what happens, then does it.
export function confirm({ title, says, label, action, danger = true, fields = [], done }) {
	dialog(title, close => form({ danger, acts: true, submit: label, cancel: close,
	    fields: [...[says].flat().map(s => typeof s === "string" ? el("p", {}, s) : s), ...fields],
	    action: async values => {
		const result = await action(values);
		close();
		if (done) {
			announce(done);
		}
		return result;
	    } }));
}
