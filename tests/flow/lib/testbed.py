# SPDX-License-Identifier: ISC
"""The testbed: a whole channel of real parts on 127.0.0.1.

In tests/flow are the scenarios, programs that print TAP; a function's name as an argument runs that one only:
  failover cuts flapping destinations destination_policy destination_route neighbours floods sources films codecs
  control
                 on the testbed
  database kicks secrets metrics encoders
                 on the whole of it with its control plane: full_stack.py
  host maintenance isolation
                 on a whole host, booted in a container: hosts.py and tests/lib/host
  first_channel runbook package
                 on machines that have nothing of ours: tests/lib/guest.sh
  judge_test     plants faults in a good recording and sees the judge find them

In tests/flow/lib is what they are made of:
  testbed.py     this: starts and stops the parts, waits for things to happen
  publisher.py   an encoder that misbehaves on request; ffmpeg is the well-behaved one
  recorder.py    the destination: writes down every message, can misbehave too
  judge.py       what the destination saw, as figures and faults
  wire.py flv.py RTMP and FLV for these three, nothing of the product's
  enhanced.py    clips in other codecs than H.264
  full_stack.py  the embedded stack, and a recorder besides
  network.py     a proxy and a name server, in threads of the scenario
  tap.py         runs scenarios side by side

    clip -> obs  (ffmpeg or publisher) -\
                                         media server -> lsctl-forward -> recorder -> judge
    clip -> loop (lsctl-loop) ----------/    clip -> file ---/

Environment: SRS=/path/to/srs uses that media server instead of nginx-rtmp; O is the build
folder; FLOW_JOBS how many scenarios at once; FLOW_KEEP=1 keeps every testbed's folder (that of
a failed one is kept always, and its path printed); FLOW_TRACE=1 prints where a scenario broke.
"""
import collections
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from lib.judge import BOUNDS, LATE_MS, Clips, Recording, decode_errors, judge, silence_ms
from lib import enhanced, tap

HERE = os.path.dirname(os.path.abspath(__file__))
FLOW = os.path.dirname(HERE)
ROOT = os.path.dirname(os.path.dirname(FLOW))
BUILD = os.path.join(ROOT, os.environ.get("O", "build"))
WORK = os.path.join(BUILD, "flow")
CHANNEL = "waheguru"
PATIENCE = 30               # seconds until an awaited event is given up
DELAY_MS, STALL_MS, STABLE_MS = 2000, 1500, 5000
BATCH_MS, BATCH_DELAY_MS = 100, 800         # with a delay line of so much, unless the spec says otherwise


# -- clips ----------------------------------------------------------------------

def _clip(seconds, seed, profile="high", fps=30, gop=2.0, bframes=0, audio="48000:2"):
    """ffmpeg arguments. A moving picture of its own colours, and noise as sound: no two frames
    of all clips are the same bytes, so a payload tells where it came from. audio None: silence. Encoders and fallbacks
    differ in profile: a cut between different parameter sets is the harder one."""
    rate, channels = (audio or "48000:2").split(":")
    sound = "anoisesrc=color=pink:amplitude=0.2:seed=%d:sample_rate=%s" % (seed, rate) if audio else \
        "anullsrc=r=%s:cl=stereo" % rate
    keys = str(round(fps * gop))
    return ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=%d,hue=h=%d" % (fps, 40 * seed), "-f", "lavfi", "-i", sound,
            "-t", str(seconds), "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast",
            "-profile:v", profile, "-bf", str(bframes), "-g", keys, "-keyint_min", keys,
            "-sc_threshold", "0", "-b:v", "900k", "-maxrate", "900k", "-bufsize", "900k",
            "-c:a", "aac", "-b:a", "96k", "-ar", rate, "-ac", channels]


