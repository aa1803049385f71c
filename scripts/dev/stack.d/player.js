// SPDX-License-Identifier: ISC
// Plays a live HLS stream of MPEG-TS segments (H.264, AAC) through Media Source Extensions.
// A cut between sources with different parameters, wherever in a segment it falls, becomes a
// new initialization segment at exactly that frame.
"use strict";

const Player = (() => {

const CLOCK = 90000;
const WRAP = 2 ** 33;
const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025,
	8000, 7350];

// -- MPEG-TS in: [{ pid, pts, dts, data }], whole PES packets in order of their start --

function pesOf(chunks) {
	const p = new Uint8Array(chunks.reduce((n, c) => n + c.length, 0));
	let at = 0;
	for (const c of chunks) {
		p.set(c, at);
		at += c.length;
	}
	const stamp = i => (p[i] >> 1 & 7) * 2 ** 30 + (p[i + 1] << 22 | p[i + 2] >> 1 << 15 |
	    p[i + 3] << 7 | p[i + 4] >> 1);
	if (p.length < 14 || p[0] !== 0 || p[1] !== 0 || p[2] !== 1 || !(p[7] & 0x80))
		return null;
	const pts = stamp(9);
	return { pts, dts: p[7] & 0x40 ? stamp(14) : pts, data: p.subarray(9 + p[8]) };
}

function demux(ts) {
	const open = new Map(), out = [];
	const close = pid => {
		const pes = open.has(pid) ? pesOf(open.get(pid).chunks) : null;
		if (pes)
			out.push(Object.assign(open.get(pid).slot, pes));
	};
	for (let i = 0; i + 188 <= ts.length; i += 188) {
		if (ts[i] !== 0x47)
			throw new Error("not MPEG-TS");
		const pid = (ts[i + 1] & 0x1f) << 8 | ts[i + 2];
		let from = i + 4;
		if (ts[i + 3] & 0x20)
			from += 1 + ts[i + 4];
		if (pid < 0x20 || !(ts[i + 3] & 0x10) || from >= i + 188)
			continue;
		if (ts[i + 1] & 0x40) {
			if (ts[from] !== 0 || ts[from + 1] !== 0)
				continue;	// a table
			close(pid);
			open.set(pid, { chunks: [], slot: { pid, kind: ts[from + 3] >> 5 === 6 ?
			    "audio" : "video" } });
		}
		if (open.has(pid))
			open.get(pid).chunks.push(ts.subarray(from, i + 188));
	}
	for (const pid of open.keys())
		close(pid);
	return out;
}

// -- H.264 --

function nals(p) {
	const list = [];
	let from = -1, i = 0;
	for (; i + 2 < p.length; i++) {
		if (p[i] !== 0 || p[i + 1] !== 0 || p[i + 2] !== 1)
			continue;
		if (from >= 0)
			list.push(p.subarray(from, i > from && p[i - 1] === 0 ? i - 1 : i));
		from = i + 3;
		i += 2;
	}
	if (from >= 0)
		list.push(p.subarray(from));
	return list.filter(n => n.length > 0);
}

// Width and height from a sequence parameter set (H.264, 7.3.2.1.1).
function sizeOf(sps) {
	const raw = [];
	for (let i = 0; i < sps.length; i++)	// without emulation prevention
		if (i < 2 || sps[i] !== 3 || sps[i - 1] !== 0 || sps[i - 2] !== 0)
			raw.push(sps[i]);
	let pos = 32;
	const bit = () => raw[pos >> 3] >> (7 - (pos++ & 7)) & 1;
	const ue = () => {
		let zeros = 0, v = 1;
		while (!bit() && zeros < 31)
			zeros++;
		for (let i = 0; i < zeros; i++)
			v = v * 2 + bit();
		return v - 1;
	};
	const se = () => {
		const v = ue();
		return v & 1 ? (v + 1) / 2 : -v / 2;
	};
	let chroma = 1;
	ue();
	if ([100, 110, 122, 244, 44, 83, 86, 118, 128].includes(raw[1])) {
		chroma = ue();
		if (chroma === 3)
			bit();
		ue(); ue(); bit();
		if (bit())
			for (let i = 0; i < (chroma === 3 ? 12 : 8); i++)
				if (bit())
					for (let j = 0, next = 8; j < (i < 6 ? 16 : 64) && next !== 0; j++)
						next = (next + se() + 256) % 256;
	}
	ue();
	const order = ue();
	if (order === 0) {
		ue();
	} else if (order === 1) {
		bit(); se(); se();
		for (let n = ue(); n > 0; n--)
			se();
	}
	ue(); bit();
	const w = (ue() + 1) * 16, h = ue() + 1, frames = bit();
	if (!frames)
		bit();
	bit();
	const height = h * 16 * (2 - frames);
	if (!bit())
		return { width: w, height };
	const [l, r, t, b] = [ue(), ue(), ue(), ue()];
	const ux = chroma === 1 || chroma === 2 ? 2 : 1;
	const uy = (chroma === 1 ? 2 : 1) * (2 - frames);
	return { width: w - (l + r) * ux, height: height - (t + b) * uy };
}

const hex = b => Array.from(b, x => x.toString(16).padStart(2, "0")).join("");

// -- fragmented MP4 out (ISO 14496-12) --

const u8 = (...v) => Uint8Array.from(v);
const u16 = v => u8(v >> 8 & 255, v & 255);
const u32 = v => u8(v / 2 ** 24 & 255, v >> 16 & 255, v >> 8 & 255, v & 255);
const zero = n => new Uint8Array(n);
const ascii = s => Uint8Array.from(s, c => c.charCodeAt(0));

function join(parts) {
	const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const p of parts) {
		out.set(p, at);
		at += p.length;
	}
	return out;
}

