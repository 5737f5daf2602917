"""What the agent costs a PC: a whole scan against the sqlite3 program, and the service while nothing happens, on Linux
and under Wine, and what it then says."""

import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

from measure import Missing, SOURCE, command_line, in_turns, median, memory_kib, need, processor_seconds

sys.path.insert(0, str(SOURCE / "tests/end_to_end"))
import made_stores  # noqa: E402
from counting_relay import CountingRelay  # noqa: E402
from office import Centre, LinuxAgent  # noqa: E402
import wardwatch_testing  # noqa: E402
from wardwatch_testing import EndToEnd, agent, wait_until  # noqa: E402
from windows_pc import WindowsPc  # noqa: E402
from wine import WINE  # noqa: E402

USERS, PROFILES, LOGINS = 8, 9, 5000
QUERY = "SELECT count(*) FROM logins WHERE blacklisted_by_user=0 AND federation_url=''"


def make_disk(disk):
    """8 users with 9 profiles each, 5,000 logins in all; the stores' paths."""
    each = LOGINS // (USERS * PROFILES)
    stores = []
    for user in range(USERS):
        for profile in range(PROFILES):
            home = disk / f"Users/user{user}/AppData/Local/Google/Chrome/User Data"
            store = home / ("Default" if profile == 0 else f"Profile {profile}") / "Login Data"
            extra = 1 if user * PROFILES + profile < LOGINS - each * USERS * PROFILES else 0
            made_stores.chromium_store(str(store), each + extra)
            stores.append(store)
    return stores


def watch_peak(pid, peaks, ended):
    """The most that the process and those that it started had resident together, as far as a look each 2 ms shows."""
    while not ended.is_set():
        resident = 0
        for each in [pid, *descendants(pid)]:
            try:
                resident += memory_kib(each)["resident"]
            except (OSError, KeyError):
                pass  # it has ended
        peaks.append(resident)
        time.sleep(0.002)


def descendants(pid):
    try:
        children = [int(word) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
                    for word in (task / "children").read_text().split()]
    except OSError:
        return []
    return children + [grandchild for child in children for grandchild in descendants(child)]


def run_once(command, watched=False):
    """(processor seconds, bytes read, peak KiB) of a program and all that it started."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    peaks, ended = [0], threading.Event()
    watcher = threading.Thread(target=watch_peak, args=(process.pid, peaks, ended))
    if watched:
        watcher.start()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    counters = dict(line.split(": ") for line in pathlib.Path(f"/proc/{process.pid}/io").read_text().splitlines())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    if watched:
        watcher.join()
    assert process.returncode == 0, command
    return used.ru_utime + used.ru_stime, int(counters["rchar"]), max(peaks)


def count_copies(stores, copies):
    """As a script would: a copy of each store, in turn counted by the sqlite3 program; all in one shell."""
    script = "".join(f'cp "{store}" "{copies}/{number}"; sqlite3 "{copies}/{number}" "{QUERY}"; '
                     for number, store in enumerate(stores))
    return run_once(["sh", "-c", script])


def scan(folder, options, lines):
    need("sqlite3", "sqlite3")
    rounds = 5 if options.short else 15
    disk, copies = folder / "disk", folder / "copies"
    copies.mkdir()
    stores = make_disk(disk)
    size = sum(store.stat().st_size for store in stores)
    command = [agent(), "scan", "--json", "--root", disk]
    nothing = [agent(), "--version"]
    scans, baseline, starts = in_turns(rounds, lambda: run_once(command), lambda: count_copies(stores, copies),
                                       lambda: run_once(nothing))
    watched = [run_once(command, watched=True) for _ in range(rounds)]
    name = command_line("scan")
    lines.add(f"scan of {USERS * PROFILES} profiles, {LOGINS} logins: processor",
              median([one[0] for one in scans]) * 1000, "ms", median([one[0] for one in baseline]) * 1000,
              "cp and sqlite3", ("≤", 1.5), name)
    lines.add("  starting and ending alone", median([one[0] for one in starts]) * 1000, "ms", command=name)
    read = median([one[1] for one in scans]) - median([one[1] for one in starts])
    lines.add("  bytes read", read / 1e6, "MB", size / 1e6, "the stores'", ("≤", 2.1), name)
    lines.add("  peak memory, reader included", statistics.median(one[2] for one in watched) / 1024, "MiB",
              goal=("≤", 32), command=name)


class Idle(EndToEnd):
    """Not a test: a test case's folder and processes, for what they clean up."""

    options = lines = None

    def runTest(self):
        seconds = 60 if self.options.short else 600
        centre = Centre(self)
        pc = LinuxAgent(self, centre)
        pc.enrol(centre.token())
        service = pc.serve()
        centre.wait_for_report()
        wait_until(lambda: not pc.waiting(), 30, "an empty outbox")
        time.sleep(3)
        before = processor_seconds(service.pid)
        time.sleep(seconds)
        name = command_line("idle")
        used = processor_seconds(service.pid) - before
        self.lines.add(f"idle service, {seconds} s: processor", used * 1000, "ms", goal=("≤", 20 * seconds / 600),
                       command=name)
        self.lines.add("  private memory", memory_kib(service.pid)["private"] / 1024, "MiB", goal=("≤", 10),
                       command=name)
        report = next(iter(pc.reports().values()))
        self.lines.add("  one report", len(report), "bytes", command=name)


