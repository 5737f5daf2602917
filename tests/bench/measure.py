"""What all benchmarks share: lines with a goal, processes' figures, a centre, simulated PCs, nginx beside it."""

import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/end_to_end"))
import wardwatch_testing  # noqa: E402
from wardwatch_testing import Process, central, free_port, program, wait_until  # noqa: E402

UNIT = "Phường Đo"


class Missing(Exception):
    """A program that a benchmark needs is not here; the text says how to get it."""


def need(name, package):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not found:
        raise Missing(f"{name} is not installed: apt-get install --no-install-recommends {package}")
    return found


def run(command, typed=None, **options):
    """As the tests' run(), with something on the standard input."""
    if typed is None:
        return wardwatch_testing.run(command, **options)
    return subprocess.run([str(part) for part in command], input=typed, check=True, stdout=subprocess.PIPE, text=True)


def fleet():
    return program("WARDWATCH_FLEET", "linux/reporting/fleet/wardwatch-fleet")


def big_office():
    path = pathlib.Path(os.environ.get("WARDWATCH_BIG_OFFICE") or
                        SOURCE / "build/linux/tests/bench/wardwatch-big-office")
    if not path.exists():
        raise Missing(f"{path} is not built: cmake --build build/linux --target wardwatch-big-office")
    return path


def processor_seconds(pid):
    """Of the threads that are there, to the nanosecond: what idles uses less than a tick of the clock."""
    return sum(int((task / "schedstat").read_text().split()[0])
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9


def memory_kib(pid):
    """Private: what no file stands behind. Peak: of all that was resident."""
    fields = {}
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        key, _, value = line.partition(":")
        if value.strip().endswith("kB"):
            fields[key] = int(value.split()[0])
    return {"private": fields["RssAnon"], "resident": fields["VmRSS"], "peak": fields["VmHWM"]}


class Lines:
    """One line for each figure; `goal` is ("≥", 0.5) or None, and is held against the ratio where there is one."""

    def __init__(self):
        self.all = []

    def add(self, benchmark, figure, unit, reference=None, reference_name="", goal=None, command="", of_ratio=True):
        ratio = figure / reference if reference else None
        measured = ratio if of_ratio and ratio is not None else figure
        met = None if goal is None else measured >= goal[1] if goal[0] == "≥" else measured <= goal[1]
        self.all.append({"benchmark": benchmark, "figure": figure, "unit": unit, "reference": reference,
                         "reference_name": reference_name, "ratio": ratio, "goal": goal, "met": met,
                         "command": command})
        text = f"  {benchmark:52} {number(figure):>9} {unit:14}"
        if reference is not None:
            text += f" {reference_name} {number(reference)}, ratio {number(ratio)}"
        if goal:
            text += f"; goal {goal[0]} {goal[1]}{' of it' if of_ratio and ratio is not None else ''}: " + (
                "met" if met else "MISSED")
        print(text, flush=True)

    def write(self, file):
        date = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
        file.write_text(json.dumps({"date": date, "machine": machine(), "lines": self.all}, ensure_ascii=False,
                                   indent=1) + "\n", "utf-8")


def markdown(file):
    """A table of docs/performance.md from what write() wrote."""
    said = json.loads(file.read_text("utf-8"))
    rows = [f"Measured {said['date']} UTC on {said['machine']}.", "",
            "| benchmark | figure | reference in the same run | ratio | goal | command |", "|---|---|---|---|---|---|"]
    for line in said["lines"]:
        reference = f"{line['reference_name']} {number(line['reference'])}" if line["reference"] is not None else ""
        ratio = number(line["ratio"]) if line["ratio"] is not None else ""
        goal = f"{line['goal'][0]} {line['goal'][1]}: {'met' if line['met'] else '**missed**'}" if line["goal"] else ""
        command = f"`{line['command'].removeprefix('tests/bench/')}`"
        figure = f"{number(line['figure'])} {line['unit']}"
        rows.append(" | ".join((f"| {line['benchmark'].strip()}", figure, reference, ratio, goal, f"{command} |")))
    return "\n".join(rows)


def number(value):
    if value is None:
        return "-"
    for limit, digits in ((100, 0), (10, 1), (1, 2)):
        if abs(value) >= limit:
            return f"{value:.{digits}f}"
    return f"{value:.3f}"


def machine():
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} × {model}, Linux {platform.release()}"


def median(values):
    return statistics.median(values)


