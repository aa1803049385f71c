# SPDX-License-Identifier: ISC
"""What a stream costs: CPU seconds per minute, wakeups, memory. All subjects of a scenario run at the
same time, on the same load and the same noise."""
import os
import struct
import time

from stage import Stage, Trouble, ask, can_ask, clip, cpu_ns, media_bytes, memory, wakeups

LOT_MS = 350
MEMORY_SAMPLES = 5


class Subject:
    """Processes that do one job; minus: processes whose cost is not part of it."""

    def __init__(self, name, parts, streams, minus=()):
        self.name, self.parts, self.streams, self.minus = name, parts, streams, minus
        self.memory = []

    def sum(self, meter):
        return sum(meter(p.pid) for p in self.parts) - sum(meter(p.pid) for p in self.minus)

    def ctls(self):
        return [p.ctl for p in self.parts if hasattr(p, "ctl")]

    def begin(self):
        self.cpu, self.woken = self.sum(cpu_ns), self.sum(wakeups)

    def end(self):
        self.cpu, self.woken = self.sum(cpu_ns) - self.cpu, self.sum(wakeups) - self.woken

    def sample_memory(self):
        media = [media_bytes(c) for c in self.ctls()]
        plus, minus = ([memory(p.pid) for p in ps] for ps in (self.parts, self.minus))
        if None in plus + minus:
            return
        self.memory.append([sum(m[i] for m in plus) - sum(m[i] for m in minus) for i in (0, 1)] +
                           [sum(m[i] for m in media) for i in (0, 1)])

    def result(self, seconds, before, after):
        moved = sum(after[s][1] - before[s][1] for s in self.streams)
        r = {"cpu_s_per_min": self.cpu / 1e9 * 60 / seconds, "wakeups_per_s": self.woken / seconds,
             "mbps_out": moved * 8 / 1e6 / seconds, "processes": len(self.parts)}
        if self.memory:
            means = [sum(col) / len(self.memory) for col in zip(*self.memory)]
            r.update(zip(("pss_bytes", "private_bytes", "media_bytes", "media_mapped_bytes"), means))
        return r


def ffmpeg(stage, name, port, stream, outputs):
    return stage.start(["ffmpeg", "-v", "error", "-i", "rtmp://127.0.0.1:%d/live/%s" % (port, stream),
                        "-c", "copy"] + outputs, name)


def copies(stage, port, stream, dests):
    """One ffmpeg a destination, as most people do it."""
    return [ffmpeg(stage, d, port, stream, ["-f", "flv", stage.drain.url("drain") + "/" + d])
            for d in dests]


def tee(stage, port, stream, dests):
    urls = "|".join("[f=flv]%s/%s" % (stage.drain.url("drain"), d) for d in dests)
    return [ffmpeg(stage, "tee-" + dests[0], port, stream,
                   ["-map", "0:v", "-map", "0:a", "-f", "tee", urls])]


def floors(stage, port, dests, lots):
    argv = [stage.own("floor")] + (["-l", str(LOT_MS)] if lots else [])
    return [stage.start(argv + [str(port), str(stage.drain.raw)] + d, d[0]) for d in dests]


def names(prefix, n):
    return ["%s-%d" % (prefix, i + 1) for i in range(n)]


def all_flow(stage, subjects):
    got = stage.drain.streams()
    for name in (s for x in subjects for s in x.streams):
        conns, size, video, _ = got.get(name, (0, 0, 0, 0))
        if size < 100000 or (video == 0 and not name.startswith("floor")):
            return False
    return all((can_ask(c) or {}).get("state") == "OBS_ACTIVE"
               for x in subjects for c in x.ctls())


def measure(stage, subjects, warm, window, during=None):
    stage.wait("every stream to flow", lambda: all_flow(stage, subjects))
    time.sleep(warm)
    before = stage.drain.streams()
    for s in subjects:
        s.begin()
    t0 = time.monotonic()
    time.sleep(window)
    for s in subjects:
        s.end()
    seconds = time.monotonic() - t0
    after = stage.drain.streams()
    stage.alive()
    for _ in range(MEMORY_SAMPLES):
        for s in subjects:
            s.sample_memory()
        time.sleep(0.45)        # spread over a group of pictures
    for s in subjects:
        if any(after[n][0] != 1 for n in s.streams):
            raise Trouble("%s was disconnected meanwhile" % s.name)
    return {s.name: s.result(seconds, before, after) for s in subjects}


# -- the scenarios --------------------------------------------------------------

