// SPDX-License-Identifier: ISC
// What happened on a channel, with reason and author.
import { el, section } from "../base/dom.js";
import { event_list } from "../base/events.js";
import { field } from "../base/form.js";
import { t, word } from "../base/i18n.js";
import { poll } from "../base/poll.js";

const EACH_MS = 5000;
const KINDS = ["state", "switched", "declared", "rotated", "key-shown", "publish-allowed", "publish-refused",
    "publish-ended",
    "kicked", "restarted", "unit-exit", "problem", "problem-over"];

export async function draw(place, context) {
	const kind = field({ name: "kind", label: t("events.kind"), input: { options: [["", t("events.all")],
	    ...KINDS.map(k => [k, word("event", k)])] } });
	const body = el("div");
	let end = () => {};
	async function begin() {
		end();
		const list = event_list("events", { channel: context.name, kind: kind.value() }, false);
		body.replaceChildren(list.node);
		await list.more();
		end = poll(() => list.refresh().catch(() => {}), EACH_MS);
	}
	kind.input.addEventListener("change", begin);
	place.append(section(t("channel.events"), kind.node, body));
	await begin();
	return () => end();
}
