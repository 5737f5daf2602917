"""A Windows PC for a test: a Wine prefix of its own, with users, a registry and a service control manager."""

import json
import os
import pathlib
import shutil
import subprocess

from wardwatch_testing import SOURCE, Facts, unpack_fixture_users, wait_until, windows_agent
from wine import run_under_wine

PROFILE_LIST = r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
PC_SID = "S-1-5-21-0-0-0"  # of every PC under Wine
PROGRAM = r"C:\Program Files\Wardwatch\wardwatch.exe"


def _shell(function, folder):
    """Runs a function of cmake/wine.sh and returns the environment it leaves."""
    script = f'source "$1/cmake/wine.sh"; {function} "$2" >&2 || exit 1; env -0'
    done = subprocess.run(["bash", "-c", script, "_", str(SOURCE), str(folder)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, check=True, timeout=180)
    return dict(pair.split("=", 1) for pair in done.stdout.decode().split("\0") if "=" in pair)


def windows_path(path):
    return "Z:" + str(path).replace("/", "\\")


class WindowsPc:
    def __init__(self, test, folder):
        self.folder = pathlib.Path(folder)
        self._users = 0
        test.addCleanup(_shell, "wine_end", folder)
        self.environment = _shell("wine_new_prefix", folder)
        self.drive = self.folder / "drive_c"
        program = self.drive / "Program Files/Wardwatch"
        program.mkdir(parents=True)
        shutil.copy(windows_agent(), program)

    def run(self, *command, **options):
        """Runs a Windows program."""
        return run_under_wine(*command, env=self.environment, **options)

    def agent(self, *arguments, **options):
        return self.run(PROGRAM, "--lang", "en", *arguments, **options)

    def scan(self, root=None):
        return Facts(json.loads(self.agent("scan", "--json", *(["--root", root] if root else [])).stdout))

    def name(self):
        return self.run("hostname").stdout.strip()

    # --- users ---

    def add_users(self, names):
        """Makes the folders in C:\\users known as people's profiles, as Windows does at their first logon."""
        lines = ["Windows Registry Editor Version 5.00", ""]
        for name in names:
            lines += [f"[{PROFILE_LIST}\\{PC_SID}-{1001 + self._users}]",
                      f'"ProfileImagePath"="C:\\\\users\\\\{name}"', ""]
            self._users += 1
        file = self.folder / "profile_list.reg"
        file.write_text("\r\n".join(lines), "utf-16", newline="")
        self.run("regedit", "/S", windows_path(file))

    def add_fixture_users(self):
        unpack_fixture_users(self.folder / "unpacked")
        names = ["an.nguyen", "binh.tran", "Lê Thị Chi", "kiosk"]
        for name in names:
            os.rename(self.folder / "unpacked/Users" / name, self.drive / "users" / name)
        self.add_users(names)

    # --- the agent as a service ---

    def data_folder(self):
        return self.drive / "ProgramData/Wardwatch"

    def enrol(self, centre, port=None, expect=0):
        done = self.agent("enroll", "--url", f"https://127.0.0.1:{port or centre.agents_port}", "--token",
                          centre.token(),
                          "--ca-sha256", centre.ca_sha256, expect=expect)
        config = self.data_folder() / "config.json"
        config.write_text(json.dumps({**json.loads(config.read_text()), "startup_spread_seconds": 0}))
        return done

    def install_service(self):
        self.agent("service", "install")
        self.start_service()

    def start_service(self):
        """Wine's service manager needs a moment to notice that a service was killed; until then it "is running"."""
        def started():
            if self.service_pid() is None:
                self.run("net", "start", "Wardwatch", expect=None)
            return self.service_pid()
        wait_until(started, 60, "the service to start")

    def stop_service(self):
        """A service that has told its stop still has a moment to live; a start must not take it for the next one."""
        self.run("net", "stop", "Wardwatch")
        wait_until(lambda: self.service_pid() is None, 30, "the stopped service to be gone")

    def service_state(self):
        return json.loads(self.agent("status", "--json", expect=None).stdout)["service"]

    def service_pid(self):
        """The Linux pid of the service's process on this PC, or None."""
        for entry in pathlib.Path("/proc").iterdir():
            try:
                command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
                if b"wardwatch.exe" in command and command.rstrip(b"\0").endswith(b"run") and \
                        f"WINEPREFIX={self.folder}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    return int(entry.name)
            except OSError:
                pass  # it ended meanwhile
        return None

    def kill_service(self):
        os.kill(self.service_pid(), 9)
        wait_until(lambda: self.service_pid() is None, 30, "the killed service to be gone")
