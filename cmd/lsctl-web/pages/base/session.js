// SPDX-License-Identifier: ISC
// Who is signed in, and what that role may do. The API decides; the pages leave out what it would refuse.
import { call, get, post, use_csrf } from "./api.js";

const RANK = ["viewer", "operator", "admin"];

// The least role for each action: as lsctl.permissions() of the database has it, which a test compares.
export const NEEDS = {
	"state": "viewer", "events": "viewer", "preview": "viewer", "own-account": "viewer", "hosts": "viewer",
	"metrics": "viewer",
	"switch": "operator", "key-show": "operator", "key-rotate": "operator", "key-revoke": "operator",
	"key-list": "operator", "film-list": "operator",
	"film-upload": "operator", "film-prepare": "operator", "film-use": "operator", "destination-enable": "operator",
	"acknowledge": "operator",
	"acknowledge-host": "operator",
	"channel-add": "admin", "channel-set": "admin", "channel-remove": "admin", "source-declare": "admin",
	"destination-declare": "admin", "destination-key": "admin", "destination-test": "admin", "key-new": "admin",
	"film-remove": "admin", "channel-take-over": "admin", "host-declare": "admin", "declaration-apply": "admin",
	"master-key": "admin", "accounts": "admin", "audit": "admin",
};

// Actions outside of channels, which an account of named channels may not do.
const EVERYWHERE = ["acknowledge-host", "channel-add", "film-remove", "host-declare", "declaration-apply",
    "master-key", "accounts", "audit"];

let session = null;

function begin(body) {
	session = body;
	use_csrf(body.csrf);
	return session;
}

export function who() {
	return session;
}

export function forget() {
	session = null;
	use_csrf(null);
}

export function may(action) {
	return session !== null && RANK.indexOf(session.role) >= RANK.indexOf(NEEDS[action]) &&
	    !(EVERYWHERE.includes(action) && session.channels);
}

export async function resume() {
	return begin(await get("session"));
}

export async function sign_in(name, password, code) {
	return begin(await post("session", code ? { name, password, code } : { name, password }));
}

export async function use_link(link, password, code) {
	return begin(await post("link/use", code ? { link, password, code } : { link, password }));
}

export async function sign_out() {
	await call("DELETE", "session");
	forget();
}
