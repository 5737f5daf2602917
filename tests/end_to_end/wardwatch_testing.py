"""What the end-to-end tests share: the programs, processes that end with the test, scans and their facts.

ctest names the programs in the environment; by hand the build folders of the presets are used.
"""

import errno
import fcntl
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = SOURCE / "tests/fixtures"


def program(variable, default):
    path = pathlib.Path(os.environ.get(variable) or SOURCE / "build" / default)
    if not path.is_file():
        raise SystemExit(f"{path} is missing: build it, or name it in {variable}")
    return path


def agent():
    return program("WARDWATCH_AGENT", "linux/agent/wardwatch")


def central():
    return program("WARDWATCH_CENTRAL", "linux/reporting/central/wardwatch-central")


def windows_agent():
    return program("WARDWATCH_WINDOWS_EXE", "windows/agent/wardwatch.exe")


reserved_ports = []  # files whose locks end with this process


def free_port():
    """Nobody else's until this test program ends, of whatever run; and not one of those that the system gives to
    connections: another test's could take it before a program listens."""
    while True:
        port = random.randrange(15000, 32000)
        reserved = open(f"{tempfile.gettempdir()}/wardwatch-port-{os.getuid()}-{port}", "w", encoding="ascii")
        try:
            fcntl.flock(reserved, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            reserved.close()
            continue
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED:
                reserved_ports.append(reserved)
                return port
        reserved.close()


def wait_until(condition, seconds, what):
    """The first true answer of `condition`. The limit is a safety net, not a measurement: it is four times what a quiet
    machine needs at most. A scan under Wine that takes 8 s on a busy one has the next wait for over a minute."""
    seconds *= 4
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.05)


def run(command, expect=0, timeout=120, **options):
    """Runs a program to its end and checks its exit code (None: any)."""
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=timeout, check=False, **options)
    done.stdout, done.stderr = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    return checked(done, expect)


def checked(done, expect):
    if expect is not None and done.returncode != expect:
        raise AssertionError(f"{done.args}: exit code {done.returncode}, expected {expect}\n"
                             f"stdout: {done.stdout[-2000:]}\nstderr: {done.stderr[-2000:]}")
    return done


class Process:
    """A program in the background. Its output goes to a file, so that nobody waits for a pipe."""

    def __init__(self, command, output, **options):
        self.output = pathlib.Path(output)
        with open(self.output, "ab") as file:
            self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=file,
                                            stderr=file, **options)
        self.pid = self.process.pid

    def text(self):
        return self.output.read_text("utf-8", "replace")

    def running(self):
        return self.process.poll() is None

    def wait_for(self, pattern, seconds=60):
        def look():
            found = re.search(pattern, self.text())
            if not found and not self.running():
                raise AssertionError(f"ended with {self.process.returncode} before {pattern!r}:\n{self.text()[-3000:]}")
            return found
        return wait_until(look, seconds, f"{pattern!r} in {self.output}")

    def kill(self):
        if self.running():
            self.process.kill()
        self.process.wait(30)

    def stop(self, seconds=30):
        """Asks it to end; its exit code."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


class Facts:
    """A report's facts by id and instance."""

    def __init__(self, report):
        self.report = report
        self.by_key = {(fact["id"], fact.get("instance", "")): fact for fact in report["facts"]}
        if len(self.by_key) != len(report["facts"]):
            raise AssertionError("a fact stands twice in the report")

    def of(self, fact_id):
        return {instance: fact for (id_, instance), fact in self.by_key.items() if id_ == fact_id}

    def plain(self, fact_id, instance=""):
        """The value; "unknown: <reason>"; or None where there is no such fact."""
        fact = self.by_key.get((fact_id, instance))
        if fact is None:
            return None
        return f"unknown: {fact['unknown']}" if "unknown" in fact else fact["value"]

    def store(self, instance):
        """What is known about one browser profile, by the fact's last name."""
        return {id_.split(".")[1]: self.plain(id_, where) for (id_, where) in self.by_key
                if where == instance and id_.startswith("browser_credentials.")}

    def instances(self):
        return set(self.of("browser_credentials.store_status"))


def scan(root=None, command=None, **options):
    """`scan --json` of this PC or of the offline disk `root`."""
    arguments = list(command or [agent()]) + ["scan", "--json"] + (["--root", root] if root else [])
    done = run(arguments, expect=options.pop("expect", 0), **options)
    return Facts(json.loads(done.stdout))


class EndToEnd(unittest.TestCase):
    """A test with a folder of its own; what it starts ends with it."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wardwatch-test-"))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def start(self, command, name, **options):
        process = Process(command, self.folder / f"{name}.out", **options)
        self.addCleanup(process.kill)
        return process


def unpack_fixture_users(folder):
    """The fixture profiles; `folder` then holds Users."""
    os.makedirs(folder, exist_ok=True)
    run(["tar", "-xf", FIXTURES / "users.tar.xz", "-C", folder, "--no-same-owner"])


def main():
    sys.stdout.reconfigure(line_buffering=True)
    unittest.main(verbosity=2, warnings="ignore")  # sockets that end with the process
