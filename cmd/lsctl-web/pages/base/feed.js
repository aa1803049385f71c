// SPDX-License-Identifier: ISC
// The state of all channels: asks GET status when the host says that it has changed, and tells those who subscribed.
// Without a stream of changes it polls. It remembers since when it knows nothing: a page that shows an old state
// without saying so is worse than none.
import { call } from "./api.js";

const EACH_MS = 1500, FOLLOWING_MS = 30000, HIDDEN_MS = 30000, MOST_MS = 30000;
const FOLLOW_AGAIN_MS = 30000;	// a browser gives up a stream that was refused
const STALE_S = 30;	// lsctl-switch(8) writes the state at least every ten seconds

export const feed = {
	status: null,		// the last answer
	heard_at: null,		// when the server last answered
	lost: false,		// it gives no state now
	failure: null,		// why: a Problem
	written_at: null,	// the time in the answer
	stale: false,		// the server answers, but nobody has looked at the channels for a while
	database: true,
	database_at: null,	// the time in the last answer with a database
};

let etag = null, delay_ms = EACH_MS, timer = null, running = false, generation = 0;
let changes = null, follow_at = 0;
const subscribers = new Set();

export function subscribe(f) {
	subscribers.add(f);
	if (feed.status || feed.lost)
		f(feed);
	return () => subscribers.delete(f);
}

export function channel(name) {
	return feed.status?.channels.find(c => c.channel === name) || null;
}

function publish(changed) {
	for (const f of [...subscribers])
		f(feed, changed);
}

function heard(answer) {
	const changed = answer.status !== 304;
	if (changed) {
		feed.status = answer.body;
		etag = answer.etag;
	}
	feed.heard_at = new Date();
	feed.lost = false;
	feed.failure = null;
	feed.written_at = new Date(feed.status.time);
	const now = answer.date ? new Date(answer.date) : feed.heard_at;
	feed.stale = (now - feed.written_at) / 1000 > STALE_S;
	feed.database = feed.status.database !== false;
	if (feed.database)
		feed.database_at = feed.written_at;
	delay_ms = EACH_MS;
	return changed;
}

function following() {
	return changes?.readyState === EventSource.OPEN;
}

// The state is what it was, and somebody still looks at the channels.
function heard_again(time) {
	feed.heard_at = new Date();
	feed.written_at = new Date(time);
	feed.stale = false;
	if (feed.database)
		feed.database_at = feed.written_at;
	publish(false);
}

// The host ends the stream after some minutes, and the browser opens it again: that is when it is asked who it is.
function follow() {
	if (Date.now() < follow_at || (changes && changes.readyState !== EventSource.CLOSED))
		return;
	follow_at = Date.now() + FOLLOW_AGAIN_MS;
	changes = new EventSource("changes");
	changes.addEventListener("state", e => {
		const { time, changed } = JSON.parse(e.data);
		if (changed || !feed.status)
			poll_now();
		else
			heard_again(time);
	});
	changes.addEventListener("error", () => schedule());
}

function unfollow() {
	changes?.close();
	changes = null;
	follow_at = 0;
}

function schedule() {
	const least_ms = document.hidden ? HIDDEN_MS : following() ? FOLLOWING_MS : 0;
	clearTimeout(timer);
	timer = setTimeout(poll, Math.max(delay_ms, least_ms));
}

async function poll() {
	const mine = generation;
	let changed = false;
	try {
		const answer = await call("GET", "status", undefined,
		    { headers: etag && feed.status ? { "If-None-Match": etag } : {}, patience_ms: 10000 });
		if (mine !== generation)
			return;
		changed = heard(answer);
	} catch (e) {
		if (mine !== generation || e.code === "unauthenticated")
			return;
		feed.lost = true;
		feed.failure = e;
		delay_ms = Math.min(delay_ms * 2, MOST_MS);
	}
	publish(changed);
	if (document.hidden)
		unfollow();
	else
		follow();
	schedule();
}

export function poll_now() {
	if (!running)
		return;
	generation++;
	clearTimeout(timer);
	delay_ms = EACH_MS;
	poll();
}

export function start() {
	if (!running) {
		running = true;
		poll_now();
	}
}

// Forgets everything: the next reader may see other channels.
export function stop() {
	running = false;
	generation++;
	clearTimeout(timer);
	unfollow();
	etag = null;
	Object.assign(feed, { status: null, heard_at: null, lost: false, failure: null, stale: false, database: true,
	    database_at: null });
}

// When there is a first answer, or none comes.
export function first() {
	if (feed.status || feed.lost)
		return Promise.resolve();
	return new Promise(resolve => {
		const end = subscribe(() => {
			end();
			resolve();
		});
	});
}

// A browser keeps a page that was left, and its connections with it: six to a host, and then no request goes out.
document.addEventListener("visibilitychange", () => document.hidden ? unfollow() : poll_now());
window.addEventListener("online", poll_now);
