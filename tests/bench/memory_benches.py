"""What connected PCs cost while they say nothing, and how long a scan takes to reach all of them."""

import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

from measure import (SOURCE, Bench, Centre, Nginx, Process, command_line, fleet, load, median, memory_kib,
                     need, processor_seconds, wait_until)

sys.path.insert(0, str(SOURCE / "tests/reporting/central"))
from postgres_server import PostgresServer  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
POLL = 50  # seconds, so that each PC's is seen once in so short a time
POLLS_AN_HOUR = 8  # of the length that the centre offers: two in a quarter of an hour
PCS_OF_A_PROCESS = 12_500  # of 20,000 descriptors a quarter is for those that have something to say


def openssl_minimum(folder, bench, count):
    """KiB for each connection of a server in OpenSSL alone, its buffers released, with the centre's certificate and
    one of the PCs': openssl_memory.cpp."""
    built = folder / "openssl_memory"
    subprocess.run([need("g++", "g++"), "-std=c++20", "-O2", HERE / "openssl_memory.cpp", "-o", built, "-lssl",
                    "-lcrypto"], check=True)
    pc = json.loads((bench.folder / "fleet/fleet.json").read_text("utf-8"))["pcs"][0]
    for name in ("certificate", "key"):
        (folder / f"pc.{name}").write_text(pc[name])
    files = [bench.data / "server.crt", bench.data / "server.key", bench.data / "ca.crt", folder / "pc.certificate",
             folder / "pc.key"]
    return float(subprocess.run([built, str(count), *files], check=True, stdout=subprocess.PIPE, text=True).stdout)


def memory(folder, options, lines):
    pcs = 1000 if options.short else 3000
    bench = Bench(folder, options)
    nginx = None
    try:
        bench.prepare(64)
        nginx = Nginx(folder / "nginx", bench.data)
        state = bench.folder / "fleet"

        def each(url, pids, *more):
            measured = load(state, url, pids, "--pcs", pcs, "--ramp", pcs // 100, "--seconds", 3, *more)
            assert measured["connected"] == pcs, measured["problems"]
            watched = measured["watched"]
            return (watched["ended"]["private_kib"] - watched["idle"]["private_kib"]) / pcs
        # Rates so low that each PC says something once at most: what the first request leaves behind is counted, too.
        ours = each(bench.url, bench.pids, "--polls")
        theirs = each(nginx.url, nginx.pids, "--report-first")
        least = openssl_minimum(folder, bench, pcs)
    finally:
        if nginx:
            nginx.close()
        bench.close()
    command = command_line("memory")
    lines.add("memory per connected idle PC", ours, "KiB", least, "OpenSSL alone", ("≤", 1.5), command)
    lines.add("  the same", ours, "KiB", theirs, "nginx", ("≤", 30), command, of_ratio=False)


class ConnectedPcs:
    """Simulated PCs that wait for commands, each fleet process at its own centre process. `shared`: they show the
    certificates of some of them, so that enrolling all is spared, and answer no scans."""

    def __init__(self, folder, urls, state, pcs, ramp, shared=False):
        each = pcs // len(urls)
        self.processes = []
        try:
            for number, url in enumerate(urls):
                does = ["load", "--polls", "--seconds", 3600] if shared else ["run", "--scan-milliseconds", 0]
                who = ["--url", url, "--state", state, "--first", number * each, "--pcs", each, "--all-connected"]
                self.processes.append(Process([fleet(), *does, *who, "--ramp", ramp, "--longest-poll", POLL],
                                              folder / f"fleet-{pcs}-{number}.out"))
            for process in self.processes:
                process.wait_for("measuring" if shared else "connected \\d+ PCs", ramp + 600)
        except BaseException:
            self.stop()
            raise

    def told(self):
        """When each was told of a scan, so far, in seconds since 1970."""
        return [int(stamp) / 1000 for one in self.processes
                for stamp in re.findall(r"^told \S+ (\d+)", one.text(), re.MULTILINE)]

    def stop(self):
        for process in self.processes:
            process.stop()


def further_centre(bench, number, config):
    """One more process on the first one's database."""
    folder = bench.folder.parent / f"centre-{number}"
    (folder / "data").mkdir(parents=True, mode=0o700)
    for name in ("ca.crt", "ca.key", "sealing.key"):
        shutil.copy(bench.data / name, folder / "data" / name)
    return Centre(folder, config)


class IdleCost:
    """The centre's processor for PCs that wait, from that of one poll each and of a centre without them."""

    def __init__(self, pids):
        self._pids = pids
        self._alone = median([self._used(2) / 2 for _ in range(7)])  # what a start leaves to do ends meanwhile

    def _used(self, seconds):
        before = sum(map(processor_seconds, self._pids))
        time.sleep(seconds)
        return sum(map(processor_seconds, self._pids)) - before

    def seconds_an_hour(self):
        """Of all PCs that are connected now."""
        return self._alone * 3600 + max(self._used(POLL) - self._alone * POLL, 0) * POLLS_AN_HOUR


def open_descriptors(pid):
    return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))


