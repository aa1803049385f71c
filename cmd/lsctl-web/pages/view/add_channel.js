// SPDX-License-Identifier: ISC
// A new channel. What it needs next stands on its own page: channel_steps.js.
import { get, part, post } from "../base/api.js";
import { el, heading, note } from "../base/dom.js";
import { field, form } from "../base/form.js";
import { t } from "../base/i18n.js";
import { may } from "../base/session.js";

export async function view(place) {
	place.classList.add("narrow");
	if (!may("channel-add")) {
		place.append(heading(t("add.channel"), 1), note("info", t("role.only-admin")));
		return { title: t("add.channel") };
	}
	const { hosts } = await get("hosts");
	const name = field({ name: "name", label: t("name"), hint: t("name.hint"), required: true,
	    input: { pattern: "[a-z0-9][a-z0-9\\-]{0,62}", autocapitalize: "none", spellcheck: "false",
	    autocomplete: "off" } });
	const host = field({ name: "host", label: t("host"), hint: t("add.host.hint"), required: hosts.length > 0,
	    input: { value: hosts[0]?.name, options: hosts.map(h => [h.name, h.name]) } });
	place.append(heading(t("add.channel"), 1), el("p", {}, t("add.channel.says")),
	    form({ fields: hosts.length > 1 ? [name, host] : [name], submit: t("add.channel"), acts: true,
	    action: async v => {
		await post("channels", v.host ? v : { name: v.name });
		location.hash = `#/channel/${part(v.name)}/sources`;
	    } }));
	name.input.focus();
	return { title: t("add.channel") };
}