CLIPS = {
    "obs": _clip(60, 1),
    "loop": _clip(20, 2, "main"),
    "file": _clip(20, 3, "main"),
    "obs_quick": _clip(60, 4, gop=0.5),
    "loop_quick": _clip(20, 5, "main", gop=0.5),
    "obs_bframes": _clip(60, 6, bframes=2),
    "obs_25": _clip(60, 7, fps=25),
    "obs2": _clip(20, 15),
    # each frame of its silence is the same, and it says how little that is
    "camera": _clip(60, 14, "baseline", audio=None) + ["-flags:a", "+bitexact", "-b:a", "3k"],
    "obs_mono": _clip(60, 8, audio="44100:1"),
    "obs_slices": _clip(30, 9) + ["-x264-params", "slices=3:repeat-headers=1:aud=1"],
    "hevc": _clip(20, 10, "main") + ["-c:v", "libx265", "-tag:v", "hvc1", "-x265-params",
                                     "bframes=0:keyint=60:min-keyint=60:scenecut=0:log-level=none"],
    "av1": _clip(20, 11, "main") + ["-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-lag-in-frames", "0"],
    "obs_far": _clip(70, 13, gop=30),
    # every 40th picture is shown a second after it is sent
    "obs_late": _clip(30, 12, gop=0.5) + ["-bsf:v", r"setts=pts=PTS+30.5*(DTS-PREV_INDTS)*eq(mod(N\,40)\,10)"],
}
FOURCC = {"hevc": b"hvc1", "av1": b"av01"}
TRUTH = {"width": 640, "height": 360, "framerate": 30, "audiocodecid": 10, "audiosamplerate": 48000,
         "audiosamplesize": 16, "stereo": True}
_clip_lock = threading.Lock()


def clip(name):
    """Path of a clip, encoded once and kept."""
    folder = os.path.join(WORK, "clips")
    path = os.path.join(folder, name + ".flv")
    recipe = path + ".args"
    with _clip_lock:
        if _read(recipe) != " ".join(CLIPS[name]) or not os.path.exists(path):
            os.makedirs(folder, exist_ok=True)
            part = "%s.%d" % (path, os.getpid())
            subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *CLIPS[name],
                            "-f", "mp4" if name in FOURCC else "flv", part], check=True)
            if name in FOURCC:
                enhanced.mux(part, FOURCC[name], part + ".flv", TRUTH)
                os.rename(part + ".flv", part)
            os.rename(part, path)
            with open(recipe, "w") as f:
                f.write(" ".join(CLIPS[name]))
    return path


def _read(path):
    try:
        with open(path) as f:
            return f.read()
    except OSError:
        return None


_handed_out = set()


def free_port():
    """Below the ephemeral range, so that no outgoing connection takes it before its server does."""
    while True:
        port = random.randrange(20000, 32000)
        if port in _handed_out:
            continue
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        _handed_out.add(port)
        return port


def wait_for(what, happened, timeout=PATIENCE, pause=0.05):
    """The first true value of happened(); for things that nobody announces."""
    deadline = time.monotonic() + timeout
    while True:
        value = happened()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError("%s: not within %g s" % (what, timeout))
        time.sleep(pause)


