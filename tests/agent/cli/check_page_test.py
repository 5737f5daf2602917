#!/usr/bin/env python3
"""The page that `check --html` writes. Usage: check_page_test.py PROGRAM [EMULATOR]"""
import datetime
import html.parser
import json
import os
import re
import unittest.mock

from program import REPORT, WINDOWS, ProgramTest, main, on_pc

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


class CheckPage(ProgramTest):
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
        shown = "Chrome of " + HOSTILE.replace("\u202e", "\ufffd")
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


if __name__ == "__main__":
    main()
