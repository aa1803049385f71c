// SPDX-License-Identifier: ISC
// What OBS needs for this channel: server and key to copy, and the settings that go with it.
import { get, part } from "../base/api.js";
import { copyable, el, note, section } from "../base/dom.js";
import { t, word } from "../base/i18n.js";
import { may } from "../base/session.js";

const SETTINGS = ["video", "audio", "rate_control", "keyframe_s", "loop_video"];

export async function draw(place, context) {
	const about = await get(`${context.path}/encoder`);
	place.append(section(t("obs.connect"), el("p", {}, t("obs.where")), copyable(t("obs.server"), about.server),
	    may("key-show") ? el("p", {}, el("a", { href: `#/channel/${part(context.name)}/sources` },
	    t("obs.get-key"))) :
		note("info", t("obs.ask-key"))),
	    section(t("obs.settings"), el("p", {}, t("obs.settings.where")), SETTINGS.filter(name => about[name])
		.map(name => copyable(word("obs.setting", name), String(about[name])))),
	    section(t("obs.advice"), el("ul", {}, ["keyframe", "format", "reconnect", "bitrate"].map(a =>
		el("li", {}, t(`obs.advice.${a}`))))));
}
