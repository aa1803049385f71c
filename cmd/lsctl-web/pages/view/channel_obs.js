// SPDX-License-Identifier: ISC
// What OBS needs for this channel: server and key to copy, and the settings that go with it.
import { get } from "../base/api.js";
import { button, copyable, el, note, section } from "../base/dom.js";
import { run } from "../base/form.js";
import { t, word } from "../base/i18n.js";
import { may } from "../base/session.js";
import { stream_key } from "./stream_key.js";

const SETTINGS = ["video", "audio", "rate_control", "keyframe_s", "loop_video"];

// Server and key of a source of this channel that an encoder publishes.
function connection(context, source) {
	const keys = stream_key(context, source, false), place = el("div");
	const show = button(t("obs.get-key", { source: source.name }), () => run(place, show, keys.show),
	    { "data-acts": "" });
	return [source.token ? show : note("info", `${source.name}: ${t("key.none")}`), place, keys.node];
}

export async function draw(place, context) {
	const about = await get(`${context.path}/encoder`);
	const live = context.declared.sources.filter(s => s.kind === "live");
	place.append(section(t("obs.connect"), el("p", {}, t("obs.where")), copyable(t("obs.server"), about.server),
	    ...(may("key-show") ? live.flatMap(s => connection(context, s)) : [note("info", t("obs.ask-key"))])),
	    section(t("obs.settings"), el("p", {}, t("obs.settings.where")), SETTINGS.filter(name => about[name])
		.map(name => copyable(word("obs.setting", name), String(about[name])))),
	    section(t("obs.advice"), el("ul", {}, ["keyframe", "format", "reconnect", "bitrate"].map(a =>
		el("li", {}, t(`obs.advice.${a}`))))));
}
