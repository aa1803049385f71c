# SPDX-License-Identifier: ISC
"""publisher: an encoder that misbehaves on request. Replays an FLV in real time over RTMP.

usage: python3 -m lib.publisher [--loop] [--no-video] [--no-audio] [--broken-header] [--metadata none|wrong]
                                [--apart] [--repeat-headers] URL FILE.flv

--apart sends each NAL unit in a message of its own, as hardware encoders do.
--repeat-headers sends metadata and both sequence headers again before each keyframe.

stdout is a log, one JSON object a line, t in CLOCK_MONOTONIC ns: publishing, first
(media sent), did (a command), end. stdin takes one command a line:
  freeze video|audio   stop sending that track; the other goes on
  thaw                 send both again; video from its next keyframe, as an encoder does
  jump MS              add MS to every timestamp from now on (may be negative)
  still                timestamps stand still       move    they move again
  broken-header        send a video sequence header that no decoder can use
  stop                 unpublish and leave
The end of stdin is as good as stop.
"""
import argparse
import json
import os
import queue
import socket
import struct
import sys
import threading
import time
import urllib.parse

from lib import flv, wire

CHUNK = 60000
BROKEN_HEADER = b"\x17\0\0\0\0\1\xff"
WRONG_METADATA = {"duration": 3600.5, "filesize": 1e9, "width": 16, "height": 9, "framerate": 1000, "fps": "5",
                  "videocodecid": 2, "videodatarate": 1e5, "audiocodecid": 2, "audiodatarate": 0,
                  "audiosamplerate": 8000, "stereo": False, "comment": "lsctl:0123", "encoder": "wrong"}


def log(ev, **more):
    sys.stdout.write(json.dumps(dict(ev=ev, t=time.monotonic_ns(), **more)) + "\n")
    sys.stdout.flush()


