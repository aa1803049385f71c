// SPDX-License-Identifier: ISC
// The test of a destination: dials it, and publishes for some seconds if the reader wants that; shows what came back,
// step by step.
import { part, post } from "../base/api.js";
import { button, el, note } from "../base/dom.js";
import { dialog, problem_note } from "../base/form.js";
import { icon } from "../base/icons.js";
import { duration, number, t, word } from "../base/i18n.js";
import { progress_bar } from "../base/progress.js";

const PATIENCE_MS = 60000, LONGEST_S = 20;
// While the forwarder publishes, a second stream with the same key would disturb it.
const PUBLISHES = ["live", "slow", "starting", "connecting"];

function step_item(s) {
	return el("li", { class: s.ok ? "ok" : "critical" }, icon(s.ok ? "ok" : "critical"),
	    el("span", {}, el("b", {}, word("test.step", s.step)), Number.isFinite(s.ms) ?
	    ` ${t("ms", { n: number(s.ms) })}` : null,
		s.detail ? el("p", {}, s.detail) : null));
}

// How long it has run; the API answers at the end only.
function stopwatch() {
	const bar = progress_bar(t("test.runs")), began = Date.now();
	const show = () => {
		const s = (Date.now() - began) / 1000;
		bar.set(Math.min(s / LONGEST_S, 1) * 100, duration(s));
	};
	show();
	const timer = setInterval(show, 1000);
	return { node: bar.node, stop: () => clearInterval(timer) };
}

// Where the platform shows a test to nobody, the API publishes in any case.
const has_published = steps => steps.some(s => s.step === "media");

function outcome(steps) {
	const good = steps.every(s => s.ok), done = t(has_published(steps) ? "test.good" : "test.reached");
	return [good ? note("ok", done) : note("critical", t("test.bad")),
	    el("ol", { class: "test" }, steps.map(step_item))];
}

export function test_dialog(context, name, about) {
	const result = el("div", { class: "stack", role: "status" }), more = el("div", { class: "stack" });

	async function test(publish) {
		const watch = stopwatch();
		result.replaceChildren(watch.node);
		more.replaceChildren();
		try {
			const { steps } = await post(`${context.path}/destinations/${part(name)}/test`, publish ?
			    { publish } : {}, { patience_ms: PATIENCE_MS });
			result.replaceChildren(...outcome(steps));
			if (!has_published(steps) && steps.every(s => s.ok))
				more.replaceChildren(...next_step());
		} catch (e) {
			result.replaceChildren(problem_note(e));
		} finally {
			watch.stop();
		}
	}

	function next_step() {
		if (PUBLISHES.includes(context.state()?.destinations?.[name]))
			return [el("p", { class: "soft" }, t("test.publishes"))];
		return [el("p", {}, t("test.publish.says")), button(t("test.publish"), () => test(true),
		    { "data-acts": "" })];
	}
	dialog(t("test.title", { destination: name }), close => [about ? el("p", {}, about) : null, result, more,
	    el("div", { class: "actions" }, button(t("close"), close))].filter(Boolean));
	test(false);
}
