#!/usr/bin/env python3
"""The centre as its administrator runs it: configuration, health, metrics, backup and restore beside a running centre,
doctor, simulated PCs."""

import json
import os
import pathlib
import pty
import re
import signal
import stat
import subprocess

from office import Centre, Office
from wardwatch_testing import SOURCE, EndToEnd, central, main, program, run, wait_until


def fleet():
    return program("WARDWATCH_FLEET", "linux/reporting/fleet/wardwatch-fleet")


def metric(text, name):
    values = [line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith(name + " ")]
    assert len(values) == 1, (name, values)
    return float(values[0])


class Configuration(EndToEnd):
    def config(self, text):
        file = self.folder / "central.json"
        file.write_text(text if isinstance(text, str) else json.dumps(text))
        return file

    def cli(self, *arguments, expect=0):
        return run([central(), "--lang", "en", *arguments], expect=expect)

    def test_a_mistake_is_named_and_nothing_starts(self):
        file = self.config('{\n  "agents": "127.0.0.1:0",\n  "silent_after_days": 0\n}')
        for verb in (["config", "check"], ["serve", "--data", self.folder / "data"], ["unit", "list"]):
            done = self.cli("--config", file, *verb, expect=3)
            self.assertIn(f"{file}, line 3: silent_after_days: write a whole number from 1 to 366", done.stderr)
        self.assertFalse((self.folder / "data").exists())
        self.assertIn("cannot be read",
                      self.cli("--config", self.folder / "none.json", "config", "check", expect=3).stderr)

    def test_the_file_rules_and_options_win(self):
        file = self.config({"data": str(self.folder / "data"), "agents": "127.0.0.1:0", "people": "127.0.0.1:0",
                            "silent_after_days": 3, "log": str(self.folder / "central.log")})
        shown = json.loads(self.cli("--json", "--config", file, "config", "show").stdout)
        self.assertEqual((shown["silent_after_days"], shown["session_idle_minutes"]), (3, 30))
        for more, days in (([], "3"), (["--silent-after", "9"], "9")):
            process = self.start([central(), "--json", "serve", "--config", file, *more], f"serve{days}")
            wait_until(lambda p=process: p.text().count("\n") >= 1, 60, "the centre")
            self.assertIn("started", (self.folder / "central.log").read_text())
            status = run(["python3", "-c", "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute("
                          "\"SELECT value FROM settings WHERE name='silent_after_days'\").fetchone()[0])",
                          self.folder / "data/central.db"]).stdout.strip()
            self.assertEqual(status, days)
            self.assertEqual(process.stop(), 0)


class FirstPassword(EndToEnd):
    """What the first start makes is for whoever starts it: a terminal, or a file that only they read."""
    def setUp(self):
        super().setUp()
        self.data = self.folder / "data"
        self.starts = 0
        self.command = [str(each) for each in (
            central(), "--json", "serve", "--data", self.data, "--agents", "127.0.0.1:0", "--people", "127.0.0.1:0")]

    def serve(self):
        """Starts a service, and stops it; what it announced and all that it printed."""
        self.starts += 1
        process = self.start(self.command, f"serve{self.starts}")  # each with an output of its own
        wait_until(lambda: "started" in process.text(), 60, "the centre")
        self.assertEqual(process.stop(), 0)
        text = process.text()
        return next(json.loads(line) for line in text.splitlines() if line.startswith("{")), text

    def test_a_service_writes_it_into_a_file(self):
        announced, text = self.serve()
        file = self.data / "admin-password"
        self.assertEqual((announced["user"], announced["password_file"]), ("admin", str(file)))
        self.assertNotIn("password", announced)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        password = file.read_text().strip()
        self.assertGreaterEqual(len(password), 12)
        self.assertNotIn(password, text)
        # It is good, and stays until it is changed.
        self.assertNotIn("user", self.serve()[0])
        self.assertTrue(file.exists())
        subprocess.run([central(), "user", "passwd", "admin", "--password-stdin", "--data", self.data], check=True,
                       capture_output=True, text=True, input="Trời mưa 7 ngày!A\n")
        self.serve()
        self.assertFalse(file.exists())

    def test_a_terminal_shows_it(self):
        ours, theirs = pty.openpty()
        with subprocess.Popen(self.command, stdout=theirs, stderr=subprocess.DEVNULL) as process:
            os.close(theirs)
            line = b""
            while not line.endswith(b"\n"):
                line += os.read(ours, 4096)
            process.terminate()
        os.close(ours)
        announced = json.loads(line)
        self.assertGreaterEqual(len(announced["password"]), 12)
        self.assertNotIn("password_file", announced)
        self.assertFalse((self.data / "admin-password").exists())


