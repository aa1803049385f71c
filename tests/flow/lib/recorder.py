# SPDX-License-Identifier: ISC
"""recorder: an RTMP server that stands for a destination and writes down what arrives.

usage: python3 -m lib.recorder [--flv DIR] [--tls CERT KEY [--client-certificate]] [--ack BYTES] [--fault KEY=FAULT]...

stdout is the log, one JSON object a line, t in CLOCK_MONOTONIC ns:
  {"ev":"listening","port":N}
  {"ev":"connect","conn":1,"sni":...}          a TCP connection (TLS is up, if any)
  {"ev":"publish","conn":1,"app":"live2","key":"abc"}
  {"ev":"msg","conn":1,"type":9,"ts":40,"csid":6,"len":..,"sha":..,"what":"idr","cts":0}
                                               "what":"meta" has "says", the AMF0 values
  {"ev":"unpublish","conn":1}
  {"ev":"close","conn":1,"why":"eof"}
stdin takes "fault KEY FAULT" for connections to come, "drop KEY" to close those of
a key now, and its end ends the server.
KEY is a stream key, /APP for what connects to this application, or * for every connection. Faults are those of
FAULTS below.
"""
import argparse
import base64
import hashlib
import json
import os
import select
import socket
import ssl
import struct
import sys
import threading
import time

from lib import flv, wire

FAULTS = """
none          a good destination
refuse        answers publish with NetStream.Publish.BadName
hang          shakes hands and never answers again         (for * only)
adobe:U/P     refuses connect until user U proves that it knows password P, as Adobe Media Server does (for * only)
late:N        answers the publish after N seconds, then is a good destination
never-read    accepts the publish and never reads again
deaf:S        accepts the publish, and reads nothing more after S seconds
reset:N       resets the connection after N bytes of media
close:N       closes it cleanly after N bytes of media
garbage       answers the publish with noise
huge          answers the publish with a 16 MB message, then goes on as if nothing were
rate:N        reads N bytes a second
result        answers publish with _result alone
no-id:WHAT    answers createStream without a stream id: null, or absent    (for /APP only)
streams       sends messages on 60 chunk streams
takes:A,B     lists these codecs in its answer to connect: its fourCcList      (for /APP only)
redirect:URL  answers connect with ex.redirect                             (for /APP only)
reconnect     asks to reconnect before it answers publish, the first time
closed:N      sends NetConnection.Connect.Closed N seconds after the first publish, and goes on reading
unpublished:N the same with NetStream.Unpublish.Success
held:N        answers publish with BadName for N seconds after a connection with the key ended
few-acks      a good destination that acknowledges three times in the first seconds, and then never again
flood:WHAT    accepts the publish, reads nothing more, and sends as fast as it can, for ever:
              chunks (of one byte), empty (messages), pings, tags (an aggregate message of tiny ones),
              bytes (large video messages), reconnects (a ReconnectRequest in each write: with TLS, in each record)
"""

NOTICES = {"closed": "NetConnection.Connect.Closed", "unpublished": "NetStream.Unpublish.Success"}


def flood(what):
    """What is sent once, and what again and again."""
    if what == "chunks":
        return wire.chunks(2, wire.SET_CHUNK_SIZE, 0, 0, struct.pack(">I", 1), 128), \
            wire.chunks(6, wire.VIDEO, 1, 0, bytes(500000), 1)
    if what == "empty":
        return wire.chunks(6, wire.VIDEO, 1, 0, b"", 128), b"\xc6" * 1000000
    if what == "pings":
        return b"", wire.chunks(2, wire.USER_CONTROL, 0, 0, struct.pack(">HI", 6, 1), 128) * 50000
    if what == "tags":
        return b"", wire.chunks(4, wire.AGGREGATE, 1, 0, (b"\x12\0\0\1" + bytes(12)) * 4000, 128) * 20
    if what == "bytes":
        return wire.chunks(2, wire.SET_CHUNK_SIZE, 0, 0, struct.pack(">I", 1 << 20), 128), \
            wire.chunks(6, wire.VIDEO, 1, 0, bytes(1 << 20), 1 << 20)
    if what == "reconnects":
        return b"", wire.chunks(3, wire.COMMAND, 0, 0, wire.amf_encode("onStatus", 0, None, {
            "level": "status", "code": "NetConnection.Connect.ReconnectRequest"}), 128)
    raise ValueError("flood of " + what)


