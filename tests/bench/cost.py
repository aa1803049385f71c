# SPDX-License-Identifier: ISC
"""What a stream costs: CPU seconds per minute, wakeups, memory. The subjects take turns, each alone with its
load: beside others a process finds cores and destinations awake that it would have to wake,
and looks cheaper than it is."""
import os
import struct
import time

from stage import Stage, Trouble, ask, can_ask, clip, cpu_ns, media_bytes, memory, wakeups

BATCH_MS = 133      # of a forwarder: 100 and a frame
MEMORY_SAMPLES = 4


class Subject:
    """Processes that do one job, and what comes out of it."""

    def __init__(self, parts, streams):
        self.parts, self.streams = parts, streams
        self.ctls = [p.ctl for p in parts if hasattr(p, "ctl")]
        self.memory = []

    def sum(self, meter):
        return sum(meter(p.pid) for p in self.parts)

    def flows(self, stage):
        got = stage.drain.streams()
        for name in self.streams:
            _, size, video, _ = got.get(name, (0, 0, 0, 0))
            if size < 100000 or (video == 0 and not name.startswith("floor")):
                return False
        return all((can_ask(c) or {}).get("state") == "OBS_ACTIVE" for c in self.ctls)

    def moved(self, stage):
        got = stage.drain.streams()
        if any(got[s][0] != 1 for s in self.streams):
            raise Trouble("%s was disconnected meanwhile" % self.parts[0].name)
        return sum(got[s][1] for s in self.streams)

    def read(self, stage):
        return self.moved(stage), self.sum(cpu_ns), self.sum(wakeups), time.monotonic()

    def sample_memory(self):
        media = [media_bytes(c) for c in self.ctls]
        own = [memory(p.pid) for p in self.parts]
        if None not in own:
            self.memory.append([sum(m[i] for m in own) for i in (0, 1)] +
                               [sum(m[i] for m in media) for i in (0, 1)])

    def result(self, before, after):
        moved, cpu, woken, seconds = (b - a for a, b in zip(before, after))
        r = {"cpu_s_per_min": cpu / 1e9 * 60 / seconds, "wakeups_per_s": woken / seconds,
             "mbps_out": moved * 8 / 1e6 / seconds, "processes": len(self.parts), "seconds": seconds}
        if self.memory:
            means = [sum(col) / len(self.memory) for col in zip(*self.memory)]
            r.update(zip(("pss_bytes", "private_bytes", "media_bytes", "media_mapped_bytes"), means))
            fullest = max(self.memory, key=lambda m: m[2])
            r["pss_beyond_fullest_bytes"] = fullest[0] - fullest[2]
        return r


def measure(stage, subjects, warm, window):
    """Their results, in order."""
    for s in subjects:
        stage.wait("%s to flow" % s.parts[0].name, lambda: s.flows(stage))
    time.sleep(warm)
    before = [s.read(stage) for s in subjects]
    time.sleep(window)
    after = [s.read(stage) for s in subjects]
    stage.alive()
    for _ in range(MEMORY_SAMPLES):
        for s in subjects:
            s.sample_memory()
        if any(s.ctls for s in subjects):   # what is held goes up and down by a group of pictures
            time.sleep(0.5)
    return [s.result(*r) for s, *r in zip(subjects, before, after)]


