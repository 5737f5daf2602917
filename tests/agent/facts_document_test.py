#!/usr/bin/env python3
"""docs/facts.md describes the facts that the program knows: these, all of them, and nothing else.
Usage: facts_document_test.py PROGRAM [EMULATOR]"""
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs/facts.md"
HEADING = "| fact | meaning | type | about | source | unknown, absent | Windows |"
COLUMNS = ("fact", "meaning", "type", "about", "source", "unknown", "windows")
PROGRAM = []


def catalog():
    done = subprocess.run([*PROGRAM, "--lang", "en", "facts", "--json"], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=True)
    return json.loads(done.stdout)


def documented():
    """The rows of the tables with HEADING, each with the section that it stands in."""
    section, in_table, rows = "", False, []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:].strip()
        in_table = line == HEADING or (in_table and line.startswith("|"))
        if in_table and line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            rows.append(dict(zip(COLUMNS, cells), section=section, cells=len(cells)))
            rows[-1]["fact"] = cells[0].strip("`")
    return rows


def row_for(fact):
    return f"| `{fact['id']}` | {fact['meaning']} | {fact['type']} | … | … | … | … |"


class FactsDocument(unittest.TestCase):
    longMessage = False  # the sentence says what to do; two tables beside it hide it

    @classmethod
    def setUpClass(cls):
        cls.catalog = {fact["id"]: fact for fact in catalog()}
        cls.rows = documented()
        cls.by_id = {row["fact"]: row for row in cls.rows}

    def test_the_program_has_facts(self):
        self.assertGreaterEqual(len(self.catalog), 45)

    def test_each_fact_has_its_row(self):
        for name, fact in self.catalog.items():
            self.assertIn(name, self.by_id,
                          f"docs/facts.md lacks {name}: under `## {fact['collector']}` add {row_for(fact)}")

    def test_each_fact_says_what_it_was_tried_on(self):
        text = DOCUMENT.read_text(encoding="utf-8")
        table = text[text.index("## What each fact was tried on"):]
        cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        named = [name for cell in cells for name in re.findall(r"`(.+?)`", cell)]
        self.assertEqual(len(named), len(set(named)), "docs/facts.md: a fact is named twice under what it was tried on")
        for name in self.catalog:
            self.assertTrue(name in named or name.split(".")[0] + ".*" in named,
                            f"docs/facts.md does not say on which public data {name} was tried")
        checks = {name.split(".")[0] + ".*" for name in self.catalog}
        for name in named:
            self.assertIn(name, checks | set(self.catalog), f"docs/facts.md: {name} is no fact")

    def test_each_row_has_its_fact(self):
        for row in self.rows:
            self.assertIn(row["fact"], self.catalog,
                          f"docs/facts.md describes {row['fact']}, which no check yields: remove the "
                          f"row, or mend its id")
        self.assertEqual([row["fact"] for row in self.rows], list(self.catalog),
                         "docs/facts.md: one row for each fact, in the order of collectors/core/catalog.cpp")

    def test_each_row_says_what_the_catalog_says(self):
        for row in self.rows:
            fact = self.catalog.get(row["fact"])
            if fact is None:
                continue
            where = f"docs/facts.md, {row['fact']}: "
            self.assertEqual(row["cells"], len(COLUMNS), where + "the row needs one cell for each column")
            self.assertEqual(row["section"], fact["collector"], where + f"move the row under `## {fact['collector']}`")
            self.assertEqual(row["meaning"], fact["meaning"],
                             where + f"the meaning is, as in collectors/core/catalog.cpp: {fact['meaning']}")
            self.assertEqual(re.match(r"\w*", row["type"])[0], fact["type"], where + f"the type is {fact['type']}")
            about = row["about"] == "PC"
            self.assertEqual(about, not fact["meaning"].startswith("Per "),
                             where + "`about` is PC, unless the meaning begins with `Per`: then it says "
                                     "what an instance is")
            self.assertTrue(row["source"] and row["unknown"],
                            where + "say where it is read, and when it is unknown or absent")
            self.assertRegex(row["windows"], r"^(7|8|8\.1|10|11)\b",
                             where + "the cell `Windows` begins with the first version that has it")

    def test_sources_in_golden_reports_are_documented(self):
        reports = sorted((ROOT / "tests/machines").rglob("*.report.json"))
        self.assertTrue(reports)
        for report in reports:
            for fact in json.loads(report.read_text(encoding="utf-8")):
                row = self.by_id.get(fact["id"])
                if row is None:
                    continue  # a check that failed as a whole
                told = row["source"]
                for other in re.findall(r"^as `([a-z_.]+)`", told):
                    told = self.by_id[other]["source"]
                self.assertIn("`" + fact["source"].split(":")[0], told,
                              f"docs/facts.md, {fact['id']}: {report.name} read it from {fact['source']}; "
                              f"name that source")


if __name__ == "__main__":
    PROGRAM = [os.path.abspath(argument) for argument in reversed(sys.argv[1:3])]
    unittest.main(argv=sys.argv[:1])
