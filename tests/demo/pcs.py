"""The PCs of ./run: this machine's Linux agent, a Windows PC under Wine, the simulated PCs of an invented office."""

import csv
import pathlib
import shutil
import sys

from centre import wait_for, write_secret

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(SOURCE / "tests/end_to_end"))
from wine import WinePc, wine_shell  # pylint: disable=wrong-import-position

UNIT = "Phường Mẫu"


class LinuxPc:
    def __init__(self, state, centre, steps, processes):
        self._data = state / "linux-agent"
        self._centre, self._steps, self._processes = centre, steps, processes
        self._command = [SOURCE / "build/linux/agent/wardwatch", "--data", self._data]

    def device(self):
        return (self._data / "device_id").read_text().strip()

    def enrol(self):
        self._data.mkdir(mode=0o700, exist_ok=True)
        write_secret(self._data / "config.json", self._centre.settings())
        if not (self._data / "certificate.pem").exists():
            self._steps.run(*self._command, "enroll", *self._centre.enrolment(UNIT))

    def report(self):
        self._centre.wait_for_report(self.device(), 60, "this machine", lambda: self._processes.start(
            "linux-agent", *self._command, "service", "run"))


class WindowsPc:
    """Whose users saved passwords in their browsers. It runs the real service, which starts with the PC."""

    PROGRAM = r"C:\Program Files\Wardwatch\wardwatch.exe"

    def __init__(self, state, centre, steps):
        self._folder = state / "windows-pc"
        self._data = self._folder / "drive_c/ProgramData/Wardwatch"
        self._centre, self._steps = centre, steps
        self._pc = None

    def end(self):
        if self._folder.exists():
            wine_shell("wine_end", self._folder)

    def prepare(self):
        if self._data.exists():
            self._pc = WinePc(self._folder, fresh=False)
            # What follows is to see it start with today's program and settings.
            self._run(self.PROGRAM, "service", "remove")
        else:
            self._pc = WinePc(self._folder)
            self._pc.add_fixture_users(["an.nguyen", "binh.tran", "Lê Thị Chi"])
        folder = self._pc.drive / "Program Files/Wardwatch"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(SOURCE / "build/windows/agent/wardwatch.exe", folder)

    def device(self):
        return (self._data / "device_id").read_text().strip()

    def enrol(self):
        if not (self._data / "certificate.pem").exists():
            self._run(self.PROGRAM, "enroll", *self._centre.enrolment(UNIT))
        (self._data / "config.json").write_text(self._centre.settings())

    def report(self):
        def start():
            self._run(self.PROGRAM, "service", "install")
            self._run("net", "start", "Wardwatch")
        self._centre.wait_for_report(self.device(), 90, "the Windows PC", start)

    def _run(self, *command):
        self._steps.note(self._pc.run(*command).stdout.replace("\r", ""))


class SimulatedOffice:
    """PCs that speak the real protocol."""

    def __init__(self, state, count, centre, steps, processes):
        self._state, self._count, self._centre = state, count, centre
        self._steps, self._processes = steps, processes
        self._fleet = SOURCE / "build/linux/reporting/fleet/wardwatch-fleet"
        self._units = state / "demo-units.csv"

    def units(self):
        self._units.write_text(self._steps.output(self._fleet, "units"), "utf-8")
        self._steps.note(self._centre.text("unit", "import", self._units))
        self._steps.note(self._centre.text("simulated", "mark"))

    def prepare(self):
        if self._prepared() >= self._count:
            return
        with open(self._units, encoding="utf-8", newline="") as file:
            paths = [row[0] for row in csv.reader(file)][1:]  # the heading first
        tokens = self._state / "demo-tokens"
        write_secret(tokens, "".join(f"{path}\t{self._centre.token(path, self._count)}\n" for path in paths))
        self._steps.run(self._fleet, "prepare", "--url", self._centre.address(),
                        "--ca-sha256", self._centre.fingerprint(), "--state", self._state / "fleet",
                        "--tokens", tokens, "--count", self._count, "--months", 12)
        tokens.unlink()
        self._steps.note(self._centre.text("simulated", "date-back"))

    def connect(self):
        log = self._processes.log("fleet")
        write_secret(log, "")
        self._processes.start("fleet", self._fleet, "run", "--url", self._centre.address(),
                              "--state", self._state / "fleet")
        wait_for(60, "the simulated PCs", lambda: "\nconnected" in "\n" + log.read_text("utf-8", "replace"))

    def _prepared(self):
        file = self._state / "fleet/fleet.json"
        return file.read_text("utf-8").count('"number"') if file.exists() else 0
