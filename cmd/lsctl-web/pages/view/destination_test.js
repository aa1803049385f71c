// SPDX-License-Identifier: ISC
// The test of a destination: dials and publishes for some seconds, and shows what came back, step by step.
import { part, post } from "../base/api.js";
import { button, el, note } from "../base/dom.js";
import { dialog, problem_note } from "../base/form.js";
import { icon } from "../base/icons.js";
import { number, t, word } from "../base/i18n.js";

const TEST_MS = 90000;

function step_item(s) {
	return el("li", { class: s.ok ? "ok" : "critical" }, icon(s.ok ? "ok" : "critical"),
	    el("span", {}, el("b", {}, word("test.step", s.step)), Number.isFinite(s.ms) ?
	    ` ${t("ms", { n: number(s.ms) })}` : null,
		s.detail ? el("p", {}, s.detail) : null));
}

export function test_dialog(context, name, about) {
	const result = el("div", { role: "status" }, el("p", { "aria-busy": "true" }, t("test.runs")));
	dialog(t("test.title", { destination: name }), close => [about ? el("p", {}, about) : null, result,
	    el("div", { class: "actions" }, button(t("close"), close))].filter(Boolean));
	post(`${context.path}/destinations/${part(name)}/test`, {}, { patience_ms: TEST_MS }).then(({ steps }) => {
		const bad = steps.find(s => !s.ok);
		result.replaceChildren(note(bad ? "critical" : "ok", t(bad ? "test.bad" : "test.good")),
		    el("ol", { class: "test" }, steps.map(step_item)));
	}, e => result.replaceChildren(problem_note(e)));
}
