# SPDX-License-Identifier: ISC
"""What did the destination see? Verdict on what a recorder wrote down.

Every payload's digest tells which clip it came from and the time it had there, so
the judge knows the source of each frame and how far each track was moved. Three words:
  piece   frames of one track that follow each other in one clip
  cut     the joint of two pieces that is not merely a clip starting over
  offset  time at the destination minus time in the clip; one number a piece
"""
import collections
import statistics
import subprocess

from lib import flv, wire

FRAME_MS = 34               # at 30 a second, rounded up
AUDIO_FRAME_MS = 24         # 1024 samples at 44.1 kHz, rounded up
ROUNDING_MS = 1             # RTMP counts in whole milliseconds
SETTLE_NS = 10**9           # a stream's first second may come at any pace
BATCH_NS = 10**7            # after such a silence a frame begins a batch
BATCHES = 4                 # on each side of one that say when it is due
LATE_MS = 5                 # what a frame may be late

Place = collections.namedtuple("Place", "clip index ts")
# msg is the first frame of place; before and shown are the last frame and the last PTS ahead of it.
Cut = collections.namedtuple("Cut", "old place msg before shown")


class Clips:
    """Everything the sources may send."""

    def __init__(self, paths):
        self.places = {}            # digest -> places (a clip may hold the same bytes twice)
        self.headers = {}           # (clip, type) -> digest of its sequence header
        self.frames = {}            # (clip, type) -> number of frames
        self.metadata = {}          # clip -> what ffmpeg says of it
        self.interval = {}          # clip -> longest video frame interval, ms
        self.reorders = {}          # clip -> has B-frames
        for name, path in paths.items():
            self.add(name, path)

    def add(self, clip, path):
        times = {flv.VIDEO: [], flv.AUDIO: []}
        self.reorders[clip] = False
        for tag in flv.read(path):
            if tag.type == flv.DATA:
                self.metadata[clip] = wire.amf_decode(tag.body)[1]
            if tag.type not in times:
                continue
            what, cts = flv.classify(tag.type, tag.body)
            sha = flv.digest(tag.body)
            if what == "header":
                self.headers[clip, tag.type] = sha
                continue
            if what == "end":
                continue
            index = len(times[tag.type])
            times[tag.type].append(tag.ts)
            self.places.setdefault((tag.type, sha), []).append(Place(clip, index, tag.ts))
            self.reorders[clip] |= cts != 0
        for kind, list_ in times.items():
            self.frames[clip, kind] = len(list_)
        video = times[flv.VIDEO]
        self.interval[clip] = max((b - a for a, b in zip(video, video[1:])), default=0)

    def find(self, kind, sha, before=None, ts=0):
        """The place of a payload; of several, the one that continues the piece before."""
        places = self.places.get((kind, sha))
        if not places:
            return None
        if before is None or len(places) == 1:
            return places[0]
        return min(places, key=lambda p: (p.clip != before.clip,
                                          abs(ts - p.ts - before.offset)))


class Piece:
    """Frames of one track, one after the other from one clip."""

    def __init__(self, msg, place):
        self.clip, self.first_index, self.index = place.clip, place.index, place.index
        self.offset = msg["ts"] - place.ts
        self.low = self.high = self.offset
        self.first = self.last = msg
        self.count, self.skipped = 1, 0

    def follows(self, place):
        return place.clip == self.clip and place.index > self.index

    def add(self, msg, place):
        self.skipped += place.index - self.index - 1
        self.index = place.index
        offset = msg["ts"] - place.ts
        self.low, self.high = min(self.low, offset), max(self.high, offset)
        self.last = msg
        self.count += 1


class Recording:
    """A recorder's log as it grows. conn is the connection that is judged: those of one key."""

    def __init__(self, clips, key=None):
        self.clips, self.key = clips, key
        self.events, self.publishes = [], []
        self.messages = []              # of the key's connections, in order of arrival
        self._ours = set()
        self.air, self._piece = [], None    # (clip, t) each time the picture's source changes

    def add(self, event):
        self.events.append(event)
        ev = event["ev"]
        if ev == "publish" and self.key in (None, event["key"]):
            self.publishes.append(event)
            self._ours.add(event["conn"])
        elif ev == "msg" and event["conn"] in self._ours:
            self.messages.append(event)
            if event["type"] == flv.VIDEO and event["what"] in ("idr", "inter"):
                self._saw(event)

    def _saw(self, msg):
        place = self.clips.find(flv.VIDEO, msg["sha"], self._piece, msg["ts"])
        if place is None:
            return
        if self._piece is None or self._piece.clip != place.clip:
            self.air.append((place.clip, msg["t"]))
            self._piece = Piece(msg, place)

    def on_air(self):
        return self.air[-1][0] if self.air else None