class Nginx:
    """Takes what agents send and stores nothing, over the same mutual TLS with the centre's own certificate."""

    CONFIG = """daemon off; pid {folder}/nginx.pid; error_log stderr error; worker_processes 2;
worker_rlimit_nofile 20000;
events {{ worker_connections 18000; }}
http {{
    access_log off; client_max_body_size 2m; default_type application/json;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000000; keepalive_timeout 600s; client_header_timeout 600s;
    server {{
        listen 127.0.0.1:{port} ssl backlog=4096;
        ssl_certificate {folder}/chain.crt; ssl_certificate_key {key}; ssl_protocols TLSv1.3;
        ssl_client_certificate {ca}; ssl_verify_client optional;
        ssl_session_cache {cache}; ssl_session_tickets off;
        location /v1/heartbeat {{
            return 200 '{{"report_encoding":"deflate","report_format":2,"want_report":false}}'; }}
        location /v1/reports {{ return 201 '{{"report_encoding":"deflate","report_format":2,"stored":true}}'; }}
        location /v1/commands {{ return 200 '{{"commands":[],"longest_wait_seconds":500}}'; }}
    }}
}}
"""

    def __init__(self, folder, data, resume=False):
        self.folder = folder
        folder.mkdir()
        (folder / "chain.crt").write_text((data / "server.crt").read_text() + (data / "ca.crt").read_text())
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(self.CONFIG.format(folder=folder, port=self.port, key=data / "server.key",
                                             ca=data / "ca.crt", cache="shared:s:20m" if resume else "off"))
        self._process = Process([need("nginx", "nginx-light"), "-p", folder, "-c", config, "-e", "stderr"],
                                folder / "out", env={**os.environ, "LC_ALL": "C"})
        self.pids = wait_until(self._children, 20, "nginx")

    def _children(self):
        pid = self._process.pid
        if not self._process.running():
            raise AssertionError(self._process.text())
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)] if len(children) == 2 else None

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def close(self):
        self._process.stop()


class Centre:
    """One that serves a fresh data folder, on free ports of the loopback."""

    PASSWORD = "Trời mưa 7 ngày!A"

    def __init__(self, folder, config=None):
        folder.mkdir(parents=True, exist_ok=True)
        self.data = folder / "data"
        # A few PCs send here what in an office thousands do.
        config = {"device_quota": {"reports_per_hour": 1_000_000, "mebibytes_per_day": 1_000_000}, **(config or {})}
        (folder / "central.json").write_text(json.dumps(config))
        self._where = ["--data", self.data, "--config", folder / "central.json"]
        self._output = open(folder / "out", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [central(), "serve", "--agents", "127.0.0.1:0", "--people", "127.0.0.1:0", "--log", folder / "log",
             "--json", *self._where], stdout=self._output)
        self.started = json.loads(wait_until(self._line, 60, "the centre"))
        if "user" in self.started:  # the first process of a database
            run([central(), "user", "passwd", "admin", "--password-stdin", *self._where], typed=self.PASSWORD + "\n")
        self.agents_port, self.people_port = (int(self.started[name].rsplit(":", 1)[1])
                                              for name in ("agents_url", "people_url"))

    def _line(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the centre ended with {self.process.returncode}")
        self._output.seek(0)
        line = self._output.readline()
        return line if line.endswith("\n") else None

    def cli(self, *arguments):
        return json.loads(run([central(), "--json", *arguments, *self._where], timeout=600).stdout)

    def close(self):
        end_process(self.process)
        self._output.close()


class Bench:
    """A centre with one unit, and simulated PCs that are enrolled there."""

    def __init__(self, folder, options, name="centre", config=None):
        self.options = options
        self.folder = folder / name
        self._config = config
        self._start()
        self.centre.cli("unit", "add", UNIT)

    def _start(self):
        self.centre = Centre(self.folder, self._config)
        self.url = f"https://127.0.0.1:{self.centre.agents_port}"
        self.pids = [self.centre.process.pid]
        self.data = self.centre.data

    def restart(self):
        """A process that remembers nothing, on the same data."""
        self.close()
        self._start()

    def token(self, uses):
        return self.centre.cli("token", "create", "--unit", UNIT, "--uses", str(uses), "--days", "1")["token"]

    def prepare(self, count, months=0, state="fleet", workers=16):
        result = self.folder / f"{state}.json"
        run([fleet(), "prepare", "--url", self.url, "--ca-sha256", self.centre.started["ca_sha256"], "--state",
             self.folder / state, "--count", count, "--months", months, "--workers", workers, "--token",
             self.token(count), "--json", result], timeout=3600)
        return json.loads(result.read_text())

    def fill(self, count, reports):
        """So many PCs with reports of the last year, put into the database without TLS. Returns how many bytes all of
        them have as JSON."""
        self.close()
        done = run([big_office(), self.data / "central.db", count, reports], timeout=7200)
        self._start()
        return int(done.stdout.split()[-1])

    def close(self):
        self.centre.close()


def load(state, url, pids, *arguments, expect=0):
    """What wardwatch-fleet measured."""
    result = state.parent / f"load-{os.getpid()}-{time.monotonic_ns()}.json"
    watch = [word for pid in pids for word in ("--watch", pid)]
    run([fleet(), "load", "--url", url, "--state", state, "--json", result, *watch, *arguments], timeout=3600,
        expect=expect)
    measured = json.loads(result.read_text())
    result.unlink()
    return measured


def rate(measured, kind):
    return measured["exchanges"][kind]["per_second"]


def processor_each(measured, kind):
    """Microseconds of the server's processor for each that was answered."""
    watched = measured["watched"]
    used = watched["ended"]["processor_seconds"] - watched["began"]["processor_seconds"]
    return used * 1e6 / max(measured["exchanges"][kind]["answered"], 1)


def in_turns(rounds, *actions):
    """Each action once a round; the lists of what they returned."""
    results = [[] for _ in actions]
    for _ in range(rounds):
        for action, got in zip(actions, results):
            got.append(action())
    return results


def command_line(name):
    return f"tests/bench/bench.py {name}"


def end_process(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
