// SPDX-License-Identifier: ISC
// A problem: what it is, what to do about it, and who takes care of it.
import { acknowledge, alerts_of } from "../base/alerts.js";
import { announce, button, el, time } from "../base/dom.js";
import { problem_text } from "../base/describe.js";
import { problem_note } from "../base/form.js";
import { icon } from "../base/icons.js";
import { t, when } from "../base/i18n.js";
import { may } from "../base/session.js";

const alert_of = (channel, problem) => alerts_of(channel).find(a => a.code === problem.code &&
    a.subject === problem.subject);

// The focus goes to the heading of the channel when the button is gone.
async function take_care(b, alert, label) {
	const home = b.closest("article, .channel-now")?.querySelector("h1, h2 a");
	b.disabled = true;
	try {
		await acknowledge(alert);
		announce(t("care.done", { problem: label }));
		if (!b.isConnected)
			home?.focus();
	} catch (e) {
		b.replaceWith(problem_note(e));
	}
}

// Who takes care of a problem, or a button for that; null: nobody is notified of it. channel: its name; null: it is of
// a host.
export function care(channel, problem) {
	const alert = alert_of(channel, problem), label = problem_text(problem), ack = problem.ack || alert?.ack;
	if (ack) {
		const { who, at, until } = ack;
		return el("p", { class: "care" }, icon("person"), " ", until ?
		    t("care.until", { who, time: when(until * 1000) }) : t("care.by", { who }),
		    el("small", {}, " (", time(new Date(at * 1000).toISOString()), ")"));
	}
	if (!alert)
		return null;
	if (!may(channel === null ? "acknowledge-host" : "acknowledge"))
		return el("p", { class: "care" }, t("care.nobody"));
	const b = button(t("care"), () => take_care(b, alert, label), { "data-acts": "", class: "small",
	    "aria-label": t("care.of", { problem: label }) });
	return b;
}

// With since when, who was notified, and what stands in the shell.
function whole(problem, alert) {
	const text = problem_text(problem), notified = Object.keys(alert?.notified || {});
	return [problem.since ? el("small", {}, ` ${t("since")} `, time(problem.since)) : null,
	    notified.length > 0 ? el("p", { class: "soft" }, t("care.notified", { names: notified.join(", ") })) : null,
	    text.endsWith(problem.text) ? null : el("details", {}, el("summary", {}, t("problem.shell")),
		el("p", {}, el("code", {}, problem.code)), el("p", {}, problem.text))];
}

// full: with all that is known of it.
function problem_item(channel, problem, full) {
	return el("li", {}, problem_text(problem), full ? whole(problem, alert_of(channel, problem)) : null,
	    care(channel, problem));
}

// Fills a list with the problems of a channel, most of them at most. Those that stay the same are left alone, with the
// focus and with what the reader opened.
export function list_problems(list, channel, problems, { full = false, most = Infinity } = {}) {
	const text = JSON.stringify([problems, alerts_of(channel)]);
	list.hidden = problems.length === 0;
	if (text === list.shows)
		return;
	list.shows = text;
	list.replaceChildren(...problems.slice(0, most).map(p => problem_item(channel, p, full)),
	    ...(problems.length > most ? [el("li", {}, t("problems.more", { n: problems.length - most }))] : []));
}