def of_file(clips, path):
    """The recording that another program wrote: what it has and when, by its own times, but not when it arrived."""
    recording = Recording(clips)
    recording.add({"ev": "publish", "conn": 1, "key": None})
    for tag in flv.read(path):
        what, cts = flv.classify(tag.type, tag.body)
        if what != "meta":
            recording.add({"ev": "msg", "conn": 1, "type": tag.type, "ts": tag.ts, "t": tag.ts * 10**6,
                           "sha": flv.digest(tag.body), "what": what, "cts": cts})
    return recording


class Track:
    """One track's walk through a recording: pieces, and faults found on the way."""

    def __init__(self, kind, clips):
        self.kind, self.clips = kind, clips
        self.name = "video" if kind == flv.VIDEO else "audio"
        self.pieces, self.cuts, self.faults = [], [], []
        self.foreign = self.falls = self.skipped = 0
        self.header, self.header_new = None, False
        self.ended = False
        self.last = self.shown = None

    def fault(self, msg, text):
        self.faults.append("%s at %d ms: %s" % (self.name, msg["ts"], text))

    def take(self, msg):
        what = msg["what"]
        if what == "header":
            self.header, self.header_new = msg["sha"], True
            return
        if what == "end":
            self.ended = True
            return
        if self.ended:
            self.fault(msg, "goes on after an end of sequence")
            self.ended = False
        piece = self.pieces[-1] if self.pieces else None
        place = self.clips.find(self.kind, msg["sha"], piece, msg["ts"])
        if self.last is not None and msg["ts"] < self.last["ts"]:
            self.falls += 1
            self.fault(msg, "DTS falls from %d" % self.last["ts"])
        if msg["ts"] < 0:
            self.fault(msg, "a time before the timeline's start")
        if place is None:
            self.foreign += 1
            self.fault(msg, "a payload that no source sent")
        else:
            self.place(msg, place, piece)
        self.header_new = False
        self.last = msg
        pts = msg["ts"] + msg["cts"]
        self.shown = pts if self.shown is None else max(self.shown, pts)

    def place(self, msg, place, piece):
        if self.header != self.clips.headers.get((place.clip, self.kind)):
            self.fault(msg, "a frame of %s without its own sequence header" % place.clip)
        if piece is not None and piece.follows(place):
            if self.kind == flv.VIDEO and place.index > piece.index + 1 and msg["what"] != "idr":
                self.fault(msg, "%s goes on in mid-GOP after a hole" % place.clip)
            if self.header_new:     # cut away and back between two of its frames
                self.pieces.append(Piece(msg, place))
            else:
                piece.add(msg, place)
            return
        over = piece is not None and piece.clip == place.clip and self.starts_over(piece, place)
        if not over:
            self.start(msg, place, piece)
        self.pieces.append(Piece(msg, place))

    def starts_over(self, piece, place):
        """The clip was played to its end and begins again. lsctl-loop may leave out audio there."""
        slack = 0 if self.kind == flv.VIDEO else 3
        return place.index <= slack and \
            piece.index >= self.clips.frames[place.clip, self.kind] - 1 - slack

    def start(self, msg, place, piece):
        if not self.header_new:
            self.fault(msg, "%s starts without a sequence header in front" % place.clip)
        if self.kind == flv.VIDEO and msg["what"] != "idr":
            self.fault(msg, "%s starts with %s, not IDR" % (place.clip, msg["what"]))
        if piece is not None:
            self.cuts.append(Cut(piece, place, msg, self.last, self.shown))


BOUNDS = {"connections": 1, "gap_ms": 500, "late_ms": None, "burst_ms": 500, "step_ms": 100, "audio_step_ms": 100,
          "pts_twice": 0, "skipped": 0, "offset_wobble_ms": ROUNDING_MS,
          "skew_ms": AUDIO_FRAME_MS + ROUNDING_MS, "pictures_without_sound": 0,
          "metadata": True}


