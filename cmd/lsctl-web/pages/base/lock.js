// SPDX-License-Identifier: ISC
// While nothing can be changed, what changes something (data-acts) is switched off, stays in reach of the keyboard and
// of screen readers, and says why.
import { announce } from "./dom.js";

let reason = null;

function apply(e) {
	if (reason) {
		e.setAttribute("aria-disabled", "true");
		e.setAttribute("aria-describedby", "lock-reason");
	} else if (e.getAttribute("aria-describedby") === "lock-reason") {
		e.removeAttribute("aria-disabled");
		e.removeAttribute("aria-describedby");
	}
}

// text: why nothing can be changed; null: it can. The banner with id lock-reason shows it.
export function lock(text) {
	if (text === reason)
		return;
	reason = text;
	document.querySelectorAll("[data-acts]").forEach(apply);
}

function refuse(event) {
	const e = event.target.closest?.("[data-acts]") ||
	    (event.type === "submit" ? event.target.querySelector("[data-acts]") : null);
	if (!reason || !e)
		return;
	event.preventDefault();
	event.stopImmediatePropagation();
	announce("");
	announce(reason);
}

export function watch() {
	document.addEventListener("click", refuse, true);
	document.addEventListener("submit", refuse, true);
	new MutationObserver(records => {
		for (const r of records)
			for (const n of r.addedNodes)
				if (reason && n.nodeType === Node.ELEMENT_NODE) {
					if (n.matches("[data-acts]"))
						apply(n);
					n.querySelectorAll("[data-acts]").forEach(apply);
				}
	}).observe(document.body, { childList: true, subtree: true });
}