const box = (type, ...parts) => join([u32(parts.reduce((n, p) => n + p.length, 8)),
	ascii(type), ...parts]);
const MATRIX = join([1, 0, 0, 0, 1, 0, 0, 0].map(v => u32(v * 65536)).concat(u32(0x40000000)));

function initSegment(kind, timescale, entry, width, height) {
	const video = kind === "video";
	return join([
		box("ftyp", ascii("isom"), u32(1), ascii("isomiso5")),
		box("moov",
		    box("mvhd", zero(12), u32(timescale), u32(0), u32(65536), u16(256), zero(10),
			MATRIX, zero(24), u32(2)),
		    box("trak",
			box("tkhd", u32(3), zero(8), u32(1), zero(8), zero(12), u16(video ? 0 : 256),
			    zero(2), MATRIX, u32(width * 65536), u32(height * 65536)),
			box("mdia",
			    box("mdhd", zero(12), u32(timescale), u32(0), u16(0x55c4), u16(0)),
			    box("hdlr", zero(8), ascii(video ? "vide" : "soun"), zero(13)),
			    box("minf",
				video ? box("vmhd", u32(1), zero(8)) : box("smhd", zero(8)),
				box("dinf", box("dref", u32(0), u32(1), box("url ", u32(1)))),
				box("stbl", box("stsd", u32(0), u32(1), entry),
				    box("stts", zero(8)), box("stsc", zero(8)),
				    box("stsz", zero(12)), box("stco", zero(8)))))),
		    box("mvex", box("trex", u32(0), u32(1), u32(1), zero(12)))),
	]);
}

function avcEntry(sps, pps, width, height) {
	return box("avc1", zero(6), u16(1), zero(16), u16(width), u16(height), u32(0x480000),
	    u32(0x480000), u32(0), u16(1), zero(32), u16(24), u16(0xffff),
	    box("avcC", u8(1, sps[1], sps[2], sps[3], 0xff, 0xe1), u16(sps.length), sps,
		u8(1), u16(pps.length), pps));
}

function aacEntry(config, rate, channels) {
	const specific = join([u8(5, config.length), config]);
	const decoder = join([u8(4, 13 + specific.length, 0x40, 0x15), zero(11), specific]);
	const es = join([u8(3, 3 + decoder.length + 3, 0, 1, 0), decoder, u8(6, 1, 2)]);
	return box("mp4a", zero(6), u16(1), zero(8), u16(channels), u16(16), u32(0),
	    u32(Math.min(rate, 65535) * 65536), box("esds", u32(0), es));
}

let fragments = 0;

