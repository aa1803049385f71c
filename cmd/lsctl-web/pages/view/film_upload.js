// SPDX-License-Identifier: ISC
// A film of one's own: uploaded, then prepared so that it can be looped.
import { get, part, post, Problem } from "../base/api.js";
import { announce, button, el, note, put, section } from "../base/dom.js";
import { field, form, problem_note } from "../base/form.js";
import { bytes, duration, number, t } from "../base/i18n.js";
import { upload } from "../base/upload.js";

const JOB_MS = 1000, PATIENT_JOB_MS = 5000;

function progress_bar(label) {
	const bar = el("progress", { max: "100", "aria-label": label }), text = el("p", { class: "soft" });
	return { node: el("div", {}, el("p", { class: "label" }, label), bar, text),
	    set(percent, words) {
		bar.value = percent;
		put(text, words);
	    } };
}

const wait = ms => new Promise(resolve => setTimeout(resolve, ms));

// Follows the preparation until it is over; returns the name of the film. A lost connection does not end it.
async function follow(id, bar) {
	for (let percent = 0; ;) {
		let state;
		try {
			state = (await get(`uploads/${part(id)}`)).prepare;
		} catch (e) {
			if (e.code !== "network")
				throw e;
			bar.set(percent, t("upload.waits"));
			await wait(PATIENT_JOB_MS);
			continue;
		}
		if (state?.state === "done")
			return state.film;
		if (state?.state === "failed")
			throw new Problem({ code: "tool-failed", detail: t("prepare.failed",
			    { status: state.status }) });
		percent = state?.percent ?? percent;
		bar.set(percent, state?.left_s ? t("prepare.left", { n: number(percent),
		    time: duration(state.left_s) }) :
		    t("percent", { n: number(percent) }));
		await wait(JOB_MS);
	}
}

async function transfer(file, profile, place, context) {
	const stop = new AbortController();
	const sending = progress_bar(t("upload.sends", { film: file.name })),
	    preparing = progress_bar(t("prepare.runs"));
	const cancel = button(t("cancel"), () => stop.abort());
	preparing.node.hidden = true;
	place.replaceChildren(sending.node, preparing.node, el("div", { class: "actions" }, cancel));
	const leave = e => e.preventDefault();
	addEventListener("beforeunload", leave);
	try {
		let last = 0;
		const id = await upload(file, profile, ({ sent, waiting }) => {
			last = sent ?? last;
			sending.set(file.size > 0 ? last * 100 / file.size : 100, waiting ? t("upload.waits") :
			    t("upload.sent", { sent: bytes(last), all: bytes(file.size) }));
		}, stop.signal);
		cancel.remove();
		preparing.node.hidden = false;
		announce(t("prepare.runs"));
		await post(`uploads/${part(id)}/prepare`);
		const film = await follow(id, preparing);
		await context.reload(note("ok", t("prepare.done", { film })));
	} catch (e) {
		place.replaceChildren(e.code === "aborted" ? note("info", t("upload.stopped")) : problem_note(e));
	} finally {
		removeEventListener("beforeunload", leave);
	}
}

export function upload_section(context) {
	const place = el("div", { class: "stack" });
	const file = field({ name: "file", label: t("upload.file"), hint: t("upload.file.hint"), required: true,
	    input: { type: "file", accept: "video/*,.flv,.mkv,.mp4,.mov,.ts" } });
	const profile = field({ name: "profile", label: t("prepare.profile"), hint: t("prepare.profile.hint"),
	    input: { pattern: "[0-9]+x[0-9]+(@[0-9.]+(/[0-9]+)?)?", placeholder: "1920x1080@30", spellcheck: "false" } });
	return section(t("upload"), form({ fields: [file, profile], submit: t("upload.go"), acts: true,
	    action: v => transfer(file.input.files[0], v.profile.trim(), place, context) }), place);
}
