"""The program that ships, on every recorded machine: a Wine PC where doubles answer for Security Center, WMI, accounts and SAM.

WARDWATCH_WRITE_GOLDEN=1 writes the golden files that differ from the ports' into tests/machines/under_wine."""

import concurrent.futures
import contextlib
import difflib
import json
import os
import pathlib
import shutil
import tempfile
import unittest

from described_pc import DescribedPc, parallel, recorded_machines
from wardwatch_testing import SOURCE, EndToEnd, main

MACHINES = SOURCE / "tests/machines"
UNDER_WINE = MACHINES / "under_wine"
RECORDED = recorded_machines(MACHINES)

# Answers that no Windows gives.
PORTS_ONLY = {"windows_11_home": "an account of which Windows does not tell whether it is enabled"}

COULD_NOT_TELL = 2


class Cleanup(contextlib.ExitStack):
    addCleanup = contextlib.ExitStack.callback


def dump(values):
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def lines(values):
    return "[\n  " + ",\n  ".join(map(dump, values)) + "\n]\n"


def fact_line(fact):
    answer = {"unknown": fact["unknown"]} if "unknown" in fact else {"value": fact["value"]}
    if fact["id"] == "host.agent_version":
        answer = {"value": "any"}
    return {"id": fact["id"], "instance": fact.get("instance", ""), **answer, "source": fact["source"]}


def report_text(report):
    return lines([fact_line(fact) for fact in report["facts"]])


def verdicts_text(checked):
    return lines([{"overall": checked["status"]}] + [
        {"rule": verdict["rule"], "instance": verdict["instance"], "status": verdict["status"], "observed": verdict["observed_text"]["en"]}
        for verdict in checked["verdicts"]])


def observe(folder, machine):
    """The facts and verdicts of the program on this machine, as the golden files write them."""
    with Cleanup() as cleanup:
        pc = DescribedPc(cleanup, folder, machine)
        scanned = pc.agent("scan", "--json", timeout=240)
        (pc.drive / "report.json").write_text(scanned.stdout, "utf-8")
        checked = pc.agent("check", "--json", "--report", r"C:\report.json", expect=None)
        return {"report": report_text(json.loads(scanned.stdout)), "verdicts": verdicts_text(json.loads(checked.stdout))}


def golden_file(name, kind):
    """Its own where the program differs from the ports, else the ports'."""
    own = UNDER_WINE / f"{name}.{kind}.json"
    return own if own.exists() else MACHINES / f"{name}.{kind}.json"


def write_golden(name, kind, actual):
    own = UNDER_WINE / f"{name}.{kind}.json"
    own.unlink(missing_ok=True)
    if golden_file(name, kind).read_text("utf-8") != actual:
        own.parent.mkdir(exist_ok=True)
        own.write_text(actual, "utf-8")


class RecordedMachines(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="wardwatch-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        pool = concurrent.futures.ThreadPoolExecutor(parallel())
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        # What hangs first: it waits while the others work.
        names = sorted(RECORDED.keys() - PORTS_ONLY.keys(), key=lambda name: ("hang" not in name, name))
        cls.observed = {name: pool.submit(observe, cls.folder / name, RECORDED[name]) for name in names}

    def compare(self, name, kind):
        actual = self.observed[name].result()[kind]
        if os.environ.get("WARDWATCH_WRITE_GOLDEN"):
            write_golden(name, kind, actual)
        expected = golden_file(name, kind)
        difference = difflib.unified_diff(expected.read_text("utf-8").splitlines(), actual.splitlines(), expected.name, "this run", n=0, lineterm="")
        text = "\n".join(difference)
        self.assertEqual(text, "", f"{name}: {RECORDED[name]['description']}\n{text}")


def add_tests():
    for name in sorted(RECORDED.keys() - PORTS_ONLY.keys()):
        def test(self, name=name):
            for kind in ("report", "verdicts"):
                with self.subTest(kind):
                    self.compare(name, kind)
        setattr(RecordedMachines, f"test_{name}", test)


add_tests()


class Faults(EndToEnd):
    """What no recording says."""

    def pc(self, name):
        return DescribedPc(self, self.folder / "pc", RECORDED[name])


class Goldens(unittest.TestCase):
    def test_every_golden_file_of_its_own_belongs_to_a_machine_and_differs(self):
        for file in UNDER_WINE.glob("*.json"):
            name, kind = file.name.split(".")[:2]
            with self.subTest(file.name):
                self.assertIn(name, RECORDED)
                self.assertNotEqual(file.read_text("utf-8"), (MACHINES / f"{name}.{kind}.json").read_text("utf-8"))


if __name__ == "__main__":
    main()
