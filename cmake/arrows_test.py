#!/usr/bin/env python3
"""cmake/arrows.py on small trees of its own: what it lets pass, and what it says about each kind of mistake."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ARROWS = pathlib.Path(__file__).with_name("arrows.py")
TABLE = """
== The parts

@base = collectors/core reporting/wire
collectors/core:
    facts
reporting/wire: collectors/core
    bytes
agent/store: @base
    a database
agent/loop: store \\
        @base
    the work
agent: loop
    main
"""
SOURCES = {
    "collectors/core/fact.h": "",
    "reporting/wire/json.cpp": '#include "collectors/core/fact.h"\n#include "embedded/schema.h"\n',
    "agent/store/store.h": '#include <string>\n#include "collectors/core/fact.h"\n',
    "agent/loop/loop.cpp": '#include "agent/store/store.h"\n',
    "agent/main.cpp": '#include "agent/loop/loop.h"\n',
}
DOCUMENT = """Before
<!-- The tables up to the next mark are made by `cmake/arrows.py --write` of cmake/arrows.txt. -->
<!-- Made tables end here. -->
After
"""


class Arrows(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = pathlib.Path(folder.name)
        subprocess.run(["git", "init", "-q", self.tree], check=True)
        self.write("docs/architecture.md", DOCUMENT)
        for file, text in SOURCES.items():
            self.write(file, text)

    def write(self, file, text):
        path = self.tree / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run_check(self, *arguments):
        return subprocess.run([sys.executable, ARROWS, "--root", self.tree, *arguments], capture_output=True, text=True,
                              check=False)

    def said(self, table=TABLE):
        """The lines about this table; the document is made of it before."""
        self.write("cmake/arrows.txt", table)
        self.run_check("--write")
        result = self.run_check()
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.returncode, 1 if result.stdout else 0)
        return result.stdout.splitlines()

    def test_a_tree_that_follows_its_table_passes(self):
        self.assertEqual(self.said(), [])

    def test_an_include_against_the_table(self):
        self.write("agent/store/store.cpp", '#include <string>\n\n#include "agent/loop/loop.h"\n')
        self.assertEqual(self.said(), [
            'agent/store/store.cpp:3: agent/store → agent/loop ("agent/loop/loop.h") is no arrow of '
            'cmake/arrows.txt: move what '
            "both need into a folder that both may include, or hand it over as an argument"])

    def test_an_include_without_its_folder(self):
        self.write("agent/store/store.cpp", '#include "store.h"\n')
        self.assertEqual(len(self.said()), 1)
        self.assertIn('agent/store/store.cpp:1: agent/store → nowhere ("store.h")', self.said()[0])

    def test_imports_of_scripts(self):
        table = TABLE + "reporting/page/core:\n    calls\nreporting/page/ui: core\n    forms\n"
        self.write("reporting/page/core/api.ts",
                   'import { h } from "preact";\nimport {\n    form,\n} from "../ui/form";\n')
        self.write("reporting/page/ui/form.tsx",
                   'import { call } from "../core/api";\nimport { other } from "./other";\n')
        said = self.said(table)
        self.assertEqual(len(said), 1)
        self.assertIn("reporting/page/core/api.ts:4: reporting/page/core → reporting/page/ui", said[0])

    def test_a_circle_in_the_table(self):
        self.write("agent/store/store.cpp", '#include "agent/loop/loop.h"\n')
        self.assertEqual(self.said(TABLE.replace("agent/store: @base", "agent/store: loop @base")), [
            "cmake/arrows.txt:9: a circle: agent/store → agent/loop → agent/store; cut one of these arrows"])

    def test_a_row_in_the_wrong_place(self):
        moved = TABLE.replace("reporting/wire: collectors/core\n    bytes\n",
                              "") + "reporting/wire: collectors/core\n    bytes\n"
        said = self.said(moved)
        self.assertEqual(len(said), 2)
        self.assertIn("agent/store may include reporting/wire, whose row stands after it", said[0])

    def test_an_arrow_that_no_file_needs(self):
        self.write("agent/main.cpp", "")
        self.assertEqual(self.said(), [
            "cmake/arrows.txt:14: no file of agent includes agent/loop: take it out of the row"])

    def test_folders_and_rows_that_miss_each_other(self):
        self.write("collectors/antivirus/vendors.cpp", "")
        said = self.said(TABLE + "agent/cli:\n    verbs\n")
        self.assertEqual(said, [
            "collectors/antivirus: has no row in cmake/arrows.txt: say there what it holds and what it may include",
            "cmake/arrows.txt:16: agent/cli holds no source: take its row out"])

    def test_names_that_nobody_knows(self):
        said = self.said(TABLE.replace("agent: loop", "agent: loop lop"))
        self.assertEqual(said, ["cmake/arrows.txt:14: agent may include lop, which has no row: add it, or "
                                "take the name out"])

    def test_too_many_sources(self):
        for number in range(25):
            self.write(f"agent/store/part_{number}.cpp", "")
            self.write(f"agent/store/part_{number}.h", "")
        self.assertEqual(self.said(), [])
        self.write("agent/store/one_more.cpp", "")
        self.assertEqual(self.said(), [
            "agent/store: 26 sources: divide it by subject, since 25 are the most that one looks through"])

    def test_the_document(self):
        self.assertEqual(self.said(), [])
        document = (self.tree / "docs/architecture.md").read_text(encoding="utf-8")
        self.assertTrue(document.startswith("Before\n") and document.endswith("\nAfter\n"))
        self.assertIn("The base are `collectors/core`, `reporting/wire`.\n", document)
        self.assertIn("| `agent/loop` | the work |\n", document)
        self.assertIn("\n- `agent/loop`: `store`, the base\n", document)
        self.assertIn("| `collectors/core` | facts |\n", document)
        self.assertIn("\n- `collectors/core`: nothing of ours\n", document)
        for was, other in (("the work", "the play"), ("`store`, the base", "the base")):
            self.write("docs/architecture.md", document.replace(was, other))
            self.assertEqual(self.run_check().stdout,
                             "docs/architecture.md: the folders are not shown as they stand in cmake/arrows.txt: run "
                             "cmake/arrows.py --write\n")

    def test_the_document_joins_neighbours_and_breaks_long_lines(self):
        table = TABLE
        for name in ("one", "two", "three_" + 60 * "3", "four_" + 60 * "4"):
            self.write(f"reporting/{name}/part.cpp", '#include "reporting/wire/json.h"\n')
            table += f"reporting/{name}: wire\n    a part\n"
        self.assertEqual(self.said(table), [])
        document = (self.tree / "docs/architecture.md").read_text(encoding="utf-8")
        self.assertIn("\n- `reporting/one`, `two`, `three_" + 60 * "3" + "`,\n", document)
        self.assertIn("`,\n  `four_" + 60 * "4" + "`: `wire`\n", document)


if __name__ == "__main__":
    unittest.main()