def memory_kb(pid):
    with open("/proc/%d/status" % pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


class Lateness:
    """What a busy machine takes: how late a thread that only sleeps woke at most, and how long one of the processes
    waited for a processor in a WINDOW (proc_pid_schedstat(5), the second number)."""

    TICK_S = 0.01
    WINDOW = 20     # ticks

    def __init__(self, *pids):
        self.pids, self.ms = pids, 0
        threading.Thread(target=self.sleep, daemon=True).start()

    def waited_ms(self):
        def of(pid):
            with open("/proc/%d/schedstat" % pid, encoding="ascii") as f:
                return int(f.read().split()[1]) / 1e6
        return [of(pid) for pid in self.pids]

    def sleep(self):
        window = collections.deque([self.waited_ms()], self.WINDOW)
        while True:
            began = time.monotonic()
            time.sleep(self.TICK_S)
            late = (time.monotonic() - began - self.TICK_S) * 1000
            try:
                window.append(self.waited_ms())
            except OSError:
                return
            self.ms = max(self.ms, round(max([late, *(b - a for a, b in zip(window[0], window[-1]))])))


def processors_short_s():
    """Of the time since the machine's boot, how long some process waited for a processor (PSI); 0: it is not known."""
    try:
        with open("/proc/pressure/cpu", encoding="ascii") as f:
            return int(f.readline().rpartition("total=")[2]) / 1e6
    except OSError:
        return 0


def certificate(s, name, issuer=None):
    """A self-made authority, or a certificate for localhost by it: (certificate, key) paths."""
    crt, key = (os.path.join(s.dir, name + e) for e in (".crt", ".key"))
    argv = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", key, "-out", crt, "-days", "2", "-subj", "/CN=" + name]
    if issuer:
        argv += ["-CA", issuer[0], "-CAkey", issuer[1], "-addext",
                 "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"]
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return crt, key


# -- processes --------------------------------------------------------------------

class Process:
    """A part of the testbed; its stderr goes to a file of its name in the testbed's folder."""

    def __init__(self, testbed, name, argv, **popen):
        self.name = name
        self.log = os.path.join(testbed.dir, "%s-%d.err" % (name, len(testbed.parts)))
        with open(self.log, "wb") as err:
            popen.setdefault("stdin", subprocess.DEVNULL)
            popen.setdefault("stdout", err)
            self.popen = subprocess.Popen(argv, stderr=err, cwd=testbed.dir, **popen)
        self.frozen = False
        testbed.parts.append(self)

    def running(self):
        return self.popen.poll() is None

    def send(self, number):
        if self.running():
            self.popen.send_signal(number)

    def freeze(self):
        self.send(signal.SIGSTOP)
        self.frozen = True

    def unfreeze(self):
        self.send(signal.SIGCONT)
        self.frozen = False

    def kill(self):
        """kill -9."""
        self.send(signal.SIGKILL)
        self.popen.wait()

    def stop(self, number=signal.SIGTERM, timeout=5):
        """Asks it to end; its exit status, None when it had to be killed."""
        if self.frozen:
            self.unfreeze()
        self.send(number)
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def last_words(self):
        return (_read(self.log) or "").strip()[-600:]


class Talker(Process):
    """A process of ours that writes JSON lines and takes commands."""

    def __init__(self, testbed, name, module, *args):
        super().__init__(testbed, name, [*testbed.enter, sys.executable, "-m", module, *args],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ, PYTHONPATH=FLOW))
        self.events, self.changed = [], threading.Condition()
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        for line in self.popen.stdout:
            event = json.loads(line)
            with self.changed:
                self.take(event)
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def take(self, event):
        self.events.append(event)

    def wait(self, what, happened, timeout=PATIENCE):
        """Waits until happened() is true of what was heard."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                value = happened()
                if value:
                    return value
                left = deadline - time.monotonic()
                if left <= 0 or not self.running():
                    raise TimeoutError("%s: %s %s" % (self.name, what, "not within %g s" % timeout
                                       if left <= 0 else "cannot be: it ended. " + self.last_words()))
                self.changed.wait(min(left, 1))

    def heard(self, ev, timeout=PATIENCE, **fields):
        """Waits for an event with these fields."""
        def find():
            return next((e for e in self.events if e["ev"] == ev and
                         all(e.get(k) == v for k, v in fields.items())), None)
        return self.wait("%s %s" % (ev, fields), find, timeout)

    def tell(self, line):
        self.popen.stdin.write(line.encode() + b"\n")
        self.popen.stdin.flush()


class Publisher(Talker):
    def __init__(self, testbed, name, url, path, *options):
        super().__init__(testbed, name, "lib.publisher", *options, url, path)

    def do(self, command):
        """Tells it, and waits until it obeyed; the time of it."""
        before = len(self.events)
        self.tell(command)
        return self.wait(command, lambda: next((e for e in self.events[before:]
                                                if e.get("command") == command), None))["t"]

    def stop(self, number=None, timeout=5):
        if self.frozen:
            self.unfreeze()
        if number is None and self.running():
            self.popen.stdin.close()
        return super().stop(number or 0, timeout)


class Recorder(Talker):
    """One recording server; one Recording for each key that is asked for."""

    def __init__(self, testbed, name, clips, *options):
        self.dir = os.path.join(testbed.dir, name)
        os.mkdir(self.dir)
        self.clips, self.recordings = clips, {}
        self.raw = open(os.path.join(self.dir, "log"), "w")
        super().__init__(testbed, name, "lib.recorder", "--flv", self.dir, *options)
        self.port = self.heard("listening")["port"]

    def take(self, event):
        self.raw.write(json.dumps(event) + "\n")
        if event["ev"] != "msg":
            self.events.append(event)
        for recording in self.recordings.values():
            recording.add(event)

    def recording(self, key):
        """Call it before the destination is connected."""
        return self.recordings.setdefault(key, Recording(self.clips, key))

    def url(self, scheme="rtmp", host="127.0.0.1", app="live2"):
        return "%s://%s:%d/%s" % (scheme, host, self.port, app)

    def fault(self, key, fault):
        self.tell("fault %s %s" % (key, fault))
        self.heard("fault", key=key, fault=fault)

    def drop(self, key):
        """Closes the connections of a key."""
        self.tell("drop %s" % key)

    def count(self, ev, **fields):
        with self.changed:
            return sum(e["ev"] == ev and all(e.get(k) == v for k, v in fields.items())
                       for e in self.events)

    def wait_air(self, key, source, timeout=PATIENCE, since=0):
        """Waits until the source's picture arrives; the time of its first frame after since, ns."""
        r = self.recording(key)
        return self.wait("%s on the air" % source, lambda: next(
            (t for c, t in r.air if c == source and t >= since), None)
            if r.on_air() == source else None, timeout)

    def wait_media(self, key, seconds):
        """Waits for so much more of the stream's own time."""
        r = self.recording(key)
        start = r.messages[-1]["ts"] if r.messages else 0
        self.wait("%g s of media" % seconds,
                  lambda: r.messages and r.messages[-1]["ts"] - start >= seconds * 1000,
                  seconds + PATIENCE)

    def stop(self, number=None, timeout=5):
        if self.running():
            self.popen.stdin.close()
        status = super().stop(number or 0, timeout)
        self.thread.join(5)
        self.raw.close()
        return status


