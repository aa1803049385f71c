// SPDX-License-Identifier: ISC
// The API, lsctl-api(5): what a page can do, it does by this. A failure is a Problem; pages decide by its code.
import { t, has, word, duration } from "./i18n.js";

const BASE = "api/v1/";
const PATIENCE_MS = 20000;

let csrf = null;
let signed_out = () => {};

// code: of the API (RFC 9457), or "network", when no answer came.
export class Problem extends Error {
	constructor(about) {
		super(about.detail || about.title || about.code);
		Object.assign(this, about);
	}

	// For the reader: what it means, in the reader's language, and what the API says of this case.
	text() {
		const meaning = has("api", this.code) ? word("api", this.code) : "";
		const wait = this.retry_s ? t("api.wait", { time: duration(this.retry_s) }) : "";
		return [meaning, this.detail, wait].filter(Boolean).join(" ");
	}
}

export function use_csrf(token) {
	csrf = token;
}

// f is called when an answer says that nobody is signed in.
export function when_signed_out(f) {
	signed_out = f;
}

// What the web server itself refuses has no code.
const CODES = { 413: "too-large", 429: "too-many" };

async function problem_of(answer) {
	const about = await answer.json().catch(() => ({}));
	const retry_s = Number(answer.headers.get("Retry-After")) || undefined;
	return new Problem({ code: CODES[answer.status] || "unavailable", ...about, status: answer.status, retry_s });
}

// AbortSignal.any() would do, and phones of before 2024 have no such function.
function signal_of({ signal, patience_ms = PATIENCE_MS }) {
	const stop = new AbortController();
	setTimeout(() => stop.abort(), patience_ms);
	signal?.addEventListener("abort", () => stop.abort());
	return stop.signal;
}

async function send(method, path, body, options) {
	const headers = { Accept: "application/json", ...options.headers };
	if (body !== undefined)
		headers["Content-Type"] = "application/json";
	if (method !== "GET" && csrf)
		headers["X-CSRF-Token"] = csrf;
	try {
		return await fetch(BASE + path, { method, headers, cache: "no-store", credentials: "same-origin",
		    body: body === undefined ? undefined : JSON.stringify(body),
		    signal: signal_of(options) });
	} catch {
		throw new Problem({ code: "network" });
	}
}

// The token against forged requests is of the session: another tab may have begun a new one.
export async function renew_csrf() {
	const answer = await send("GET", "session", undefined, {});
	if (answer.ok)
		csrf = (await answer.json()).csrf;
	return answer.ok;
}

// Tells who listens that nobody is signed in, if that is the problem. Returns it.
export function refused(problem) {
	if (problem.code === "unauthenticated")
		signed_out();
	return problem;
}

// { status, body, etag, date }. options: headers; patience_ms; signal, which ends the wait. What nobody answered is not
// sent again: it may have been done, and the reader can see that.
export async function call(method, path, body, options = {}) {
	let answer = await send(method, path, body, options);
	if (answer.status === 403 && method !== "GET") {
		const problem = await problem_of(answer);
		if (problem.code !== "csrf" || !await renew_csrf())
			throw problem;
		answer = await send(method, path, body, options);
	}
	if (!answer.ok && answer.status !== 304)
		throw refused(await problem_of(answer));
	const json = (answer.headers.get("Content-Type") || "").includes("json");
	return { status: answer.status, body: json && answer.status !== 304 ? await answer.json() : null,
	    etag: answer.headers.get("ETag"), date: answer.headers.get("Date") };
}

export const get = async (path, options) => (await call("GET", path, undefined, options)).body;
export const post = async (path, body = {}, options) => (await call("POST", path, body, options)).body;
export const put = async (path, body) => (await call("PUT", path, body)).body;
export const remove = async (path, options) => (await call("DELETE", path, options?.body, options)).body;
export const change = async (path, body, version) => (await call("PATCH", path, body,
    { headers: version ? { "If-Match": `"${version}"` } : {} })).body;

export function csrf_token() {
	return csrf;
}
export const part = encodeURIComponent;
