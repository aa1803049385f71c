// SPDX-License-Identifier: ISC
// Words, numbers and times in the language and the time zone of the reader. A language is one file in strings/.

export const LANGUAGES = { en: "English", pa: "ਪੰਜਾਬੀ", hi: "हिन्दी" };

let strings = {}, language = "en", region = "en", plurals = new Intl.PluralRules("en");

// What the reader chose here, else the first of the browser's languages (Accept-Language) that there is.
function chosen() {
	const wanted = [localStorage.getItem("language"), ...navigator.languages];
	return wanted.map(l => (l || "").split("-")[0]).find(l => l in LANGUAGES) || "en";
}

export async function load() {
	language = chosen();
	const answer = await fetch(`strings/${language}.json`, { cache: "no-cache" });
	strings = await answer.json();
	// dates and numbers as in the reader's own region, such as en-IN
	region = navigator.languages.find(l => l.split("-")[0] === language) || language;
	plurals = new Intl.PluralRules(language);
	document.documentElement.lang = language;
}

export function choose(name) {
	localStorage.setItem("language", name);
}

export function current() {
	return language;
}

// The string of a key; {name} in it is replaced by the argument of that name.
export function t(key, args = {}) {
	return (strings[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => args[name] ?? all);
}

// The string for a number, which is its argument n: KEY.one, KEY.other.
export function plural(key, n, args = {}) {
	return t(`${key}.${plurals.select(n)}`, { n: number(n), ...args });
}

// The word for a value that a program chose, such as a state; the value itself where there is none.
export function word(group, value) {
	return strings[`${group}.${value}`] ?? String(value).replaceAll("-", " ");
}

export function has(group, value) {
	return `${group}.${value}` in strings;
}

export function number(n, digits = 0) {
	return new Intl.NumberFormat(region, { maximumFractionDigits: digits }).format(n);
}

function unit(n, name, digits = 0) {
	return new Intl.NumberFormat(region, { style: "unit", unit: name, unitDisplay: "short",
	    maximumFractionDigits: digits }).format(n);
}

export function rate(kbps) {
	return kbps >= 1000 ? unit(kbps / 1000, "megabit-per-second", 1) : unit(kbps, "kilobit-per-second");
}

export function bytes(n) {
	for (const name of ["gigabyte", "megabyte", "kilobyte"]) {
		const size = { gigabyte: 1e9, megabyte: 1e6, kilobyte: 1e3 }[name];
		if (n >= size)
			return unit(n / size, name, 1);
	}
	return unit(n, "byte");
}

// A length of time, with its two largest units.
export function duration(s) {
	s = Math.max(0, Math.round(s));
	const parts = [["day", Math.floor(s / 86400)], ["hour", Math.floor(s / 3600) % 24],
	    ["minute", Math.floor(s / 60) % 60], ["second", s % 60]];
	const first = parts.findIndex(([, n]) => n > 0);
	if (first < 0)
		return unit(0, "second");
	// minutes need no seconds beside them after ten
	const most = first === 2 && parts[2][1] >= 10 ? 1 : 2;
	return parts.slice(first, first + most).filter(([, n]) => n > 0).map(([name, n]) => unit(n, name)).join(" ");
}

function format(date, options) {
	return new Intl.DateTimeFormat(region, options).format(date);
}

export function clock(date) {
	return format(date, { hour: "2-digit", minute: "2-digit" });
}

// A point in time, as short as it is clear: the day only when it is not today.
export function when(text) {
	const date = new Date(text);
	if (!text || Number.isNaN(date.getTime()))
		return "";
	const today = new Date().toDateString() === date.toDateString();
	return today ? clock(date) : format(date, { day: "numeric", month: "short", hour: "2-digit",
	    minute: "2-digit" });
}

export function exactly(text) {
	return format(new Date(text), { dateStyle: "medium", timeStyle: "long" });
}
