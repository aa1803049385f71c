// SPDX-License-Identifier: ISC
// What the state of a channel means for a person: how bad it is, what is on the air, and why.
import { feed } from "./feed.js";
import { t, has, word } from "./i18n.js";

const RANK = { critical: 0, warning: 1, unknown: 2, ok: 3, off: 4 };

export function is_off(c) {
	return c.mode === "off" || c.state === "OFF";
}

// The tone of a channel: of its worst problem; one that is off on purpose is not good, and not wrong.
export function tone(c) {
	if (c.status === "critical" || c.status === "warning")
		return c.status;
	if (is_off(c))
		return "off";
	return c.status === "ok" ? "ok" : "unknown";
}

export function rank(c) {
	return RANK[tone(c)];
}

export function on_air(c) {
	if (!c.on_air)
		return is_off(c) ? t("air.off") : word("air", (c.state || "UNKNOWN").toLowerCase());
	const best = Object.keys(c.sources || {})[0];
	return t(c.on_air === best || !best ? "air.on" : "air.backup", { source: c.on_air });
}

// The host of a channel that does not run on the host of these pages; null: it does.
export function elsewhere(c) {
	return c.host && c.host !== feed.status?.host ? c.host : null;
}

// Why this and nothing else is on the air, in short sentences.
export function why(c) {
	if (c.mode === "off")
		return [t("why.off")];
	const said = [];
	if (c.mode && c.mode !== "auto")
		said.push(t("why.pinned", { source: c.mode }));
	for (const [name, health] of Object.entries(c.sources || {})) {
		if (name === c.on_air)
			break;
		if (c.mode !== c.on_air)
			said.push(t("why.source", { source: name, health: word("health", health ?? "unknown") }));
	}
	return said;
}

// The part that has a problem: "source:obs" is obs, "destination:youtube:backup" is youtube:backup.
export function part_of(problem) {
	const [kind, ...name] = (problem.subject || "").split(":");
	return name.join(":") || word("part", kind);
}

// A problem in the reader's language: what it is and what to do about it. The text of the API is for those who have a
// shell.
export function problem_text(problem) {
	const text = has("problem", problem.code) ? word("problem", problem.code) : problem.text;
	return problem.subject === "channel" || !problem.subject ? text : `${part_of(problem)}: ${text}`;
}

// A state of a channel, as a word: the source that is on the air, or what there is instead.
export function state_name(state) {
	return /_ACTIVE$/.test(state) ? state.slice(0, -"_ACTIVE".length).toLowerCase() : word("channel-state", state);
}
