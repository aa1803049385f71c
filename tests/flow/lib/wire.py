# SPDX-License-Identifier: ISC
"""RTMP as bytes (RTMP 1.0 sections 5 and 7), for the tests' own server and client.

Written from the specification and sharing nothing with the product, so that a
mistake there cannot hide behind the same mistake here.
"""
import collections
import struct

SET_CHUNK_SIZE, ABORT, ACK, USER_CONTROL, WINDOW, BANDWIDTH = 1, 2, 3, 4, 5, 6
AUDIO, VIDEO, DATA, COMMAND, AGGREGATE = 8, 9, 18, 20, 22

HANDSHAKE = 1536        # C1, S1, C2, S2; C0 and S0 are one byte in front
MASK = 0xffffffff
EXTENDED = 0xffffff

Message = collections.namedtuple("Message", "type msid csid ts body")


class _Stream:
    """What a chunk stream remembers from one chunk to the next."""
    __slots__ = ("ts", "delta", "length", "type", "msid", "extended", "body")

    def __init__(self):
        self.ts = self.delta = self.length = self.type = self.msid = 0
        self.extended = False
        self.body = None


class ChunkReader:
    def __init__(self):
        self.size = 128
        self._buf = bytearray()
        self._streams = {}

    def feed(self, data):
        """Takes any split of the stream; yields each message as it gets whole."""
        self._buf += data
        pos = 0
        while True:
            end, message = self._chunk(pos)
            if end is None:
                break
            pos = end
            if message is None:
                continue
            if message.type == SET_CHUNK_SIZE:
                self.size = struct.unpack(">I", message.body)[0]
            elif message.type == ABORT:
                self._streams.pop(struct.unpack(">I", message.body)[0], None)
            else:
                yield message
        del self._buf[:pos]

    def _chunk(self, pos):
        """One whole chunk at pos: (its end, a message or None); (None, None): not there yet."""
        buf, have = self._buf, len(self._buf)
        if have - pos < 1:
            return None, None
        fmt, csid = buf[pos] >> 6, buf[pos] & 63
        pos += 1
        if csid < 2:
            more = csid + 1
            if have - pos < more:
                return None, None
            csid = 64 + buf[pos] + (buf[pos + 1] << 8 if more == 2 else 0)
            pos += more
        need = (11, 7, 3, 0)[fmt]
        if have - pos < need:
            return None, None
        st = self._streams.get(csid)
        if st is None:
            if fmt != 0:
                raise ValueError("chunk stream %d starts with header type %d" % (csid, fmt))
            st = self._streams[csid] = _Stream()
        head = pos
        field = int.from_bytes(buf[head:head + 3], "big") if fmt < 3 else 0
        extended = field == EXTENDED if fmt < 3 else st.extended
        pos += need
        if extended:
            if have - pos < 4:
                return None, None
            field = int.from_bytes(buf[pos:pos + 4], "big")
            pos += 4
        length = int.from_bytes(buf[head + 3:head + 6], "big") if fmt < 2 else st.length
        started = st.body is not None and fmt == 3
        take = min(self.size, length - (len(st.body) if started else 0))
        if have - pos < take:
            return None, None

        # The chunk is whole: only now may the stream's state change.
        if not started:
            st.body = bytearray()
            st.extended, st.length = extended, length
            if fmt < 2:
                st.type = buf[head + 6]
            if fmt == 0:
                st.msid = int.from_bytes(buf[head + 7:head + 11], "little")
                st.ts = st.delta = field
            elif fmt < 3:
                st.delta = field
                st.ts = (st.ts + field) & MASK
            else:                        # 5.3.1.2.4: a new message with the last delta
                st.ts = (st.ts + st.delta) & MASK
        st.body += memoryview(buf)[pos:pos + take]
        pos += take
        if len(st.body) < st.length:
            return pos, None
        body, st.body = st.body, None
        return pos, Message(st.type, st.msid, csid, st.ts, body)


def chunks(csid, kind, msid, ts, body, size):
    """A message as bytes: a full header first, then continuations."""
    ts &= MASK
    extended = ts >= EXTENDED
    tail = struct.pack(">I", ts) if extended else b""
    first = min(ts, EXTENDED).to_bytes(3, "big") + len(body).to_bytes(3, "big")
    out = bytearray([csid]) + first + bytes([kind]) + struct.pack("<I", msid) + tail
    out += body[:size]
    for at in range(size, len(body), size):
        out.append(0xc0 | csid)
        out += tail
        out += body[at:at + size]
    return bytes(out)


# -- AMF0 ---------------------------------------------------------------------

def amf_encode(*values):
    out = bytearray()
    for v in values:
        if v is None:
            out.append(5)
        elif isinstance(v, bool):
            out += bytes([1, v])
        elif isinstance(v, (int, float)):
            out += b"\0" + struct.pack(">d", v)
        elif isinstance(v, str):
            s = v.encode()
            out += b"\2" + struct.pack(">H", len(s)) + s
        elif isinstance(v, list):
            out += b"\x0a" + struct.pack(">I", len(v)) + amf_encode(*v)
        elif isinstance(v, dict):
            out.append(3)
            for name, member in v.items():
                s = name.encode()
                out += struct.pack(">H", len(s)) + s + amf_encode(member)
            out += b"\0\0\t"
        else:
            raise TypeError(type(v))
    return bytes(out)


def amf_decode(body):
    values, pos = [], 0
    while pos < len(body):
        value, pos = _amf_value(body, pos)
        values.append(value)
    return values


def _amf_value(b, pos):
    kind = b[pos]
    pos += 1
    if kind == 0:
        return struct.unpack_from(">d", b, pos)[0], pos + 8
    if kind == 1:
        return bool(b[pos]), pos + 1
    if kind in (2, 12):
        size = 2 if kind == 2 else 4
        n = int.from_bytes(b[pos:pos + size], "big")
        pos += size
        return bytes(b[pos:pos + n]).decode("utf-8", "replace"), pos + n
    if kind in (3, 8):
        pos += 4 if kind == 8 else 0
        members = {}
        while b[pos:pos + 3] != b"\0\0\t":
            n = int.from_bytes(b[pos:pos + 2], "big")
            name = bytes(b[pos + 2:pos + 2 + n]).decode("utf-8", "replace")
            members[name], pos = _amf_value(b, pos + 2 + n)
        return members, pos + 3
    if kind in (5, 6):
        return None, pos
    if kind == 10:
        n = int.from_bytes(b[pos:pos + 4], "big")
        pos += 4
        values = []
        for _ in range(n):
            value, pos = _amf_value(b, pos)
            values.append(value)
        return values, pos
    raise ValueError("AMF0 type %d" % kind)
