// SPDX-License-Identifier: ISC
// The override: automatic, a source for a time, or off.
import { put as put_request } from "../base/api.js";
import { button, el, note, section, time } from "../base/dom.js";
import { poll_now } from "../base/feed.js";
import { choices, confirm, field, form } from "../base/form.js";
import { duration, t, word } from "../base/i18n.js";
import { may, who } from "../base/session.js";

const TIMES_S = [300, 600, 3600];

// A pin begins with ten minutes, because one that somebody forgot is the worst; off holds until somebody ends it.
function for_field(value, hint) {
	return field({ name: "for_s", label: t("switch.for"), hint, input: { value,
	    options: [...TIMES_S.map(s => [String(s), duration(s)]), ["", t("switch.for.ever")]] } });
}

const reason_field = () => field({ name: "reason", label: t("reason"), hint: t("reason-hint"),
    input: { maxlength: "200" } });

function request(to, values) {
	return { to, ...(values.for_s ? { for_s: Number(values.for_s) } : {}), ...(values.reason ?
	    { reason: values.reason } : {}) };
}

function override_text(d) {
	if (!d || !d.mode || d.mode === "auto")
		return [t("switch.is.auto")];
	return [d.mode === "off" ? t("switch.is.off") : t("switch.is.pin", { source: d.mode }),
	    ...(d.mode_until ? [" ", t("until"), " ", time(d.mode_until)] : []),
	    ...(d.mode_by ? [" ", t("event.by", { who: d.mode_by })] : []), ...(d.mode_reason ? [`: ${d.mode_reason}`] :
	    [])];
}

export function switch_section(context) {
	const now = el("p"), said = el("div", { role: "status" });
	const update = () => {
		const text = override_text(context.declared || context.state()),
		    shows = text.map(x => x.textContent ?? x).join("");
		if (now.textContent !== shows)
			now.replaceChildren(...text);
	};
	update();
	if (!may("switch"))
		return { node: section(t("switch"), now, note("info", t("role.needs", { role: word("role", "operator"),
		    yours: word("role", who().role) }))), update };

	const act = async (to, values) => {
		await put_request(`${context.path}/override`, request(to, values));
		said.replaceChildren(note("ok", t("switch.done")));
		poll_now();
	};
	const names = Object.keys(context.state()?.sources || {});
	const sources = names.length > 0 ? names : (context.declared?.sources || []).map(s => s.name);
	const to = choices("to", t("switch.to"), [["auto", t("switch.auto"), t("switch.auto.hint")],
	    ...sources.map(name => [name, t("switch.pin", { source: name })])], "auto");
	const length = for_field("600");
	length.node.hidden = true;
	to.node.addEventListener("change", () => { length.node.hidden = to.value() === "auto"; });

	const off = button(t("switch.off"), () => confirm({ title: t("switch.off.title", { channel: context.name }),
	    says: [t("switch.off.says"), t("switch.off.destinations", { names:
		Object.keys(context.state()?.destinations || {}).join(", ") || t("nobody") })],
	    label: t("switch.off"), fields: [for_field("", t("switch.off.for")), reason_field()],
	    done: t("switch.done"),
	    action: v => act("off", v) }), { "data-acts": "" });
	return { node: section(t("switch"), now, form({ fields: [to, length, reason_field()], submit: t("switch.go"),
	    acts: true,
	    action: v => act(v.to, v.to === "auto" ? { reason: v.reason } : v) }), said, el("hr"), off), update };
}
