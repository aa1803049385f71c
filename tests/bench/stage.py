# SPDX-License-Identifier: ISC
"""The parts of a bench and their meters: everything on 127.0.0.1, everything by pid.

  bench      the program: runs all, prints the tables, writes the JSON
  stage.py   this: starts and stops parts, reads their meters
  cost.py    CPU and memory of one stream to one, one to four, and fifty channels
  gaps.py    the longest gap at the destination while switching and failing; first frame
  report.py  tables, goals, JSON
  thousand   a program of its own: as many channels as the machine carries
  feed.c     the load: publishes an FLV file to any number of streams, message by message
  drain.c    the destination: counts, and stamps messages with their arrival
  floor.c    moves bytes and nothing else
  allocs.c   counts allocations of what it is preloaded into
"""
import atexit
import glob
import json
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, os.environ.get("O", "build"))
WORK = os.path.join(BUILD, "bench")
MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so"
PATIENCE = 60
TICK_NS = 1000000000 // os.sysconf("SC_CLK_TCK")


class Trouble(Exception):
    """Something did not come up: the bench cannot go on."""


# -- clips ----------------------------------------------------------------------

def clip(name, kbps, size, seed):
    """An FLV of a true constant rate: noise leaves the encoder no easy frames, and it pads."""
    path = os.path.join(WORK, "%s-%d.flv" % (name, kbps))
    if os.path.exists(path):
        return path
    audio = 128
    video = kbps - audio
    part = path + ".part"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
         "testsrc2=size=%s:rate=30,hue=h=%d,noise=alls=40:allf=t" % (size, 60 * seed),
         "-f", "lavfi", "-i", "anoisesrc=color=pink:amplitude=0.2:seed=%d:sample_rate=48000" % seed,
         "-t", "12", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0",
         "-g", "60", "-keyint_min", "60", "-sc_threshold", "0", "-x264-params", "nal-hrd=cbr",
         "-b:v", "%dk" % video, "-minrate", "%dk" % video, "-maxrate", "%dk" % video,
         "-bufsize", "%dk" % video, "-c:a", "aac", "-b:a", "%dk" % audio, "-ac", "2",
         "-f", "flv", part], check=True)
    os.rename(part, path)
    return path


# -- meters ---------------------------------------------------------------------

def cpu_ns(pid):
    """CPU time of a process so far. The scheduler's own account is in ns; ticks are a
    hundredth of a second, which is more than some of the programs here use in one."""
    try:
        return sum(int(_read(t).split()[0]) for t in glob.glob("/proc/%d/task/*/schedstat" % pid))
    except (OSError, IndexError):
        fields = _read("/proc/%d/stat" % pid).rsplit(")", 1)[1].split()
        return sum(int(f) for f in fields[11:15]) * TICK_NS


def wakeups(pid):
    """How often it slept and was woken."""
    return sum(int(_fields(t)["voluntary_ctxt_switches"])
               for t in glob.glob("/proc/%d/task/*/status" % pid))


def memory(pid):
    """(PSS, private) in bytes; None for a process that hides from us."""
    try:
        m = _fields("/proc/%d/smaps_rollup" % pid)
    except PermissionError:
        return None
    kb = {k: int(v.split()[0]) for k, v in m.items() if v.endswith("kB")}
    return kb["Pss"] * 1024, (kb["Private_Clean"] + kb["Private_Dirty"]) * 1024


def _read(path):
    with open(path) as f:
        return f.read()


def _fields(path):
    return dict((part.strip() for part in line.split(":", 1))
                for line in _read(path).splitlines() if ":" in line)


# -- parts ----------------------------------------------------------------------

