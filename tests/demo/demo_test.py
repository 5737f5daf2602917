#!/usr/bin/env python3
"""What ./run itself does: its options, its steps, and the programs that outlive it."""

import contextlib
import io
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from main import Options, Refused  # pylint: disable=wrong-import-position
from processes import Processes, start_time  # pylint: disable=wrong-import-position
from steps import StepFailed, Steps, last_words  # pylint: disable=wrong-import-position


class WithFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="wardwatch-demo-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class ProcessesTest(WithFolder):
    def setUp(self):
        super().setUp()
        self.processes = Processes(self.folder)
        self.addCleanup(self.processes.end, "sleeper")

    def wait_until_it_says(self, text):
        while self.processes.log("sleeper").read_text() != text:
            time.sleep(0.01)

    def test_a_later_run_knows_and_ends_it(self):
        self.processes.start("sleeper", "sh", "-c", "echo hello; exec sleep 600")
        self.wait_until_it_says("hello\n")
        pid = self.processes.running("sleeper")
        later = Processes(self.folder)
        self.assertEqual(later.running("sleeper"), pid)
        self.assertNotEqual(os.getsid(pid), os.getsid(0))
        later.end("sleeper")
        self.assertIsNone(later.running("sleeper"))
        self.assertIsNone(start_time(pid))
        self.assertEqual(list(self.folder.glob("*.pid")), [])

    def test_another_process_with_the_number_of_one_that_ended_is_left_alone(self):
        other = subprocess.Popen(["sleep", "600"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        since = int(start_time(other.pid))
        (self.folder / "sleeper.pid").write_text(f"{other.pid} {since - 1}\n")
        self.assertIsNone(self.processes.running("sleeper"))
        self.processes.end("sleeper")
        self.assertIsNone(other.poll())

    def test_one_that_ended_before_its_parent_noticed_does_not_run(self):
        self.processes.start("sleeper", "true")
        pid = int((self.folder / "sleeper.pid").read_text().split()[0])
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # it stays, as one that has ended
        self.assertIsNone(self.processes.running("sleeper"))
        self.processes.end("sleeper")

    def test_one_that_does_not_listen_is_killed(self):
        self.processes.start("sleeper", "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done")
        self.wait_until_it_says("ready\n")
        pid = self.processes.running("sleeper")
        self.processes.end("sleeper", grace=0)
        self.assertEqual(os.waitpid(pid, 0)[1], signal.SIGKILL)


class StepsTest(WithFolder):
    def setUp(self):
        super().setUp()
        self.steps = Steps(self.folder / "run.log", "Try again.")
        self.steps.new_log()

    def shown(self, *step):
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as complaint:
            try:
                return self.steps.step(*step), out.getvalue(), complaint.getvalue()
            except StepFailed as error:
                return error, out.getvalue(), complaint.getvalue()

    def test_a_step_is_one_line_and_its_output_is_in_the_log(self):
        answer, out, complaint = self.shown("Say it", self.steps.shell, 'echo "$2"; echo "no" >&2', "a", "b c")
        self.assertEqual((answer, out, complaint), (None, f"  {'Say it':<44}    0 s\n", ""))
        self.assertEqual((self.folder / "run.log").read_text(), "\n== Say it\nb c\nno\n")

    def test_what_a_command_prints_is_an_answer(self):
        answer, _, _ = self.shown("Ask", self.steps.output, "sh", "-c", "echo Phường; echo why >&2")
        self.assertEqual(answer, "Phường\n")
        self.assertEqual((self.folder / "run.log").read_text(), "\n== Ask\nwhy\n")

    def test_a_step_that_fails_shows_the_end_of_its_log(self):
        for work in (self.steps.run, self.steps.output):
            with self.subTest(work.__name__):
                answer, out, complaint = self.shown("Fail", work, "sh", "-c", "echo the reason >&2; exit 3")
                self.assertRegex(str(answer), r'^"Fail" failed\. Full output: .*/run\.log\nTry again\.$')
                self.assertEqual(out, f"  {'Fail':<44} failed after 0 s\n\n")
                self.assertIn("\nthe reason\n", complaint)

    def test_the_last_words_of_a_log(self):
        log = self.folder / "x.log"
        for text, words in (("== Build\n", ""), ("one\n  two \n\n== Build\n", "two"), ("1 %\r2 %\r", "2 %"),
                            ("Ph\u01b0\u1eddng\x1b[1m\n", "Phng[1m"), ("x" * 2000, "x" * 34)):
            log.write_text(text, "utf-8", newline="")
            self.assertEqual(last_words(log), words, text)


class OptionsTest(unittest.TestCase):
    def test_what_is_understood(self):
        options = Options(["--demo", "500", "--port", "9443"])
        self.assertEqual((options.demo, options.port, options.quick, options.stop), (500, 9443, False, False))
        options = Options([])
        self.assertEqual((options.demo, options.port, options.quick, options.stop), (0, 8443, False, False))
        self.assertTrue(Options(["--quick"]).quick)
        self.assertTrue(Options(["--stop"]).stop)

    def test_what_is_not(self):
        for words, sentence in ((["--fast"], "Unknown option: --fast"), (["--demo"], "--demo needs"),
                                (["--demo", "0"], "--demo needs"), (["--demo", "20001"], "--demo needs"),
                                (["--port", "65535"], "--port needs"), (["--port", "-1"], "--port needs"),
                                (["--port", "\u0663"], "--port needs")):
            with self.assertRaisesRegex(Refused, f"^{sentence}"):
                Options(words)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")  # programs that outlive this one
