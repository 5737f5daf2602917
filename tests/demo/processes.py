"""Programs that outlive ./run. What was started, and only that, is ended: a process is known by its number and its
start time."""

import os
import pathlib
import signal
import subprocess
import time


def start_time(pid):
    """Of a process that runs, in the kernel's ticks; None for one that has ended, also before its parent notices."""
    try:
        # The program's name, in brackets, may hold anything.
        state, *fields = pathlib.Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(") ")[2].split()
    except OSError:
        return None
    return None if state == "Z" else fields[18]


class Processes:
    def __init__(self, folder):
        self._folder = folder
        self._started = []  # kept, or Python waits for them whenever it likes

    def running(self, name):
        """The pid, when that very process still runs."""
        try:
            pid, since = self._record(name).read_text().split()
        except (OSError, ValueError):
            return None
        return int(pid) if start_time(pid) == since else None

    def start(self, name, *command):
        with open(self.log(name), "ab") as log:
            process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log, start_new_session=True)
        self._started.append(process)
        self._record(name).write_text(f"{process.pid} {start_time(process.pid)}\n")

    def end(self, name, grace=15):
        pid = self.running(name)
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            until = time.monotonic() + grace
            while self.running(name) is not None:
                time.sleep(0.1)
                if time.monotonic() >= until:
                    os.kill(pid, signal.SIGKILL)
        self._record(name).unlink(missing_ok=True)

    def log(self, name):
        return self._folder / f"{name}.log"

    def _record(self, name):
        return self._folder / f"{name}.pid"