def six(warm, window):
    """6 Mb/s to one destination and to four; allocations of a forwarder by the way."""
    obs, backup = clip("obs", 6000, "1280x720", 1), clip("loop", 6000, "1280x720", 2)
    with Stage() as st:
        origin, plain = st.nginx("origin"), st.nginx("plain")
        pushers = {n: st.nginx("push%d" % n, [st.drain.url("drain") + "/" + d for d in names("push%d" % n, n)])
                   for n in (1, 4)}
        servers = [origin, plain] + list(pushers.values())
        feed = st.feed("feed", obs, [(s.port, "obs") for s in servers], raw=True, stagger=11)
        loop = st.loop("loop", backup, origin.port, "loop")
        time.sleep(1)
        sets = {}
        for n in (1, 4):
            d = {k: names(k + str(n), n) for k in ("forward", "copy", "tee", "push", "floor", "floorlot")}
            sets[n] = [
                Subject("lsctl-forward", [st.forward("ch%d" % n, origin.port, "obs", "loop", d["forward"])], d["forward"]),
                Subject("ffmpeg", copies(st, origin.port, "obs", d["copy"]), d["copy"]),
                Subject("ffmpeg tee", tee(st, origin.port, "obs", d["tee"]), d["tee"]),
                Subject("nginx-rtmp push", [pushers[n]], d["push"], minus=[plain]),
                Subject("floor, per message", floors(st, feed.port, [d["floor"]], False), d["floor"]),
                Subject("floor, in lots", floors(st, feed.port, [d["floorlot"]], True), d["floorlot"]),
            ]
        sets[0] = [Subject("lsctl-loop", [loop], [])]
        counted = Counted(st, origin.port)
        merged = [s for n in sets for s in sets[n]]
        for n in sets:
            for s in sets[n]:
                s.label, s.name = s.name, "%d %s" % (n, s.name)
        counted.begin_when_flowing()
        got = measure(st, merged, warm, window)
        return {"1to1": {s.label: got[s.name] for s in sets[1]},
                "1to4": {s.label: got[s.name] for s in sets[4]},
                "loop": got["0 lsctl-loop"], "allocations": counted.end()}


def fifty(warm, window, n=50):
    """Many channels of 1 Mb/s, each to its own destination."""
    obs, backup = clip("obs", 1000, "640x360", 1), clip("loop", 1000, "640x360", 2)
    with Stage() as st:
        origin, plain = st.nginx("origin"), st.nginx("plain")
        pusher = st.nginx("push", [st.drain.url("drain")])
        streams = names("obs", n)
        st.feed("feed", obs, [(origin.port, s) for s in streams], stagger=37)
        feed = st.feed("feed-more", obs, [(s.port, x) for x in streams for s in (plain, pusher)],
                       raw=True, stagger=18)
        for i, s in enumerate(streams):
            st.loop("loop-%d" % i, backup, origin.port, "loop-" + s)
        time.sleep(3)
        d = {k: names(k, n) for k in ("forward", "copy", "floor", "floorlot")}
        subjects = []
        parts = []
        for s, name in zip(streams, d["forward"]):
            parts.append(st.forward("ch-" + s, origin.port, s, "loop-" + s, [name]))
            time.sleep(0.02)
        subjects.append(Subject("lsctl-forward", parts, d["forward"]))
        parts = []
        for s, name in zip(streams, d["copy"]):
            parts += copies(st, origin.port, s, [name])
            time.sleep(0.05)
        subjects.append(Subject("ffmpeg", parts, d["copy"]))
        subjects.append(Subject("nginx-rtmp push", [pusher], streams, minus=[plain]))
        for name, key, lots in (("floor, per message", "floor", False), ("floor, in lots", "floorlot", True)):
            subjects.append(Subject(name, floors(st, feed.port, [[x] for x in d[key]], lots), d[key]))
        return measure(st, subjects, warm, window)


# -- allocations ----------------------------------------------------------------

class Counted:
    """A forwarder with its allocator watched."""
    COUNTERS = ("malloc", "calloc", "realloc", "mmap", "free", "munmap")

    def __init__(self, stage, port):
        self.file = os.path.abspath("allocs")
        with open(self.file, "wb") as f:
            f.write(bytes(4096))
        env = dict(os.environ, LD_PRELOAD=stage.own("allocs.so"), BENCH_ALLOCS=self.file)
        self.stage = stage
        self.part = stage.forward("counted", port, "obs", "loop", ["counted-1"], env=env)

    def begin_when_flowing(self):
        self.stage.wait("the counted forwarder",
                        lambda: (can_ask(self.part.ctl) or {}).get("state") == "OBS_ACTIVE")
        time.sleep(5)           # every ring has grown, every slab was used once
        self.packets0 = self.packets()
        time.sleep(0.3)         # the answer itself was allocated
        self.counts0 = self.counts()

    def packets(self):
        d = ask(self.part.ctl, cmd="dump")
        return sum(s[t]["first"] + s[t]["held"] for s in d["sources"] for t in ("video", "audio"))

    def counts(self):
        with open(self.file, "rb") as f:
            return struct.unpack("6Q", f.read(48))

    def end(self):
        counts = self.counts()
        packets = self.packets() - self.packets0
        r = {c: (b - a) * 10000 / packets for c, a, b in zip(self.COUNTERS, self.counts0, counts)}
        return {"packets": packets, "per_10000_packets": r,
                "total_per_10000": sum(r[c] for c in self.COUNTERS[:4])}
