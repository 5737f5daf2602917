"""Runs Windows programs under Wine, and tells Wine's own failure to start one from the program's failure."""

import atexit
import re

from wardwatch_testing import checked, run

WINE = "/usr/lib/wine/wine64"
ATTEMPTS = 3

# What Wine's loader and its start.exe say when no instruction of the program ran. Not meant: a program that is missing
# (c0000135), and "wine: Unhandled …", which is the program's own crash.
NOT_STARTED = re.compile(r"^(wine: failed to (open|load|start|map)\b(?!.*c0000135)|wine: could not\b|"
                         r"wine client error:|ShellExecuteEx failed: Internal error)", re.MULTILINE)

starts = []  # of each attempt, whether Wine failed


def wine_command(program, *arguments):
    """Windows' own programs by their path: Wine runs a mere name through start.exe, one more process that may fail."""
    if "\\" not in program:
        program = ("C:\\windows\\" if program == "regedit" else "C:\\windows\\system32\\") + program + ".exe"
    return [WINE, program, *arguments]


def run_under_wine(program, *arguments, expect=0, **options):
    """As run(). What Wine did not start is tried again: the program has done nothing yet."""
    for _ in range(ATTEMPTS):
        done = run(wine_command(program, *arguments), expect=None, **options)
        failed = done.returncode != 0 and NOT_STARTED.search(done.stderr) is not None
        starts.append(failed)
        if not failed:
            return checked(done, expect)
    raise AssertionError(f"Wine could not start {program} in {ATTEMPTS} attempts: {done.stderr[-2000:]}")


@atexit.register
def say_how_often():
    """./test adds these lines up."""
    if starts:
        print(f"Wine failed to start {sum(starts)} of {len(starts)} programs")