class Day(EndToEnd):
    """What an unchanged day costs on the wire, told from messages that are counted one by one: a day has one
    connection that is begun, a heartbeat each quarter of an hour, and as many polls as lie between two of them. Here
    heartbeats come each nine minutes, so that polls of both kinds are seen soon; how long a poll waits changes nothing
    but a digit of it."""

    options = lines = None
    HEARTBEATS, POLLS_EACH = 24 * 4, 2  # each 15 minutes, give or take a tenth; 500 s at most
    HEADS = 20 + 20 + 12  # IPv4, TCP and its time stamps

    def runTest(self):
        centre = Centre(self)
        pc = LinuxAgent(self, centre)
        pc.enrol(centre.token())
        relay = CountingRelay(centre.agents_port)
        self.addCleanup(relay.close)
        pc.use_port(relay.port)
        pc.set(heartbeat_interval_minutes=9)
        service = pc.serve()
        centre.wait_for_report()
        wait_until(lambda: not pc.waiting(), 30, "an empty outbox")
        service.stop()
        # Again, on a PC on which nothing has changed.
        before = len(relay.connections)
        pc.serve()
        wait_until(lambda: len(relay.connections) > before, 30, "a connection")
        seen = 1 if self.options.short else 3
        carrying, plain = self._polls(passing := relay.connections[before], seen)
        assert len(relay.connections) == before + 1 and passing.open, "more than one connection"
        begin = sum(passing.exchanges()[0] + passing.exchanges()[1])
        day = begin + self.HEARTBEATS * (median(carrying) + (self.POLLS_EACH - 1) * median(plain))
        heads = self.HEADS * passing.segments() / len(passing.exchanges()) * self.HEARTBEATS * self.POLLS_EACH
        name = command_line("day")
        self.lines.add("an unchanged day of one PC on the wire", day / 1000, "KB", goal=("≤", 150), command=name)
        self.lines.add("  with TCP's and IP's heads", (day + heads) / 1000, "KB", command=name)
        self.lines.add("  a poll that is a heartbeat, and its answer", median(carrying), "bytes", command=name)
        self.lines.add("  another poll, and its answer", median(plain), "bytes", command=name)
        self.lines.add("  beginning a connection, first poll included", begin, "bytes", command=name)

    @staticmethod
    def _polls(passing, seen):
        """So many of each kind at least, as bytes of both directions. The first poll knows nothing of the offer."""
        def found():
            exchanges = [one for one in passing.exchanges()[2:] if one[1] > 0]
            both = [[sum(one) for one in exchanges if (one[0] > 300) == carries] for carries in (True, False)]
            return both if min(map(len, both)) >= seen else time.sleep(1)
        return wait_until(found, 3600, "polls of both kinds")


class WineIdle(EndToEnd):
    """The Windows program's service, as Idle."""

    options = lines = None

    def runTest(self):
        seconds = 60 if self.options.short else 600
        centre = Centre(self)
        pc = WindowsPc(self, self.folder / "pc")
        pc.enrol(centre)
        pc.install_service()
        centre.wait_for_report(120)
        time.sleep(30)
        pid = pc.service_pid()
        before = processor_seconds(pid)
        time.sleep(seconds)
        name = command_line("wine_idle")
        self.lines.add(f"idle service under Wine, {seconds} s: processor", (processor_seconds(pid) - before) * 1000,
                       "ms", goal=("≤", 20 * seconds / 600), command=name)
        self.lines.add("  private memory", memory_kib(pid)["private"] / 1024, "MiB", goal=("≤", 15), command=name)
        pc.stop_service()


def measured_by(case):
    def measure_it(_folder, options, lines):
        case.options, case.lines = options, lines
        result = case().run()
        for _, problem in result.errors + result.failures:
            raise AssertionError(problem)
    return measure_it


idle, day = measured_by(Idle), measured_by(Day)


def wine_idle(folder, options, lines):
    if not pathlib.Path(wardwatch_testing.windows_agent()).exists():
        raise Missing("the Windows program is not built: cmake --build --preset windows --target wardwatch")
    if not pathlib.Path(WINE).exists():
        raise Missing("wine64 is not installed: apt-get install --no-install-recommends wine64")
    measured_by(WineIdle)(folder, options, lines)
