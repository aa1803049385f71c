# SPDX-License-Identifier: ISC
"""Clips whose pictures are in Enhanced RTMP v2 (section "Enhanced Video"), which FFmpeg 5 does not write, and the way
back to what it decodes."""
import json
import subprocess

from lib import flv, wire

AAC_48000_STEREO = bytes((0xaf, 0, 0x11, 0x90))     # ISO 14496-3 1.6.2.1
CONFIG_BOX = {b"hvc1": b"hvcC", b"av01": b"av1C"}


def head(packet, frame, fourcc):
    return bytes((0x80 | frame << 4 | packet,)) + fourcc


def box(mp4, name):
    """The content of the only box of a name."""
    at = mp4.index(name)
    return mp4[at + 4:at - 4 + int.from_bytes(mp4[at - 4:at], "big")]


def packets(path):
    said = subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-show_entries",
                           "packet=codec_type,dts_time,pts_time,pos,size,flags", path],
                          stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=True).stdout
    return sorted(json.loads(said)["packets"], key=lambda p: float(p["dts_time"]))


def mux(path, fourcc, out, truth):
    """From an MP4 file of this codec and AAC, 48 kHz stereo, of which the truth is said as metadata."""
    with open(path, "rb") as f:
        mp4 = f.read()
    writer = flv.Writer(out)
    writer.tag(flv.DATA, 0, wire.amf_encode("onMetaData", dict(truth, videocodecid=int.from_bytes(fourcc, "big"))))
    writer.tag(flv.VIDEO, 0, head(flv.SEQUENCE_START, flv.KEY, fourcc) + box(mp4, CONFIG_BOX[fourcc]))
    writer.tag(flv.AUDIO, 0, AAC_48000_STEREO)
    for p in packets(path):
        at, dts = int(p["pos"]), round(float(p["dts_time"]) * 1000)
        data = mp4[at:at + int(p["size"])]
        if dts < 0:         # what comes before the start is AAC's priming
            continue
        if p["codec_type"] == "audio":
            writer.tag(flv.AUDIO, dts, bytes((0xaf, 1)) + data)
            continue
        cts = round(float(p["pts_time"]) * 1000) - dts
        body = head(flv.CODED_FRAMES, flv.KEY if "K" in p["flags"] else flv.INTER, fourcc)
        writer.tag(flv.VIDEO, dts, body + (cts.to_bytes(3, "big", signed=True) if fourcc in flv.COMPOSED else b"") + data)
    writer.close()


def elementary(path, out):
    """The pictures of a recording as FFmpeg reads them from a file: HEVC in Annex B, AV1 as a sequence of OBUs."""
    with open(out, "wb") as f:
        for tag in flv.read(path):
            if tag.type != flv.VIDEO or not tag.body[0] & 0x80:
                continue
            what, _ = flv.classify(tag.type, tag.body)
            fourcc = bytes(tag.body[1:5])
            if what == "header":
                f.write({b"hvc1": hevc_headers, b"av01": lambda c: b"\x12\0" + c[4:]}[fourcc](tag.body[5:]))
            elif fourcc == b"hvc1":
                f.write(annex_b(tag.body[8 if tag.body[0] & 15 == flv.CODED_FRAMES else 5:]))
            elif what != "other":
                f.write(b"\x12\0" + tag.body[5:])       # a temporal delimiter, AV1 5.6


def annex_b(data):
    out, at = b"", 0
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], "big")
        out += b"\0\0\0\1" + data[at + 4:at + 4 + size]
        at += 4 + size
    return out


def hevc_headers(config):
    """The parameter sets of an HEVCDecoderConfigurationRecord, ISO 14496-15 8.3.3.1.2."""
    out, at = b"", 23
    for _ in range(config[22]):
        count = int.from_bytes(config[at + 1:at + 3], "big")
        at += 3
        for _ in range(count):
            size = int.from_bytes(config[at:at + 2], "big")
            out += b"\0\0\0\1" + config[at + 2:at + 2 + size]
            at += 2 + size
    return out


def decode_errors(path, codec):
    """What FFmpeg says while it decodes a recording's pictures, and how many they are."""
    fourcc_file = path + "." + codec
    elementary(path, fourcc_file)
    said = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", {"hevc": "hevc", "av1": "obu"}[codec],
                           "-i", fourcc_file, "-f", "framemd5", "-"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
    return said.stderr.decode().strip(), sum(not line.startswith(b"#") for line in said.stdout.splitlines())
