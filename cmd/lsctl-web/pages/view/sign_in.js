// SPDX-License-Identifier: ISC
// Sign in: name and password; then a code, if the account has a second factor.
import { el, heading, note } from "../base/dom.js";
import { field, form } from "../base/form.js";
import { t } from "../base/i18n.js";
import { sign_in } from "../base/session.js";

export const code_field = () => field({ name: "code", label: t("sign-in.code"), hint: t("sign-in.code.hint"),
    input: { autocomplete: "one-time-code", autocapitalize: "none", spellcheck: "false" } });

// Where the code is asked for; hidden until the API wants one.
export function code_place(code) {
	const ask = el("div", {}, note("info", t("sign-in.code.ask")), code.node);
	ask.hidden = true;
	return ask;
}

// Whether it was done. If a code is missing, asks for it; the reader sends the form again.
export async function with_code(action, ask, code) {
	try {
		await action();
		return true;
	} catch (e) {
		if (e.code !== "code-required" || !ask.hidden)
			throw e;
		ask.hidden = false;
		code.input.required = true;
		code.input.focus();
		return false;
	}
}

export function view(place, [enter]) {
	const name = field({ name: "name", label: t("sign-in.name"), required: true,
	    input: { autocomplete: "username", autocapitalize: "none", spellcheck: "false" } });
	const password = field({ name: "password", label: t("sign-in.password"), required: true,
	    input: { type: "password", autocomplete: "current-password" } });
	const code = code_field(), ask = code_place(code);
	place.classList.add("narrow");
	place.append(heading(t("sign-in.title"), 1), form({ fields: [name, password, { ...code, node: ask }],
	    submit: t("sign-in"), action: async v => {
		const sign = () => sign_in(v.name.trim(), v.password, v.code.replace(/\s/g, ""));
		if (await with_code(sign, ask, code))
			enter();
	    } }));
	name.input.focus();
	return { title: t("sign-in.title") };
}