class Client:
    """One RTMP connection that publishes one stream."""

    def __init__(self, url):
        u = urllib.parse.urlsplit(url)
        app, name = u.path.lstrip("/").rsplit("/", 1)
        self.name = name + ("?" + u.query if u.query else "")
        self.sock = socket.create_connection((u.hostname, u.port or 1935), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader, self.events = wire.ChunkReader(), []
        self.handshake()
        self.send(2, wire.SET_CHUNK_SIZE, 0, 0, struct.pack(">I", CHUNK), 128)
        self.command(0, "connect", 1, {"app": app, "type": "nonprivate", "tcUrl":
                     "rtmp://%s:%d/%s" % (u.hostname, u.port or 1935, app)})
        self.answer("_result", 1)
        self.command(0, "releaseStream", 2, None, self.name)
        self.command(0, "FCPublish", 3, None, self.name)
        self.command(0, "createStream", 4, None)
        self.stream = int(self.answer("_result", 4)[3])
        self.command(self.stream, "publish", 5, None, self.name, "live")
        status = self.answer("onStatus")
        if status[3].get("code") != "NetStream.Publish.Start":
            raise OSError("refused: %s" % status[3].get("code"))
        self.sock.settimeout(None)
        threading.Thread(target=self.drain, daemon=True).start()

    def handshake(self):
        self.sock.sendall(b"\3" + bytes(8) + os.urandom(wire.HANDSHAKE - 8))
        s = bytearray()
        while len(s) < 1 + 2 * wire.HANDSHAKE:
            more = self.sock.recv(1 + 2 * wire.HANDSHAKE - len(s))
            if not more:
                raise OSError("closed in the handshake")
            s += more
        self.sock.sendall(s[1:1 + wire.HANDSHAKE])

    def send(self, csid, kind, msid, ts, body, size=CHUNK):
        self.sock.sendall(wire.chunks(csid, kind, msid, ts, body, size))

    def command(self, msid, *values):
        self.send(3, wire.COMMAND, msid, 0, wire.amf_encode(*values))

    def answer(self, name, txn=None):
        """Waits for one command of the server."""
        while True:
            while self.events:
                args = self.events.pop(0)
                if args[0] == name and (txn is None or args[1] == txn):
                    return args
            data = self.sock.recv(65536)
            if not data:
                raise OSError("closed while waiting for %s" % name)
            self.events += [wire.amf_decode(m.body) for m in self.reader.feed(data)
                            if m.type == wire.COMMAND]

    def drain(self):
        try:
            while self.sock.recv(65536):
                pass
        except OSError:
            pass

    def unpublish(self):
        self.command(0, "FCUnpublish", 6, None, self.name)
        self.command(0, "deleteStream", 7, None, self.stream)
        self.sock.close()


class Player:
    """Decides what goes out, and when."""

    def __init__(self, args, client):
        self.args, self.client = args, client
        self.silent = set()                     # tracks that are frozen
        if args.no_video:
            self.silent.add(flv.VIDEO)
        if args.no_audio:
            self.silent.add(flv.AUDIO)
        self.wait_key = False
        self.jump, self.held, self.sent = 0, None, 0
        self.begun = False
        self.sound = -1                         # time in the clips of the last audio frame
        self.headers = []                       # (csid, type, body) of metadata and sequence headers
        self.commands = queue.Queue()

    def listen(self):
        for line in sys.stdin:
            self.commands.put(line.split())
        self.commands.put(["stop"])

    def run(self):
        threading.Thread(target=self.listen, daemon=True).start()
        tags = list(flv.read(self.args.file))
        round_ms = video_length(tags)
        start, base = time.monotonic(), 0
        while True:
            for tag in tags:
                if not self.wait_until(start + (base + tag.ts) / 1000):
                    return
                self.send(tag, base)
            if not self.args.loop:
                return
            base += round_ms

    def wait_until(self, due):
        """Obeys commands until it is time; False: stop."""
        while True:
            try:
                command = self.commands.get(timeout=max(0, due - time.monotonic()))
            except queue.Empty:
                return True
            if command == ["stop"]:
                return False
            self.obey(*command)
            log("did", command=" ".join(command))

    def obey(self, verb, arg=None):
        track = {"video": flv.VIDEO, "audio": flv.AUDIO}.get(arg)
        if verb == "freeze":
            self.silent.add(track)
        elif verb == "thaw":
            self.wait_key = flv.VIDEO in self.silent
            self.silent.clear()
        elif verb == "jump":
            self.jump += int(arg)
        elif verb == "still":
            self.held = self.sent
        elif verb == "move":
            self.held = None
        elif verb == "broken-header":
            self.client.send(6, flv.VIDEO, self.client.stream, self.sent, BROKEN_HEADER)
        else:
            raise ValueError("no such command: " + verb)

    def send(self, tag, base):
        if tag.type in self.silent:
            return
        what, _ = flv.classify(tag.type, tag.body)
        if what == "end" or base and what in ("header", "meta"):
            return
        if what == "frame":
            if base + tag.ts <= self.sound:     # the clip's sound is a bit longer than its picture
                return
            self.sound = base + tag.ts
        if tag.type == flv.VIDEO and what != "header":
            if self.wait_key and what != "idr":
                return
            self.wait_key = False
        body = tag.body
        if self.args.broken_header and tag.type == flv.VIDEO and what == "header":
            body = BROKEN_HEADER
        if tag.type == flv.DATA and self.args.metadata == "none":
            return
        if tag.type == flv.DATA and self.args.metadata == "wrong":
            body = wire.amf_encode("onMetaData", WRONG_METADATA)
        if tag.type == flv.DATA:
            body = wire.amf_encode("@setDataFrame") + body
        ts = self.held if self.held is not None else max(0, base + tag.ts + self.jump)
        if not self.begun and what in ("idr", "frame"):
            self.begun = True
            log("first")
        self.sent = ts
        csid = {flv.VIDEO: 6}.get(tag.type, 4)
        if what in ("header", "meta"):
            self.headers.append((csid, tag.type, body))
        elif what == "idr" and self.args.repeat_headers:
            for again, kind, header in self.headers:
                self.client.send(again, kind, self.client.stream, ts, header)
        parts = apart(body) if self.args.apart and what in ("idr", "inter") else [body]
        for part in parts:
            self.client.send(csid, tag.type, self.client.stream, ts, part)


def apart(body):
    """A message for each NAL unit of a picture."""
    parts, at = [], 5
    while at < len(body):
        end = at + 4 + int.from_bytes(body[at:at + 4], "big")
        parts.append(body[:5] + body[at:end])
        at = end
    return parts


def video_length(tags):
    """Of a clip's pictures, the last one's time on the screen included."""
    times = [t.ts for t in tags if flv.classify(t.type, t.body)[0] in ("idr", "inter")]
    return round((times[-1] - times[0]) * len(times) / (len(times) - 1))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--loop", action="store_true")
    p.add_argument("--no-video", action="store_true")
    p.add_argument("--no-audio", action="store_true")
    p.add_argument("--broken-header", action="store_true")
    p.add_argument("--apart", action="store_true")
    p.add_argument("--repeat-headers", action="store_true")
    p.add_argument("--metadata", choices=("none", "wrong"))
    p.add_argument("url")
    p.add_argument("file")
    args = p.parse_args()
    client = Client(args.url)
    log("publishing")
    try:
        Player(args, client).run()
        client.unpublish()
    except (BrokenPipeError, ConnectionResetError) as e:
        log("end", why=str(e))
        sys.exit(1)
    log("end", why="stop")


if __name__ == "__main__":
    main()