class Stage:
    """A folder and the processes that run in it. Use it in a with statement."""

    def __init__(self):
        os.makedirs(WORK, exist_ok=True)
        self.folder = tempfile.mkdtemp(prefix="run-", dir=WORK)
        os.chdir(self.folder)          # control sockets: their paths are short that way
        self.parts = []
        atexit.register(self.close)

    def __enter__(self):
        self.drain = Drain(self)
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        self.stop_since(0)
        os.chdir(ROOT)
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.close)

    def start(self, argv, name, **kw):
        with open(name + ".err", "ab") as log:
            kw.setdefault("stdin", subprocess.DEVNULL)
            kw.setdefault("stdout", subprocess.DEVNULL)
            p = subprocess.Popen(argv, stderr=log, **kw)
        p.name = name
        self.parts.append(p)
        return p

    def stop_since(self, mark):
        """Ends the parts that were started after so many."""
        for p in self.parts[mark:]:
            p.terminate()
        for p in self.parts[mark:]:
            try:
                p.wait(5)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        del self.parts[mark:]

    def kill(self, p):
        p.kill()
        p.wait()
        self.parts.remove(p)

    def alive(self):
        for p in self.parts:
            if p.poll() is not None:
                with open(p.name + ".err") as f:
                    raise Trouble("%s is gone: %s" % (p.name, f.read()[-300:].strip()))

    def wait(self, what, test, patience=PATIENCE):
        end = time.monotonic() + patience
        while not test():
            self.alive()
            if time.monotonic() > end:
                raise Trouble("waited %d s for %s" % (patience, what))
            time.sleep(0.1)

    def tool(self, name):
        return os.path.join(BUILD, "bin", name)

    def own(self, name):
        return os.path.join(WORK, name)

    def spec(self, name, obj):
        fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w") as f:
            json.dump(obj, f)
        return name

    def nginx(self, name, pushes=()):
        """A media server on .port; pushes: (stream, its destinations)."""
        port = free_port()
        folder = name + ".d"
        os.mkdir(folder)
        temp = "".join("%s_temp_path %s/%s; " % (t, folder, t)
                       for t in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        push = "".join("push %s name=%s; " % (url, stream) for stream, urls in pushes for url in urls)
        with open(name + ".conf", "w") as f:
            f.write("load_module %s;\ndaemon off; master_process off; pid %s/pid; error_log stderr error;\n"
                    "worker_rlimit_nofile 16384; events { worker_connections 8192; }\nhttp { access_log off; %s }\n"
                    "rtmp { access_log off; server { listen 127.0.0.1:%d;\n"
                    " application live { live on; %s } } }\n" % (MODULE, folder, temp, port, push))
        p = self.start(["nginx", "-p", self.folder, "-e", "stderr", "-c", name + ".conf"], name)
        p.port = port
        self.wait(name, lambda: can_connect(port))
        return p

    def feed(self, name, path, targets, raw=False, stagger=0):
        """Publishes path to each (port, stream); raw: a client that connects to .port gets the bytes."""
        argv = [self.own("feed")] + (["-r"] if raw else []) + ["-s", str(stagger), path]
        argv += ["%d/live/%s" % t for t in targets]
        p = self.start(argv, name, stdout=subprocess.PIPE, text=True)
        if raw:
            p.port = int(p.stdout.readline())
        return p

    def loop(self, channel, path, port, stream):
        spec = self.spec(channel + "-loop.json", {
            "channel": channel, "files": [path],
            "destination": {"name": "server", "url": "rtmp://127.0.0.1:%d/live/%s" % (port, stream)}})
        return self.start([self.tool("lsctl-loop"), "run", "-q", spec], channel + "-loop")

    def forward(self, channel, port, obs, loop, dests, app="drain", env=None, **more):
        """A forwarder of two sources, to streams of the drain."""
        spec = {"channel": channel,
                "sources": [{"name": n, "url": "rtmp://127.0.0.1:%d/live/%s" % (port, s)}
                            for n, s in (("obs", obs), ("loop", loop))],
                "destinations": [{"name": d, "url": self.drain.url(app), "key": d} for d in dests]}
        spec.update(more)
        name = self.spec(channel + ".json", spec)
        p = self.start([self.tool("lsctl-forward"), "-q", name], channel, env=env)
        p.ctl = channel + ".sock"
        return p


class Drain:
    def __init__(self, stage):
        self.stamps = os.path.join(stage.folder, "stamps")
        self.p = stage.start([stage.own("drain"), self.stamps], "drain", text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.rtmp, self.raw = map(int, self.p.stdout.readline().split())

    def url(self, app):
        return "rtmp://127.0.0.1:%d/%s" % (self.rtmp, app)

    def streams(self):
        """{name: (connections, bytes, video messages, monotonic time of the first)}"""
        self.p.stdin.write("\n")
        self.p.stdin.flush()
        got = {}
        for line in iter(self.p.stdout.readline, "\n"):
            name, conns, size, video, first = line.split()
            got[name] = (int(conns), int(size), int(video), int(first) / 1e6)
        return got

    def video(self, name):
        """The video messages of a stamped stream: when each was whole, in ns, and its own time, in ms."""
        self.streams()
        with open(self.stamps) as f:
            rows = (line.split() for line in f)
            return [{"t": int(r[1]) * 1000, "ts": int(r[4])} for r in rows if r[0] == name and r[2] == "9"]

    def video_times(self, name):
        """When each was whole, in s."""
        return [f["t"] / 1e9 for f in self.video(name)]


def ask(ctl, **question):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
        s.settimeout(10)
        s.connect(ctl)
        s.sendall(json.dumps(question).encode() + b"\n")
        with s.makefile() as f:
            return json.loads(f.readline())


def can_ask(ctl):
    try:
        return ask(ctl, cmd="status")
    except OSError:
        return None


def media_bytes(ctl):
    """(bytes of media that the delay lines hold, bytes mapped for them)"""
    d = ask(ctl, cmd="dump")
    held = sum(s[t]["bytes"] for s in d["sources"] for t in ("video", "audio", "data"))
    return held, d["mapped_bytes"]


def free_port():
    # below the range that outgoing connections take theirs from
    while True:
        port = random.randint(20000, 32000)
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def can_connect(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False