def judge(recording, **bounds):
    """(figures, faults). bounds replace those of BOUNDS; None: not judged."""
    bounds = dict(BOUNDS, **bounds)
    clips = recording.clips
    video, audio = Track(flv.VIDEO, clips), Track(flv.AUDIO, clips)
    frames = []
    for msg in recording.messages:
        track = {flv.VIDEO: video, flv.AUDIO: audio}.get(msg["type"])
        if track is None:
            continue
        track.take(msg)
        if track is video and msg["what"] in ("idr", "inter"):
            frames.append(msg)
    faults = video.faults[:10] + audio.faults[:10]
    figures = {
        "video_frames": len(frames),
        "cuts": ["%s>%s" % (c.old.clip, c.place.clip) for c in video.cuts],
        "foreign": video.foreign + audio.foreign,
        "falls": video.falls + audio.falls,
    }

    def check(name, value):
        figures[name] = value
        if bounds[name] is not None and value > bounds[name]:
            faults.append("%s is %s, above %s" % (name, value, bounds[name]))

    if bounds["metadata"] is not None:
        faults += judge_metadata(recording)[:10]
    check("connections", len(recording.publishes))
    if not frames:
        return figures, faults + ["no video arrived"]
    settled = [f for f in frames if f["t"] >= frames[0]["t"] + SETTLE_NS] or frames
    check("gap_ms", largest_gap(settled))
    check("late_ms", lateness(settled))
    check("burst_ms", pace_spread(settled))
    check("step_ms", max((b["ts"] - a["ts"] for a, b in zip(frames, frames[1:])), default=0))
    check("pts_twice", pts_twice(frames))
    check("skipped", sum(p.skipped for p in video.pieces + audio.pieces))
    judge_steps(video, figures, faults)
    check("audio_step_ms", max((c.msg["ts"] - c.before["ts"] for c in audio.cuts), default=0))
    judge_offsets(video, audio, check)
    return figures, faults


METADATA = {"width", "height", "framerate", "videocodecid", "videodatarate", "audiocodecid", "audiodatarate",
            "audiosamplerate", "audiosamplesize", "audiochannels", "stereo", "encoder"}
RATES = {"videodatarate", "audiodatarate"}      # claimed or measured


def judge_metadata(recording):
    """Metadata comes first on a connection, and again only if it is another; it is true of the clip that follows."""
    faults = []
    for conn in sorted({m["conn"] for m in recording.messages}):
        messages, says = [m for m in recording.messages if m["conn"] == conn], None
        if messages[0]["what"] != "meta":
            faults.append("connection %d begins with %s, not with metadata" % (conn, messages[0]["what"]))
        for msg, then in zip(messages, messages[1:]):
            if msg["what"] != "meta":
                continue
            where = "metadata at %d ms: " % msg["ts"]
            if msg["says"] == says:
                faults.append(where + "sent again unchanged")
            says = msg["says"]
            clip = next((c for (c, _), sha in recording.clips.headers.items() if sha == then["sha"]), None)
            faults += [where + f for f in untrue(says, recording.clips.metadata.get(clip, {}))]
            if then["what"] != "header":
                faults.append(where + "%s comes next, not a sequence header" % then["what"])
    return faults


def untrue(says, truth):
    if says[:2] != ["@setDataFrame", "onMetaData"] or len(says) != 3:
        return ["it is %s" % says[:2]]
    fields = says[2]
    faults = ["it has a %s" % name for name in sorted(set(fields) - METADATA)]
    faults += ["it has no %s" % name for name in sorted(METADATA - RATES - set(fields))]
    for name in sorted(set(fields) & set(truth) - {"encoder"}):
        got, want = fields[name], truth[name]
        if abs(got - want) > (want * 0.5 if name in RATES else want * 0.001):
            faults.append("%s is %s, and of the clip %s" % (name, got, want))
    if not fields.get("encoder", "").startswith("lsctl/"):
        faults.append("its encoder is %s" % fields.get("encoder"))
    return faults


def largest_gap(frames):
    return max((round((b["t"] - a["t"]) / 1e6) for a, b in zip(frames, frames[1:])), default=0)


def silence_ms(batch_ms, frame_ms=FRAME_MS):
    """The longest silence that is right: a batch and a frame, and one that the machine may be late."""
    return batch_ms + 2 * frame_ms