def adobe(app, login):
    """What a server that asks who publishes refuses connect with; None: it is proved."""
    user, password = login.split("/")
    said = dict(p.partition("=")[::2] for p in app.partition("?")[2].split("&"))
    if "authmod" not in said:
        return "[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : "
    if "response" not in said:
        return "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=%s&salt=c2FsdA==" \
            "&challenge=b3BhcXVl&opaque=b3BhcXVl" % said.get("user", "")
    digest = lambda *words: base64.b64encode(hashlib.md5("".join(words).encode()).digest()).decode()
    proof = digest(digest(user, "c2FsdA==", password), said.get("opaque", ""), said.get("challenge", ""))
    if (said.get("user"), said["response"]) == (user, proof):
        return None
    return "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed"


lock = threading.Lock()


def log(**event):
    line = json.dumps(event, separators=(",", ":"))
    with lock:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


class Ended(Exception):
    """The connection is over; the text says why."""


class Connection:
    def __init__(self, server, sock, number):
        self.server, self.sock, self.number = server, sock, number
        self.kind, self.arg = server.fault("*")
        self.reader = wire.ChunkReader()
        self.received = self.acked = self.acks = self.media = 0
        self.high, self.last = 0, None          # unwrapping of timestamps
        self.key, self.flv, self.since = None, None, None
        self.notice = None                      # (time, code): what is to be sent then

    def log(self, ev, **more):
        log(ev=ev, t=time.monotonic_ns(), conn=self.number, **more)

    def run(self):
        why = "eof"
        try:
            sni = None
            if self.server.tls:
                self.sock.settimeout(10)
                self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)
                self.sock.settimeout(None)
                sni = self.server.last_sni
            self.log("connect", sni=sni)
            self.handshake()
            while True:
                self.step()
        except Ended as e:
            why = str(e)
        except (OSError, ValueError) as e:
            why = "%s: %s" % (type(e).__name__, e)
        self.log("close", why=why)
        if self.key is not None:
            self.server.left[self.key] = time.monotonic()
        if self.flv:
            self.flv.close()
        self.sock.close()

    def recv_exactly(self, n):
        data = bytearray()
        while len(data) < n:
            more = self.sock.recv(n - len(data))
            if not more:
                raise Ended("eof in handshake")
            data += more
        return data

    def handshake(self):
        c = self.recv_exactly(1 + wire.HANDSHAKE)
        if c[0] != 3:
            raise Ended("handshake version %d" % c[0])
        # A zero version in S1 asks for the simple handshake.
        self.sock.sendall(b"\3" + bytes(8) + os.urandom(wire.HANDSHAKE - 8) + c[1:])
        self.recv_exactly(wire.HANDSHAKE)
        self.received = 1 + 2 * wire.HANDSHAKE
        if self.kind == "hang":
            while self.sock.recv(65536):
                pass
            raise Ended("eof")

    def step(self):
        data = self.sock.recv(262144)
        now = time.monotonic_ns()
        if not data:
            raise Ended("eof")
        self.received += len(data)
        for message in self.reader.feed(data):
            self.message(now, message)
        if self.received - self.acked >= self.ack_distance():
            self.acked = self.received
            self.acks += 1
            self.send(2, wire.ACK, 0, struct.pack(">I", self.received & wire.MASK))
        if self.kind == "rate":
            time.sleep(len(data) / float(self.arg))
        if self.kind == "deaf" and self.since and now - self.since > float(self.arg) * 1e9:
            self.wait_for_hangup()

    def ack_distance(self):
        if self.kind != "few-acks":
            return self.server.ack // 2
        return 10000 if self.acks < 3 else float("inf")

    def send(self, csid, kind, msid, body):
        self.sock.sendall(wire.chunks(csid, kind, msid, 0, body, 128))

    def message(self, now, m):
        if m.type in (wire.AUDIO, wire.VIDEO, wire.DATA):
            self.media_message(now, m)
        elif m.type == wire.COMMAND:
            self.command(m)

    def command(self, m):
        args = wire.amf_decode(m.body)
        name, txn = args[0], args[1]
        if name == "connect":
            self.app = args[2].get("app", "")
            self.choose("/" + self.app)
            if self.kind == "adobe" and adobe(self.app, self.arg):
                self.log("asked", app=self.app)
                self.send(3, wire.COMMAND, 0, wire.amf_encode("_error", txn, None, {
                    "level": "error", "code": "NetConnection.Connect.Rejected", "description": adobe(self.app, self.arg)}))
                return
            if self.kind == "redirect":
                self.redirect(txn)
            self.send(2, wire.WINDOW, 0, struct.pack(">I", self.server.ack))
            self.send(2, wire.BANDWIDTH, 0, struct.pack(">IB", self.server.ack, 2))
            self.send(3, wire.COMMAND, 0, wire.amf_encode(
                "_result", txn, {"fmsVer": "FMS/3,0,1,123", "capabilities": 31},
                {"level": "status", "code": "NetConnection.Connect.Success",
                 "description": "Connection succeeded.", "objectEncoding": 0,
                 **({"fourCcList": self.arg.split(",")} if self.kind == "takes" else {})}))
        elif name == "createStream":
            self.send(3, wire.COMMAND, 0, wire.amf_encode(
                "_result", txn, None, *{"null": [None], "absent": []}.get(self.kind == "no-id" and self.arg, [1])))
        elif name == "publish":
            self.publish(m, txn, args[3])
        elif name in ("FCUnpublish", "deleteStream", "closeStream"):
            if self.key is not None:
                self.log("unpublish", command=name)

    def choose(self, key):
        """Takes over the fault of this key, if it has one."""
        if self.server.fault(key)[0] != "none":
            self.kind, self.arg = self.server.fault(key)

    def redirect(self, txn):
        self.log("redirected")
        self.send(3, wire.COMMAND, 0, wire.amf_encode(
            "_error", txn, None, {"level": "error", "code": "NetConnection.Connect.Rejected",
                                  "description": "elsewhere", "ex": {"code": 302, "redirect": self.arg}}))
        raise Ended("redirected")

    def refuses(self, key):
        return self.kind == "refuse" or \
            self.kind == "held" and time.monotonic() - self.server.left.get(key, float("-inf")) < float(self.arg)

    def publish(self, m, txn, key):
        self.choose(key)
        if self.refuses(key):
            self.log("refused", app=self.app, key=key)
            self.status(m.msid, "error", "NetStream.Publish.BadName", "Stream already publishing")
            return
        if self.kind == "late":
            time.sleep(float(self.arg))
        self.key, self.since = key, time.monotonic_ns()
        self.server.publishers.setdefault(key, []).append(self.sock)
        self.log("publish", app=self.app, key=key)
        if self.server.flv:
            self.flv = flv.Writer(os.path.join(self.server.flv, "%d.flv" % self.number))
        first = len(self.server.publishers[key]) == 1
        if self.kind == "reconnect" and first:
            self.status(0, "status", "NetConnection.Connect.ReconnectRequest", "soon")
        if self.kind == "streams":
            for csid in range(4, 64):
                self.send(csid, wire.USER_CONTROL, 0, struct.pack(">HI", 31, m.msid))
        self.send(2, wire.USER_CONTROL, 0, struct.pack(">HI", 0, m.msid))
        if self.kind == "result":
            self.send(3, wire.COMMAND, 0, wire.amf_encode("_result", txn, None))
        else:
            self.status(m.msid, "status", "NetStream.Publish.Start", "Start publishing")
        if self.kind in NOTICES and first:
            self.notice = (time.monotonic() + float(self.arg), NOTICES[self.kind])
        if self.kind == "garbage":
            self.sock.sendall(b"\xff" * 64 + os.urandom(65536))
        elif self.kind == "huge":
            self.sock.sendall(wire.chunks(3, wire.COMMAND, 0, 0, bytes(0xffffff), 4096))
        elif self.kind == "never-read":
            self.wait_for_hangup()
        elif self.kind == "flood":
            os.nice(19)         # this thread: a peer elsewhere would not take our processor
            once, always = flood(self.arg)
            self.sock.sendall(once)
            while True:
                self.sock.sendall(always)

    def status(self, msid, level, code, text):
        self.send(5, wire.COMMAND, msid, wire.amf_encode(
            "onStatus", 0, None, {"level": level, "code": code, "description": text}))

    def wait_for_hangup(self):
        poll = select.poll()
        poll.register(self.sock, select.POLLRDHUP)
        poll.poll()
        raise Ended("peer gave up")

    def media_message(self, now, m):
        what, cts = flv.classify(m.type, m.body)
        self.last = m.ts if self.last is None else self.last
        step = (m.ts - self.last) & wire.MASK
        self.high += step - (1 << 32) if step >> 31 else step
        self.last = m.ts
        if self.high == 0 and self.media == 0:
            self.high = m.ts
        self.media += len(m.body)
        says = {"says": wire.amf_decode(m.body)} if what == "meta" else {}
        log(ev="msg", t=now, conn=self.number, type=m.type, ts=self.high, csid=m.csid,
            len=len(m.body), sha=flv.digest(m.body), what=what, cts=cts, **says)
        if self.flv:
            body = m.body
            if m.type == wire.DATA and body[:16] == b"\2\0\x0d@setDataFrame":
                body = body[16:]
            self.flv.tag(m.type, m.ts, body)
        if self.notice and time.monotonic() >= self.notice[0]:
            self.status(m.msid, "status", self.notice[1], "")
            self.notice = None
        if self.kind in ("reset", "close") and self.media >= int(self.arg):
            if self.kind == "reset":
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise Ended("fault: " + self.kind)


