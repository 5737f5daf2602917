"""The program under test, as the tests beside this run it. Their usage: X_test.py PROGRAM [EMULATOR]"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = [os.path.abspath(argument) for argument in reversed(sys.argv[1:3])]
WINDOWS = len(PROGRAM) == 2

REPORT = {
    "format": 1,
    "report_id": "00000000-0000-4000-8000-000000000001",
    "device_id": "0b6f4a52-8c1d-4a0e-9f00-112233445566",
    "agent_version": "0.1.0",
    "trigger": "manual",
    "taken_at": "2026-11-22T03:04:05Z",
    "facts": [],
}


def on_pc(path):
    return "Z:" + str(path) if WINDOWS else str(path)


class ProgramTest(unittest.TestCase):
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


def main():
    unittest.main(argv=sys.argv[:1])