def lateness(frames):
    """How much later than its place in the timeline all but a thousandth of the frames came at most. A batch begins
    when its first frame is due, and what follows in it is early; due times move slowly, with the clock of a source."""
    begins = [0] + [n for n in range(1, len(frames)) if frames[n]["t"] - frames[n - 1]["t"] > BATCH_NS]
    late = [f["t"] / 1e6 - f["ts"] for f in frames]
    over = []
    for k, (n, after) in enumerate(zip(begins, begins[1:] + [len(frames)])):
        due = statistics.median(late[b] for b in begins[max(0, k - BATCHES):k + BATCHES + 1])
        over += [max(0, x - due) for x in late[n:after]]
    return round(sorted(over)[min(len(over) - 1, int(len(over) * 0.999))])


def pace_spread(frames):
    """How unevenly the stream's clock ran against the wall's within 2 s: a burst, or a lag made good.
    (Over hours they may part: a cut rounds to a frame.)"""
    late = [f["t"] / 1e6 - f["ts"] for f in frames]
    spread, end = 0, 0
    for start, f in enumerate(frames):
        while end < len(frames) and frames[end]["ts"] <= f["ts"] + 2000:
            end += 1
        window = late[start:end] or [0]
        spread = max(spread, max(window) - min(window))
    return round(spread)


def pts_twice(frames):
    seen = collections.Counter(f["ts"] + f["cts"] for f in frames)
    return sum(n - 1 for n in seen.values())


def judge_steps(video, figures, faults):
    """Each cut: time goes on by one frame. Where B-frames meet none, DTS and PTS cannot both do so."""
    largest = {"dts_step_ms": 0, "pts_step_ms": 0}
    for cut in video.cuts:
        old, new = cut.old.clip, cut.place.clip
        frame = max(video.clips.interval[old], video.clips.interval[new])
        dts_step = cut.msg["ts"] - cut.before["ts"]
        pts_step = cut.msg["ts"] + cut.msg["cts"] - cut.shown
        reorders = video.clips.reorders[old] or video.clips.reorders[new]
        where = "cut %s>%s at %d ms" % (old, new, cut.msg["ts"])
        if (min(dts_step, pts_step) if reorders else dts_step) > frame + ROUNDING_MS:
            faults.append("%s: DTS steps %d ms, PTS %d, a frame is %d" %
                          (where, dts_step, pts_step, frame))
        if min(dts_step, pts_step) <= 0:
            faults.append("%s: time goes back: DTS by %d ms, PTS by %d" %
                          (where, -dts_step, -pts_step))
        largest["dts_step_ms"] = max(largest["dts_step_ms"], dts_step)
        largest["pts_step_ms"] = max(largest["pts_step_ms"], pts_step)
    figures.update(largest)


def judge_offsets(video, audio, check):
    """Each track moves as one within a piece, and both tracks of a clip together."""
    check("offset_wobble_ms", max((p.high - p.low for p in video.pieces + audio.pieces), default=0))
    skew, alone = 0, 0
    for v in video.pieces:
        mates = [a for a in audio.pieces if a.clip == v.clip and
                 a.first["ts"] < v.last["ts"] and a.last["ts"] > v.first["ts"]]
        if mates:
            mate = max(mates, key=lambda a: min(a.last["ts"], v.last["ts"]) -
                       max(a.first["ts"], v.first["ts"]))
            skew = max(skew, abs(v.offset - mate.offset))
        elif v.count > 10:
            alone += 1
    check("skew_ms", skew)
    check("pictures_without_sound", alone)


def decode_errors(path):
    """What a decoder says about a recording. The parser is left out (noparse): ffmpeg's objects
    to a correct cut between different parameter sets. enc_time_base -1 keeps the milliseconds:
    ffmpeg would round them to frames, and find 25 fps among 30 not monotonic."""
    r = subprocess.run(["nice", "ffmpeg", "-nostdin", "-v", "error", "-xerror", "-threads", "1",
                        "-fflags", "noparse", "-i", path,
                        "-enc_time_base", "-1", "-f", "null", "-"],
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       check=False)
    out = r.stdout.decode("utf-8", "replace").strip()
    return out or ("ffmpeg exits %d" % r.returncode if r.returncode else "")
