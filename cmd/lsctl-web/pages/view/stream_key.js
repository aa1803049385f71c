// SPDX-License-Identifier: ISC
// The stream key of a source, shown on demand and hidden again by itself.
import { part, post } from "../base/api.js";
import { button, copyable, el, note } from "../base/dom.js";
import { duration, t } from "../base/i18n.js";

const SHOWN_MS = 120000;

export const key_path = (context, source) => `${context.path}/sources/${part(source.name)}/key`;

// show() fills the place; the audit log says who saw it. with_server: the address stands there, too.
export function stream_key(context, source, with_server = true) {
	const node = el("div", { class: "stack", role: "status" });
	let timer = null;
	const hide = () => node.replaceChildren();
	async function show() {
		const { server, stream_key: key } = await post(`${key_path(context, source)}/show`);
		clearTimeout(timer);
		node.replaceChildren(...(with_server ? [copyable(t("obs.server"), server)] : []),
		    copyable(t("obs.key"), key),
		    note("info", t("key.shown", { source: source.name, time: duration(SHOWN_MS / 1000) })),
		    button(t("hide"), hide, { class: "small" }));
		timer = setTimeout(hide, SHOWN_MS);
	}
	return { node, show };
}
