// SPDX-License-Identifier: ISC
// Changes of state for those who do not see the wall: said by the live region, together and not too often, because a
// reader who is talked to all the time hears nothing.
import { announce } from "./dom.js";
import { on_air, tone } from "./describe.js";
import { plural, t } from "./i18n.js";

const EACH_MS = 5000, MOST = 3;

let waiting = [], timer = null;

// What changed in a channel, in a sentence; null: nothing worth to be said.
export function describe_change(was, is) {
	if (tone(was) === tone(is) && was.on_air === is.on_air && was.state === is.state)
		return null;
	return t("change", { channel: is.channel, tone: t(`tone.${tone(is)}`), air: on_air(is) });
}

function flush() {
	const said = waiting.slice(0, MOST), more = waiting.length - said.length;
	waiting = [];
	timer = null;
	announce([...said, more > 0 ? plural("change.more", more) : ""].filter(Boolean).join(" "));
}

export function say_changes(sentences) {
	if (sentences.length === 0)
		return;
	waiting.push(...sentences);
	timer ??= setTimeout(flush, EACH_MS);
}
