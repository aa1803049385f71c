# SPDX-License-Identifier: ISC
"""A whole host for one channel: the embedded stack, database, hook, media server, reconciliation and all,
with a recorder as one more destination.

    with FullStack(report) as h:     the loop is on the air, and recorded
        obs = h.obs_up()
        h.database_down(); ...

Everything of it is in a folder of its own below /tmp, where the database's user can go.
"""
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from lib import publisher
from lib.judge import Clips
from lib.testbed import BUILD, CHANNEL, PATIENCE, ROOT, Process, Testbed, clip, free_port, wait_for

KEY = "abc"
STARTS = 90                 # seconds that a stack may take to be on the air, on a busy machine
HOOK_MS = 500               # until the hook's answer must be there


class Media:
    """Where Testbed's encoders publish: the stack's media server."""

    def __init__(self, port):
        self.port = port

    def url(self, stream, app="live"):
        return "rtmp://127.0.0.1:%d/%s/%s" % (self.port, app, stream)


class FullStack(Testbed):
    # Options: wrap, words that the stack is run behind; and what else its environment has.
    def __init__(self, report, wrap=(), key=KEY, **environment):
        super().__init__(report, "obs", "loop", media_server=False)
        self.wrap, self.key, self.more = list(wrap), key, environment

    def __enter__(self):
        super().__enter__()
        self.place = tempfile.mkdtemp(prefix="lsctl-host-", dir="/tmp")
        os.chmod(self.place, 0o711)
        self.state = os.path.join(self.place, "state")
        try:
            self._start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, value, trace):
        socket = self._read("pgsocket")
        if getattr(self, "stack", None) and self.stack.running():
            self.end()
        super().__exit__(kind, value, trace)
        if os.path.isdir(self.dir) and os.path.isdir(self.path("log")):   # what the parts of a failure said
            shutil.copytree(os.path.join(self.state, "log"), os.path.join(self.dir, "log"), dirs_exist_ok=True)
        shutil.rmtree(self.place, ignore_errors=True)
        if socket and socket.startswith("/tmp/lsctl-pg."):
            shutil.rmtree(socket, ignore_errors=True)

    def _start(self):
        ports = {v: free_port() for v in ("RTMP_PORT", "DEST_PORT", "PORT", "API_PORT", "HOOK_PORT")}
        self.server = Media(ports["RTMP_PORT"])
        self.hook_port = ports["HOOK_PORT"]
        self.pages = "http://127.0.0.1:%d/" % ports["PORT"]
        os.mkdir(os.path.join(self.place, "home"))
        self.env = dict({k: v for k, v in os.environ.items() if not k.startswith(("PG", "LSCTL_"))},
                        STATE=self.state, LOOP=clip("loop"), CHANNELS=CHANNEL, O=os.path.relpath(BUILD, ROOT),
                        HOME=os.path.join(self.place, "home"), TMPDIR=self.place,
                        **{k: str(v) for k, v in ports.items()}, **self.more)
        self.stack = Process(self, "stack", [*self.wrap, os.path.join(ROOT, "scripts", "dev", "stack"), "run"],
                             env=self.env, start_new_session=True)
        wait_for("the stack's loop on the air", self._on_the_air, STARTS, 0.2)
        media = [f for f in os.listdir(self.path("media")) if f.endswith(".flv")]
        self.clips = Clips({"obs": clip("obs"), "loop": self.path("media", media[0])})
        self.record = self.recorder()
        self.record.recording(self.key)
        # No flapping is tested here: each return takes the shortest window.
        self.tool("channel", "set", "-q", CHANNEL, "stable_ms=2000", "stable_max_ms=2000")
        self.tool("channel", "dest", "add", "-q", CHANNEL, "judge", self.record.url(), "--key-file", "-",
                  input=self.key + "\n")
        self.record.wait_air(self.key, "loop")

    def _on_the_air(self):
        if not self.stack.running():
            raise RuntimeError("the stack ended: " + self.stack.last_words())
        return self.status().get("state") == "LOOP_ACTIVE"

    def path(self, *names):
        return os.path.join(self.state, *names)

    def _read(self, *names):
        try:
            with open(self.path(*names), encoding="utf-8", errors="replace") as f:
                return f.read()
        except OSError:
            return ""

    def end(self):
        """As Ctrl-C does; the exit status. What the stack was run behind ends with it."""
        try:
            os.kill(int(self._read("pid")), signal.SIGINT)
            return self.stack.popen.wait(30)
        except (ValueError, ProcessLookupError, subprocess.TimeoutExpired):
            return self.stack.stop()

    def part(self, words):
        """The process of a part, by words of its command."""
        stack = int(self._read("pid"))
        with open("/proc/%d/task/%d/children" % (stack, stack), encoding="ascii") as f:
            for pid in f.read().split():
                try:
                    with open("/proc/%s/cmdline" % pid, "rb") as c:
                        if words.encode() in c.read().replace(b"\0", b" "):
                            return int(pid)
                except OSError:
                    pass
        raise RuntimeError("no part is %s" % words)

    # What a person says and asks

    def run(self, *words, input=None, env=None):
        """A program in the stack's environment; whatever came of it."""
        more = ["env", *("%s=%s" % v for v in env.items())] if env else []
        return subprocess.run(["sh", "-c", '. "$0"/env.sh && exec "$@"', self.state, *more, *words], text=True,
                              input=input, stdin=None if input is not None else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60,
                              env=self.env, cwd=self.place)

    def tool(self, name, *words, input=None):
        """What the tool printed; it must say that all is well."""
        r = self.run("lsctl-" + name, *words, input=input)
        if r.returncode != 0:
            raise RuntimeError("lsctl-%s %s: exit %d: %s" % (name, " ".join(words), r.returncode,
                                                             r.stderr.strip()[-300:]))
        return r.stdout

    def sql(self, text):
        r = self.run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", text)
        if r.returncode != 0:
            raise RuntimeError(r.stderr.strip())
        return r.stdout.strip()

    def stream_key(self, source="obs"):
        return json.loads(self.tool("keys", "show", "--json", CHANNEL, source))["stream_key"]

    def status(self):
        try:
            return json.loads(self._read("status", CHANNEL + ".json") or "{}")
        except ValueError:
            return {}

    def health(self):
        """The record; that something is wrong is an answer too."""
        r = self.run("lsctl-health", "--json", CHANNEL)
        return json.loads(r.stdout)

    def publishing(self, source):
        """As the media server has it."""
        server = self.health().get("sources", {}).get(source, {}).get("server") or {}
        return server.get("publishing") is True

    def said(self, part):
        return self._read("log", part + ".log")

    def wait_said(self, part, text, timeout=PATIENCE):
        return wait_for("%s says %s" % (part, text), lambda: text in self.said(part), timeout)

    # Who publishes

    def obs_up(self, key, *options):
        return self.obs(stream=key, options=options)

    def probe(self, key):
        """Whether the media server lets it in, and after how many ms: all of RTMP, the hook's answer within."""
        began = time.monotonic()
        try:
            client, opened = publisher.Client(self.server.url(key)), True
        except OSError:
            client, opened = None, False
        took = (time.monotonic() - began) * 1000
        if client:
            client.unpublish()
        return opened, took

    def ask_hook(self, key):
        """The callback itself, as the media server makes it: the status and the ms. Of another address than our
        encoders, for in a minute the hook writes one refusal of an address."""
        name, _, args = key.partition("?")
        body = json.dumps({"action": "on_publish", "client_id": "asks", "ip": "127.0.0.2",
                           "vhost": "__defaultVhost__", "app": "live", "stream": name,
                           "param": "?" + args if args else ""})
        began = time.monotonic()
        c = http.client.HTTPConnection("127.0.0.1", self.hook_port, timeout=10)
        c.request("POST", "/hook", body, {"Content-Type": "application/json"})
        status = c.getresponse().status
        c.close()
        return status, (time.monotonic() - began) * 1000

    # The database

    def postmaster(self):
        return int(self._read("pg", "data", "postmaster.pid").split("\n")[0])

    def database_down(self, number):
        """Ends it with SIGINT, or as "pg_ctl stop -m immediate" does with SIGQUIT; the stack, which would start
        it again at once, does not find its data."""
        pid = self.postmaster()
        os.rename(self.path("pg", "data"), self.path("pg", "away"))
        os.kill(pid, number)
        wait_for("the end of the database", lambda: not os.path.exists("/proc/%d" % pid))

    def database_up(self):
        os.rename(self.path("pg", "away"), self.path("pg", "data"))

    def database_far(self, *options):
        """The tools reach it through a proxy that lets answers wait."""
        socket = os.path.join(self._read("pgsocket"), ".s.PGSQL.5432")
        os.rename(socket, socket + ".near")
        delay = os.path.join(ROOT, "tests", "lib", "delay")
        self.proxy = Process(self, "delay", [sys.executable, delay, socket, socket + ".near", *options])
        wait_for("the proxy", lambda: "ready" in self.proxy.last_words())

    def database_near(self):
        self.proxy.kill()
        socket = os.path.join(self._read("pgsocket"), ".s.PGSQL.5432")
        os.rename(socket + ".near", socket)
