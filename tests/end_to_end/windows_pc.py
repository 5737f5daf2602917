"""A Windows PC for a test: a Wine prefix of its own, with users, a registry and a service control manager."""

import atexit
import json
import os
import pathlib
import shutil
import signal
import time

from wardwatch_testing import Facts, wait_until, windows_agent
from wine import WinePc, say_how_often_wine_failed, wine_shell

PROGRAM = r"C:\Program Files\Wardwatch\wardwatch.exe"

half_ended = []  # processes that Wine left so

atexit.register(say_how_often_wine_failed)
atexit.register(lambda: half_ended and print(f"Wine left {len(half_ended)} ended services half ended"))


class WindowsPc(WinePc):
    def __init__(self, test, folder):
        test.addCleanup(wine_shell, "wine_end", folder)
        super().__init__(folder)
        program = self.drive / "Program Files/Wardwatch"
        program.mkdir(parents=True)
        shutil.copy(windows_agent(), program)

    def agent(self, *arguments, **options):
        return self.run(PROGRAM, "--lang", "en", *arguments, **options)

    def scan(self, root=None):
        return Facts(json.loads(self.agent("scan", "--json", *(["--root", root] if root else [])).stdout))

    def name(self):
        return self.run("hostname").stdout.strip()

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
        wait_until(lambda: self.service_pid() is None or self._half_ended(self.service_pid()), 60,
                   "the stopped service to be gone")

    def _half_ended(self, pid):
        """Wine ends a process thread by thread. Where one of them held a lock of Wine's own, the last one waits for it
        for ever, in NtTerminateProcess: the service's log has its end, and nothing of the program runs any more. Seen
        once in 3,000 stops on a busy machine; then the process is ended here, and counted."""
        looks = []
        while len(looks) < 50 and self.service_pid() == pid and self._waits_for_a_lost_lock(pid):
            looks.append(time.sleep(0.1))
        if len(looks) < 50:
            return False
        os.kill(pid, signal.SIGKILL)
        half_ended.append(pid)
        wait_until(lambda: self.service_pid() is None, 30, "the half-ended service to be gone")
        return True

    def _waits_for_a_lost_lock(self, pid):
        try:
            threads = os.listdir(f"/proc/{pid}/task")
            waits_for = pathlib.Path(f"/proc/{pid}/wchan").read_text()
        except OSError:
            return False
        log = (self.data_folder() / "wardwatch.log").read_text("utf-8").splitlines()
        return len(threads) == 1 and "futex" in waits_for and log[-1].endswith("wardwatch stops")

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
