#!/usr/bin/env python3
"""Runs the real program as an administrator would: exit codes, messages, JSON. Usage: cli_test.py PROGRAM [EMULATOR]"""
import datetime
import html.parser
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock

PROGRAM = []
WINDOWS = False

REPORT = {
    "format": 1,
    "report_id": "00000000-0000-4000-8000-000000000001",
    "device_id": "0b6f4a52-8c1d-4a0e-9f00-112233445566",
    "agent_version": "0.1.0",
    "trigger": "manual",
    "taken_at": "2026-11-22T03:04:05Z",
    "facts": [],
}


# A user whose folder tries to be markup, another with the same finding, and an account without a date.
HOSTILE = "<script>alert(1)</script>&amp;\u202e\""
REPORT_OF_PEOPLE = dict(REPORT, facts=sorted([
    {"id": "host.name", "instance": "", "value": "PC-<b>01", "source": "system"},
    {"id": "browser_credentials.profiles", "instance": "", "value": 2, "source": "file"},
    *({"id": "browser_credentials." + field, "instance": user + "/chrome/Default", "value": value, "source": "file"}
      for user in (HOSTILE, "an.nguyen")
      for field, value in (("store_status", "ok"), ("saved", 4), ("official", 0), ("account_store_saved", 0))),
], key=lambda fact: (fact["id"], fact["instance"])))


class Page(html.parser.HTMLParser):
    """Which elements a page has, what stands in the headings and in the rows of its tables."""
    EMPTY = {"meta", "br", "hr"}

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.declaration, self.elements, self.texts, self.rows, self.open = "", [], {}, [], []
        self.feed(markup)
        self.close()

    def handle_decl(self, decl):
        self.declaration = decl

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag in self.EMPTY:
            return
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag in ("title", "h1", "h2", "h3"):
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        for tag in self.open:
            if tag in self.texts:
                self.texts[tag][-1] += data
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data

    def cells(self, columns):
        return [[" ".join(cell.split()) for cell in row] for row in self.rows if len(row) == columns]

    def fields(self):
        return dict(self.cells(2))

    def rules(self):
        return self.cells(5)


def on_pc(path):
    return "Z:" + str(path) if WINDOWS else str(path)