class Server:
    def __init__(self, args):
        self.flv, self.ack = args.flv, args.ack
        self.faults = dict(f.split("=", 1) for f in args.fault)
        self.publishers = {}                    # key -> sockets
        self.left = {}                          # key -> when its last connection ended
        self.tls = self.last_sni = None
        if args.tls:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*args.tls)
            self.tls.sni_callback = self.saw_name
            if args.client_certificate:         # with TLS 1.3 a client is through before that is known
                self.tls.verify_mode = ssl.CERT_REQUIRED
        self.sock = socket.create_server((args.address, args.port), backlog=64)

    def saw_name(self, _sock, name, _context):
        self.last_sni = name

    def fault(self, key):
        kind, _, arg = self.faults.get(key, "none").partition(":")
        return kind, arg

    def accept(self):
        number = 0
        while True:
            sock, _ = self.sock.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if any(f.startswith(("never-read", "deaf")) for f in self.faults.values()):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            number += 1
            threading.Thread(target=Connection(self, sock, number).run, daemon=True).start()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--address", default="127.0.0.1")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--flv", help="folder for one file a connection")
    p.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    p.add_argument("--client-certificate", action="store_true", help="refuse clients without one")
    p.add_argument("--ack", type=int, default=2500000, help="acknowledgement window, bytes")
    p.add_argument("--fault", action="append", default=[], metavar="KEY=FAULT")
    server = Server(p.parse_args())
    log(ev="listening", t=time.monotonic_ns(), port=server.sock.getsockname()[1])
    threading.Thread(target=server.accept, daemon=True).start()
    for line in sys.stdin:
        verb, key, *fault = line.split()
        if verb == "fault":
            server.faults[key] = fault[0]
            log(ev="fault", t=time.monotonic_ns(), key=key, fault=fault[0])
        for sock in server.publishers.pop(key, []) if verb == "drop" else []:
            sock.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    main()
