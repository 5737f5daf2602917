#!/usr/bin/env python3
"""The real Windows service on a described PC: Security Center tells that the antivirus changed, and the centre knows
soon after, long before the next scan of the schedule; Security Center's component crashes inside the service, and the
centre still gets a report. Security Center is a double (tests/doubles)."""

import time

from described_pc import DescribedPc, recorded_machines
from office import Centre
from wardwatch_testing import SOURCE, EndToEnd, main, wait_until

DEFENDER = "Microsoft Defender Antivirus"


class WindowsChanges(EndToEnd):
    def setUp(self):
        super().setUp()
        self.centre = Centre(self)
        self.pc = DescribedPc(self, self.folder / "pc",
                              recorded_machines(SOURCE / "tests/machines")["windows_10_defender"])
        self.pc.clock = {}  # the certificates are of today
        self.pc.enrol(self.centre)
        self.pc.install_service()
        self.device = self.centre.wait_for_report()["device_id"]

    def antivirus(self):
        """(state, verdicts of its rule, what asked for the report) as the centre has them."""
        facts = self.centre.facts(self.device)
        verdicts = {verdict["status"] for verdict in self.centre.verdicts(self.device)["verdicts"]
                    if verdict["rule"] == "antivirus-on"}
        return facts.plain("antivirus.state", DEFENDER), verdicts, facts.report["trigger"]

    def test_what_security_center_tells_is_at_the_centre_within_a_minute(self):
        self.assertEqual(self.antivirus()[:2], ("on", {"pass"}))
        for state, verdict in (("off", "fail"), ("snoozed", "fail"), ("on", "pass")):
            with self.subTest(state):
                began = time.monotonic()
                self.pc.set_product_state(DEFENDER, state)
                wait_until(lambda state=state: self.antivirus()[0] == state, 60,
                           f"the centre to know that it is {state}")
                print(f"{state}: {time.monotonic() - began:.1f} s")
                self.assertEqual(self.antivirus(), (state, {verdict}, "change"))
        self.pc.stop_service()

    def test_a_component_that_ends_the_service_again_and_again_is_left_out(self):
        before = self.centre.facts(self.device).report["report_id"]
        self.pc.stop_service()
        self.pc.set_faults({"IWSCProductList::Initialize": "fail_fast"})

        def started_again_until_it_reports():
            """As Windows' service manager starts it again; Wine's has no failure actions."""
            if self.pc.service_pid() is None:
                self.pc.run("net", "start", "Wardwatch", expect=None)
            return self.centre.facts(self.device).report["report_id"] != before
        wait_until(started_again_until_it_reports, 120, "a report of the other checks")
        facts = self.centre.facts(self.device)
        self.assertRegex(facts.plain("antivirus"),
                         "^unknown: this check ended the program 2 times in a row, as was seen at 20")
        self.assertEqual(facts.plain("host.membership"), "domain")
        self.assertEqual({verdict["status"] for verdict in self.centre.verdicts(self.device)["verdicts"]
                          if verdict["rule"] == "antivirus-on"}, {"unknown"})
        self.pc.stop_service()


if __name__ == "__main__":
    main()
