#!/usr/bin/env python3
"""Runs the real program as an administrator would: exit codes, messages, JSON. Usage: cli_test.py PROGRAM [EMULATOR]"""
import json
import os
import signal
import subprocess
import time
import unittest

from program import PROGRAM, REPORT, WINDOWS, ProgramTest, main, on_pc


class CommandLine(ProgramTest):
    def test_help_and_version(self):
        out, _ = self.run_program("--version", code=0)
        self.assertRegex(out, r"^wardwatch \d+\.\d+\.\d+\n$")
        for verb in ("scan", "check", "status", "enroll", "facts", "notice", "service"):
            self.assertIn(verb, self.run_program("--help", code=0)[0])
        self.assertIn("Thu thập", self.run_program("--help", code=0, language="vi")[0])
        self.assertIn("--token-file", self.run_program("enroll", "--help", code=0)[0])

    def test_usage_errors_are_3(self):
        for arguments in ([], ["nonsense"], ["scan", "--nonsense"], ["scan", "--only", "nonsense"],
                          ["service", "nonsense"],
                          ["scan", "--send", "--only", "host"], ["scan", "--root", on_pc(self.folder / "absent")],
                          ["check", "--report", on_pc(self.folder / "absent")], ["--lang", "fr", "facts"],
                          ["enroll"], ["enroll", "--url", "https://127.0.0.1:1", "--ca-sha256", "12", "--token", "T"],
                          ["enroll", "--url", "http://127.0.0.1:1", "--ca-sha256", "00" * 32, "--token", "T"],
                          ["enroll", "--url", "https://127.0.0.1:1", "--ca-sha256", "00" * 32]):
            with self.subTest(arguments=arguments):
                _, error = self.run_program(*arguments, code=3)
                self.assertTrue(error.startswith("Usage: "), error)
        self.assertIn("nonsense", self.run_program("nonsense", code=3)[1])
        self.assertIn("thiếu lệnh", self.run_program(code=3, language="vi")[1])
        self.assertIn("fr", self.run_program("--lang", "fr", code=3)[1])

    def test_facts(self):
        catalog = json.loads(self.run_program("facts", "--json", code=0)[0])
        self.assertIn("browser_credentials.saved", [fact["id"] for fact in catalog])
        for fact in catalog:
            self.assertIn(fact["type"], ("boolean", "integer", "text", "instant"))
            self.assertTrue(fact["meaning"] and fact["label"]["vi"] and fact["label"]["en"], fact)
        self.assertIn("accounts.last_logon_at", self.run_program("facts", code=0)[0])

    def test_the_notice_to_the_users_names_all_that_is_read(self):
        for language, word in (("vi", "khoản 3 Điều 25"), ("en", "article 25, paragraph 3")):
            text = self.run_program("notice", code=0, language=language)[0]
            self.assertIn(word, text)
            # One line for each check of the catalog, so that a new one cannot be forgotten.
            for collector in {fact["collector"] for fact in json.loads(self.run_program("facts", "--json", code=0)[0])}:
                self.assertIn(f"({collector}):", text)
            self.assertNotIn("https://", text)
            self.assertTrue(all(len(line) <= 110 for line in text.splitlines()))
        notice = json.loads(self.run_program("notice", "--json", code=0)[0])
        self.assertEqual((notice["language"], notice["collector_url"]), ("en", None))
        self.data.mkdir(parents=True)
        (self.data / "config.json").write_text('{"collector_url": "https://centre.example:8443"}', encoding="utf-8")
        self.assertEqual(self.run_program("notice", code=0)[0].splitlines()[-1],
                         "The centre of this PC: https://centre.example:8443")

    def test_scan_prints_the_wire_report(self):
        report = json.loads(self.run_program("scan", "--json", "--only", "host", code=0)[0])
        self.assertEqual(set(report), set(REPORT))
        self.assertEqual(report["trigger"], "manual")
        self.assertTrue(report["facts"])
        for fact in report["facts"]:
            self.assertTrue(fact["id"].startswith("host"), fact)
        self.assertFalse(self.data.exists(), "a scan leaves nothing behind")
        self.assertIn("host\n", self.run_program("scan", "--only", "host", code=0)[0])

    def test_scan_of_an_offline_disk(self):
        (self.folder / "Users" / "an.nguyen").mkdir(parents=True)
        report = json.loads(self.run_program("scan", "--json", "--root", on_pc(self.folder), code=0)[0])
        self.assertTrue(report["facts"])
        self.assertTrue(all(fact["id"].startswith("browser_credentials") for fact in report["facts"]))
        self.assertEqual(report["device_id"], "00000000-0000-0000-0000-000000000000")

    def test_check_of_a_report(self):
        file = self.folder / "report.json"
        file.write_text(json.dumps(REPORT), encoding="utf-8")
        verdicts = json.loads(self.run_program("check", "--json", "--report", on_pc(file), code=2)[0])
        self.assertEqual(verdicts["status"], "unknown")
        self.assertEqual(verdicts["report_id"], REPORT["report_id"])
        self.assertEqual({verdict["status"] for verdict in verdicts["verdicts"]} - {"unknown", "not_applicable"}, set())
        self.assertTrue(all(verdict["title"]["vi"] and verdict["clause"] for verdict in verdicts["verdicts"]))
        self.assertIn("chưa xác định",
                      self.run_program("check", "--report", "-", text=json.dumps(REPORT), code=2, language="vi")[0])
        self.run_program("check", "--report", "-", text="{", code=4)
        broken = self.folder / "policy.json"
        broken.write_text("{}", encoding="utf-8")
        self.run_program("check", "--policy", on_pc(broken), "--report", on_pc(file), code=4)

    def test_status_before_and_after_a_scan(self):
        status = json.loads(self.run_program("status", "--json", code=0)[0])
        self.assertEqual((status["enrolled"], status["outbox_depth"], status["last_scan_at"]), (False, None, None))
        self.assertFalse(self.data.exists(), "status makes nothing")
        _, error = self.run_program("scan", "--send", "--json", code=0)
        self.assertIn("not enrolled", error)
        status = json.loads(self.run_program("status", "--json", code=0)[0])
        self.assertEqual((status["outbox_depth"], status["reports"], status["enrolled"]), (1, 1, False))
        self.assertIn(status["verdict"], ("pass", "fail", "unknown"))
        self.assertGreater(sum(status["verdicts"].values()), 0)
        self.assertRegex(status["device_id"], r"^[0-9a-f-]{36}$")
        (self.data / "config.json").write_text('{"scan_interval": 3}', encoding="utf-8")
        self.assertIn("scan_interval is not a setting", self.run_program("status", code=0)[0])

    def write_config(self, text):
        self.data.mkdir(mode=0o700)
        (self.data / "config.json").write_text(text, encoding="utf-8")

    def test_settings_with_the_origin_of_each(self):
        self.write_config('{"scan_interval_minutes": 60, "log_level": "loud", "official_hosts": ["*.a.vn", "b.vn"]}')
        document = json.loads(self.run_program("status", "--settings", "--json", code=0)[0])
        settings = {setting["name"]: setting for setting in document["settings"]}
        self.assertEqual((settings["scan_interval_minutes"]["value"], settings["scan_interval_minutes"]["origin"]),
                         (60, "config.json"))
        self.assertEqual((settings["log_level"]["value"], settings["log_level"]["origin"]), ("info", "default"))
        self.assertEqual((settings["proxy"]["value"], settings["collector_url"]["value"]), ("system", None))
        self.assertEqual(len(document["problems"]), 1)
        self.assertIn("log_level must be one of debug, info, warning, error", document["problems"][0])
        out, _ = self.run_program("status", "--settings", code=0)
        self.assertRegex(out, r"scan_interval_minutes +60 +config\.json\n")
        self.assertRegex(out, r"official_hosts +\*\.a\.vn; b\.vn +config\.json\n")
        self.assertIn("log_level must be", out)
        self.assertRegex(self.run_program("status", "--settings", code=0, language="vi")[0],
                         r"proxy +system +mặc định\n")

    def test_a_collector_that_is_switched_off_is_unknown(self):
        self.write_config('{"disabled_collectors": ["accounts", "usb"]}')
        report = json.loads(self.run_program("scan", "--json", code=0)[0])
        self.assertEqual([fact for fact in report["facts"] if fact["id"].startswith("accounts")],
                         [{"id": "accounts", "instance": "", "unknown": "switched off by the settings"}])
        self.assertTrue([fact for fact in report["facts"] if fact["id"].startswith("host.")])
        file = self.folder / "report.json"
        file.write_text(json.dumps(report), encoding="utf-8")
        code = {"fail": 1, "unknown": 2}
        verdicts = json.loads(self.run_program("check", "--json", "--report", on_pc(file), code=None)[0])
        account_rules = [verdict for verdict in verdicts["verdicts"]
                         if verdict["reason"] == "switched off by the settings"]
        self.assertTrue(account_rules)
        self.assertEqual({verdict["status"] for verdict in account_rules}, {"unknown"})
        here = json.loads(self.run_program("check", "--json", code=code[verdicts["status"]])[0])
        self.assertEqual([verdict["rule"] for verdict in here["verdicts"]
                          if verdict["reason"] == "switched off by the settings"],
                         [verdict["rule"] for verdict in account_rules])
        self.assertIn("bị tắt trong cài đặt", self.run_program("check", code=None, language="vi")[0])
        self.assertIn("usb", self.run_program("status", code=0)[0])

    def test_a_damaged_database_is_said_and_replaced_by_the_next_scan(self):
        self.run_program("scan", "--send", "--json", code=0)
        (self.data / "wardwatch.db").write_bytes(b"this is no database any more" * 100)
        out, _ = self.run_program("status", code=4)
        self.assertIn("damaged", out.lower())
        for row in ("Last scan", "Last sent", "Waiting to be sent", "Last verdict"):
            self.assertRegex(out, rf"{row} +unknown\n")
        self.assertIn("set aside", self.run_program("scan", "--send", "--json", code=0)[1])
        status = json.loads(self.run_program("status", "--json", code=0)[0])
        self.assertEqual((status["reports"], len(status["set_aside"])), (1, 1))

    def test_a_damaged_certificate_is_said_and_hides_nothing_else(self):
        self.run_program("scan", "--send", "--json", code=0)
        (self.data / "certificate.pem").write_text("rubbish")
        status = json.loads(self.run_program("status", "--json", code=4)[0])
        self.assertEqual((status["enrolled"], status["outbox_depth"]), (None, 1))
        self.assertIn("enrol this PC again", status["identity_problem"])
        out, _ = self.run_program("status", code=4, language="vi")
        self.assertRegex(out, r"Đã đăng ký +chưa xác định\n")
        self.assertIn("certificate.pem", out)

    def test_enrolment_fails_clearly_without_a_centre(self):
        arguments = ["enroll", "--url", "https://127.0.0.1:1", "--ca-sha256", "00" * 32, "--token", "-"]
        _, error = self.run_program(*arguments, code=4, text="secret-token\n")
        self.assertTrue(error.startswith("Error: "), error)
        self.assertNotIn("secret-token", error)
        self.assertFalse(json.loads(self.run_program("status", "--json", code=0)[0])["enrolled"])

    @unittest.skipIf(WINDOWS, "signals")
    def test_the_service_in_the_foreground_runs_alone_and_stops(self):
        self.data.mkdir(mode=0o700)
        (self.data / "config.json").write_text('{"startup_spread_seconds": 0}', encoding="utf-8")
        service = subprocess.Popen([*PROGRAM, "--data", str(self.data), "service", "run"], stderr=subprocess.PIPE)
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                log = self.data / "wardwatch.log"
                if log.exists() and "reports to send" in log.read_text():
                    break
                time.sleep(0.1)
            status = json.loads(self.run_program("status", "--json", code=0)[0])
            self.assertEqual((status["service"], status["outbox_depth"]), ("running", 1))
            self.assertIn("not enrolled", status["problem"])
            self.assertIn("another wardwatch", self.run_program("service", "run", code=12)[1])
            service.send_signal(signal.SIGTERM)
            self.assertEqual(service.wait(timeout=10), 0)
        finally:
            service.kill()
            service.communicate()
        self.assertEqual(json.loads(self.run_program("status", "--json", code=0)[0])["service"], "stopped")
        self.assertIn("đã dừng", self.run_program("status", code=0, language="vi")[0])
        self.assertEqual(os.stat(self.data).st_mode & 0o777, 0o700)

    @unittest.skipIf(WINDOWS, "signals")
    def test_killing_the_service_at_any_moment_loses_nothing(self):
        self.data.mkdir(mode=0o700)
        (self.data / "config.json").write_text('{"startup_spread_seconds": 0}', encoding="utf-8")
        known = 0
        for delay in (0.02, 0.05, 0.1, 0.2, 0.4, 0.8):
            service = subprocess.Popen([*PROGRAM, "--data", str(self.data), "service", "run"],
                                       stderr=subprocess.DEVNULL)
            time.sleep(delay)
            service.kill()
            service.wait()
            if not (self.data / "wardwatch.db").exists():
                continue
            status = json.loads(self.run_program("status", "--json", code=0)[0])
            self.assertGreaterEqual(status["reports"] or 0, known)
            self.assertEqual(status["outbox_depth"], status["reports"])
            self.assertEqual(status["set_aside"], [])
            known = status["reports"] or 0


if __name__ == "__main__":
    main()