class CommandLine(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="wardwatch-cli-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.data = self.folder / "dữ liệu"

    def run_program(self, *arguments, code, text="", language="en"):
        result = subprocess.run([*PROGRAM, "--data", on_pc(self.data), *(["--lang", language] if language else []),
                                 *arguments],
                                input=text.encode(), capture_output=True, timeout=120, check=False)
        self.assertEqual(result.returncode, code if code is not None else result.returncode,
                         (arguments, result.stdout.decode(), result.stderr.decode()))
        return result.stdout.decode(), result.stderr.decode()

    def test_help_and_version(self):
        out, _ = self.run_program("--version", code=0)
        self.assertRegex(out, r"^wardwatch \d+\.\d+\.\d+\n$")
        for verb in ("scan", "check", "status", "enroll", "facts", "service"):
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

    def page(self, language="en"):
        report = self.folder / "report.json"
        report.write_text(json.dumps(REPORT_OF_PEOPLE), encoding="utf-8")
        markup, _ = self.run_program("check", "--html", "-", "--report", on_pc(report), code=1, language=language)
        page = Page(markup)
        self.assertEqual((page.open, page.declaration.lower()), ([], "doctype html"))
        return markup, page

    def test_the_page_says_what_check_says(self):
        report = self.folder / "report.json"
        report.write_text(json.dumps(REPORT_OF_PEOPLE), encoding="utf-8")
        document = json.loads(self.run_program("check", "--json", "--report", on_pc(report), code=1)[0])
        words = {"en": {"pass": "pass", "fail": "fail", "unknown": "unknown", "not_applicable": "not applicable"},
                 "vi": {"pass": "đạt", "fail": "không đạt", "unknown": "chưa xác định",
                        "not_applicable": "không áp dụng"}}
        headings = {"en": ["What needs doing", "All rules", "The clauses"],
                    "vi": ["Việc cần làm", "Tất cả quy định", "Các điều khoản"]}
        for language in ("vi", "en"):
            with self.subTest(language):
                _, page = self.page(language)
                self.assertEqual([attributes for tag, attributes in page.elements if tag == "html"],
                                 [{"lang": language}])
                self.assertEqual(page.texts["title"], page.texts["h1"])
                self.assertIn("PC-<b>01", page.texts["h1"][0])
                self.assertEqual(page.texts["h2"], headings[language])
                rules = page.rules()[1:]
                self.assertEqual(len(rules), len(document["verdicts"]))
                for row, verdict in zip(rules, document["verdicts"]):
                    self.assertIn(" " + words[language][verdict["status"]], row[0])
                    self.assertEqual(row[1], verdict["clause"])
                    self.assertTrue(row[2].startswith(verdict["title"][language].replace("\u202e", "\ufffd")), row)
                    self.assertEqual(row[3:], [verdict["observed_text"][language], verdict["required"][language]])
                kinds = [attributes["class"].split()[1] for tag, attributes in page.elements if tag == "section"]
                self.assertEqual(kinds, sorted(kinds), "what fails stands before what is unknown")
                self.assertEqual(set(kinds), {"fail", "unknown"})
                fixes = [value for _, value in page.cells(2)]
                for verdict in document["verdicts"]:
                    if verdict["status"] in ("fail", "unknown"):
                        self.assertIn(verdict["remedy"][language].replace("\u202e", "\ufffd"), fixes)

    def test_the_page_needs_nothing_else_and_names_its_cells(self):
        markup, page = self.page()
        tags = {tag for tag, _ in page.elements}
        self.assertEqual(tags & {"script", "link", "img", "iframe", "object", "embed", "form", "a", "base", "b"}, set())
        self.assertNotRegex(markup, r"https?://|url\(|@import")
        for tag, attributes in page.elements:
            self.assertFalse([name for name in attributes if name.startswith("on") or name in ("src", "href", "style")],
                             tag)
            if tag == "th":
                self.assertIn(attributes.get("scope"), ("row", "col"))
        self.assertIn(("meta", {"charset": "utf-8"}), page.elements)
        self.assertIn("@media print", markup)

    def test_a_name_in_the_report_is_no_markup(self):
        markup, page = self.page()
        self.assertNotIn("<script", markup.lower())
        self.assertNotIn("\u202e", markup, "a sign that turns the text around it")
        shown = HOSTILE.replace("\u202e", "\ufffd") + "/chrome/Default"
        self.assertTrue([row for row in page.rules() if shown in row[2]])

    def test_the_page_has_the_local_time_of_the_scan(self):
        for language, day in (("en", r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"),
                              ("vi", r"(?P<d>\d\d)/(?P<m>\d\d)/(?P<y>\d{4})")):
            _, page = self.page(language)
            told = page.fields()["Scanned" if language == "en" else "Thời điểm quét"]
            parts = re.fullmatch(day + r" (?P<time>[\d:]{8}) \(UTC(?P<zone>[+-]\d\d:\d\d)\)", told)
            self.assertIsNotNone(parts, told)
            instant = datetime.datetime.fromisoformat("{y}-{m}-{d}T{time}{zone}".format(**parts.groupdict()))
            self.assertEqual(instant, datetime.datetime(2026, 11, 22, 3, 4, 5, tzinfo=datetime.timezone.utc))
            self.assertIn(("time", {"datetime": "2026-11-22T03:04:05Z"}), page.elements)

    def test_the_local_time_follows_the_zone(self):
        if WINDOWS:
            self.skipTest("Wine takes the zone from its registry")
        with unittest.mock.patch.dict(os.environ, {"TZ": "ICT-7"}):
            self.assertEqual(self.page()[1].fields()["Scanned"], "2026-11-22 10:04:05 (UTC+07:00)")
        with unittest.mock.patch.dict(os.environ, {"TZ": "NST3:30"}):
            self.assertEqual(self.page()[1].fields()["Scanned"], "2026-11-21 23:34:05 (UTC-03:30)")

    def test_the_page_in_a_file(self):
        report = self.folder / "report.json"
        report.write_text(json.dumps(REPORT_OF_PEOPLE), encoding="utf-8")
        file = self.folder / "kết quả.html"
        file.write_text("what was there before", encoding="utf-8")
        check = ["check", "--report", on_pc(report)]
        out, _ = self.run_program(*check, "--html", on_pc(file), code=1)
        self.assertIn("Verdict: fail", out)
        self.assertIn("Verdict", Page(file.read_text(encoding="utf-8")).rules()[0])
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["kết quả.html", "report.json"])
        document = json.loads(self.run_program(*check, "--json", "--html", on_pc(file), code=1)[0])
        self.assertEqual(document["status"], "fail")
        self.assertIn("--html", self.run_program(*check, "--json", "--html", "-", code=3)[1])
        self.assertEqual(self.run_program("check", "--html", "-", "--report", "-", text=json.dumps(REPORT),
                                          code=2)[0][:15], "<!DOCTYPE html>")

    def test_a_page_replaces_nothing_but_a_file(self):
        report = self.folder / "report.json"
        report.write_text(json.dumps(REPORT), encoding="utf-8")
        kept = self.folder / "kept"
        kept.write_text("kept", encoding="utf-8")
        (self.folder / "folder").mkdir()
        targets = ["folder", "absent/page.html"]
        if not WINDOWS:  # Windows replaces a link as such
            (self.folder / "link").symlink_to(kept)
            targets.append("link")
        before = sorted(path.name for path in self.folder.iterdir())
        for target in targets:
            with self.subTest(target):
                _, error = self.run_program("check", "--report", on_pc(report), "--html", on_pc(self.folder / target),
                                            code=4)
                self.assertRegex(error, r"^Error: .*name (a|another) file")
        self.assertEqual((kept.read_text(), sorted(path.name for path in self.folder.iterdir())), ("kept", before))

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
    PROGRAM = [os.path.abspath(argument) for argument in reversed(sys.argv[1:3])]
    WINDOWS = len(PROGRAM) == 2
    if WINDOWS:
        for test in ("test_the_service_in_the_foreground_runs_alone_and_stops",
                     "test_killing_the_service_at_any_moment_loses_nothing"):
            setattr(CommandLine, test, unittest.skip("signals")(getattr(CommandLine, test)))
    unittest.main(argv=sys.argv[:1])