class Operation(Office):
    def page(self, path):
        return self.centre._request("GET", path)

    def test_health_readiness_and_metrics(self):
        pc = self.enrolled()
        pc.serve()
        self.centre.wait_for_report()
        self.assertEqual(self.page("/healthz")[0], 200)
        status, body, _ = self.page("/readyz")
        self.assertEqual(status, 200)
        self.assertEqual({check["name"]: check["ok"] for check in json.loads(body)["checks"]},
                         {"database_writable": True, "disk_space": True, "ca_certificate": True})
        # From this machine, too: a proxy on it would open them to everybody.
        self.assertEqual(self.page("/metrics")[0], 401)
        token = self.centre.cli("api-token", "create", "prometheus", "--role", "auditor", "--owner", "admin")["token"]
        status, body, headers = self.centre._request("GET", "/metrics", headers={"Authorization": f"Bearer {token}"})
        text = body.decode()
        self.assertEqual((status, headers["Content-Type"]), (200, "text/plain; version=0.0.4; charset=utf-8"))
        self.assertEqual(metric(text, "wardwatch_reports_received_total"), 1)
        self.assertEqual(sum(metric(text, f'wardwatch_devices{{status="{status}"}}')
                             for status in ("pass", "fail", "unknown", "silent")), 1)
        self.assertGreater(metric(text, 'wardwatch_certificate_left_seconds{certificate="ca"}'), 3600 * 86400)
        self.assertGreater(metric(text, "wardwatch_database_bytes"), 0)
        self.assertGreater(metric(text, 'wardwatch_requests_total{listener="agents",code="201"}'), 0)
        dashboard = (SOURCE / "docs/grafana.json").read_text()  # shows nothing that is not served
        for name in set(re.findall(r"wardwatch_[a-z_]+[a-z]", dashboard)) - {"wardwatch_request_seconds_bucket"}:
            self.assertIn(f"# TYPE {name} ", text)
        self.assertGreater(len(json.loads(dashboard)["panels"]), 5)
        for line in text.splitlines():  # the format, line by line
            self.assertRegex(line, r"^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{.*\})? [-+.0-9eE]+)$")

    def test_backup_beside_a_running_centre_and_restore(self):
        pc = self.enrolled()
        pc.serve()
        self.centre.wait_for_report()
        file = self.folder / "backup.tar"
        made = self.centre.cli("backup", file)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.assertIn("central.db", made["files"])
        names = run(["tar", "-tf", file]).stdout.split()  # any tar reads it
        self.assertEqual(set(names), {*made["files"], "backup.json"})
        self.assertIn("already", self.centre.cli("backup", file, expect=4).stderr)
        self.assertTrue(self.centre.cli("backup", "--verify", file)["files"])
        after = self.centre.cli("unit", "add", "Sau khi sao lưu")
        self.assertIn("Another", self.centre.cli("restore", "--replace", file, expect=4).stderr)

        self.assertEqual(self.centre.process.stop(), 0)
        self.assertIn("--replace", self.centre.cli("restore", file, expect=4).stderr)
        aside = pathlib.Path(self.centre.cli("restore", "--replace", file)["aside"])
        self.assertTrue((aside / "central.db").exists())
        self.assertNotIn(after.get("name", "Sau khi sao lưu"),
                         json.dumps(self.centre.cli("unit", "list"), ensure_ascii=False))
        # The log that is there now says who brought it back.
        self.assertIn("restore", [entry["action"] for entry in self.centre.cli("audit", "list")["entries"]])
        before = self.centre.stored_reports()
        self.assertEqual(len(before), 1)
        # The PC goes on as if nothing had been.
        self.centre.process = self.start(self.centre.process.process.args, "again")
        wait_until(lambda: self.centre._healthy(), 60, "the centre")
        scan = self.centre.cli("scan", "--device", pc.device_id, "--wait", "60")
        self.assertEqual(scan["done"], 1)

    def test_doctor(self):
        config = self.folder / "central.json"
        config.write_text(json.dumps({"agents": f"127.0.0.1:{self.centre.agents_port}",
                                      "people": f"127.0.0.1:{self.centre.people_port}"}))

        def findings(expect):
            done = run([central(), "--json", "--lang", "en", "--config", config, "--data", self.centre.folder,
                        "doctor"], expect=expect)
            return {finding["check"]: finding for finding in json.loads(done.stdout)["findings"]}
        found = findings(0)
        self.assertEqual({finding["health"] for finding in found.values()}, {"ok"}, found)
        self.assertIn("the centre serves it", found["agents_port"]["found"])
        self.assertIn("sound", found["database"]["found"])
        key = self.centre.folder / "ca.key"
        key.chmod(0o644)
        found = findings(1)
        self.assertEqual((found["data_folder"]["health"], found["data_folder"]["advice"]),
                         ("problem", f"chmod 600 {key}"))
        key.chmod(0o600)
        config.write_text(json.dumps({"agents": f"127.0.0.1:{self.centre.people_port + 0}", "people": "127.0.0.1:1",
                                      "syslog": {"host": "127.0.0.1", "port": 1}}))
        found = findings(1)
        self.assertEqual(found["syslog"]["health"], "problem")
        self.assertEqual(found["people_port"]["health"], "warning")

    def test_a_served_centre_stops_in_order(self):
        self.centre.process.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.centre.process.process.wait(30), 0)
        self.assertIn("stopped", self.centre.folder.with_suffix(".log").read_text())