// samples: [{ dts, cts, duration, key, data }] of one track, in its timescale.
function mediaSegment(samples) {
	const dts = samples[0].dts;
	const rows = samples.map(s => join([u32(s.duration), u32(s.data.length),
	    u32(s.key ? 0x02000000 : 0x01010000), u32(s.cts)]));
	const moof = offset => box("moof",
	    box("mfhd", u32(0), u32(++fragments)),
	    box("traf",
		box("tfhd", u32(0x020000), u32(1)),
		box("tfdt", u32(0x01000000), u32(Math.floor(dts / 2 ** 32)), u32(dts)),
		box("trun", u32(0x01000f01), u32(samples.length), u32(offset), ...rows)));
	const size = moof(0).length;
	return join([moof(size + 8), box("mdat", ...samples.map(s => s.data))]);
}

// -- tracks: PES packets in, { mime, init } and media segments out --

class Track {
	constructor() {
		this.last = null;	// unwrapped, in 1/90000 s
		this.sig = "";
	}

	// 33 bits wrap every 26.5 hours; the page may be open longer.
	unwrap(t) {
		if (this.last !== null)
			t += Math.round((this.last - t) / WRAP) * WRAP;
		return t;
	}
}

class VideoTrack extends Track {
	parse(pes, out) {
		let samples = [];
		const flush = () => {
			samples.forEach((s, i) => {
				const next = samples[i + 1];
				s.duration = next ? next.dts - s.dts : i > 0 ? samples[i - 1].duration : 3000;
			});
			if (samples.length > 0 && this.sig)
				out.push(mediaSegment(samples));
			samples = [];
		};
		for (const p of pes) {
			const list = nals(p.data), sps = list.find(n => (n[0] & 31) === 7),
			    pps = list.find(n => (n[0] & 31) === 8);
			if (sps && pps && hex(sps) + hex(pps) !== this.sig) {
				flush();
				this.sig = hex(sps) + hex(pps);
				const { width, height } = sizeOf(sps);
				out.push({ mime: `video/mp4; codecs="avc1.${hex(sps.subarray(1, 4))}"`,
				    init: initSegment("video", CLOCK, avcEntry(sps, pps, width, height),
					width, height) });
			}
			const data = join(list.filter(n => ![7, 8, 9].includes(n[0] & 31))
			    .flatMap(n => [u32(n.length), n]));
			if (data.length === 0)
				continue;
			const dts = this.unwrap(p.dts);
			this.last = dts;
			samples.push({ dts, cts: this.unwrap(p.pts) - dts, data,
			    key: list.some(n => (n[0] & 31) === 5) });
		}
		flush();
	}
}

class AudioTrack extends Track {
	// ADTS frames; the stamps are rounded to a millisecond, so frames are counted instead
	// for as long as both agree.
	parse(pes, out) {
		let samples = [];
		const flush = () => {
			if (samples.length > 0)
				out.push(mediaSegment(samples));
			samples = [];
		};
		for (const p of pes) {
			const d = p.data, pts = this.unwrap(p.pts);
			this.last = pts;
			for (let i = 0, first = true; i + 7 <= d.length; first = false) {
				const size = (d[i + 3] & 3) << 11 | d[i + 4] << 3 | d[i + 5] >> 5;
				const head = d[i + 1] & 1 ? 7 : 9;
				if (d[i] !== 0xff || size <= head || i + size > d.length)
					break;
				this.configure(d[i + 2] >> 6, d[i + 2] >> 2 & 15,
				    (d[i + 2] & 1) << 2 | d[i + 3] >> 6, flush, out);
				const at = Math.round(pts * this.rate / CLOCK);
				if (first && !(Math.abs(at - this.next) < this.rate * 0.04)) {
					flush();
					this.next = at;
				}
				samples.push({ dts: this.next, cts: 0, duration: 1024, key: true,
				    data: d.subarray(i + head, i + size) });
				this.next += 1024;
				i += size;
			}
		}
		flush();
	}

	configure(profile, index, channels, flush, out) {
		const sig = [profile, index, channels].join();
		if (sig === this.sig)
			return;
		flush();
		this.sig = sig;
		this.rate = RATES[index];
		this.next = NaN;
		const type = profile + 1;
		const config = u8(type << 3 | index >> 1, (index & 1) << 7 | channels << 3);
		out.push({ mime: `audio/mp4; codecs="mp4a.40.${type}"`,
		    init: initSegment("audio", this.rate, aacEntry(config, this.rate, channels), 0, 0) });
	}
}

