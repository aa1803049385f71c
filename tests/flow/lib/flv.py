# SPDX-License-Identifier: ISC
"""FLV files (FLV 10.1 annex E), and what one audio or video message is."""
import collections
import hashlib
import struct

AUDIO, VIDEO, DATA = 8, 9, 18

# Enhanced RTMP v2, "Enhanced Video": packet types, frame types, and whose CODED_FRAMES have a composition time
SEQUENCE_START, CODED_FRAMES, CODED_FRAMES_X = 0, 1, 3
KEY, INTER = 1, 2
COMPOSED = {b"avc1", b"hvc1"}

Tag = collections.namedtuple("Tag", "type ts body")


def read(path):
    """Every whole tag of a file."""
    with open(path, "rb") as f:
        head = f.read(13)
        if head[:3] != b"FLV":
            raise ValueError("%s: not FLV" % path)
        while True:
            h = f.read(11)
            if len(h) < 11:
                return
            size = int.from_bytes(h[1:4], "big")
            ts = int.from_bytes(h[4:7], "big") | h[7] << 24
            body = f.read(size)
            if len(body) < size:
                return
            f.read(4)
            yield Tag(h[0] & 31, ts, body)


class Writer:
    def __init__(self, path):
        self._f = open(path, "wb")
        self._f.write(b"FLV\1\5\0\0\0\t\0\0\0\0")

    def tag(self, kind, ts, body):
        size = len(body)
        ts &= 0xffffffff
        self._f.write(bytes([kind]) + size.to_bytes(3, "big") +
                      (ts & 0xffffff).to_bytes(3, "big") + bytes([ts >> 24, 0, 0, 0]))
        self._f.write(body)
        self._f.write(struct.pack(">I", size + 11))

    def close(self):
        self._f.close()


def digest(body):
    return hashlib.sha1(body).hexdigest()[:20]


def classify(kind, body):
    """(what, cts): header, idr, inter, end, frame, meta, other; cts in ms, video only."""
    if kind == DATA:
        return "meta", 0
    if kind == AUDIO:
        if len(body) < 2:
            return "other", 0
        return ("header" if body[0] >> 4 == 10 and body[1] == 0 else "frame"), 0
    if kind == VIDEO and len(body) >= 5 and body[0] & 0x80:
        return _classify_enhanced(body)
    if kind != VIDEO or len(body) < 5 or body[0] & 15 != 7:
        return "other", 0
    cts = int.from_bytes(body[2:5], "big")
    cts -= 1 << 24 if cts & 1 << 23 else 0
    if body[1] != 1:
        return {0: "header", 2: "end"}.get(body[1], "other"), 0
    return ("idr" if _has_idr(body) else "inter"), cts


def _classify_enhanced(body):
    packet = body[0] & 15
    if packet == SEQUENCE_START:
        return "header", 0
    if packet not in (CODED_FRAMES, CODED_FRAMES_X):
        return "other", 0
    composed = packet == CODED_FRAMES and bytes(body[1:5]) in COMPOSED
    cts = int.from_bytes(body[5:8], "big", signed=True) if composed else 0
    return ("idr" if body[0] >> 4 & 7 == KEY else "inter"), cts


def _has_idr(body):
    """The NAL units themselves say so: the flag in the first byte is only a claim."""
    pos = 5
    while pos + 5 <= len(body):
        if body[pos + 4] & 31 == 5:
            return True
        pos += 4 + int.from_bytes(body[pos:pos + 4], "big")
    return False
