// SPDX-License-Identifier: ISC
// A one-time link: the invitation of a new account, or a new password. The secret was in the fragment, which is gone
// from the address by now.
import { post } from "../base/api.js";
import { el, heading, note } from "../base/dom.js";
import { field, form, problem_note } from "../base/form.js";
import { t, when } from "../base/i18n.js";
import { use_link } from "../base/session.js";
import { code_field, code_place, with_code } from "./sign_in.js";

export async function view(place, [link, enter]) {
	place.classList.add("narrow");
	let about;
	try {
		about = await post("link", { link });
	} catch (e) {
		place.append(heading(t("link.bad"), 1), problem_note(e), el("p", {}, t("link.bad.do")),
		    el("p", {}, el("a", { href: "#/" }, t("sign-in"))));
		return { title: t("link.bad") };
	}
	const title = t(about.new ? "link.welcome" : "link.reset", { name: about.account });
	const name = el("input", { type: "text", name: "username", autocomplete: "username", value: about.account,
	    readonly: "", class: "unseen", tabindex: "-1", "aria-label": t("sign-in.name") });
	const password = field({ name: "password", label: t("password.new"), hint: t("password.hint"), required: true,
	    input: { type: "password", autocomplete: "new-password", minlength: "12" } });
	const code = code_field(), ask = code_place(code);
	place.append(heading(title, 1), note("info", t("link.expires", { time: when(about.expires_at) })),
	    form({ fields: [el("div", {}, name), password, { ...code, node: ask }], submit: t("link.use"),
	    action: async v => {
		if (await with_code(() => use_link(link, v.password, v.code.replace(/\s/g, "")), ask, code))
			enter();
	    } }));
	return { title };
}
