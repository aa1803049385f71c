# SPDX-License-Identifier: ISC
"""Tables and goals, from what was measured."""
from gaps import LATE_MS, SILENCE_MS

MB = 1e6
SCENARIOS = (("1to1", "6 Mb/s, 1 to 1"), ("1to4", "6 Mb/s, 1 to 4"), ("fifty", "50 channels of 1 Mb/s"))
CPU_GOAL = {"1to1": 0.15, "1to4": 0.06, "fifty": 0.12}
PSS_GOAL = 3 * MB       # a channel, beyond its media


def cell(r, key, scale, fmt="%9.1f"):
    return fmt % (r[key] / scale) if key in r else "%9s" % "-"


def cost_table(rows):
    out = ["%-24s %9s %9s %9s %9s %9s %9s" % (
        "", "CPU s/min", "wakes/s", "PSS MB", "priv MB", "media MB", "Mb/s out")]
    for name, r in rows.items():
        out.append("%-24s %s %s %s %s %s %s" % (
            name, cell(r, "cpu_s_per_min", 1, "%9.3f"), cell(r, "wakeups_per_s", 1),
            cell(r, "pss_bytes", MB), cell(r, "private_bytes", MB),
            cell(r, "media_bytes", MB) if r.get("media_bytes") else "%9s" % "-",
            cell(r, "mbps_out", 1)))
    return out


def gap_row(name, s):
    still = s.get("stood_still", 0)
    return "%-28s %4d %9.1f %9.1f %9.1f%s" % (
        name, s["n"], s["median_ms"], s["p99_ms"], s["max_ms"],
        "   in %d of them the machine stood still" % still if still else "")


def tables(got):
    out = []
    for key, title in SCENARIOS:
        if key in got:
            out += ["", title] + cost_table(got[key])
    if "loop" in got:
        out += ["", "lsctl-loop run, 6 Mb/s: %.3f CPU s/min, %.1f wakes/s" % (
            got["loop"]["cpu_s_per_min"], got["loop"]["wakeups_per_s"])]
    if "gaps" in got:
        a = got["gaps"]["allocations"]
        out += ["", "allocations per 10,000 packets, over %d: %s" % (a["packets"], ", ".join(
            "%s %.1f" % (k, v) for k, v in a["per_10000_packets"].items()))]
    if "gaps" in got:
        g = got["gaps"]
        out += ["", "%-28s %4s %9s %9s %9s" % ("longest gap of video, ms", "n", "median", "p99", "max")]
        out += [gap_row(k, v) for k, v in g["changes"].items()]
        out += [gap_row(k, g[k]) for k in ("between changes", "same load, no forwarder")]
        out += ["lateness, p99.9, ms: " + ", ".join("%s %d" % x for x in g["late_ms"].items())]
        out += ["connections to the destination: %d" % g["connections"], "", "first frame after start, s"]
        out += ["%-28s %9.2f" % x for x in g["first_frame"].items()]
    return out


def goals(got):
    """(what, measured, goal, met)"""
    def at_most(what, value, goal, fmt="%.2f"):
        return {"what": what, "value": value, "goal": goal, "pass": value <= goal, "text": fmt % value,
                "goal_text": fmt % goal}

    for key, title in SCENARIOS:
        if key not in got:
            continue
        ours, copy, push = (got[key][n] for n in ("lsctl-forward", "ffmpeg", "nginx-rtmp push"))
        yield at_most(title + ": CPU over ffmpeg's", ours["cpu_s_per_min"] / copy["cpu_s_per_min"], CPU_GOAL[key])
        yield at_most(title + ": CPU over nginx-rtmp push's", ours["cpu_s_per_min"] / push["cpu_s_per_min"], 1)
        if "pss_bytes" in ours:
            n = ours["processes"]
            yield at_most(title + ": PSS beyond the media, MB a channel",
                          (ours["pss_bytes"] - ours["media_bytes"]) / n / MB, PSS_GOAL / MB)
            yield at_most(title + ": the same when it holds most, MB a channel",
                          ours["pss_beyond_fullest_bytes"] / n / MB, PSS_GOAL / MB)
            yield at_most(title + ": PSS beyond the media's slabs, MB a channel",
                          (ours["pss_bytes"] - ours["media_mapped_bytes"]) / n / MB, PSS_GOAL / MB)
    if "gaps" in got:
        yield at_most("allocations per 10,000 packets",
                      got["gaps"]["allocations"]["total_per_10000"], 0, "%.1f")
        for name, s in got["gaps"]["changes"].items():
            if s["steady_max_ms"] is None:
                continue
            yield at_most("longest silence, ms: " + name, s["steady_max_ms"], SILENCE_MS, "%.0f")
        yield at_most("lateness against the timeline, p99.9, ms", got["gaps"]["late_ms"]["lsctl-forward"], LATE_MS, "%.0f")
        yield at_most("connections to the destination", got["gaps"]["connections"], 1, "%d")


def goal_lines(all_goals):
    return ["", "%-66s %9s %9s" % ("goals", "measured", "at most")] + [
        "%-66s %9s %9s  %s" % (g["what"], g["text"], g["goal_text"], "PASS" if g["pass"] else "MISS")
        for g in all_goals]
