"""What PCs feel of people who flood the page, and what strangers cost."""

import contextlib
import resource
import sys
import time

from measure import SOURCE, Bench, command_line, in_turns, load, median, memory_kib, wait_until

sys.path.insert(0, str(SOURCE / "tests/end_to_end"))
from flooding import SignIns, SilentServer, Strangers  # noqa: E402


def flood(folder, options, lines):
    """A heartbeat beside 28 sign-ins a second: of names that a silent directory is asked about, and of one whose
    password is hashed."""
    seconds, rounds = (5, 2) if options.short else (15, 5)
    with contextlib.ExitStack() as stack:
        directory = SilentServer()
        stack.callback(directory.close)
        bench = Bench(folder, options, config={"ldap": directory.ldap()})
        stack.callback(bench.close)
        bench.prepare(64)
        what = ["--pcs", 64, "--ramp", 1, "--seconds", seconds, "--heartbeats", 200, "--report-first"]
        refused = []

        def flooded():
            sign_ins = SignIns(bench.centre.people_port, ["nobody", "admin"], a_second=28)
            try:
                wait_until(lambda: sign_ins.answers[503] > 10, 120, "full queues")
                return load(bench.folder / "fleet", bench.url, bench.pids, *what)
            finally:
                sign_ins.stop()
                refused.append(sign_ins.answers[503] / max(1, sum(sign_ins.answers.values())))
        idle, busy = in_turns(rounds, lambda: load(bench.folder / "fleet", bench.url, bench.pids, *what), flooded)
    command = command_line("flood")
    for name, goal in (("p99_ms", ("≤", 3)), ("p50_ms", None)):
        each = [[one["exchanges"]["heartbeat"][name] for one in half] for half in (busy, idle)]
        title = "heartbeat beside 28 sign-ins/s, a silent directory: p99" if goal else "  p50"
        lines.add(title, median(each[0]), "ms", median(each[1]), "idle", goal, command)
    lines.add("  sign-ins that were told to come later", median(refused), "of all", command=command)


def strangers(folder, options, lines):
    """16,384 connections without a certificate, over both listeners, each as costly as it may be."""
    addresses, each = (32, 16) if options.short else (32, 256)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    bench = Bench(folder, options)
    crowd = None
    try:
        pid = bench.pids[0]
        before = memory_kib(pid)["peak"]
        crowd = Strangers([bench.centre.agents_port, bench.centre.people_port], addresses, each)
        wanted = 2 * addresses * each
        wait_until(lambda: crowd.begun() >= wanted, 600, f"{wanted} connections")
        time.sleep(5 if options.short else 30)  # they come again
        command = command_line("strangers")
        lines.add(f"{wanted} connections without a certificate: peak memory", memory_kib(pid)["peak"] / 1024, "MiB",
                  goal=("≤", 512), command=command)
        lines.add("  before there was any", before / 1024, "MiB", command=command)
        lines.add("  connections that were opened", crowd.begun(), "", command=command)
    finally:
        if crowd:
            crowd.stop()
        bench.close()
