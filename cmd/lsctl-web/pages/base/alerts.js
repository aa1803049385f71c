// SPDX-License-Identifier: ISC
// Problems that people are notified of, and who takes care of each: GET alerts. The problems themselves are in the
// state (feed.js).
import { get, post } from "./api.js";
import { feed, first } from "./feed.js";
import { poll } from "./poll.js";

const EACH_MS = 30000;	// the host runs a tool for each answer, so nobody asks while there is no problem
const FOR_S = 7200;	// then others are notified again: one that somebody forgot must not stay silent

let by_channel = new Map(), text = "[]";
const subscribers = new Set();

const has_problems = () => [...feed.status?.channels || [], ...feed.status?.hosts || []]
    .some(x => x.problems?.length > 0);

async function load() {
	const answer = has_problems() ? await get("alerts") : { alerts: [] }, now = JSON.stringify(answer.alerts);
	if (now === text)
		return;
	by_channel = new Map(answer.alerts.map(a => [a.channel, []]));
	answer.alerts.forEach(a => by_channel.get(a.channel).push(a));
	text = now;
	subscribers.forEach(f => f());
}

// Calls f after each change. Without an answer the last one stays. Returns what ends it.
export function watch_alerts(f) {
	let end = () => {};
	subscribers.add(f);
	first().then(() => {
		if (subscribers.has(f))
			end = poll(() => load().catch(() => {}), EACH_MS);
	});
	return () => {
		subscribers.delete(f);
		end();
	};
}

// The alerts of a channel; null: of hosts.
export function alerts_of(channel) {
	return by_channel.get(channel) || [];
}

export async function acknowledge(alert) {
	await post("alerts/ack", { channel: alert.channel, code: alert.code, for_s: FOR_S });
	await load();
}

// The next reader may see other channels.
export function forget_alerts() {
	by_channel = new Map();
	text = "[]";
}
