// SPDX-License-Identifier: ISC
// Shapes that tell a state without colour. Each stands beside its word, so screen readers pass over it.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
	ok: "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20z M7 12.5l3.5 3.5L17 9",
	warning: "M12 2.5L23 21.5H1z M12 9v6 M12 17.5v1.5",
	critical: "M8 2h8l6 6v8l-6 6H8l-6-6V8z M8 8l8 8 M16 8l-8 8",
	off: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z M8 12h8",
	unknown: "M4 4h16v16H4z M9.5 9.5a2.5 2.5 0 1 1 3.5 2.4q-1 .5-1 1.6 M12 16.3v1.2",
	info: "M12 2a10 10 0 1 0 0 20a10 10 0 0 0 0-20z M12 11v6 M12 7v1.2",
	up: "M12 19V5 M5 12l7-7 7 7",
	down: "M12 5v14 M5 12l7 7 7-7",
	grip: "M9 5v1 M15 5v1 M9 11.5v1 M15 11.5v1 M9 18v1 M15 18v1",
	person: "M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8z M4 21q0-6 8-6t8 6",
	close: "M5 5l14 14 M19 5L5 19",
};

export function svg(tag, attributes = {}, ...children) {
	const e = document.createElementNS(SVG, tag);
	for (const [name, value] of Object.entries(attributes))
		e.setAttribute(name, value);
	e.append(...children);
	return e;
}

// The shape of a destination in this state; "off" is what is declared so, and no fault.
export function destination_tone(state) {
	if (state === "live")
		return "ok";
	return ["paused", "disabled", "away", "off-schedule"].includes(state) ? "off" : "warning";
}

export function icon(name) {
	const e = svg("svg", { viewBox: "0 0 24 24", class: `icon is-${name}`, "aria-hidden": "true",
	    focusable: "false" });
	e.append(...PATHS[name].split(/ (?=M)/).map((d, i) => svg("path", { d, class: i === 0 ? "shape" : "mark" })));
	return e;
}
