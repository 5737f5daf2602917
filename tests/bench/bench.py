#!/usr/bin/env python3
"""What Wardwatch costs, held against something that anybody can run: one command for each line of the table in
docs/performance.md. Not a test: it measures and says whether a goal is met.

Reference and program take turns in the same run; what is printed are medians and their ratio, so that it holds on a
busy machine, too. All load goes to the loopback, and all data to a temporary folder.
"""

import argparse
import pathlib
import shutil
import sys
import tempfile
import time

import agent_benches
import centre_benches
import curve_benches
import flood_benches
import memory_benches
import ocs_bench
import store_benches
from measure import Lines, Missing, machine, markdown

BENCHES = {
    **{name: (lambda name: lambda *rest: centre_benches.against_nginx(name, *rest))(name)
       for name in centre_benches.KINDS},
    "enrolments": centre_benches.enrolments,
    "million": centre_benches.million,
    "memory": memory_benches.memory,
    "connected": memory_benches.connected,
    "scan": agent_benches.scan,
    "idle": agent_benches.idle,
    "wine_idle": agent_benches.wine_idle,
    "day": agent_benches.day,
    "postgres": store_benches.postgres,
    "disk": store_benches.disk,
    "history": store_benches.history,
    "pages": store_benches.pages,
    "curves": curve_benches.curves,
    "ocs": ocs_bench.ocs,
    "flood": flood_benches.flood,
    "strangers": flood_benches.strangers,
}


def run_one(name, options, lines):
    """False when it could not be measured."""
    print(f"{name}:", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wardwatch-bench-"))
    began = time.monotonic()
    try:
        BENCHES[name](folder, options, lines)
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
        return True
    except Missing as missing:
        print(f"  not measured: {missing}", flush=True)
        return False
    finally:
        if options.keep:
            print(f"  kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benches", nargs="*", metavar="bench", help=f"all, or some of: {', '.join(BENCHES)}")
    parser.add_argument("--short", action="store_true", help="fewer rounds and PCs: a look, not a measurement")
    parser.add_argument("--long", action="store_true", help="100,000 PCs where the table says so")
    parser.add_argument("--pcs", type=int, help="connected: so many PCs instead")
    parser.add_argument("--resume", action="store_true", help="connections: PCs resume their TLS sessions")
    parser.add_argument("--json", type=pathlib.Path, help="file for the figures")
    parser.add_argument("--table", type=pathlib.Path, help="measure nothing: print such a file as a Markdown table")
    parser.add_argument("--keep", action="store_true", help="leave the folders")
    options = parser.parse_args()
    if options.table:
        print(markdown(options.table))
        return
    chosen = list(BENCHES) if options.benches in ([], ["all"]) else options.benches
    if unknown := set(chosen) - set(BENCHES):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    lines = Lines()
    print(machine())
    good = [run_one(name, options, lines) for name in chosen]
    if options.json:
        lines.write(options.json)
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
