# SPDX-License-Identifier: ISC
"""A whole host for a test: booted, lsctl installed, two channels declared, and the destination outside.

    encoder (ffmpeg) -> nginx ┐                               ┌-> recorder -> judge
    lsctl-loop -------> nginx ┴-> lsctl-forward --------------┘
    `--------- in the container: tests/lib/host -------'  `- outside, in the container's network -'

What is outside outlives a boot of the host. CLOCK_MONOTONIC is one for both.

HOST_FAULT is a script that is run inside when all is set up: to see a check fail.
"""
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from lib import testbed
from lib.judge import Clips, Recording, judge
from lib import tap
from lib.testbed import wait_for

TOOL = os.path.join(testbed.ROOT, "tests", "lib", "host")
NSPAWN = os.path.join(testbed.ROOT, "tests", "lib", "nspawn")
CHANNELS = ("krishna", "waheguru")
CLIPS = ("obs", "loop", "file")


def skip_unless_possible():
    """A machine where nothing boots is no place for these tests; says so in TAP and ends."""
    r = subprocess.run([NSPAWN, "can"], stdout=subprocess.PIPE, check=False)
    if r.returncode != 0:
        print("1..0 # SKIP %s" % r.stdout.decode().strip())
        sys.exit(0)


class Host:
    """with Host() as h: ...; ends with the block, and leaves nothing unless FLOW_KEEP is set."""

    def __init__(self):
        self.parts, self.known = [], {}
        self.srs = os.environ.get("SRS")
        self.obs = None             # an encoder that a scenario left running

    def __enter__(self):
        paths = {name: testbed.clip(name) for name in CLIPS}
        os.makedirs(testbed.WORK, exist_ok=True)
        self.dir = tempfile.mkdtemp(prefix="host", dir=testbed.WORK)
        self.machine = os.path.join(self.dir, "vm" + os.path.basename(self.dir)[4:])
        try:
            self.tool("start")
            self.enter_network()
            self.recorder = testbed.Recorder(self, "recorder", Clips(paths))
            self.watch()
            self.tool("base")
            for channel in CHANNELS:
                self.tool("channel", channel, self.recorder.url(), paths["loop"], paths["file"])
            self.sh(os.environ.get("HOST_FAULT", "true"))
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, value, trace):
        for part in reversed(self.parts):
            if part.running():
                part.stop(timeout=2)
        keep = os.environ.get("FLOW_KEEP") or kind and not (kind is SystemExit and value.code == 0)
        if os.path.exists(self.machine):
            if keep:
                with open(os.path.join(self.dir, "journal"), "wb") as f:
                    f.write(self.run("journalctl -o short-monotonic --no-pager").stdout)
            self.tool("stop")
        if keep:
            print("# artefacts: " + self.dir)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

    def tool(self, verb, *args):
        r = subprocess.run([TOOL, verb, self.machine, *args], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        if r.returncode != 0:
            raise RuntimeError("tests/lib/host %s: exit %d: %s" %
                               (verb, r.returncode, r.stdout.decode(errors="replace")[-1500:]))

    def enter_network(self):
        with open(os.path.join(self.machine, "pid")) as f:
            self.enter = ("nsenter", "-t", f.read().strip(), "-n", "--")

    # Inside

    def run(self, script, *args, stdin=None, timeout=60):
        return subprocess.run([TOOL, "exec", self.machine, "bash", "-euc", script, "host", *args],
                              input=stdin or b"", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=timeout, check=False)

    def sh(self, script, *args, **more):
        """What a script inside, as root, prints; it must end well."""
        r = self.run(script, *args, **more)
        if r.returncode != 0:
            raise RuntimeError("%s: exit %d: %s" % (script.strip().splitlines()[0], r.returncode,
                                                    r.stderr.decode(errors="replace").strip()[-600:]))
        return r.stdout.decode(errors="replace").strip()

    def says(self, script, *args):
        """Whether it ends well."""
        return self.run(script, *args).returncode == 0

    def show(self, unit, what):
        return self.sh('systemctl show -P "$2" "$1"', unit, what)

    def pid(self, unit):
        return int(self.show(unit, "MainPID"))

    def health(self, channel):
        return json.loads(self.sh('lsctl-health --json "$1" || test $? = 1', channel))

    def a_pass(self):
        """Waits for a pass of the reconciliation that began after now, and ended well."""
        unit = "lsctl-reconcile"
        before = self.show(unit, "InvocationID")

        def ended_well():
            now_is = dict(line.split("=", 1) for line in self.sh(
                'systemctl show -p InvocationID,ActiveState,Result,ExecMainStatus "$1"', unit).splitlines())
            return now_is.pop("InvocationID") != before and \
                now_is == {"ActiveState": "inactive", "Result": "success", "ExecMainStatus": "0"}
        wait_for("a pass that ends well", ended_well, 15, 0.02)

    def drop_in(self, unit, text, name="90-test"):
        """As systemctl edit does."""
        self.sh('mkdir -p "/etc/systemd/system/$1.d"; cat >"/etc/systemd/system/$1.d/$2.conf"; '
                'systemctl daemon-reload', unit, name, stdin=text.encode())

    def no_drop_in(self, unit):
        self.sh('rm -r "/etc/systemd/system/$1.d"; systemctl daemon-reload', unit)

    def events(self, where):
        """The control plane's own memory; where is a condition of SQL."""
        return int(self.sh('runuser -u postgres -- psql -qAtX -d lsctl -c '
                           '"select count(*) from lsctl.event where $1"', where))

    # Outside

    def encoder(self, channel, clip="obs"):
        """ffmpeg, with the stream key that lsctl-keys shows."""
        key = self.sh('lsctl-keys show "$1" obs | sed -n "s/^Stream key: //p"', channel)
        return testbed.Process(self, "ffmpeg", [
            *self.enter, "ffmpeg", "-nostdin", "-v", "error", "-re", "-stream_loop", "-1",
            "-i", testbed.clip(clip), "-c", "copy", "-f", "flv", "rtmp://127.0.0.1/live/" + key])

    # The destination

    def watch(self):
        """New recordings: what is judged begins here, with the next connection."""
        with self.recorder.changed:
            for channel in CHANNELS:
                self.recorder.recordings[channel + "-key"] = Recording(self.recorder.clips, channel + "-key")
                self.known[channel] = set()

    def watch_again(self, channel):
        """The newest connection of a channel is judged from here on, and those before it no more."""
        key = channel + "-key"
        with self.recorder.changed:
            old = self.recorder.recordings[key]
            new = Recording(self.recorder.clips, key)
            conn = old.publishes[-1]["conn"]
            for event in old.events:
                if event.get("conn") == conn:
                    new.add(event)
            self.recorder.recordings[key] = new
            self.known[channel] = set()

    def recording(self, channel):
        return self.recorder.recording(channel + "-key")

    def first_media(self, channel, timeout=testbed.PATIENCE):
        r = self.recording(channel)
        return self.recorder.wait(channel + ": media", lambda: r.air and r.air[0][1], timeout)

    def on_air(self, channel, source, timeout=testbed.PATIENCE):
        return self.recorder.wait_air(channel + "-key", source, timeout)

    def publish_after(self, channel, t, timeout=testbed.PATIENCE):
        """The time of the first connection that is younger than t, ns."""
        r = self.recording(channel)
        return self.recorder.wait(channel + " publishes again", lambda: next(
            (p["t"] for p in r.publishes if p["t"] > t), None), timeout)

    def unharmed(self, report, channel, seconds=1.5, **bounds):
        """Of the connection that is watched, all that the judge finds and did not find before; a little more of
        the stream is waited for, so that a gap has an end."""
        self.recorder.wait_media(channel + "-key", seconds)
        with self.recorder.changed:
            figures, faults = judge(self.recording(channel), **bounds)
        report.note("%s: %d connection, gap %d ms, burst %d ms, %d cuts" % (
            channel, figures["connections"], figures["gap_ms"], figures["burst_ms"], len(figures["cuts"])))
        for fault in faults:
            report.check(fault in self.known[channel], "%s: %s" % (channel, fault))
        self.known[channel].update(faults)


def now():
    return time.monotonic_ns()


def timed(scenario, host):
    @functools.wraps(scenario)
    def run_it(report):
        start = now()
        try:
            scenario(report, host)
        finally:
            report.note("%.1f s" % ((now() - start) / 1e9))
    return run_it


def run(scenarios):
    """Scenarios are functions of a report and the one host; one after the other."""
    skip_unless_possible()
    with Host() as host:
        tap.run([timed(s, host) for s in scenarios], jobs=1)


__all__ = ["CHANNELS", "Host", "now", "run", "wait_for"]
