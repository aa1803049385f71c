// SPDX-License-Identifier: ISC
// A film of one's own: uploaded, then prepared so that it can be looped.
import { get, part, post, Problem } from "../base/api.js";
import { announce, button, el, note, section } from "../base/dom.js";
import { field, form, problem_note } from "../base/form.js";
import { bytes, duration, number, t } from "../base/i18n.js";
import { pause } from "../base/poll.js";
import { progress_bar } from "../base/progress.js";
import { upload } from "../base/upload.js";

const JOB_MS = 1000, PATIENT_JOB_MS = 5000;

// Uploads that run, by channel: { node, context }. A reader who looks at something else comes back to the same bar.
const running = new Map();

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
			await pause(PATIENT_JOB_MS);
			continue;
		}
		if (state?.state === "done")
			return state.film;
		if (state?.state === "failed")
			throw new Problem({ code: "tool-failed", detail: state.status === undefined ?
			    t("prepare.ended") : t("prepare.failed", { status: state.status }) });
		percent = state?.percent ?? percent;
		bar.set(percent, state?.left_s ? t("prepare.left", { n: number(percent),
		    time: duration(state.left_s) }) :
		    t("percent", { n: number(percent) }));
		await pause(JOB_MS);
	}
}

async function transfer(file, profile, place, mine) {
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
		running.delete(mine.context.name);
		await mine.context.reload(note("ok", t("prepare.done", { film })));
	} catch (e) {
		place.replaceChildren(e.code === "aborted" ? note("info", t("upload.stopped")) : problem_note(e));
	} finally {
		running.delete(mine.context.name);
		removeEventListener("beforeunload", leave);
	}
}

export function upload_section(context) {
	const there = running.get(context.name);
	if (there) {
		there.context = context;
		return there.node;
	}
	const place = el("div", { class: "stack" }), mine = { context };
	const file = field({ name: "file", label: t("upload.file"), hint: t("upload.file.hint"), required: true,
	    input: { type: "file", accept: "video/*,audio/*,image/*,.flv,.mkv,.mp4,.mov,.ts" } });
	const profile = field({ name: "profile", label: t("prepare.profile"), hint: t("prepare.profile.hint"),
	    input: { pattern: "[0-9]+x[0-9]+(@[0-9.]+(/[0-9]+)?)?", placeholder: "1920x1080@30", spellcheck: "false" } });
	const go = v => {
		running.set(context.name, mine);
		return transfer(file.input.files[0], v.profile.trim(), place, mine);
	};
	mine.node = section(t("upload"), form({ fields: [file, profile], submit: t("upload.go"), acts: true, action: go }),
	    place);
	return mine.node;
}
