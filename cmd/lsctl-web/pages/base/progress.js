// SPDX-License-Identifier: ISC
// A bar for what takes a while: what it is, how far it is, and that in words.
import { el, put } from "./dom.js";

// set(percent, words); percent null: nobody knows how far it is.
export function progress_bar(label) {
	const bar = el("progress", { max: "100", "aria-label": label }), text = el("p", { class: "soft" });
	return { node: el("div", {}, el("p", { class: "label" }, label), bar, text),
	    set(percent, words) {
		if (percent === null)
			bar.removeAttribute("value");
		else
			bar.value = percent;
		put(text, words);
	    } };
}
