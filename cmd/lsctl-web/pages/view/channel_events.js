// SPDX-License-Identifier: ISC
// What happened on a channel, with reason and author.
import { el, section } from "../base/dom.js";
import { event_place } from "../base/events.js";
import { field, problem_note } from "../base/form.js";
import { t, word } from "../base/i18n.js";

const KINDS = ["state", "switched", "declared", "rotated", "key-shown", "publish-allowed", "publish-refused",
    "publish-ended", "kicked", "restarted", "unit-exit", "problem", "problem-over", "acknowledged"];

export async function draw(place, context) {
	const kind = field({ name: "kind", label: t("events.kind"), input: { options: [["", t("events.all")],
	    ...KINDS.map(k => [k, word("event", k)])] } });
	const events = event_place("events", false);
	const show = () => events.show({ channel: context.name, kind: kind.value() });
	kind.input.addEventListener("change", () => show().catch(e => events.node.replaceChildren(problem_note(e))));
	place.append(section(t("channel.events"), kind.node, events.node));
	await show();
	return events.end;
}
