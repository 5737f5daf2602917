#!/usr/bin/env python3
"""cmake/dependencies.sh with an archive that is made up: the recorded versions of the libraries, or none."""

import os
import pathlib
import stat
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "cmake/dependencies.sh"

# The archive has what AVAILABLE names. Downloading leaves a .dsc; unpacking leaves a folder in which cmake "builds".
TOOLS = {
    "apt-get": """
        for word; do last=$word; done
        case "$last" in
            update) exit 0 ;;
            *=*) case " $AVAILABLE " in *" $last "*) echo "$last" >>"$TAKEN" ;; *) exit 100 ;; esac ;;
        esac""",
    "apt-cache": """
        for each in $AVAILABLE; do
            echo "${each%%=*} | ${each#*=} | http://archive.example/debian trixie/main Sources"
        done""",
    "dpkg-source": 'for word; do last=$word; done; mkdir -p "$last"',
    "cmake": """
        case "$*" in *-DCMAKE_INSTALL_PREFIX=*)
            prefix=${*#*-DCMAKE_INSTALL_PREFIX=}; echo "${prefix%% *}" >"$TAKEN.at" ;; esac
        case "$*" in *--install*) at=$(cat "$TAKEN.at"); mkdir -p "$at/include/catch2" "$at/lib"
            touch "$at/include/catch2/catch_all.hpp" "$at/lib/libCatch2.a" "$at/lib/libCatch2Main.a" ;; esac""",
    "ninja": "",
}


class Dependencies(unittest.TestCase):
    def setUp(self):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.folder = pathlib.Path(home.name)
        (self.folder / "bin").mkdir()
        for name, text in TOOLS.items():
            file = self.folder / "bin" / name
            file.write_text(f"#!/bin/sh\n{text}\n")
            file.chmod(file.stat().st_mode | stat.S_IXUSR)
        recorded = subprocess.run(["bash", "-c", f". '{SCRIPT.with_name('dependency_recipes.sh')}'; source_of catch2"],
                                  check=True, capture_output=True, text=True).stdout.split()
        self.recorded = recorded[1]

    def build(self, available, **environment):
        """What it prints and says, and which versions it took."""
        taken = self.folder / "taken"
        taken.write_text("")
        done = subprocess.run([SCRIPT, "native"], capture_output=True, text=True, check=False, env={
            "HOME": str(self.folder), "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "TAKEN": str(taken),
            "WARDWATCH_CACHE": str(self.folder / "cache"),
            "AVAILABLE": " ".join(f"catch2={each}" for each in available), **environment})
        return done, taken.read_text().split()

    def test_the_recorded_version_is_taken(self):
        done, taken = self.build([self.recorded, "99.0-1"])
        self.assertEqual((done.returncode, taken), (0, [f"catch2={self.recorded}"]), done.stderr)

    def test_another_version_is_taken_only_when_that_is_said(self):
        done, taken = self.build(["99.0-1"])
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual((done.stdout, taken), ("", []))
        for word in (f"catch2 {self.recorded}, which is recorded", "99.0-1", "WARDWATCH_OTHER_VERSIONS=1"):
            self.assertIn(word, done.stderr)
        told, taken = self.build(["99.0-1"], WARDWATCH_OTHER_VERSIONS="1")
        self.assertEqual((told.returncode, taken), (0, ["catch2=99.0-1"]), told.stderr)
        # Where only the recorded version counts, what was built of another does not.
        self.assertTrue(told.stdout.strip().endswith("-other-versions"), told.stdout)
        self.assertNotEqual(self.build(["99.0-1"])[0].returncode, 0)


if __name__ == "__main__":
    unittest.main()
