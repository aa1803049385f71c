// SPDX-License-Identifier: ISC
// Uploads a file in pieces. After a lost connection it asks how much has arrived (HEAD) and goes on from there; after a
// reload of the page, too, when the reader chooses the same file again.
import { call, csrf_token, part, post, Problem, refused, renew_csrf } from "./api.js";
import { pause } from "./poll.js";

const FIRST_PIECE = 8 * 1024 * 1024, LEAST_PIECE = 64 * 1024, FIRST_WAIT_MS = 1000, MOST_WAIT_MS = 30000,
    SILENT_MS = 60000;

const memory_key = file => `upload:${file.name}:${file.size}:${file.lastModified}`;

// XMLHttpRequest tells how much it has sent, fetch does not.
function send_piece(id, piece, offset, progress, signal) {
	return new Promise((resolve, reject) => {
		const x = new XMLHttpRequest();
		x.open("PATCH", `api/v1/uploads/${part(id)}`);
		x.setRequestHeader("Content-Type", "application/offset+octet-stream");
		x.setRequestHeader("Upload-Offset", String(offset));
		if (csrf_token())
			x.setRequestHeader("X-CSRF-Token", csrf_token());
		let silent = null;
		const watch = () => {
			clearTimeout(silent);
			silent = setTimeout(() => x.abort(), SILENT_MS);
		};
		const abort = () => x.abort();
		signal.addEventListener("abort", abort);
		x.upload.addEventListener("progress", e => {
			watch();
			progress(offset + e.loaded);
		});
		x.addEventListener("loadend", () => {
			clearTimeout(silent);
			signal.removeEventListener("abort", abort);
			if (x.status >= 200 && x.status < 300)
				return resolve(Number(x.getResponseHeader("Upload-Offset")));
			if (x.status === 0)
				return reject(new Problem({ code: "network" }));
			let about = {};
			try {
				about = JSON.parse(x.responseText);
			} catch {
				// a proxy's answer is no JSON
			}
			return reject(refused(new Problem({ code: x.status === 413 ? "too-large" :
			    x.status === 429 ? "too-many" : "unavailable", ...about, status: x.status })));
		});
		watch();
		x.send(piece);
	});
}

async function offset_of(id) {
	const answer = await fetch(`api/v1/uploads/${part(id)}`, { method: "HEAD", cache: "no-store",
	    signal: AbortSignal.timeout(20000) })
	    .catch(() => { throw new Problem({ code: "network" }); });
	if (answer.status === 404)
		return null;
	if (!answer.ok)
		throw refused(new Problem({ code: answer.status === 401 ? "unauthenticated" :
		    answer.status >= 500 ? "network" : "not-valid", status: answer.status }));
	return Number(answer.headers.get("Upload-Offset"));
}

// The API takes letters, digits and ._- only.
const plain = name => name.normalize("NFKD").replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+/, "").slice(-120) ||
    "film";

async function begin(file, profile) {
	const kept = localStorage.getItem(memory_key(file)), offset = kept ? await offset_of(kept) : null;
	if (offset !== null)
		return { upload: kept, offset };
	const fresh = await post("uploads", { name: plain(file.name), bytes: file.size,
	    ...(profile ? { profile } : {}) });
	localStorage.setItem(memory_key(file), fresh.upload);
	return fresh;
}

const RETRIED = ["network", "offset", "conflict", "too-many", "database-down", "unavailable"];
const may_try_again = async e => e instanceof Problem &&
    (RETRIED.includes(e.code) || (e.code === "csrf" && await renew_csrf().catch(() => true)));

// The identity of the upload, when all of it has arrived. tell: { sent, waiting }. Throws a Problem; "aborted" when
// the signal was.
export async function upload(file, profile, tell, signal) {
	let place = null, wait_ms = FIRST_WAIT_MS, most = FIRST_PIECE;
	for (;;) {
		if (signal.aborted) {
			if (place)
				await call("DELETE", `uploads/${part(place.upload)}`).catch(() => {});
			localStorage.removeItem(memory_key(file));
			throw new Problem({ code: "aborted" });
		}
		try {
			place ??= await begin(file, profile);
			place.offset ??= await offset_of(place.upload);
			if (place.offset === null)
				throw new Problem({ code: "not-found" });
			tell({ sent: place.offset, waiting: false });
			if (place.offset >= file.size) {
				localStorage.removeItem(memory_key(file));
				return place.upload;
			}
			const piece = file.slice(place.offset, place.offset + most);
			place.offset = await send_piece(place.upload, piece, place.offset,
			    sent => tell({ sent, waiting: false }), signal);
			wait_ms = FIRST_WAIT_MS;
		} catch (e) {
			if (signal.aborted)
				continue;
			// a web server in between may take less at once
			if (e.code === "too-large" && place && most > LEAST_PIECE) {
				most = Math.max(LEAST_PIECE, most / 8);
				continue;
			}
			if (!await may_try_again(e)) {
				// who signs in again goes on with it
				if (!["unauthenticated", "csrf"].includes(e.code))
					localStorage.removeItem(memory_key(file));
				throw e;
			}
			if (place)
				place.offset = null;
			tell({ sent: null, waiting: true });
			await pause(wait_ms, signal);
			wait_ms = Math.min(wait_ms * 2, MOST_WAIT_MS);
		}
	}
}
