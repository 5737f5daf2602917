"""What connected PCs cost while they say nothing, and how long a scan takes to reach all of them."""

import json
import pathlib
import re
import subprocess
import time

from measure import (Bench, Nginx, Process, command_line, fleet, load, median, memory_kib, need, wait_until)

HERE = pathlib.Path(__file__).resolve().parent


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


def connected(folder, options, lines):
    """Enrols, connects and scans so many PCs; several processes of the fleet beside each other."""
    pcs = 100_000 if options.long else 1000 if options.short else 10_000
    processes = max(1, pcs // 10_000)
    bench = Bench(folder, options)
    fleets = []
    try:
        began = time.perf_counter()
        before = memory_kib(bench.centre.process.pid)["private"]
        bench.prepare(pcs)
        command = command_line("connected")
        lines.add(f"{pcs} PCs enrolled, all told", time.perf_counter() - began, "s", command=command)
        for number in range(processes):
            part = ["--first", number * (pcs // processes), "--pcs", pcs // processes] if processes > 1 else []
            fleets.append(Process([fleet(), "--all-connected", "run", "--url", bench.url, "--state",
                                   bench.folder / "fleet", "--scan-milliseconds", 0, *part],
                                  folder / f"fleet{number}.out"))
        for process in fleets:
            process.wait_for("connected \\d+ PCs", 600)
        lines.add(f"{pcs} connected PCs: the centre's private memory",
                  memory_kib(bench.centre.process.pid)["private"] / 1024, "MiB",
                  goal=("≤", 3000 if options.long else 300 * pcs / 10_000), command=command)
        lines.add("  before there was any", before / 1024, "MiB", command=command)
        lines.add("  a fleet process's own", median([memory_kib(one.pid)["private"] / 1024 for one in fleets]), "MiB",
                  command=command)
        began = time.time()
        bench.centre.cli("scan", "--all")

        def told():
            found = [stamp for one in fleets for stamp in re.findall(r"^told \S+ (\d+)", one.text(), re.MULTILINE)]
            return found if len(found) >= pcs else time.sleep(0.5)
        stamps = sorted(int(stamp) / 1000 - began for stamp in wait_until(told, 900, "all PCs to be told"))
        lines.add(f"scan request to {pcs} connected PCs, all told", stamps[-1], "s", goal=("≤", 5), command=command)
        lines.add("  half of them", stamps[len(stamps) // 2], "s", command=command)
    finally:
        for process in fleets:
            process.stop()
        bench.close()

