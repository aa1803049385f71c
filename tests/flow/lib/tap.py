# SPDX-License-Identifier: ISC
"""Runs scenarios side by side and prints TAP: a scenario is a function, its docstring its name."""
import concurrent.futures
import os
import sys
import traceback


class Skip(Exception):
    """The scenario cannot run here; the text says why."""


class Report:
    """What a scenario found. Notes are printed always, faults make it fail."""

    def __init__(self):
        self.notes, self.faults = [], []

    def note(self, text):
        self.notes.append(text)

    def check(self, good, text):
        if not good:
            self.faults.append(text)
        return bool(good)


def run(scenarios, jobs=None):
    """Most of a scenario is waiting, so several run at once: FLOW_JOBS, default 6.
    Names given on the command line choose among the functions."""
    wanted = sys.argv[1:]
    scenarios = [s for s in scenarios if not wanted or s.__name__ in wanted]
    jobs = jobs or int(os.environ.get("FLOW_JOBS", "6"))
    print("1..%d" % len(scenarios), flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(_one, s): s for s in scenarios}
        for n, f in enumerate(concurrent.futures.as_completed(futures), 1):
            name = futures[f].__doc__.splitlines()[0]
            report, skip = f.result()
            failed += bool(report.faults)
            print("%s %d - %s%s" % ("not ok" if report.faults else "ok", n, name,
                                    " # SKIP " + skip if skip else ""))
            for line in report.notes + ["FAULT " + x for x in report.faults]:
                print("\n".join("# " + x for x in line.splitlines()))
            sys.stdout.flush()
    sys.exit(1 if failed else 0)


def _one(scenario):
    report, skip = Report(), None
    try:
        scenario(report)
    except Skip as e:
        skip = str(e)
    except Exception as e:      # whatever it is, the other scenarios go on
        report.faults.append("%s: %s" % (type(e).__name__, e))
        if os.environ.get("FLOW_TRACE"):
            report.notes.append(traceback.format_exc())
    return report, skip
