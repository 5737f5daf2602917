#!/usr/bin/env python3
"""What a scan costs and what the idle agent weighs. Not a test: it prints, it judges nothing.

Times are medians of alternating runs on the same files, so that ratios hold on a busy machine, too; the baseline copies every
store and asks the sqlite3 program for the same count, as a script would. Usage: tests/bench/bench.py [ROUNDS]
"""

import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from office import Centre, LinuxAgent  # noqa: E402
from wardwatch_testing import EndToEnd, agent, run, unpack_fixture_users, wait_until  # noqa: E402

CHROMIUM = "SELECT count(*) FROM logins WHERE blacklisted_by_user=0 AND federation_url=''"


def stores(disk):
    for path in sorted(disk.rglob("*")):
        if path.name in ("Login Data", "Login Data For Account"):
            yield path, CHROMIUM
        elif path.name == "logins.json":
            yield path, "SELECT json_array_length(readfile('FILE'), '$.logins')"


def count_copies(disk, copies):
    """One cp and one sqlite3 per store."""
    for number, (path, query) in enumerate(stores(disk)):
        copy = copies / str(number)
        subprocess.run(["cp", path, copy], check=True)
        database = copy if query == CHROMIUM else ":memory:"
        subprocess.run(["sqlite3", database, query.replace("FILE", str(copy))], check=True, stdout=subprocess.DEVNULL)


def seconds(action):
    """(elapsed, processor time of the processes it ran)"""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    action()
    elapsed = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return elapsed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def memory_kib(pid):
    fields = {}
    for name in ("smaps_rollup", "status"):
        for line in pathlib.Path(f"/proc/{pid}/{name}").read_text().splitlines():
            key, _, value = line.partition(":")
            if value.strip().endswith("kB"):
                fields[key] = int(value.split()[0])
    return {"private": fields["Private_Dirty"] + fields["Private_Clean"], "resident": fields["Rss"], "peak": fields["VmHWM"]}


def processor_seconds(pid):
    numbers = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def bench_scan(folder, rounds):
    disk, copies = folder / "disk", folder / "copies"
    unpack_fixture_users(disk)
    copies.mkdir()
    contenders = {
        "start and end (--version)": lambda: run([agent(), "--version"]),
        "scan of the fixture users": lambda: run([agent(), "scan", "--json", "--root", disk]),
        "cp + sqlite3 per store": lambda: count_copies(disk, copies),
    }
    times = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, action in contenders.items():
            times[name].append(seconds(action))
    print(f"{len(list(stores(disk)))} stores, medians of {rounds} rounds:")
    scan_time = statistics.median(elapsed for elapsed, _ in times["scan of the fixture users"])
    for name, measured in times.items():
        elapsed = statistics.median(first for first, _ in measured)
        processor = statistics.median(second for _, second in measured)
        print(f"  {name:28} {elapsed * 1000:8.1f} ms  processor {processor * 1000:8.1f} ms  ratio to the scan"
              f" {elapsed / scan_time:6.2f}")


def bench_idle(test, idle=30):
    centre = Centre(test)
    pc = LinuxAgent(test, centre)
    pc.enrol(centre.token())
    service = pc.serve()
    centre.wait_for_report()
    wait_until(lambda: not pc.waiting(), 30, "an empty outbox")
    time.sleep(2)
    programs = {"agent": service.pid, "centre": centre.process.pid}
    before = {name: processor_seconds(pid) for name, pid in programs.items()}
    time.sleep(idle)
    for name, pid in programs.items():
        used, memory = processor_seconds(pid) - before[name], memory_kib(pid)
        print(f"  {name:8} private {memory['private'] / 1024:6.1f} MiB, resident {memory['resident'] / 1024:6.1f} MiB, peak"
              f" {memory['peak'] / 1024:6.1f} MiB, processor {used * 1000:5.0f} ms in {idle} s idle")
    size = sum(path.stat().st_size for path in pc.folder.iterdir())
    print(f"  one report: {len(next(iter(pc.reports().values())))} bytes of JSON; the agent's data folder: {size} bytes")


class Bench(EndToEnd):
    def runTest(self):
        rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
        if shutil.which("sqlite3"):
            bench_scan(self.folder, rounds)
        else:
            print("sqlite3 is not installed: no scan baseline")
        print("idle:")
        bench_idle(self)


if __name__ == "__main__":
    result = Bench().run()
    for _, problem in (result.errors + result.failures) if result else ():
        print(problem)
    sys.exit(0 if result and result.wasSuccessful() else 1)
