"""The program that ships, on every recorded machine: a Wine PC where doubles answer for Security Center, WMI, accounts,
SAM and services.

Facts and verdicts are compared with the golden files of the ports' own tests, which write them: what the program makes
of the calls into Windows is what its checks make of the ports."""

import concurrent.futures
import contextlib
import difflib
import json
import pathlib
import re
import shutil
import tempfile

import made_stores
from described_pc import DescribedPc, parallel, recorded_machines
from wardwatch_testing import SOURCE, EndToEnd, Facts, main

CHROME = "AppData/Local/Google/Chrome/User Data"
MACHINES = SOURCE / "tests/machines"
RECORDED = recorded_machines(MACHINES)

# Answers that no Windows gives.
PORTS_ONLY = {"windows_11_home": "an account of which Windows does not tell whether it is enabled"}

NAMES = sorted(RECORDED.keys() - PORTS_ONLY.keys())


class Cleanup(contextlib.ExitStack):
    addCleanup = contextlib.ExitStack.callback


def lines(values):
    return [json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values]


def fact_line(fact):
    # On the wire what is unknown has no source.
    answer = {"unknown": fact["unknown"]} if "unknown" in fact else {"value": fact["value"], "source": fact["source"]}
    if fact["id"] == "host.agent_version":
        answer["value"] = "any"
    return {"id": fact["id"], "instance": fact.get("instance", ""), **answer}


def verdict_line(verdict):
    return {"rule": verdict["rule"], "instance": verdict["instance"], "status": verdict["status"],
            "observed": verdict["observed_text"]["en"]}


def observe(folder, machine):
    """The facts and verdicts of the program on this machine, one a line."""
    with Cleanup() as cleanup:
        pc = DescribedPc(cleanup, folder, machine)
        scanned = pc.agent("scan", "--json", timeout=240)
        (pc.drive / "report.json").write_text(scanned.stdout, "utf-8")
        checked = json.loads(pc.agent("check", "--json", "--report", r"C:\report.json", expect=None).stdout)
    return {"report": lines(map(fact_line, json.loads(scanned.stdout)["facts"])),
            "verdicts": lines([{"overall": checked["status"]}, *map(verdict_line, checked["verdicts"])])}


def golden(name, kind):
    values = json.loads((MACHINES / f"{name}.{kind}.json").read_text("utf-8"))
    return lines(map(fact_line, values) if kind == "report" else values)


class WindowsMachines(EndToEnd):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="wardwatch-test-"))
        cls.addClassCleanup(shutil.rmtree, folder, True)
        pool = concurrent.futures.ThreadPoolExecutor(parallel())
        cls.addClassCleanup(pool.shutdown, cancel_futures=True)
        # What hangs comes first: it waits while the others work.
        in_order = sorted(NAMES, key=lambda name: ("hang" not in json.dumps(RECORDED[name])
                                                   and "timed out" not in json.dumps(RECORDED[name]), name))
        cls.observed = {name: pool.submit(observe, folder / name, RECORDED[name]) for name in in_order}

    def compare(self, name):
        observed = self.observed[name].result()
        for kind, actual in observed.items():
            difference = list(difflib.unified_diff(golden(name, kind), actual, f"{name}.{kind}.json", "under Wine", n=0,
                                                   lineterm=""))
            if difference:
                with self.subTest(kind):
                    self.fail("\n".join([RECORDED[name]["description"], *difference]))

    # --- components that break their own rules, which no recording says ---

    def described_pc(self):
        return DescribedPc(self, self.folder / "pc", RECORDED["windows_10_defender"])

    def test_a_success_without_an_answer_is_no_answer(self):
        pc = self.described_pc()
        in_wmi = {"IWSCProductList::Initialize": 0x80070005}
        for call, others in (("IWSCProductList::get_Count", {}), ("IWSCProductList::get_Item", {}),
                             ("IWscProduct::get_ProductName", {}),
                             ("IWscProduct::get_ProductState", {}), ("IWscProduct::get_SignatureStatus", {}),
                             (r"connecting to WMI ROOT\SecurityCenter2", in_wmi)):
            with self.subTest(call):
                pc.set_faults({call: 1, **others})  # S_FALSE
                facts = Facts(json.loads(pc.agent("scan", "--json", "--only", "antivirus").stdout))
                self.assertRegex(facts.plain("antivirus") or "", f"{re.escape(call)} failed with 0x(00000001|80004003) "
                                                                 f".a Windows component answered with nothing")

    def test_what_a_cloud_keeps_is_told_by_its_entry_and_not_opened(self):
        pc = self.described_pc()
        made_stores.chromium_store(pc.drive / "users/an.nguyen" / CHROME / "Default/Login Data", 2)

        def store_status(ends, profile):
            pc.keep_in_cloud(ends)
            facts = Facts(json.loads(pc.agent("scan", "--json", "--only", "browser_credentials").stdout))
            return facts.plain("browser_credentials.store_status", f"an.nguyen/chrome/{profile}")
        self.assertEqual(store_status([], "Default"), "ok")
        self.assertEqual(store_status([r"\Default\Login Data"], "Default"), "access_denied")
        self.assertEqual(store_status([r"\Chrome\User Data"], "?"), "access_denied")

    def test_a_crash_inside_the_program_ends_it_and_leaves_no_half_report(self):
        """What runs in its process can end it. Windows' service manager starts the service again."""
        pc = self.described_pc()
        pc.set_faults({"IWSCProductList::Initialize": "crash"})
        done = pc.agent("scan", "--json", expect=None)
        self.assertEqual((done.returncode, done.stdout), (0xC0000005 & 0xFF, ""), done.stderr)

    def test_a_library_beside_the_program_is_no_part_of_windows(self):
        """What is looked up at run time comes from System32; there the doubles have to lie to be heard."""
        pc = self.described_pc()
        double = pc.drive / "windows/system32/samlib.dll"
        double.rename(pc.drive / "Program Files/Wardwatch/samlib.dll")
        facts = Facts(json.loads(pc.agent("scan", "--json", "--only", "password_policy").stdout))
        self.assertRegex(facts.plain("password_policy.complexity"), "^unknown: loading samlib.dll failed")


def add_tests():
    for name in NAMES:
        setattr(WindowsMachines, f"test_{name}", lambda self, name=name: self.compare(name))


add_tests()

if __name__ == "__main__":
    main()
