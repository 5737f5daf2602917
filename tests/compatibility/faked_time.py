"""Runs a program, and all that it starts, at another time: certificates and tokens of a recording end some day.

libfaketime is preloaded with a distance from the real clock, so that every process agrees. Monotonic clocks stay real.
"""

import datetime
import glob
import math
import os
import pathlib
import select
import subprocess
import time

LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"

if "FAKETIME" in os.environ:
    # Python sleeps until an instant of the monotonic clock, which the library mixes up with its own.
    time.sleep = lambda seconds: select.select([], [], [], seconds)


def instant(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def run_at(moment, command, **options):
    """Runs `command` to its end with a clock that begins at `moment`; its exit code."""
    found = glob.glob(LIBRARIES)
    if not found:
        raise SystemExit(f"{LIBRARIES} is missing: install the package libfaketime")
    distance = math.ceil((moment - now()).total_seconds())  # never before it
    environment = {**os.environ, "LD_PRELOAD": found[0], "FAKETIME": f"{distance:+d}",
                   "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}
    environment.pop("FAKETIME_SHARED", None)
    process = subprocess.Popen([str(part) for part in command], env=environment, **options)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        # The library leaves what its processes share.
        for name in (f"faketime_shm_{process.pid}", f"sem.faketime_sem_{process.pid}"):
            pathlib.Path("/dev/shm", name).unlink(missing_ok=True)
