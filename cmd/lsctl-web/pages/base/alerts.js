// SPDX-License-Identifier: ISC
// Problems that people are notified of, and who takes care of each: GET alerts. The problems themselves are in the
// state (feed.js).
import { get, post } from "./api.js";
import { poll } from "./poll.js";

const EACH_MS = 10000;
const FOR_S = 7200;	// then others are notified again: one that somebody forgot must not stay silent

let alerts = [], text = "[]", changed = () => {};

async function load() {
	const answer = await get("alerts"), now = JSON.stringify(answer.alerts);
	if (now === text)
		return;
	alerts = answer.alerts;
	text = now;
	changed();
}

// Calls f after each change. Without an answer the last one stays. Returns what ends it.
export function watch_alerts(f) {
	changed = f;
	const end = poll(() => load().catch(() => {}), EACH_MS);
	return () => {
		end();
		changed = () => {};
	};
}

// The alerts of a channel; null: of hosts.
export function alerts_of(channel) {
	return alerts.filter(a => (a.channel ?? null) === channel);
}

export async function acknowledge(alert) {
	await post("alerts/ack", { channel: alert.channel, code: alert.code, for_s: FOR_S });
	await load();
}

// The next reader may see other channels.
export function forget_alerts() {
	alerts = [];
	text = "[]";
}