# -- media servers ------------------------------------------------------------------

NGINX = """
daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log stderr warn;
load_module %(modules)s/ngx_rtmp_module.so;
events { worker_connections 256; }
rtmp {
    access_log off;
    server {
        listen 127.0.0.1:%(port)d; chunk_size 4096;
        application live { live on; }
        application record { live on; record all; record_path %(dir)s; record_unique on; }
    }
}
"""

SRS = """
listen 127.0.0.1:%(port)d; max_connections 200; daemon off; pid srs.pid;
srs_log_tank file; srs_log_file srs.log; srs_log_level_v2 warn;
http_api { enabled off; } heartbeat { enabled off; } stats { network 0; }
vhost __defaultVhost__ {
    tcp_nodelay on; min_latency on;
    publish { mr off; firstpkt_timeout 5000; normal_timeout 3000; }
    play { gop_cache on; queue_length 10; mw_latency 100; atc on; mix_correct off; }
}
"""


class Server:
    """The media server: nginx-rtmp, or SRS when the environment names one."""

    def __init__(self, testbed):
        self.testbed, self.port, self.process = testbed, free_port(), None
        self.srs = os.environ.get("SRS")
        modules = next((d for d in ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules")
                        if os.path.exists(d)), "modules")
        self.conf = os.path.join(testbed.dir, "server.conf")
        with open(self.conf, "w") as f:
            f.write((SRS if self.srs else NGINX) %
                    {"port": self.port, "dir": testbed.dir, "modules": modules})
        self.start()

    def start(self):
        argv = [self.srs, "-c", self.conf] if self.srs else \
            ["/usr/sbin/nginx", "-p", self.testbed.dir, "-c", self.conf]
        self.process = Process(self.testbed, "server", argv)
        wait_for("media server: " + self.process.last_words(), self._listens)

    def _listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        self.process.kill()

    def url(self, stream, app="live"):
        return "rtmp://127.0.0.1:%d/%s/%s" % (self.port, app, stream)


# -- the product ------------------------------------------------------------------

