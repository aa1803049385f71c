# SPDX-License-Identifier: ISC
"""noisy_neighbour: what a channel gone mad, or taken over, may do. It runs inside the unit of one, with its rights and limits.

usage: noisy_neighbour.py memory|cpu|disk|processes SECONDS, or noisy_neighbour.py peek CHANNEL PID...

Prints one JSON object of what it got; of memory it gets killed.
"""
import errno
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request

FOLDERS = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", "/run/lsctl", "/var", "/var/lib/lsctl",
           "/var/lib/lsctl/media", "/var/lib/lsctl/spool", "/var/log", "/var/cache", "/etc", "/home", "/root",
           "/opt", "/srv", "/mnt", "/usr", "/sys/fs/cgroup", "/dev", "/dev/mqueue",
           os.environ.get("CREDENTIALS_DIRECTORY", "/"))


def memory(_until):
    held = []
    while True:
        held.append(bytearray(os.urandom(1 << 20) * 8))
        print("noisy_neighbour_holds %d" % (len(held) << 23), flush=True)


def children(work):
    """As many as there may be; how many that is."""
    n = 0
    while True:
        try:
            pid = os.fork()
        except OSError:
            return n
        if pid == 0:
            work()
            os._exit(0)
        n += 1


def cpu(until):
    def spin():
        while time.monotonic() < until:
            pass
    start = time.monotonic()
    n = children(spin)
    for _ in range(n):
        os.wait()
    used = os.times()
    return {"processes": n, "cores": (used.children_user + used.children_system) / (time.monotonic() - start)}


def processes(until):
    n = children(signal.pause)
    while time.monotonic() < until:
        time.sleep(0.05)
    return {"processes": n}


def disk(until):
    """Bytes that could be written, by folder."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    got = {}
    for folder in FOLDERS:
        path = os.path.join(folder, "noisy-%d" % os.getpid())
        try:
            with open(path, "wb", buffering=0) as f:    # an empty file is something, too
                got[folder] = 0
                while got[folder] < 1 << 30 and time.monotonic() < until:
                    got[folder] += f.write(bytes(1 << 20))
        except OSError:
            pass
    return got


def can(action, *args):
    """Whether it works, or why not."""
    try:
        action(*args)
    except OSError as e:
        return errno.errorcode.get(e.errno, str(e))
    return True


def connect(path):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)


def bind(address):
    """A port of this host, such as that of the media server while it restarts."""
    with socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET) as s:
        s.bind(address)


def filters():
    """How many of seccomp's there are over this process."""
    with open("/proc/self/status") as f:
        return int(f.read().split("Seccomp_filters:")[1].split()[0])


def answer(method, path):
    """Of the media server's interface: the status, and who it is."""
    request = urllib.request.Request("http://127.0.0.1:1985" + path, method=method)
    try:
        with urllib.request.urlopen(request) as r:
            return r.status, r.headers.get("Server") or ""
    except urllib.error.HTTPError as e:
        return e.code, e.headers.get("Server") or ""


def kick(channel):
    """What the media server says to throwing another channel's publisher out."""
    status, who = answer("GET", "/control/drop/publisher?app=live&name=%s_loop" % channel)
    if who.startswith("SRS"):       # to that it says 200 whatever is asked; a client that it does not know is enough
        status, _ = answer("DELETE", "/api/v1/clients/nobody")
    return status


def peek(channel, pids):
    spec = "/run/credentials/lsctl-forward@%s.service/spec" % channel
    files = ("/run/lsctl/forward/%s.json" % channel, "/run/lsctl/loop/%s.json" % channel, spec,
             "/etc/lsctl/master.key", "/etc/lsctl/environment", "/run/credstore/lsctl-master-key",
             "/etc/lsctl/server.auth", "/etc/lsctl/nginx-api.users",
             "/var/lib/lsctl/acl", "/var/lib/lsctl/spec-cache/forward/" + channel, "/var/lib/lsctl/spool/events")
    sockets = ["/run/lsctl/forward/%s.sock" % channel, "/run/lsctl/loop/%s.sock" % channel, "/run/lsctl/hook.sock",
               "/run/postgresql/.s.PGSQL.5432", "/run/dbus/system_bus_socket", "/run/systemd/private"]
    return {"read": {f: can(open, f) for f in files},
            "connect": {s: can(connect, s) for s in sockets},
            "bind": {"%s %d" % a: can(bind, a) for a in (("127.0.0.1", 2935), ("0.0.0.0", 2935), ("::", 2935),
                                                         ("127.0.0.1", 0))},
            "signal": {p: can(os.kill, p, signal.SIGCONT) for p in pids},
            "look": {p: can(open, "/proc/%d/cmdline" % p) for p in pids},
            "kick": kick(channel),
            "filters": filters(),
            "own": can(open, os.path.join(os.environ["CREDENTIALS_DIRECTORY"], "spec"))}


def main():
    what = sys.argv[1]
    if what == "peek":
        got = peek(sys.argv[2], [int(p) for p in sys.argv[3:]])
    else:
        got = globals()[what](time.monotonic() + float(sys.argv[2]))
    print("noisy_neighbour " + json.dumps(got), flush=True)


if __name__ == "__main__":
    main()
