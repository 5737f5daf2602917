"""What ./run does: its options are described there."""

import fcntl
import os
import pathlib
import sys

from centre import Centre, listens
from pcs import SOURCE, UNIT, LinuxPc, SimulatedOffice, WindowsPc
from processes import Processes
from steps import StepFailed, Steps

STATE = SOURCE / "build/run"


class Refused(Exception):
    """A sentence for whoever called."""


class Options:
    def __init__(self, arguments):
        self.quick = self.stop = False
        self.demo, self.port = 0, 8443
        words = iter(arguments)
        for word in words:
            if word == "--quick":
                self.quick = True
            elif word == "--stop":
                self.stop = True
            elif word == "--demo":
                self.demo = number(next(words, ""), 20000, "--demo needs a number of PCs from 1 to 20000.")
            elif word == "--port":
                self.port = number(next(words, ""), 65534, "--port needs a number from 1 to 65534.")
            else:
                raise Refused(f"Unknown option: {word} (see ./run --help)")


def number(word, most, otherwise):
    if not (word.isascii() and word.isdigit() and 1 <= int(word) <= most):
        raise Refused(otherwise)
    return int(word)


class Run:
    def __init__(self, options):
        self.options = options
        self.steps = Steps(STATE / "run.log", "To try again from nothing: ./run --stop; rm -r build/run; ./run")
        self.processes = Processes(STATE)
        name = "demo" if options.demo else "admin"
        self.centre = Centre(SOURCE / "build/linux/reporting/central/wardwatch-central",
                             STATE / ("demo-centre" if options.demo else "centre"), STATE / f"{name}-password",
                             options.port, self.steps, self.processes)
        self.windows_pc = WindowsPc(STATE, self.centre, self.steps)

    def stop(self):
        self.windows_pc.end()
        for name in ("linux-agent", "fleet", "central"):
            self.processes.end(name)

    def start(self):
        self.steps.new_log()
        self.stop()
        for port in (self.centre.agents_port, self.centre.page_port):
            if listens(port):
                raise Refused(f"Port {port} is in use by another program. Choose other ports: "
                              "./run --port 9443 uses 9443 and 9444.")
        if self.options.demo:
            self._invented_office()
        else:
            self._this_machine()
            if not self.options.quick:
                self._windows_pc()
        self._finish()

    # --- stages ---

    def _this_machine(self):
        pc = LinuxPc(STATE, self.centre, self.steps, self.processes)
        print("Stage 1: the centre and this machine")
        self.steps.step("Debian packages", self._packages, "build")
        self.steps.step("Build centre and Linux agent", self._build, "linux", "wardwatch", "wardwatch-central")
        self.steps.step("Start the centre", self.centre.start)
        self.steps.step("Add a unit", self.centre.add_unit, UNIT)
        self.steps.step("Enrol this machine", pc.enrol)
        self.steps.step("Wait for this machine's report", pc.report)
        self._show("This machine, as the centre judges it:", pc)

    def _windows_pc(self):
        pc = self.windows_pc
        print("\nStage 2: a Windows PC whose users saved passwords in their browsers")
        self.steps.step("Debian packages for Windows programs", self._packages, "windows", "wine")
        self.steps.step("Libraries for Windows (once, 8 minutes)", self.steps.run, "cmake/dependencies.sh", "windows")
        self.steps.step("Build the Windows agent", self._build, "windows", "wardwatch")
        self.steps.step("Prepare the PC and its users", pc.prepare)
        self.steps.step("Enrol the PC", pc.enrol)
        self.steps.step("Run the service, wait for its report", pc.report)
        self._show("The Windows PC, as the centre judges it:", pc)

    def _invented_office(self):
        count = self.options.demo
        office = SimulatedOffice(STATE, count, self.centre, self.steps, self.processes)
        print(f"An invented office with {count} simulated PCs in 21 wards and 12 departments, and 12 months of history")
        self.steps.step("Debian packages", self._packages, "build")
        self.steps.step("Build centre and fleet", self._build, "linux", "wardwatch-fleet", "wardwatch-central")
        self.steps.step("Start the centre", self.centre.start)
        self.steps.step("Units", office.units)
        self.steps.step("PCs and their history", office.prepare)
        self.steps.step("Connect the PCs", office.connect)
        print('\nEverything in it is simulated: units are marked "(mô phỏng)", PCs are named MP-…, '
              'their agent is "…-simulated".\n"Scan now" works: about one PC in eight is switched off or silent, '
              "as in a real office.")

    def _packages(self, *groups):
        self.steps.shell('source cmake/packages.sh; ensure_packages "$@"', *groups)

    def _build(self, preset, *targets):
        self.steps.shell('source cmake/configure.sh; configure_programs "$1"; '
                         'cmake --build --preset "$1" --target "${@:2}"', preset, *targets)

    def _show(self, heading, pc):
        print(f"\n{heading}\n\n{self.centre.text('device', 'show', pc.device())}", end="")

    def _finish(self):
        centre = self.centre
        print(f"\nThe page:  https://127.0.0.1:{centre.page_port}   "
              "(its certificate is the centre's own: the browser asks once)")
        if centre.password():
            print(f"Login:     admin   Password: {centre.password()}   "
                  "(the page asks for a new one at the first login)")
        else:
            print("Login:     admin   with the password that you set. Forgotten? "
                  f"{centre.program} --data {centre.data} user passwd admin")
        print(f"Data and logs: {STATE}.  To end what runs: ./run --stop")
        print(f"Finished after {self.steps.seconds() // 60} min {self.steps.seconds() % 60} s.")


def only_one():
    """The lock of this folder's ./run, for as long as the answer is kept; what it starts does not inherit it."""
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o700)
    lock = open(STATE / "lock", "w", encoding="utf-8")  # pylint: disable=consider-using-with
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise Refused("Another ./run is at work in this folder.") from error
    return lock


def main():
    os.chdir(SOURCE)
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
    try:
        options = Options(sys.argv[1:])
        lock = None if options.stop else only_one()
        run = Run(options)
        if options.stop:
            run.stop()
            print(f"Stopped. The data stays in {STATE}.")
        else:
            run.start()
        return 0
    except (Refused, StepFailed) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
