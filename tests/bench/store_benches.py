"""What the centre's database takes, on disk and on PostgreSQL, and how long people wait for its pages."""

import http.client
import json
import pathlib
import ssl
import subprocess
import sys
import time

from measure import SOURCE, Bench, command_line, in_turns, load, median, memory_kib, need, processor_each, rate

sys.path.insert(0, str(SOURCE / "tests/reporting/central"))

# Each call of a page, and of the list of PCs each column that it sorts by, each filter, a search for one and for many.
PAGES = ("overview", "units", "devices?limit=100", "devices?limit=100&sort=host_name&order=desc",
         "devices?limit=100&sort=unit", "devices?limit=100&sort=status", "devices?limit=100&sort=failed&order=desc",
         "devices?limit=100&sort=last_report_at", "devices?limit=100&sort=last_seen_at&order=desc",
         "devices?limit=100&sort=agent_version&order=desc",
         "devices?status=fail&sort=failed&order=desc", "devices?limit=100&status=silent",
         "devices?limit=100&clause=1a&verdict=fail", "devices?limit=100&clause=1c&verdict=unknown&sort=unit",
         "devices?limit=100&rule=password-age&verdict=fail", "devices?limit=100&grave=true&sort=last_seen_at",
         "devices?limit=100&version=0.1.0-simulated&include=active", "devices?limit=100&unit=2&status=pass",
         "devices?limit=100&q=chau", "devices?limit=100&q=0042", "devices?limit=100&q=bach+an.nguyen&sort=status",
         "devices/{pc}", "devices/{pc}/verdicts", "devices/{pc}/reports", "devices/{pc}/changes",
         "licences", "licences/devices-without-date", "web-accounts", "scans", "waivers", "policy/versions",
         "audit?limit=100")
EXPORTS = ("exports/devices.csv", "exports/devices.xlsx", "exports/compliance.csv", "exports/compliance.xlsx",
           "exports/report.html")


def disk(folder, options, lines):
    """52 reports for each PC: one change a week for a year, with the figures of its days."""
    pcs, reports = (100 if options.short else 1000), 52
    bench = Bench(folder, options)
    try:
        sent = bench.fill(pcs, reports)
        judge_the_year(bench)
    finally:
        bench.close()
    # After the end the WAL is in the file.
    size = sum(path.stat().st_size for path in bench.data.glob("central.db*"))
    lines.add("disk per PC-year, one change a week", size / pcs / 1024, "KiB", sent / pcs / 1024, "its JSON",
              ("≤", 0.15), command_line("disk"))


def judge_the_year(bench):
    """Returns how long it took."""
    person = Person(bench.centre)
    began = time.perf_counter()
    bench.centre.cli("policy", "judge-history")
    while person.get("policy/versions")["judging"]["day"] is not None:
        time.sleep(0.1)
    return time.perf_counter() - began


def reports_of(bench, pcs=1):
    """What so many PCs' reports have as JSON, by what the people's API gives back."""
    person = Person(bench.centre)
    for device in person.get(f"devices?limit={pcs}")["devices"]:
        yield from reports_of_device(person, device["device_id"])


def reports_of_device(person, device):
    reports = person.get(f"devices/{device}/reports")["reports"]
    for report in reports:
        facts = person.get(f"devices/{device}/reports/{report['report_id']}")["facts"]
        # As the wire has it: members for people are the centre's own.
        plain = [{name: fact[name] for name in ("id", "instance", "value", "source", "unknown") if name in fact}
                 for fact in facts]
        yield json.dumps({"format": 1, "report_id": report["report_id"], "device_id": device, "agent_version": "0.1.0",
                          "trigger": report["trigger"], "taken_at": report["taken_at"], "facts": plain},
                         ensure_ascii=False, separators=(",", ":")).encode()


class Person:
    """An administrator on one kept connection, as a browser has it."""

    def __init__(self, centre):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._connection = http.client.HTTPSConnection("127.0.0.1", centre.people_port, context=context, timeout=600)
        body = json.dumps({"user": "admin", "password": centre.PASSWORD})
        self._connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        self._cookie = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}

    def fetch(self, path):
        while True:
            self._connection.request("GET", f"/api/v1/{path}", headers=self._cookie)
            answer = self._connection.getresponse()
            content = answer.read()
            if answer.status != 429:
                assert answer.status == 200, (path, answer.status, content[:300])
                return content
            time.sleep(int(answer.headers["Retry-After"]))

    def get(self, path):
        return json.loads(self.fetch(path))

    def milliseconds(self, path):
        began = time.perf_counter()
        self.fetch(path)
        return (time.perf_counter() - began) * 1000


