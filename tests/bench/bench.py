#!/usr/bin/env python3
"""What a scan costs and what the idle agent weighs. Not a test: it prints, it judges nothing.

Times are medians of alternating runs on the same files, so that ratios hold on a busy machine, too; the baseline copies
every store and asks the sqlite3 program for the same count, as a script would. Usage: tests/bench/bench.py [ROUNDS]

`bench.py --fleet 1000` instead: how long a scan for all takes to reach 1,000 connected PCs, and to end with a report of
each.
"""

import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
from office import Centre, LinuxAgent  # noqa: E402
from wardwatch_testing import EndToEnd, agent, central, program, run, unpack_fixture_users, wait_until  # noqa: E402

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
    return {"private": fields["Private_Dirty"] + fields["Private_Clean"], "resident": fields["Rss"],
            "peak": fields["VmHWM"]}


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
        print(f"  {name:8} private {memory['private'] / 1024:6.1f} MiB, resident "
              f"{memory['resident'] / 1024:6.1f} MiB, peak"
              f" {memory['peak'] / 1024:6.1f} MiB, processor {used * 1000:5.0f} ms in {idle} s idle")
    size = sum(path.stat().st_size for path in pc.folder.iterdir())
    report = next(iter(pc.reports().values()))
    print(f"  one report: {len(report)} bytes of JSON; the agent's data folder: {size} bytes")


def bench_fleet(test, count):
    fleet = program("WARDWATCH_FLEET", "linux/reporting/fleet/wardwatch-fleet")
    centre = Centre(test)
    common = ["--url", f"https://127.0.0.1:{centre.agents_port}", "--state", test.folder / "fleet"]
    began = time.perf_counter()
    run([fleet, "prepare", *common, "--ca-sha256", centre.ca_sha256, "--token", centre.token(uses=count), "--count",
         count, "--months", 1],
        timeout=1200)
    print(f"{count} PCs enrolled with a report each in {time.perf_counter() - began:.1f} s")
    pcs = test.start([fleet, "--all-connected", "run", *common, "--scan-milliseconds", 0], "fleet")
    pcs.wait_for(f"connected {count} PCs", 60)

    def waiting():  # every PC's first poll is there: the centre's own count of connections
        return int(run(["sh", "-c",
                        f"ss -Htn state established '( sport = :{centre.agents_port} )' | wc -l"]).stdout) >= count
    wait_until(waiting, 300, "all PCs to be connected")
    time.sleep(3)
    began = time.time()
    batch = centre.cli("scan", "--all")
    ordered = time.time()
    wait_until(lambda: pcs.text().count("told ") >= count, 600, "all PCs to be told")
    times = sorted(int(found) / 1000 - began for found in re.findall(r"^told \S+ (\d+)", pcs.text(), re.MULTILINE))
    print(f"  scan ordered by the command line in {ordered - began:.2f} s; told after it was typed: first "
          f"{times[0]:.2f} s, half"
          f" {times[len(times) // 2]:.2f} s, last of {len(times)} {times[-1]:.2f} s")

    def ended():
        done = run([central(), "--json", "--data", centre.folder, "scan", "--batch", batch["batch_id"]], expect=None)
        scan = json.loads(done.stdout)
        return scan if scan["finished"] else time.sleep(1)
    print(f"  all {wait_until(ended, 600, 'the end')['done']} reports there after {time.time() - began:.1f} s")
    memory = memory_kib(centre.process.pid)
    print(f"  the centre: resident {memory['resident'] / 1024:.0f} MiB, peak {memory['peak'] / 1024:.0f} MiB")


class Bench(EndToEnd):
    def runTest(self):
        if sys.argv[1:2] == ["--fleet"]:
            bench_fleet(self, int(sys.argv[2]))
            return
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