// -- the player --

const Source = window.ManagedMediaSource || window.MediaSource;
const sleep = ms => new Promise(done => setTimeout(done, ms));
const settled = (target, event) => new Promise((done, fail) => {
	target.addEventListener(event, done, { once: true });
	target.addEventListener("error", () => fail(new Error("cannot be decoded")), { once: true });
});

class LivePlayer {
	// video: an element; url: of the playlist.
	constructor(video, url) {
		this.video = video;
		this.url = url;
		if (!Source)
			video.src = url;	// what cannot do this plays HLS by itself
		else
			this.run();
	}

	async run() {
		setInterval(() => this.steer(), 500);
		for (;;) {
			try {
				await this.open();
				for (;;) {
					await this.poll();
					await sleep(700);
				}
			} catch (e) {
				console.info(this.url + ": " + e.message);
			}
			await sleep(1500);
		}
	}

	async open() {
		const list = await this.playlist();	// nothing is shown until there is one
		this.seen = new Set(list.slice(0, -3));
		this.tracks = { video: new VideoTrack(), audio: new AudioTrack() };
		this.buffers = {};
		this.media = new Source();
		this.video.disableRemotePlayback = true;
		this.video.src = URL.createObjectURL(this.media);
		await settled(this.media, "sourceopen");
		URL.revokeObjectURL(this.video.src);
	}

	async playlist() {
		const answer = await fetch(this.url, { cache: "no-store" });
		if (!answer.ok)
			throw new Error("nothing on the air");
		return (await answer.text()).split("\n").map(l => l.trim())
		    .filter(l => l && !l.startsWith("#"));
	}

	async poll() {
		const list = await this.playlist();
		const fresh = list.filter(name => !this.seen.has(name));
		this.seen = new Set(list);
		if (this.video.error)
			throw new Error(this.video.error.message);
		for (const name of fresh.slice(-3)) {
			const answer = await fetch(new URL(name, new URL(this.url, location)));
			if (answer.ok)
				await this.segment(new Uint8Array(await answer.arrayBuffer()));
		}
	}

	async segment(ts) {
		const pes = demux(ts), outs = {};
		for (const kind of ["video", "audio"]) {
			outs[kind] = [];
			this.tracks[kind].parse(pes.filter(p => p.kind === kind), outs[kind]);
		}
		// Both buffers exist before either is filled: later ones may be refused.
		for (const kind in outs)
			if (!this.buffers[kind] && outs[kind].length > 0 && outs[kind][0].init)
				this.buffers[kind] = this.media.addSourceBuffer(outs[kind][0].mime);
		for (const kind in outs)
			for (const part of outs[kind])
				await this.append(this.buffers[kind], part);
		const old = this.video.currentTime - 20;
		for (const b of Object.values(this.buffers))
			if (b.buffered.length > 0 && b.buffered.start(0) < old - 10) {
				b.remove(0, old);
				await settled(b, "updateend");
			}
		this.steer();
	}

	async append(buffer, part) {
		if (part.init && buffer.mime !== part.mime && buffer.changeType)
			buffer.changeType(part.mime);
		if (part.init)
			buffer.mime = part.mime;
		buffer.appendBuffer(part.init || part);
		await settled(buffer, "updateend");
	}

	// Near the live edge, and over any hole.
	steer() {
		const v = this.video, b = v.buffered;
		if (b.length === 0)
			return;
		const from = b.start(b.length - 1), to = b.end(b.length - 1), lag = to - v.currentTime;
		const inside = v.currentTime >= from - 0.01 && v.currentTime <= to;
		const dry = v.readyState < 3 && v.currentTime < from;
		if (lag > 14 || lag < -1 || dry || (!inside && v.currentTime < b.start(0)))
			v.currentTime = Math.max(from, to - 6) + 0.01;
		v.playbackRate = lag > 10 ? 1.05 : lag < 7 ? 1 : v.playbackRate;
		if (v.paused && v.autoplay && !this.started) {
			this.started = true;
			v.play().catch(() => {});
		}
	}
}

return LivePlayer;

})();