def pages(folder, options, lines):
    pcs, reports = (100_000, 12) if options.long else (500, 3) if options.short else (5000, 3)
    looks = 10 if options.short else 20
    bench = Bench(folder, options)
    name = command_line("pages")
    try:
        bench.fill(pcs, reports)
        judge_the_year(bench)
        person = Person(bench.centre)
        pc = person.get("devices?limit=1&sort=failed&order=desc")["devices"][0]["device_id"]
        for page in PAGES:
            times = sorted(person.milliseconds(page.format(pc=pc)) for _ in range(looks))
            lines.add(f"GET /{page}, {pcs} PCs: p95", times[int(len(times) * 0.95) - 1], "ms",
                      goal=("≤", 50), command=name)
        for export in EXPORTS:
            lines.add(f"GET /{export}, {pcs} PCs", person.milliseconds(export), "ms", command=name)
        memory = memory_kib(bench.centre.process.pid)
        lines.add("  the centre's private memory after them", memory["private"] / 1024, "MiB", goal=("≤", 300),
                  command=name)
        lines.add("  the most that was resident", memory["peak"] / 1024, "MiB", command=name)
    finally:
        bench.close()


def history(folder, options, lines):
    """A year judged again with the policy in force, and a preview of another one, both told for 100,000 PCs."""
    pcs, reports = (100_000, 12) if options.long else (200, 12) if options.short else (2000, 12)
    bench = Bench(folder, options)
    name = command_line("history")
    all_pcs = 100_000 / pcs
    try:
        bench.fill(pcs, reports)
        lines.add(f"a year judged again, {pcs} PCs × {reports} reports, told for 100,000 PCs",
                  judge_the_year(bench) * all_pcs, "s", goal=("≤", 300), command=name)
        began = time.perf_counter()
        told = bench.centre.cli("policy", "preview", "--set", "max_password_age_days=60")
        took = time.perf_counter() - began
        assert told["devices"] > 0, told
        lines.add(f"preview of another policy, {pcs} PCs, told for 100,000", took * all_pcs, "s", goal=("≤", 5),
                  command=name)
    finally:
        bench.close()


def postgres(folder, options, lines):
    """pgbench inserts the same bytes, one row a transaction, over one connection."""
    from postgres_server import PostgresServer, account, programs
    need("pgbench", "postgresql-contrib")
    seconds, rounds = (3, 3) if options.short else (8, 5)
    with PostgresServer(fsync="on", synchronous_commit="on", full_page_writes="on", autovacuum="on",
                        shared_buffers="512MB") as server:
        bench = Bench(folder, options, config={"database": server.url()})
        try:
            bench.prepare(64, months=1)
            body = next(reports_of(bench))
            server.create("reference")
            server.query("CREATE TABLE bodies (id bigserial PRIMARY KEY, body bytea); "
                         "ALTER TABLE bodies ALTER body SET STORAGE EXTERNAL", "reference")
            script = pathlib.Path(server.folder) / "insert.sql"
            script.write_text(f"INSERT INTO bodies (body) VALUES ('\\x{body.hex()}');\n")
            script.chmod(0o644)

            def reference():
                done = subprocess.run([programs() / "pgbench", "-n", "-c", "1", "-T", str(seconds), "-M", "prepared",
                                       "-f", script, "-h", server.folder, "-U", "wardwatch", "reference"],
                                      check=True, stdout=subprocess.PIPE, text=True, cwd="/", **account())
                return float(next(line for line in done.stdout.splitlines() if line.startswith("tps")).split()[2])
            what = ["--ramp", 1, "--seconds", seconds, "--back-to-back", "reports"]
            state = bench.folder / "fleet"
            ours, theirs = in_turns(rounds, lambda: load(state, bench.url, bench.pids, *what), reference)
            stored = [int(number) for number in server.query(
                "SELECT count(*), count(DISTINCT report_id) FROM reports").split("|")]
        finally:
            bench.close()
    assert stored[0] == stored[1], stored
    name = command_line("postgres")
    lines.add("durable reports/s, PostgreSQL", median([rate(one, "report") for one in ours]), "/s", median(theirs),
              "pgbench -c 1", ("≥", 1), name)
    lines.add("  the centre's processor for each", median([processor_each(one, "report") for one in ours]), "µs",
              command=name)
    lines.add("  p99", median([one["exchanges"]["report"]["p99_ms"] for one in ours]), "ms", command=name)
