// SPDX-License-Identifier: ISC
// Calls f every each_ms, while the page can be seen; the next call begins after the last one has ended. Returns what
// ends it. f reports its own failures.

export function poll(f, each_ms) {
	let timer = null, over = false;
	async function turn() {
		if (!document.hidden)
			await f();
		if (!over)
			timer = setTimeout(turn, each_ms);
	}
	turn();
	return () => {
		over = true;
		clearTimeout(timer);
	};
}