# Does what a service manager does: keeps "on-air" for the process that replaces a dead one.
RESUME = ["sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=on-air exec "$0" "$@" 3</dev/null']


class Forward(Process):
    def __init__(self, testbed, spec, env=None, options=(), stdout=None, resume=False, prefix=()):
        self.path = os.path.join(testbed.dir, "forward.json")
        self.dir, self.socket = testbed.dir, "forward.sock"   # relative: a socket's path has 107 bytes
        self.program = testbed.tool("lsctl-forward")
        self.spec = spec
        self.write_spec()
        with open(stdout or os.devnull, "wb") as out:
            super().__init__(testbed, "forward",
                             [*prefix, *(RESUME if resume else ()), self.program, "-v", *options,
                              "-s", self.socket, self.path],
                             env=dict(os.environ, **(env or {})), stdout=out)
        wait_for("lsctl-forward answers: " + self.last_words(), self._answers)

    def _answers(self):
        if not self.running():
            raise RuntimeError("lsctl-forward ended: " + self.last_words())
        return self.has_socket()

    def has_socket(self):
        return os.path.exists(os.path.join(self.dir, self.socket))

    def batch_ms(self):
        return self.spec.get("batch_ms", BATCH_MS if self.spec["delay_ms"] >= BATCH_DELAY_MS else 0)

    def write_spec(self):
        """By rename, as the control plane does."""
        part = self.path + ".new"
        with open(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as f:
            json.dump(self.spec, f)
        os.rename(part, self.path)

    def ctl(self, *words):
        r = subprocess.run([self.program, "ctl", self.socket, *words], stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=10, check=False,
                           cwd=self.dir)
        if r.returncode != 0:
            raise RuntimeError("ctl %s: exit %d: %s" % (" ".join(words), r.returncode,
                                                        (r.stdout + r.stderr).decode().strip()))
        return json.loads(r.stdout)

    def status(self):
        return self.ctl("status")

    def wait_status(self, what, happened, timeout=PATIENCE):
        def look():
            status = self.status()
            return status if happened(status) else None
        return wait_for("status: " + what, look, timeout, 0.2)


# -- the testbed ----------------------------------------------------------------------

class Testbed:
    """with Testbed(report) as s: s.obs() ...; everything it started ends with the block, by pid."""

    enter = ()                  # what leads into another network

    def __init__(self, report, *clips, media_server=True):
        self.report, self.parts = report, []
        self.forwarder = self.late = None
        self.clip_names = clips or ("obs", "loop", "file")
        self.has_server = media_server

    def __enter__(self):
        paths = {name: clip(name) for name in self.clip_names}
        self.clips = Clips(paths)
        os.makedirs(WORK, exist_ok=True)
        self.dir = tempfile.mkdtemp(prefix="testbed-", dir=WORK)
        try:
            self.server = Server(self) if self.has_server else None
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, value, trace):
        for part in reversed(self.parts):
            if part.running():
                part.stop(timeout=2)
        failed = kind not in (None, tap.Skip) or self.report.faults
        if failed or os.environ.get("FLOW_KEEP"):
            self.report.note("artefacts: " + self.dir)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

    def tool(self, name, required=True):
        path = os.path.join(BUILD, "bin", name)
        if os.access(path, os.X_OK):
            return path
        if required:
            raise FileNotFoundError(path + ": not built")
        return None

    # Sources

    def obs(self, name="obs", options=(), stream=CHANNEL + "_obs"):
        """The encoder that can misbehave; returns when its first media went out."""
        p = Publisher(self, "obs", self.server.url(stream), clip(name), *options)
        p.clip = name
        p.began = p.heard("first")["t"]
        return p

    def obs_ffmpeg(self, name="obs", stream=CHANNEL + "_obs"):
        """ffmpeg as the encoder; it announces nothing, so its start is the time of the call."""
        began = time.monotonic_ns()
        p = Process(self, "ffmpeg", ["ffmpeg", "-nostdin", "-v", "error", "-re", "-i", clip(name),
                                     "-c", "copy", "-f", "flv", self.server.url(stream)])
        p.clip, p.began = name, began
        return p

    def loop(self, name="loop", native=True):
        """lsctl-loop where it exists, else a publisher of ours (which does not dial again)."""
        stream = CHANNEL + "_loop"
        program = self.tool("lsctl-loop", required=False)
        self.loop_is_ours = not (native and program)
        if self.loop_is_ours:
            return Publisher(self, "loop", self.server.url(stream), clip(name), "--loop")
        spec = os.path.join(self.dir, "loop.json")
        with open(os.open(spec, os.O_CREAT | os.O_WRONLY, 0o600), "w") as f:
            json.dump({"channel": CHANNEL, "files": [clip(name)], "destination": {
                "name": "local", "url": "rtmp://127.0.0.1:%d/live" % self.server.port,
                "key": stream}}, f)
        return Process(self, "loop", [program, "run", spec])

    # Destinations

    def recorder(self, name="recorder", *options):
        return Recorder(self, name, self.clips, *options)

    # The forwarder

    def forward(self, destinations, sources=("obs", "loop", "file"), file="file", env=None, options=(),
                stdout=None, resume=False, prefix=(), tracks=None, **spec):
        """destinations: name -> (url, key) or a dict; prefix: what runs the program; tracks: of obs; further
        words go into the spec."""
        places = {"file": {"name": "file", "path": clip(file) if "file" in sources else ""}}
        for name in set(sources) - set(places):
            places[name] = {"name": name, "url": self.server.url("%s_%s" % (CHANNEL, name))}
        if tracks:
            places["obs"]["tracks"] = tracks
        dests = [dict(name=n, **(d if isinstance(d, dict) else {"url": d[0], "key": d[1]}))
                 for n, d in destinations.items()]
        whole = dict({"channel": CHANNEL, "mode": "auto", "delay_ms": DELAY_MS, "stall_ms": STALL_MS,
                      "stable_ms": STABLE_MS, "sources": [places[n] for n in sources],
                      "destinations": dests}, **spec)
        self.forwarder = Forward(self, whole, env, options, stdout, resume, prefix)
        self.late = Lateness(*(p.popen.pid for p in self.parts if isinstance(p, (Forward, Recorder)) and p.running()))
        return self.forwarder

    def channel(self, start_obs, destinations=None, key="abc", loop="loop", **spec):
        """The usual channel: loop, forwarder and one recorder, first the loop on the air and then OBS.
        stable_max_ms: these are no flapping tests, so each return may take the shortest window."""
        recorder = self.recorder()
        recorder.recording(key)
        loop = self.loop(loop)
        forward = self.forward(dict({"youtube": (recorder.url(), key)}, **(destinations or {})),
                               **dict({"stable_max_ms": STABLE_MS}, **spec))
        recorder.wait_air(key, "loop")
        obs = start_obs()
        recorder.wait_air(key, obs.clip)
        return recorder, loop, forward, obs

    # Verdicts

    def check_return(self, came_back, on_air, gop_s=2):
        """OBS is back on the air after the window, and at the latest one GOP and a second later."""
        took = (on_air - came_back) / 1e9
        self.report.note("back on the air after %.2f s" % took)
        low, high = STABLE_MS / 1000, STABLE_MS / 1000 + gop_s + 1
        self.report.check(low - 0.05 <= took <= high,
                          "back on the air after %.2f s, not %g to %g" % (took, low, high))

    def judge(self, recorder, key, cuts=None, decode=True, label="", **bounds):
        """Judges what one key got so far; cuts is the list of "old>new" that is expected, after
        the start, where the file is the filler until the first source is there. Unless gap_ms says how long a silence
        is right, none is longer than a batch and two frames, and no frame late, but for what the machine kept the
        forwarder waiting, and then the recorder."""
        if self.forwarder and "gap_ms" not in bounds:
            busy = 2 * self.late.ms
            bounds["gap_ms"] = busy + silence_ms(self.forwarder.batch_ms(), max(self.clips.interval.values()))
            bounds["late_ms"] = busy + LATE_MS
            bounds.setdefault("burst_ms", busy + BOUNDS["burst_ms"])
        with recorder.changed:
            figures, faults = judge(recorder.recording(key), **bounds)
        shown = dict(figures, cuts=len(figures.get("cuts", [])))
        self.report.note(label + " ".join("%s=%s" % f for f in shown.items()) +
                         (" busy_ms=%d" % self.late.ms if self.late else ""))
        self.report.faults += [label + f for f in faults]
        if cuts is not None:
            got = list(figures.get("cuts", []))
            if got and got[0] in ("file>loop", "file>obs") and got != list(cuts):
                del got[0]
            self.report.check(got == list(cuts), "%scuts are %s, not %s" % (label, got, list(cuts)))
        if decode:
            recorder.stop()
            for p in recorder.recording(key).publishes:
                errors = decode_errors(os.path.join(recorder.dir, "%d.flv" % p["conn"]))
                self.report.check(not errors, "%sdecoding: %s" % (label, errors[:300]))
        return figures

