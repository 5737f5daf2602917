"""The centre against nginx, which takes the same requests over the same mutual TLS and stores nothing."""

from measure import Bench, Nginx, command_line, load, median, in_turns, processor_each, rate

CONNECTIONS = 64
# subcommand: what each connection does, kind of exchange that counts, goal, what the fleet is told beside it
KINDS = {
    "heartbeats": ("heartbeats/s, kept connections", "heartbeat", 0.5, ["--report-first"]),
    "reports": ("durable reports/s, kept connections", "report", 0.1, []),
    "polls": ("polls/s answered", "poll", 0.5, []),
    "connections": ("new connection + heartbeat, per second", "connection", 0.6, []),
}


def against_nginx(name, folder, options, lines):
    title, kind, goal, more = KINDS[name]
    seconds, rounds = (3, 3) if options.short else (8, 5)
    bench = Bench(folder, options)
    nginx = None
    try:
        bench.prepare(CONNECTIONS)
        nginx = Nginx(folder / "nginx", bench.data, resume=options.resume)
        what = ["--pcs", CONNECTIONS, "--ramp", 1, "--seconds", seconds, "--back-to-back", name, *more]
        if options.resume:
            what.append("--resume")
        state = bench.folder / "fleet"
        ours, theirs = in_turns(rounds, lambda: load(state, bench.url, bench.pids, *what),
                                lambda: load(state, nginx.url, nginx.pids, *what))
    finally:
        if nginx:
            nginx.close()
        bench.close()
    for measured in ours + theirs:
        assert not measured["problems"], measured["problems"]
    command = command_line(name)
    lines.add(title, median([rate(one, kind) for one in ours]), "/s", median([rate(one, kind) for one in theirs]),
              "nginx", ("≥", goal), command)
    lines.add("  the server's processor for each", median([processor_each(one, kind) for one in ours]), "µs",
              median([processor_each(one, kind) for one in theirs]), "nginx", None, command)
    exchange = [one["exchanges"][kind] for one in ours]
    lines.add("  p50", median([one["p50_ms"] for one in exchange]), "ms", command=command)
    lines.add("  p99", median([one["p99_ms"] for one in exchange]), "ms", command=command)
    if name == "connections" and options.resume:
        lines.add("  sessions resumed", median([one["resumed"] / max(one["answered"], 1) for one in exchange]),
                  "of all", command=command)


def enrolments(folder, options, lines):
    """Against the same handshake, without a client certificate, at the same centre."""
    rounds, each, seconds = (3, 200, 3) if options.short else (5, 1000, 8)
    bench = Bench(folder, options)
    try:
        bench.prepare(16)
        state = bench.folder / "fleet"
        count = [16]

        def enrol():
            count[0] += each
            result = bench.prepare(count[0], workers=16)
            assert result["exchanges"]["enrolment"]["answered"] == each, result
            return rate(result, "enrolment")
        shake = ["--pcs", 16, "--ramp", 0, "--seconds", seconds, "--back-to-back", "handshakes", "--no-certificate"]
        enrolled, shaken = in_turns(rounds, enrol,
                                    lambda: rate(load(state, bench.url, bench.pids, *shake), "connection"))
    finally:
        bench.close()
    lines.add("enrolments/s", median(enrolled), "/s", median(shaken), "handshakes alone", ("≥", 0.3),
              command_line("enrolments"))


def million(folder, options, lines):
    """1,000,000 PCs that say once an hour that they are there, 2 % of them with changed facts: 278 a second."""
    seconds, pcs = (10, 500) if options.short else (60, 2000)
    bench = Bench(folder, options)
    try:
        bench.prepare(pcs)
        measured = load(bench.folder / "fleet", bench.url, bench.pids, "--ramp", 10, "--seconds", seconds,
                        "--heartbeats", 1_000_000 / 3600, "--changed", 2, "--report-first", "--verify")
    finally:
        bench.close()
    watched = measured["watched"]
    used = watched["ended"]["processor_seconds"] - watched["began"]["processor_seconds"]
    command = command_line("million")
    lines.add("1,000,000 PCs, hourly heartbeat, 2 % changed", used / measured["measured_seconds"], "cores",
              goal=("≤", 0.5), command=command)
    for kind in ("heartbeat", "report"):
        lines.add(f"  {kind}s: p99", measured["exchanges"][kind]["p99_ms"], "ms", goal=("≤", 50), command=command)
    lines.add("  acknowledged reports that are not there", measured["reports"]["lost"], "reports", goal=("≤", 0),
              command=command)