class Bench:
    """A load of live inputs and loops on one media server, and what can be done with it."""

    def __init__(self, stage, kbps, size, channels, warm, window):
        self.st, self.warm, self.window = stage, warm, window
        self.obs, backup = clip("obs", kbps, size, 1), clip("loop", kbps, size, 2)
        self.inputs = names("obs", channels)
        self.stagger = 1900 // channels     # ms: encoders are not in step
        self.origin = stage.nginx("origin")
        stage.feed("feed", self.obs, [(self.origin.port, s) for s in self.inputs], stagger=self.stagger)
        self.loops = [stage.loop("loop-" + s, backup, self.origin.port, "loop-" + s) for s in self.inputs]
        time.sleep(2)

    def turns(self, start, sizes, warm=0):
        """One kind of subject, for each size: how many destinations an input has. One after the other:
        the same program beside it has warmed the caches for the next one."""
        return {n: self.turn(start, [n], warm)[n] for n in sizes}

    def turn(self, start, sizes, warm=0):
        mark = len(self.st.parts)
        tag = start.__name__
        subjects = [start([names("%s%d-%s" % (tag, n, s), n) for s in self.inputs]) for n in sizes]
        got = measure(self.st, subjects, self.warm + warm, self.window)
        self.st.stop_since(mark)
        return dict(zip(sizes, got))

    def subject(self, parts, dests):
        return Subject(parts, [d for ds in dests for d in ds])

    def forward(self, dests):
        return self.subject([self.st.forward("ch-" + d[0], self.origin.port, s, "loop-" + s, d)
                             for s, d in zip(self.inputs, dests)], dests)

    def ffmpeg(self, name, stream, outputs):
        url = "rtmp://127.0.0.1:%d/live/%s" % (self.origin.port, stream)
        return self.st.start(["ffmpeg", "-v", "error", "-i", url, "-c", "copy"] + outputs, name)

    def copy(self, dests):
        """One process a destination, as most people do it."""
        return self.subject([self.ffmpeg(n, s, ["-f", "flv", self.st.drain.url("drain") + "/" + n])
                             for s, d in zip(self.inputs, dests) for n in d], dests)

    def tee(self, dests):
        return self.subject([self.ffmpeg(d[0], s, ["-map", "0:v", "-map", "0:a", "-f", "tee", "|".join(
            "[f=flv]%s/%s" % (self.st.drain.url("drain"), n) for n in d)])
            for s, d in zip(self.inputs, dests)], dests)

    def floor(self, dests, *options):
        feed = self.st.feed("raw-" + dests[0][0], self.obs, [], raw=True)
        parts = []
        for d in dests:
            parts.append(self.st.start([self.st.own("floor"), *options, str(feed.port),
                                        str(self.st.drain.raw)] + d, d[0]))
            time.sleep(self.stagger / 1000)
        return self.subject(parts, dests)

    def floor_batch(self, dests):
        return self.floor(dests, "-l", str(BATCH_MS))

    def floor_two(self, dests):
        """The same, with a second input that is only read: what a forwarder must read and write."""
        return self.floor(dests, "-l", str(BATCH_MS), "-n", "2")

    def server(self, dests):
        """A media server that takes the inputs and gives each to its destinations, or to none."""
        pushes = [[self.st.drain.url("drain") + "/" + n for n in d] for d in dests]
        p = self.st.nginx("server%d" % len(dests[0]), list(zip(self.inputs, pushes)))
        self.st.feed("to-" + p.name, self.obs, [(p.port, s) for s in self.inputs], stagger=self.stagger)
        return self.subject([p], dests)

    def all(self, sizes, floors, tee):
        """All there is to compare; {size: {subject: result}}."""
        turns = {"lsctl-forward": self.turns(self.forward, sizes, 3), "ffmpeg": self.turns(self.copy, sizes),
                 # together: what counts is the difference, and that both have the same noise
                 "nginx-rtmp push": self.turn(self.server, [0] + sizes, 1)}
        if tee:
            turns["ffmpeg tee"] = self.turns(self.tee, sizes)
        if floors:
            turns["floor, per message"] = self.turns(self.floor, sizes)
            turns["floor, in batches"] = self.turns(self.floor_batch, sizes)
            turns["floor, two inputs"] = self.turns(self.floor_two, sizes)
        ingest = turns["nginx-rtmp push"].pop(0)
        for r in turns["nginx-rtmp push"].values():
            for k in ("cpu_s_per_min", "wakeups_per_s", "pss_bytes", "private_bytes"):
                if k in r:
                    r[k] -= ingest[k]
        got = {n: {name: turn[n] for name, turn in turns.items()} for n in sizes}
        for n in sizes:
            got[n]["nginx-rtmp, ingest alone"] = ingest
        return got


def names(prefix, n):
    return ["%s-%d" % (prefix, i + 1) for i in range(n)]


def six(warm, window, more):
    """6 Mb/s to one destination and to four."""
    with Stage() as st:
        b = Bench(st, 6000, "1280x720", 1, warm, window)
        got = b.all([1, 4], more, more)
        return {"1to1": got[1], "1to4": got[4], "loop": measure(st, [Subject(b.loops, [])], 0, window)[0]}


def fifty(warm, window, more, n=50):
    """Many channels of 1 Mb/s, each to its own destination."""
    with Stage() as st:
        return {"fifty": Bench(st, 1000, "640x360", n, warm, window).all([1], more, False)[1]}


# -- allocations ----------------------------------------------------------------

class Counted:
    """A forwarder with its allocator watched."""
    COUNTERS = ("malloc", "calloc", "realloc", "mmap", "free", "munmap")

    def __init__(self, stage, port):
        self.file = os.path.abspath("allocs")
        with open(self.file, "wb") as f:
            f.write(bytes(4096))
        env = dict(os.environ, LD_PRELOAD=stage.own("allocs.so"), BENCH_ALLOCS=self.file)
        self.part = stage.forward("counted", port, "obs", "loop", ["counted"], env=env)
        stage.wait("the counted forwarder",
                   lambda: (can_ask(self.part.ctl) or {}).get("state") == "OBS_ACTIVE")
        time.sleep(5)           # every ring has grown, every slab was used once
        self.packets0 = self.packets()
        time.sleep(0.3)         # the answer itself was allocated
        self.counts0 = self.counts()

    def packets(self):
        d = ask(self.part.ctl, cmd="dump")
        return sum(s[t]["first"] + s[t]["queued"] for s in d["sources"] for t in ("video", "audio"))

    def counts(self):
        with open(self.file, "rb") as f:
            return struct.unpack("6Q", f.read(48))

    def end(self):
        counts = self.counts()
        packets = self.packets() - self.packets0
        r = {c: (b - a) * 10000 / packets for c, a, b in zip(self.COUNTERS, self.counts0, counts)}
        return {"packets": packets, "per_10000_packets": r,
                "total_per_10000": sum(r[c] for c in self.COUNTERS[:4])}
