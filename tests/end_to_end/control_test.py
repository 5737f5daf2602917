#!/usr/bin/env python3
"""The command line asks the running service: scans, their progress, the live state; and what happens when either end
misbehaves. Natively and, for the essentials, against the service under a service control manager (Wine's)."""

import json
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import time

from office import Centre, LinuxAgent
from windows_pc import PROGRAM, WindowsPc
from wardwatch_testing import EndToEnd, main, wait_until
from wine import wine_command

FAILURE, USAGE = 4, 3


def scan_says(text):
    """(number, verdict, report id) of the line that ends a scan by the service."""
    return re.search(r"has scanned, number (\d+): verdict (\w+), report ([0-9a-f-]{36})", text).groups()


class Service(EndToEnd):
    def setUp(self):
        super().setUp()
        self.pc = LinuxAgent(self, None)
        self.service = None

    def serve(self):
        self.service = self.pc.serve()
        wait_until(lambda: self.status()["live"] and self.status()["last_scan"], 60, "the service's first scan")

    def status(self):
        return json.loads(self.pc.run("status", "--json", expect=None).stdout)

    def background(self, *arguments, name="asker"):
        return self.start(self.pc.command(*arguments), name)

    def raw(self, request):
        """The answer to these bytes."""
        with socket.socket(socket.AF_UNIX) as end:
            end.settimeout(30)
            end.connect(str(self.pc.folder / "control.sock"))
            end.sendall(request)
            answer = b""
            while block := end.recv(65536):
                answer += block
            return answer

    def test_scan_by_the_service(self):
        self.serve()
        done = self.pc.run("scan", "--json")
        report = json.loads(done.stdout)
        number, verdict, report_id = scan_says(done.stderr)
        self.assertEqual((number, report["report_id"], report["trigger"]), ("2", report_id, "manual"))
        self.assertEqual(report, json.loads(self.pc.reports()[report_id]))
        self.assertEqual(done.stdout, json.dumps(report, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
        self.assertNotIn("[", done.stderr, "nobody asked for progress")
        waited = self.pc.run("scan", "--wait")
        _, verdict, report_id = scan_says(waited.stderr)
        self.assertTrue(waited.stdout.startswith(f"Report {report_id}"), waited.stdout[:200])
        lines = re.findall(r"^\[(\d)/(\d)\] ([a-z_]+)$", waited.stderr, re.M)
        self.assertTrue(lines, waited.stderr)
        self.assertEqual((lines[-1][0], lines[-1][1]), ("6", "6"))
        self.assertEqual(verdict, self.status()["verdict"])
        self.assertEqual(len(self.pc.reports()), 3)
        # Only here: nothing is stored.
        here = json.loads(self.pc.run("scan", "--here", "--json").stdout)
        self.assertNotIn(here["report_id"], self.pc.reports())
        self.assertEqual(json.loads(self.pc.run("scan", "--only", "host", "--json").stdout)["facts"][0]["id"][:4],
                         "host")
        self.assertEqual(len(self.pc.reports()), 3)

    def test_without_waiting(self):
        self.serve()
        self.assertEqual(json.loads(self.pc.run("scan", "--no-wait", "--json").stdout), {"number": 2})
        wait_until(lambda: len(self.pc.reports()) == 2, 60, "the report of the scan")
        self.assertIn("scan number 3", self.pc.run("scan", "--no-wait").stdout)

    def test_live_status(self):
        self.pc.config["scan_interval_minutes"] = 60
        self.pc._write_config()
        self.serve()
        status = self.status()
        self.assertEqual((status["service"], status["live"], status["service_problem"]), ("running", True, None))
        self.assertEqual((status["last_scan"]["trigger"], status["outbox_depth"]), ("startup", 1))
        self.assertEqual(status["last_scan"]["at"], status["last_scan_at"])
        self.assertGreaterEqual(status["last_scan"]["milliseconds"], 0)
        self.assertIsNone(status["centre_reachable"])
        self.assertEqual(status["policy"]["id"], "hanoi-dispatch")
        began, due = (time.mktime(time.strptime(status[name], "%Y-%m-%dT%H:%M:%SZ")) for name in
                      ("service_started_at", "next_scan_at"))
        self.assertTrue(50 * 60 < due - began < 70 * 60, (status["service_started_at"], status["next_scan_at"]))
        self.pc.run("scan")
        self.assertEqual(self.status()["last_scan"]["trigger"], "manual")
        text = self.pc.run("status").stdout
        for word in ("Next scan", status["next_scan_at"][:11], "manual", "hanoi-dispatch"):
            self.assertIn(word, text)
        self.assertRegex(text, r"Centre reachable +not enrolled")
        self.service.stop()
        status = self.status()
        self.assertEqual((status["service"], status["live"], status["next_scan_at"]), ("stopped", False, None))
        self.assertEqual(status["last_scan"]["trigger"], "manual")
        self.assertIn("stored last", self.pc.run("status").stdout)

    def test_without_a_service(self):
        report = json.loads(self.pc.run("scan", "--json").stdout)
        self.assertTrue(report["facts"])
        self.assertFalse((self.pc.folder / "wardwatch.db").exists())
        for option in ("--wait", "--no-wait"):
            self.assertIn("no service runs", self.pc.run("scan", option, expect=FAILURE).stderr)
        for wrong in (["--wait", "--no-wait"], ["--here", "--wait"], ["--wait", "--only", "host"],
                      ["--no-wait", "--send"]):
            self.assertIn("Usage", self.pc.run("scan", *wrong, expect=USAGE).stderr)
        # What a killed service leaves behind answers nobody.
        self.serve()
        self.service.kill()
        self.assertTrue((self.pc.folder / "control.sock").exists())
        self.assertTrue(json.loads(self.pc.run("scan", "--json").stdout)["facts"])
        self.assertEqual((self.status()["service"], self.status()["live"]), ("stopped", False))
        self.serve()
        self.pc.run("scan", "--wait")

    def test_bad_requests_and_silent_clients(self):
        self.serve()
        self.assertTrue(stat.S_ISSOCK(os.stat(self.pc.folder / "control.sock").st_mode))
        self.assertEqual(os.stat(self.pc.folder / "control.sock").st_mode & 0o777, 0o600)
        for request, error in ((b"hello\n", "bad_request"), (b"x" * 4096, "bad_request"),
                               (b'{"protocol":9}\n', "unsupported_protocol"),
                               (b'{"protocol":1,"request":"run","command":"sh"}\n', "unknown_request")):
            with self.subTest(request=request[:50]):
                answer = json.loads(self.raw(request))
                self.assertEqual(answer["error"], error)
                self.assertTrue(answer["problem"])
        self.assertEqual(self.raw(b'{"protocol":1,"request":"scan"'.ljust(100)), b"", "half a line starts nothing")
        silent = [socket.socket(socket.AF_UNIX) for _ in range(12)]
        for end in silent:
            self.addCleanup(end.close)
            end.connect(str(self.pc.folder / "control.sock"))
        self.assertTrue(self.status()["live"])
        self.pc.run("scan", "--wait")
        self.assertEqual(len(self.pc.reports()), 2, "the other requests started no scan")
        for end in silent:
            end.settimeout(30)
            self.assertEqual(end.recv(1), b"", "sent away")
        self.service.stop()
        self.assertFalse((self.pc.folder / "control.sock").exists())

    def test_another_user(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to become another user")
        self.serve()
        os.chmod(self.folder, 0o755)

        def other(*arguments):
            return subprocess.run([str(part) for part in self.pc.command(*arguments)], user=65534, group=65534,
                                  capture_output=True, text=True, timeout=60, check=False)
        refused = other("scan", "--wait")
        self.assertEqual(refused.returncode, FAILURE)
        self.assertIn("administrator", refused.stderr)
        alone = other("scan", "--json")
        self.assertIn("No right to ask the service", alone.stderr)
        self.assertEqual(alone.returncode, 0, alone.stderr)
        self.assertNotIn(json.loads(alone.stdout)["report_id"], self.pc.reports())

    def test_the_service_dies_while_somebody_waits(self):
        self.serve()
        self.service.process.send_signal(signal.SIGSTOP)
        asker = self.background("scan", "--wait")
        path = str(self.pc.folder / "control.sock")

        def asked():  # one line is the service that listens, the other somebody who is connected
            return sum(line.endswith(path) for line in pathlib.Path("/proc/net/unix").read_text().splitlines()) == 2
        wait_until(asked, 60, "somebody who asks")
        self.service.kill()
        self.assertEqual(asker.process.wait(60), FAILURE, asker.text())
        self.assertIn("service", asker.text())

    def with_a_silent_centre(self):
        """A service whose loop is held up in an exchange with a centre that takes connections and says nothing."""
        centre = Centre(self)
        self.pc = LinuxAgent(self, centre, "enrolled")
        self.pc.enrol(centre.token())
        centre.process.kill()
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        self.pc.use_port(listener.getsockname()[1])
        self.service = self.pc.serve()
        listener.settimeout(60)
        end, _ = listener.accept()
        self.addCleanup(end.close)
        # One connection carries all: the loop waits for its turn on it as soon as its report waits to be sent.
        wait_until(self.pc.waiting, 60, "a report to be sent")
        return [end, listener]

    def test_askers_share_a_scan_while_the_loop_is_held_up(self):
        held = self.with_a_silent_centre()
        askers = [self.background("scan", "--wait", name=f"asker{i}") for i in range(2)]
        for asker in askers:
            asker.wait_for("scan number 2")
        # 3 where the loop gave the centre up before this asked: on a busy machine.
        self.assertIn(json.loads(self.pc.run("scan", "--no-wait", "--json").stdout)["number"], (2, 3))
        status = self.status()
        self.assertTrue(status["live"])
        for end in held:
            end.close()  # the exchange fails, the loop goes on
        for asker in askers:
            self.assertEqual(asker.process.wait(120), 0, asker.text())
        self.assertEqual({scan_says(asker.text())[0] for asker in askers}, {"2"})
        self.assertEqual(len({scan_says(asker.text())[2] for asker in askers}), 1, "one scan answers both")
        wait_until(lambda: self.status()["centre_reachable"] is False, 60, "the status to say that the centre is away")

    def test_a_stop_while_somebody_waits(self):
        self.with_a_silent_centre()
        asker = self.background("scan", "--wait")
        asker.wait_for("scan number 2")
        began = time.monotonic()
        self.assertEqual(self.service.stop(), 0)
        self.assertLess(time.monotonic() - began, 10, "the promised 8 seconds")
        self.assertEqual(asker.process.wait(60), FAILURE, asker.text())
        self.assertIn("the service ended or no longer answers", asker.text())


class WindowsServiceAsked(EndToEnd):
    def test_the_essentials(self):
        pc = WindowsPc(self, self.folder / "pc")
        pc.data_folder().mkdir(parents=True, exist_ok=True)
        (pc.data_folder() / "config.json").write_text('{"startup_spread_seconds": 0}')
        self.assertTrue(pc.scan().report["facts"], "without a service")
        pc.install_service()
        status = wait_until(lambda: (now := self.status(pc))["last_scan"] and now["live"] and now, 60, "the first scan")
        self.assertEqual((status["service"], status["last_scan"]["trigger"]), ("running", "startup"))
        self.assertTrue(status["next_scan_at"])
        done = pc.agent("scan", "--json", "--wait")
        report = json.loads(done.stdout)
        self.assertEqual((report["report_id"], report["trigger"]), (scan_says(done.stderr)[2], "manual"))
        self.assertRegex(done.stderr, r"(?m)^\[6/6\] [a-z_]+\r?$")
        self.assertEqual(self.status(pc)["last_scan"]["trigger"], "manual")
        asked = [subprocess.Popen(wine_command(PROGRAM, "--lang", "en", "scan", "--json"), env=pc.environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                 for _ in range(2)]
        for program in asked:
            self.assertEqual(json.loads(program.communicate(timeout=120)[0])["trigger"], "manual")
        # Another data folder is another service.
        done = pc.agent("--data", r"C:\other", "scan", "--wait", expect=FAILURE)
        self.assertIn("no service runs", done.stderr)
        pc.stop_service()
        self.assertFalse(self.status(pc)["live"])
        self.assertIn("no service runs", pc.agent("scan", "--wait", expect=FAILURE).stderr)
        pc.start_service()
        wait_until(lambda: self.status(pc)["live"], 60, "the channel of the next start")

    @staticmethod
    def status(pc):
        return json.loads(pc.agent("status", "--json", expect=None).stdout)


if __name__ == "__main__":
    main()
