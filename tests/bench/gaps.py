# SPDX-License-Identifier: ISC
"""What a viewer would notice: the longest gap between two video messages at the destination while the
source changes, and how long a start takes."""
import os
import signal
import sys
import time

from cost import Counted
from stage import ROOT, Stage, ask, can_ask, clip

sys.path.insert(0, os.path.join(ROOT, "tests", "flow"))
from lib.judge import LATE_MS, lateness, silence_ms  # noqa: E402
from lib.testbed import BATCH_MS  # noqa: E402

SILENCE_MS = silence_ms(BATCH_MS)


def state(fw):
    return (can_ask(fw.ctl) or {}).get("state")


def until(st, fw, wanted, patience=60):
    st.wait(wanted, lambda: state(fw) == wanted, patience)
    return time.monotonic()


def largest(times, since, before):
    """The longest gap that touches the interval, in ms."""
    return max((b - a) * 1000 for a, b in zip(times, times[1:]) if b >= since and a <= before)


def percentile(values, p):
    v = sorted(values)
    return v[min(len(v) - 1, int(len(v) * p / 100))]


def summary(values):
    return {"n": len(values), "median_ms": percentile(values, 50), "p99_ms": percentile(values, 99),
            "max_ms": max(values)}


STOOD_STILL_MS = 45


def watched(st, name, since, before):
    """(longest silence, lateness) of a stamped stream, in ms, of frames that came in this time."""
    frames = [f for f in st.drain.video(name) if since * 1e9 <= f["t"] <= before * 1e9]
    return max(((b["t"] - a["t"]) / 1e6 for a, b in zip(frames, frames[1:])), default=1e9), lateness(frames)


def change(spans, through, direct):
    """The gaps of one kind of change. When the same load had a gap without a forwarder too, the machine
    stood still: that is in the figures, but not in steady_max_ms, which is judged."""
    s = summary([largest(through, *x) for x in spans])
    steady = [largest(through, *x) for x in spans if largest(direct, *x) <= STOOD_STILL_MS]
    s.update(stood_still=len(spans) - len(steady), steady_max_ms=max(steady, default=None))
    return s


class Scene:
    """One channel to one stamped destination; beside it the same load straight there, which shows
    what of a gap is this machine's."""

    def __init__(self, st):
        self.st = st
        self.obs_clip = clip("obs", 6000, "1280x720", 1)
        self.origin = st.nginx("origin")
        self.obs = self.encoder()
        st.loop("loop", clip("loop", 6000, "1280x720", 2), self.origin.port, "loop")
        st.start([st.own("feed"), self.obs_clip, "%d/stamp/direct" % st.drain.rtmp], "direct")
        time.sleep(1)
        self.fw = st.forward("ch", self.origin.port, "obs", "loop", ["spliced"], app="stamp",
                             stable_max_ms=5000)    # it fails often here: that must not count
        until(st, self.fw, "OBS_ACTIVE")
        time.sleep(2)

    def encoder(self):
        return self.st.feed("obs", self.obs_clip, [(self.origin.port, "obs")])

    def switches(self, n):
        """Between the live input and the loop and back, each when the one before is done."""
        for i in range(n):
            to = "obs" if i % 2 else "loop"
            began = time.monotonic()
            ask(self.fw.ctl, cmd="switch", to=to)
            done = until(self.st, self.fw, to.upper() + "_ACTIVE")
            yield began, done + 0.2
            time.sleep(0.27)    # and so not always at the same place of a group of pictures
        ask(self.fw.ctl, cmd="switch", to="auto")

    def encoder_dies(self, how):
        """The backup takes over; then the encoder comes back, and its return is a change too."""
        until(self.st, self.fw, "OBS_ACTIVE")
        time.sleep(3)
        began = time.monotonic()
        self.obs.send_signal(how)
        if how == signal.SIGKILL:
            self.st.kill(self.obs)
        done = until(self.st, self.fw, "LOOP_ACTIVE")
        yield began, done + 1
        if how != signal.SIGKILL:
            self.st.kill(self.obs)
        time.sleep(1)
        self.obs = self.encoder()
        began = time.monotonic()
        done = until(self.st, self.fw, "OBS_ACTIVE")
        yield began, done + 1


def gaps(switches, failures, freeze):
    with Stage() as st:
        scene = Scene(st)
        counted = Counted(st, scene.origin.port)
        spans = {"manual switch": list(scene.switches(switches)), "encoder killed": [], "encoder back": []}
        ways = [("encoder killed", signal.SIGKILL)]
        if freeze:
            ways.append(("encoder frozen", signal.SIGSTOP))
            spans["encoder frozen"] = []
        allocations = counted.end()
        st.kill(counted.part)
        for _ in range(failures):
            for name, how in ways:
                lost, back = scene.encoder_dies(how)
                spans[name].append(lost)
                spans["encoder back"].append(back)
        time.sleep(1)
        through, direct = st.drain.video_times("spliced"), st.drain.video_times("direct")
        all_spans = [s for v in spans.values() for s in v]
        late = {"lsctl-forward": lateness(st.drain.video("spliced")),
                "same load, no forwarder": lateness(st.drain.video("direct"))}
        quiet = [(b - a) * 1000 for a, b in zip(through, through[1:])
                 if not any(b >= s and a <= e for s, e in all_spans)]
        return {"gaps": {"changes": {k: change(v, through, direct) for k, v in spans.items()},
                "between changes": summary(quiet), "late_ms": late,
                "same load, no forwarder": summary([largest(direct, *s) for s in all_spans]),
                "connections": st.drain.streams()["spliced"][0],
                "allocations": allocations, "first_frame": first_frames(st, scene.origin.port, failures)}}


def first_frames(st, port, times):
    """From the start of the process to the first picture at the destination, in s."""
    def forward(name, **more):
        return st.forward(name, port, "obs", "loop", [name], **more)

    def ffmpeg(name):
        return st.start(["ffmpeg", "-v", "error", "-i", "rtmp://127.0.0.1:%d/live/obs" % port, "-c", "copy",
                         "-f", "flv", st.drain.url("drain") + "/" + name], name)

    ways = {"lsctl-forward, delay 2 s": forward, "lsctl-forward, delay 0": lambda n: forward(n, delay_ms=0),
            "ffmpeg -c copy": ffmpeg}
    got = {way: [] for way in ways}
    for i in range(times):
        for k, (way, start) in enumerate(ways.items()):
            name = "first-%d-%d" % (i, k)
            began = time.monotonic()
            p = start(name)
            st.wait(name, lambda: st.drain.streams().get(name, (0, 0, 0, 0))[3] > 0, 30)
            got[way].append(st.drain.streams()[name][3] - began)
            st.kill(p)
    return {way: sorted(v)[len(v) // 2] for way, v in got.items()}