def private_mib(pids):
    return sum(memory_kib(pid)["private"] for pid in pids) / 1024


def connected(folder, options, lines):
    """Enrols, connects and scans so many PCs. More than a centre process may hold, with the 20,000 descriptors that a
    process often has, are shared by several on one PostgreSQL, where they are connected only."""
    pcs = options.pcs or (100_000 if options.long else 1000 if options.short else 10_000)
    if pcs > PCS_OF_A_PROCESS:
        return connected_to_several(folder, options, lines, pcs)
    bench, fleets, command = Bench(folder, options), None, command_line("connected")
    try:
        before, cost = private_mib(bench.pids), IdleCost(bench.pids)
        began = time.perf_counter()
        bench.prepare(pcs)
        lines.add(f"{pcs} PCs enrolled, all told", time.perf_counter() - began, "s", command=command)
        fleets = ConnectedPcs(folder, [bench.url], bench.folder / "fleet", pcs, max(10, pcs // 300))
        lines.add(f"{pcs} connected PCs: the centre's private memory", private_mib(bench.pids), "MiB",
                  goal=("≤", 300 * pcs / 10_000), command=command)
        lines.add("  before there was any", before, "MiB", command=command)
        lines.add("  a fleet process's own", private_mib([fleets.processes[0].pid]), "MiB", command=command)
        lines.add("  the processor for an idle PC in an hour", cost.seconds_an_hour() / pcs * 1000, "ms",
                  command=command)
        began = time.time()
        bench.centre.cli("scan", "--all")
        stamps = sorted(wait_until(lambda: fleets.told() if len(fleets.told()) >= pcs else time.sleep(0.5), 900,
                                   "all PCs to be told"))
        lines.add(f"scan request to {pcs} connected PCs, all told", stamps[-1] - began, "s", goal=("≤", 5),
                  command=command)
        lines.add("  half of them", stamps[len(stamps) // 2] - began, "s", command=command)
    finally:
        if fleets:
            fleets.stop()
        bench.close()


def connected_to_several(folder, options, lines, pcs):
    count = -(-pcs // PCS_OF_A_PROCESS)
    command = command_line(f"{'--long' if options.long else f'--pcs {pcs}'} connected")
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(PostgresServer(fsync="on", synchronous_commit="on", full_page_writes="on",
                                                    autovacuum="on", shared_buffers="512MB"))
        config = {"database": server.url()}
        bench = Bench(folder, options, config=config)
        stack.callback(bench.close)
        centres = [bench.centre]
        for number in range(1, count):
            centres.append(further_centre(bench, number, config))
            stack.callback(centres[-1].close)
        pids = [one.process.pid for one in centres]
        cost = IdleCost(pids)
        bench.prepare(2000)
        before, descriptors = private_mib(pids), sum(map(open_descriptors, pids))
        fleets = ConnectedPcs(folder, [f"https://127.0.0.1:{one.agents_port}" for one in centres],
                              bench.folder / "fleet", pcs, max(10, pcs // 250), shared=True)
        stack.callback(fleets.stop)
        there = sum(map(open_descriptors, pids)) - descriptors
        assert there >= pcs // count * count, there
        lines.add(f"{pcs} connected PCs, {count} processes: private memory", private_mib(pids), "MiB",
                  goal=("≤", 3000), command=command)
        lines.add("  before there was any", before, "MiB", command=command)
        lines.add(f"  the {count} fleet processes' own", private_mib([one.pid for one in fleets.processes]), "MiB",
                  command=command)
        lines.add("  the processor for an idle PC in an hour", cost.seconds_an_hour() / pcs * 1000, "ms",
                  command=command)