class FullDisk(Office):
    """One that is never satisfied with the room on its disk."""

    def make_centre(self):
        return Centre(self, config={"least_free_mebibytes": 1_000_000_000})

    def test_reports_wait_at_the_pcs_and_everybody_is_told(self):
        pc = self.enrolled()
        pc.serve()
        log = self.centre.folder.with_suffix(".log")
        wait_until(lambda: "no reports are taken: the disk has" in log.read_text("utf-8"), 60, "a refused report")
        status, body, _ = self.centre._request("GET", "/readyz")
        self.assertEqual(status, 503)
        self.assertEqual({check["name"]: check["ok"] for check in json.loads(body)["checks"]},
                         {"database_writable": True, "disk_space": False, "ca_certificate": True})
        findings = json.loads(self.centre.cli("doctor", expect=1).stdout)["findings"]
        (disk,) = [finding for finding in findings if finding["check"] == "disk_space"]
        self.assertEqual(disk["health"], "problem")
        self.assertFalse(self.centre.get("/api/v1/session")["takes_reports"])
        # Nothing else is broken: the PC is seen, and keeps its report.
        wait_until(lambda: self.centre.devices()[0]["last_seen_at"], 60, "the PC")
        self.assertEqual(self.centre.stored_reports(), [])
        self.assertTrue(pc.waiting())


class Package(EndToEnd):
    def test_the_debian_package_and_its_service(self):
        made = run([SOURCE / "installer/central/build-deb", central(), "0.1.0"]).stdout.strip()
        run(["dpkg-deb", "-x", SOURCE / made, self.folder / "root"])
        installed = self.folder / "root/usr/bin/wardwatch-central"
        self.assertRegex(run([installed, "--version"]).stdout, r"^\d+\.\d+")
        json.loads((self.folder / "root/etc/wardwatch/central.json").read_text())
        self.assertIn("valid", run([installed, "--lang", "en", "--config",
                                    self.folder / "root/etc/wardwatch/central.json", "config", "check"]).stdout)
        unit = self.folder / "wardwatch-central.service"
        unit.write_text((self.folder / "root/lib/systemd/system/wardwatch-central.service").read_text().replace(
            "ExecStart=/usr/bin/wardwatch-central", f"ExecStart={installed}"))
        text = unit.read_text()
        self.assertRegex(text, r"(?m)^MemoryMax=75%$")
        self.assertRegex(text, r"(?m)^TasksMax=\d+$")
        verified = run(["systemd-analyze", "verify", unit])
        self.assertEqual(verified.stderr, "")
        run(["systemd-analyze", "security", "--offline=true", "--threshold=15", unit])  # 1.5 of 10


class Fleet(Office):
    def test_simulated_pcs_are_marked_and_answer_scans(self):
        units = self.folder / "units.csv"
        units.write_text(run([fleet(), "units"]).stdout)
        self.assertEqual(len(self.centre.cli("unit", "import", units)["added"]), 96)
        tops = [unit for unit in self.centre.cli("unit", "list")["units"] if unit["name"].endswith("(mô phỏng)")]
        self.assertEqual(len(tops), 33)
        token = self.centre.token(uses=12)
        state = self.folder / "fleet"
        common = ["--url", f"https://127.0.0.1:{self.centre.agents_port}", "--state", state]
        prepare = [fleet(), "prepare", *common, "--ca-sha256", self.centre.ca_sha256, "--token", token, "--count", 12,
                   "--months", 3]
        run(prepare)
        self.assertEqual(len(self.centre.stored_reports()), 36)
        run(prepare)  # done already
        self.assertEqual(len(self.centre.stored_reports()), 36)
        self.assertEqual(stat.S_IMODE(state.stat().st_mode), 0o700)
        self.assertIn("simulated mark", self.centre.cli("simulated", "date-back", expect=4).stderr)
        self.centre.cli("simulated", "mark")
        self.assertEqual(self.centre.cli("simulated", "date-back"), {"devices": 12, "reports": 36})
        devices = self.centre.devices()
        self.assertEqual({device["agent_version"].split("-", 1)[1] for device in devices}, {"simulated"})
        self.assertTrue(all(device["host_name"].startswith("MP-") for device in devices))
        self.assertGreater(len({device["failed"] for device in devices}), 1)
        process = self.start([fleet(), "--all-connected", "run", *common, "--scan-milliseconds", "300"], "fleet")
        process.wait_for("connected 12 PCs")
        scan = self.centre.cli("scan", "--all", "--wait", "60")
        self.assertEqual((scan["total"], scan["done"]), (12, 12))
        self.assertEqual(process.text().count("told "), 12)


if __name__ == "__main__":
    main()
