// SPDX-License-Identifier: ISC
// Doing something again and again, and waiting.

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

// Waits; less long when the browser says that it has a network again, or the signal is aborted.
export function pause(ms, signal) {
	return new Promise(resolve => {
		const done = () => {
			clearTimeout(timer);
			removeEventListener("online", done);
			signal?.removeEventListener("abort", done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		addEventListener("online", done);
		signal?.addEventListener("abort", done);
	});
}
