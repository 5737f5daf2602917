"""Wine as a Windows PC, for tests and for ./run. Its own failure to start a program is told from the program's."""

import os
import pathlib
import re
import subprocess

from wardwatch_testing import SOURCE, checked, run, unpack_fixture_users

WINE = "/usr/lib/wine/wine64"
ATTEMPTS = 3
PROFILE_LIST = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
PC_SID = "S-1-5-21-0-0-0"  # of every PC under Wine

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


def not_started(done):
    """Beside much other work Wine's loader now and then ends with 1 and no word (c0000001, of which Linux sees the last
    byte): of some hundred starts of net.exe, regedit.exe and our own program one did. They all say why they fail."""
    return NOT_STARTED.search(done.stderr) is not None or (done.returncode, done.stdout, done.stderr) == (1, "", "")


def run_under_wine(program, *arguments, expect=0, **options):
    """As run(). What Wine did not start is tried again: the program has done nothing yet."""
    for _ in range(ATTEMPTS):
        done = run(wine_command(program, *arguments), expect=None, **options)
        failed = done.returncode != 0 and not_started(done)
        starts.append(failed)
        if not failed:
            return checked(done, expect)
    raise AssertionError(f"Wine could not start {program} in {ATTEMPTS} attempts: {done.stderr[-2000:]}")


def say_how_often_wine_failed():
    """./test adds these lines up."""
    if starts:
        print(f"Wine failed to start {sum(starts)} of {len(starts)} programs")


def windows_path(path):
    return "Z:" + str(path).replace("/", "\\")


def wine_shell(function, folder):
    """Runs a function of cmake/wine.sh and returns the environment it leaves."""
    script = f'source "$1/cmake/wine.sh"; {function} "$2" >&2 || exit 1; env -0'
    done = subprocess.run(["bash", "-c", script, "_", str(SOURCE), str(folder)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, check=True, timeout=180)
    environment = dict(pair.split("=", 1) for pair in done.stdout.decode().split("\0") if "=" in pair)
    if (failed := environment.pop("WINE_BOOTS_FAILED", None)) is not None:  # a PC was booted, not ended
        starts.extend([True] * int(failed) + [False])
    return environment


class WinePc:
    """A Wine prefix of its own: a fresh one, or the one that an earlier call left."""

    def __init__(self, folder, fresh=True):
        self.folder = pathlib.Path(folder)
        self.environment = wine_shell("wine_new_prefix" if fresh else "wine_same_prefix", folder)
        self.drive = self.folder / "drive_c"
        self._users = 0

    def run(self, *command, **options):
        """Runs a Windows program."""
        return run_under_wine(*command, env=self.environment, **options)

    def add_users(self, names):
        """Makes the folders in C:\\users known as people's profiles, as Windows does at their first logon."""
        lines = ["Windows Registry Editor Version 5.00", ""]
        for name in names:
            (self.drive / "users" / name / "AppData/Roaming/Microsoft").mkdir(parents=True, exist_ok=True)
            lines += [f"[{PROFILE_LIST}\\{PC_SID}-{1001 + self._users}]",
                      f'"ProfileImagePath"="C:\\\\users\\\\{name}"', ""]
            self._users += 1
        file = self.folder / "profile_list.reg"
        file.write_text("\r\n".join(lines), "utf-16", newline="")
        self.run("regedit", "/S", windows_path(file))

    def add_fixture_users(self, names=("an.nguyen", "binh.tran", "Lê Thị Chi", "kiosk")):
        """People whose browsers have saved passwords."""
        unpack_fixture_users(self.folder / "unpacked")
        for name in names:
            os.rename(self.folder / "unpacked/Users" / name, self.drive / "users" / name)
        self.add_users(names)
