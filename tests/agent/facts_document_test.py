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
HEADING = "| fact | type | about | Windows |"
COLUMNS = ("fact", "type", "about", "windows")
TRIED = "What each fact was tried on"
PROGRAM = []


def catalog():
    done = subprocess.run([*PROGRAM, "--lang", "en", "facts", "--json"], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=True)
    return json.loads(done.stdout)


def sections():
    """Heading → lines."""
    found, lines = {}, []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            lines = found.setdefault(line[3:].strip(), [])
        else:
            lines.append(line)
    return found


def rows():
    """The rows of the tables with HEADING, each with the section that it stands in."""
    found = []
    for section, lines in sections().items():
        in_table = False
        for line in lines:
            in_table = line == HEADING or (in_table and line.startswith("|"))
            if in_table and line.startswith("| `"):
                cells = [cell.strip() for cell in line.strip("|").split(" | ")]
                found.append(dict(zip(COLUMNS, cells), section=section, cells=len(cells)))
                found[-1]["fact"] = cells[0].strip("`")
    return found


def items(lines):
    """The items of the lists: each item's text, then the texts of the items in it. A line that is indented goes on."""
    found, item = [], None
    for line in lines:
        if line.startswith("- "):
            item = [line[2:]]
            found.append(item)
        elif item is not None and line.startswith("  - "):
            item.append(line[4:])
        elif item is not None and line.startswith("  "):
            item[-1] += " " + line.strip()
        else:
            item = None
    return found


def entries():
    """What stands below the tables about each fact, with the section that it stands in."""
    found = []
    for section, lines in sections().items():
        for head, *told in items(lines):
            named = re.fullmatch(r"\*\*`([a-z_.]+)`\*\*: (.+)", head)
            if named:
                found.append({"fact": named[1], "meaning": named[2], "section": section,
                              "source": [line for line in told if line.startswith("Read ")],
                              "without": [line for line in told if re.match(r"(Unknown|Never|Absent)\b", line)]})
    return found


def row_for(fact):
    return f"| `{fact['id']}` | {fact['type']} | … | … |"


def entry_for(fact):
    return f"- **`{fact['id']}`**: {fact['meaning']}"


class FactsDocument(unittest.TestCase):
    longMessage = False  # the sentence says what to do; two lists beside it hide it

    @classmethod
    def setUpClass(cls):
        cls.catalog = {fact["id"]: fact for fact in catalog()}
        cls.rows = rows()
        cls.entries = entries()
        cls.by_id = {entry["fact"]: entry for entry in cls.entries}

    def test_the_program_has_facts(self):
        self.assertGreaterEqual(len(self.catalog), 45)

    def test_each_fact_has_its_row_and_its_entry(self):
        in_rows = {row["fact"] for row in self.rows}
        for name, fact in self.catalog.items():
            lacks = f"docs/facts.md lacks {name}: under `## {fact['collector']}` add "
            self.assertIn(name, in_rows, lacks + f"to the table {row_for(fact)}")
            self.assertIn(name, self.by_id, lacks + f"below the table {entry_for(fact)}")

    def test_each_fact_says_what_it_was_tried_on(self):
        heads = [re.match(r"((, )?`[a-z_.*]+`)+: ", item[0]) for item in items(sections()[TRIED])]
        self.assertNotIn(None, heads, f"docs/facts.md, {TRIED}: each item begins with facts and a colon")
        named = [name for head in heads for name in re.findall(r"`(.+?)`", head[0])]
        self.assertEqual(len(named), len(set(named)), "docs/facts.md: a fact is named twice under what it was tried on")
        for name in self.catalog:
            self.assertTrue(name in named or name.split(".")[0] + ".*" in named,
                            f"docs/facts.md does not say on which public data {name} was tried")
        checks = {name.split(".")[0] + ".*" for name in self.catalog}
        for name in named:
            self.assertIn(name, checks | set(self.catalog), f"docs/facts.md: {name} is no fact")

    def test_each_row_and_each_entry_has_its_fact(self):
        for what, found in (("row", self.rows), ("entry", self.entries)):
            for one in found:
                self.assertIn(one["fact"], self.catalog,
                              f"docs/facts.md describes {one['fact']}, which no check yields: remove the {what}, or "
                              f"mend its id")
            self.assertEqual([one["fact"] for one in found], list(self.catalog),
                             f"docs/facts.md: one {what} for each fact, in the order of collectors/core/catalog.cpp")

    def test_each_row_says_what_the_catalog_says(self):
        for row in self.rows:
            fact = self.catalog.get(row["fact"])
            if fact is None:
                continue
            where = f"docs/facts.md, {row['fact']}: "
            self.assertEqual(row["cells"], len(COLUMNS), where + "the row needs one cell for each column")
            self.assertEqual(row["section"], fact["collector"], where + f"move the row under `## {fact['collector']}`")
            self.assertEqual(re.match(r"\w*", row["type"])[0], fact["type"], where + f"the type is {fact['type']}")
            about = row["about"] == "PC"
            self.assertEqual(about, not fact["meaning"].startswith("Per "),
                             where + "`about` is PC, unless the meaning begins with `Per`: then it says "
                                     "what an instance is")
            self.assertRegex(row["windows"], r"^(7|8|8\.1|10|11)\b",
                             where + "the cell `Windows` begins with the first version that has it")

    def test_each_entry_says_what_the_catalog_says(self):
        for entry in self.entries:
            fact = self.catalog.get(entry["fact"])
            if fact is None:
                continue
            where = f"docs/facts.md, {entry['fact']}: "
            self.assertEqual(entry["section"], fact["collector"],
                             where + f"move the entry under `## {fact['collector']}`")
            self.assertEqual(entry["meaning"], fact["meaning"],
                             where + f"the meaning is, as in collectors/core/catalog.cpp: {fact['meaning']}")
            self.assertEqual(len(entry["source"]), 1, where + "say once where it is read: `  - Read from …`")
            self.assertTrue(entry["without"],
                            where + "say when it is unknown or absent: `  - Unknown when …`, `  - Absent when …`")

    def test_sources_in_golden_reports_are_documented(self):
        reports = sorted((ROOT / "tests/machines").rglob("*.report.json"))
        self.assertTrue(reports)
        for report in reports:
            for fact in json.loads(report.read_text(encoding="utf-8")):
                entry = self.by_id.get(fact["id"])
                if entry is None:
                    continue  # a check that failed as a whole
                told = " ".join(entry["source"])
                for other in re.findall(r"^Read as `([a-z_.]+)`", told):
                    told = " ".join(self.by_id[other]["source"])
                self.assertIn("`" + fact["source"].split(":")[0], told,
                              f"docs/facts.md, {fact['id']}: {report.name} read it from {fact['source']}; "
                              f"name that source")


if __name__ == "__main__":
    PROGRAM = [os.path.abspath(argument) for argument in reversed(sys.argv[1:3])]
    unittest.main(argv=sys.argv[:1])
