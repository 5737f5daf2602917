#!/usr/bin/env python3
"""Wine's own failure to start a program is tried again and counted; the program's failure is not. Wine is a double."""

import unittest.mock

import wine
from wardwatch_testing import EndToEnd, main

# Says what Wine says in its first FAILURES attempts; then it is the program, whose exit code is 1.
DOUBLE = """#!/bin/bash
echo "$@" >>"$0.calls"
if [ "$(wc -l <"$0.calls")" -gt {failures} ]; then echo "out of the program"; exit 1; fi
[ -z '{says}' ] || echo '{says}' >&2
exit {code}
"""

WINE_SAYS = ["ShellExecuteEx failed: Internal error.", 'wine: failed to open L"a.exe": c0000022',
             "wine client error:24: write: Bad file", "wine: could not load kernel32.dll, status c000007a"]
PROGRAMS_SAY = ["ShellExecuteEx failed: File not found.", 'wine: failed to open L"a.exe": c0000135',
                "wine: Unhandled page fault on read access", "The Wardwatch service is not started."]


class Starting(EndToEnd):
    def wine_that_fails(self, failures, says, code=1):
        double = self.folder / "wine64"
        double.write_text(DOUBLE.format(failures=failures, says=says, code=code))
        double.chmod(0o755)
        (self.folder / "wine64.calls").unlink(missing_ok=True)
        for name, value in (("WINE", double), ("starts", [])):
            patch = unittest.mock.patch.object(wine, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def calls(self):
        return (self.folder / "wine64.calls").read_text().splitlines()

    def test_wines_failure_is_tried_again_and_counted(self):
        for says in WINE_SAYS:
            with self.subTest(says):
                self.wine_that_fails(1, says)
                self.assertEqual(wine.run_under_wine("net", "stop", "a b", expect=1).stdout, "out of the program\n")
                self.assertEqual(self.calls(), [r"C:\windows\system32\net.exe stop a b"] * 2)
                self.assertEqual(wine.starts, [True, False])

    def test_wine_that_fails_every_time(self):
        self.wine_that_fails(99, "ShellExecuteEx failed: Internal error.")
        with self.assertRaisesRegex(AssertionError, "Wine could not start regedit in 3 attempts: ShellExecuteEx"):
            wine.run_under_wine("regedit", expect=None)
        self.assertEqual(self.calls(), [r"C:\windows\regedit.exe"] * 3)

    def test_an_end_without_a_word_is_tried_again(self):
        self.wine_that_fails(1, "")
        self.assertEqual(wine.run_under_wine("net", "stop", "a", expect=1).stdout, "out of the program\n")
        self.assertEqual(wine.starts, [True, False])
        self.wine_that_fails(99, "")
        with self.assertRaisesRegex(AssertionError, "Wine could not start regedit in 3 attempts"):
            wine.run_under_wine("regedit", "/S", "a.reg")

    def test_the_programs_failure_counts_at_once(self):
        for says in PROGRAMS_SAY:
            with self.subTest(says):
                self.wine_that_fails(1, says, code=3)
                with self.assertRaisesRegex(AssertionError, "exit code 3, expected 0"):
                    wine.run_under_wine(r"C:\a.exe")
                self.assertEqual(self.calls(), [r"C:\a.exe"])
                self.assertEqual(wine.starts, [False])

    def test_what_succeeded_is_not_tried_again(self):
        """Whatever Wine grumbled meanwhile."""
        self.wine_that_fails(1, "wine: could not do this or that", code=0)
        wine.run_under_wine(r"C:\a.exe")
        self.assertEqual(len(self.calls()), 1)


if __name__ == "__main__":
    main()
