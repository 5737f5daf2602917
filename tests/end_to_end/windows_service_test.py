#!/usr/bin/env python3
"""The real Windows service under a service control manager (Wine's), against the real centre over mutual TLS."""

import json
import re
import time

import made_stores
from fixture_truth import check_stores, expected_stores
from office import Centre, read_database
from windows_pc import WindowsPc
from wardwatch_testing import EndToEnd, main, unpack_fixture_users, wait_until


def unended(log):
    """Which of how many runs of the service did not say their end, and what they said."""
    runs = re.split(r"(?m)^(?=.* wardwatch [0-9.]+ starts$)", log)[1:]
    return [(number, len(runs), run) for number, run in enumerate(runs, 1) if "wardwatch stops" not in run]


class WindowsService(EndToEnd):
    def setUp(self):
        super().setUp()
        self.centre = Centre(self)
        self.pc = WindowsPc(self, self.folder / "pc")

    def reports(self):
        return dict(read_database(self.pc.data_folder() / "wardwatch.db", "SELECT report_id, json FROM reports"))

    def waiting(self):
        return read_database(self.pc.data_folder() / "wardwatch.db", "SELECT report_id FROM outbox")

    def test_from_installation_to_removal(self):
        unpack_fixture_users(self.folder / "truth")
        self.pc.add_fixture_users()
        self.pc.enrol(self.centre)
        self.assertEqual(self.pc.service_state(), "not_installed")
        self.pc.install_service()
        self.assertEqual(self.pc.service_state(), "running")
        device = self.centre.wait_for_report()
        self.assertEqual(device["host_name"].lower(), self.pc.name().lower())
        check_stores(self, self.centre.facts(device["device_id"]), expected_stores(self.folder / "truth"))
        failed = {verdict["instance"] for verdict in self.centre.verdicts(device["device_id"])["verdicts"]
                  if verdict["status"] == "fail"}
        for instance in ("an.nguyen/chrome/Default", "binh.tran/edge/Profile 1", "Lê Thị Chi/opera/."):
            self.assertIn(instance, failed)
        self.assertNotIn("an.nguyen/chrome/Profile 2", failed)  # nothing is saved there
        scan = self.centre.cli("scan", "--all", "--wait", "120")
        self.assertEqual(scan["done"], 1)
        self.assertEqual(self.centre.facts(device["device_id"]).report["trigger"], "centre")
        began = time.monotonic()
        self.pc.stop_service()  # while its long poll waits
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(self.pc.service_state(), "stopped")
        self.assertIsNone(self.pc.service_pid())
        self.assertEqual(json.loads(self.pc.agent("--json", "service", "remove").stdout), {"removed": True})
        self.assertEqual(self.pc.service_state(), "not_installed")
        self.assertEqual(self.reports().keys(), {report_id for _, report_id, _ in self.centre.stored_reports()})

    def run_until_report(self, made):
        """Starts the service when there is something new and waits for one more report. Wine may end a start that came
        too soon after a kill: then again."""
        before = len(made)
        store = self.pc.drive / "users/an.nguyen/AppData/Local/Google/Chrome/User Data/Default/Login Data"
        store.unlink(missing_ok=True)
        made_stores.chromium_store(store, before + 1)

        def one_more():
            self.pc.start_service()
            made.update(self.reports())
            return len(made) > before
        wait_until(one_more, 120, "a report of this start")

    def test_kills_lose_and_double_nothing(self):
        self.pc.enrol(self.centre)
        self.pc.add_users(["an.nguyen"])
        self.pc.agent("service", "install")
        made = {}
        for round_ in range(6):
            if round_ in (2, 3):
                self.centre.process.kill()
            self.run_until_report(made)
            self.pc.kill_service()
            if round_ in (2, 3):
                self.centre.start()
        self.run_until_report(made)
        wait_until(lambda: not self.waiting(), 120, "the outbox to run empty")
        self.pc.stop_service()
        made.update(self.reports())
        stored = self.centre.stored_reports()
        self.assertEqual(sorted(report_id for _, report_id, _ in stored), sorted(made))
        self.assertEqual({report_id: body.decode() for _, report_id, body in stored}, made)
        print(f"{len(made)} reports made in 7 starts with 6 kills, {len(stored)} at the centre")

    def test_a_hundred_starts_and_stops(self):
        """At once, during the first scan, and after it. The service answers each stop and loses nothing."""
        self.pc.enrol(self.centre)
        self.pc.agent("service", "install")
        stops = []
        for round_ in range(100):
            self.pc.start_service()
            time.sleep(0.02 * (round_ % 10))
            began = time.monotonic()
            self.pc.stop_service()
            stops.append(time.monotonic() - began)
        self.assertLess(max(stops), 10)
        self.pc.start_service()
        wait_until(lambda: not self.waiting() and self.reports(), 120, "the outbox to run empty")
        self.pc.stop_service()
        stored = {report_id: body.decode() for _, report_id, body in self.centre.stored_reports()}
        self.assertEqual(len(stored), len(self.centre.stored_reports()))
        self.assertEqual(stored, self.reports())
        log = (self.pc.data_folder() / "wardwatch.log").read_text("utf-8")
        self.assertNotRegex(log, "Z error ")
        # One run more than the 101 that the test made: Wine's service manager ended one that it had started.
        self.assertEqual(unended(log), [], [round(seconds, 1) for seconds in stops])
        print(f"{len(stored)} reports in 101 starts; the longest stop took {max(stops):.1f} s")

    def test_not_enrolled(self):
        """A service without a centre runs, keeps its reports, and says what is missing."""
        self.pc.data_folder().mkdir(parents=True, exist_ok=True)
        (self.pc.data_folder() / "config.json").write_text('{"startup_spread_seconds": 0}')
        self.pc.install_service()
        wait_until(self.waiting, 60, "a report in the outbox")
        waited = self.reports().keys()
        self.assertIn("enrol", self.pc.agent("status", expect=None).stdout.lower())
        self.pc.stop_service()
        # Enrolled later, the report that waited arrives.
        self.pc.enrol(self.centre)
        self.pc.start_service()
        wait_until(lambda: waited <= {report_id for _, report_id, _ in self.centre.stored_reports()}, 120,
                   "the report that waited")


if __name__ == "__main__":
    main()
