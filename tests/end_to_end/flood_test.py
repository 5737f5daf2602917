#!/usr/bin/env python3
"""A centre whose page is flooded: PCs and those who have something to do go on. Real programs; what is waited for are
states: a queue that is full, a connection that was turned away."""

import resource

from flooding import SignIns, SilentServer, Strangers
from office import UNIT, Centre, LinuxAgent, Office
from wardwatch_testing import main, wait_until


class Flood(Office):
    def make_centre(self):
        self.directory = SilentServer()
        self.addCleanup(self.directory.close)
        return Centre(self, config={"ldap": self.directory.ldap()})

    def log(self):
        return self.centre.folder.with_suffix(".log").read_text("utf-8")

    def test_sign_ins_that_wait_for_a_silent_directory_hold_up_nobody(self):
        pc = self.enrolled()
        pc.serve()
        self.centre.wait_for_report()
        flood = SignIns(self.centre.people_port, ["nobody", "somebody", "an.nguyen"], a_second=28)
        self.addCleanup(flood.stop)
        wait_until(lambda: flood.answers[503] > 10, 120, "the directory's queue to be full")
        wait_until(lambda: len(self.directory.connections) >= 8, 120, "eight to wait for the directory")
        before = flood.answers[503]
        # The agents' side: a scan on demand goes out, and its report comes in.
        scan = self.centre.cli("scan", "--device", pc.device_id, "--wait", "120")
        self.assertEqual((scan["total"], scan["done"]), (1, 1))
        # Who has a password of the centre's signs in, looks, exports and previews.
        self.centre._session = None
        self.assertEqual([device["device_id"] for device in self.centre.devices()], [pc.device_id])
        status, body, _ = self.centre._request("GET", "/api/v1/exports/devices.csv",
                                               headers={"Cookie": self.centre._session})
        self.assertEqual(status, 200)
        self.assertIn(UNIT, body.decode("utf-8-sig"))
        wait_until(lambda: flood.answers[503] > before, 60, "the flood to go on")
        # 429: who guesses at one account waits longer and longer, and how soon depends on the machine.
        self.assertLessEqual(set(flood.answers), {401, 429, 503})

    def test_strangers_who_hold_every_place_keep_out_neither_pcs_nor_people(self):
        self.centre.devices()  # the first password is changed
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        strangers = Strangers([self.centre.agents_port, self.centre.people_port], addresses=6, each=512)
        self.addCleanup(strangers.stop)
        wait_until(lambda: "that are not known" in self.log(), 120, "a stranger to be turned away")

        def served():
            """Signs in anew, which is several connections."""
            self.centre._session = None
            try:
                return self.centre.devices() == []
            except OSError:  # turned away as a stranger who came too early
                return False
        wait_until(served, 120, "the page")
        pc = LinuxAgent(self, self.centre)
        token = self.centre.token()
        wait_until(lambda: pc.enrol(token, expect=None).returncode == 0, 120, "enrolment")
        pc.serve()
        wait_until(lambda: len(self.centre.stored_reports()) == 1, 120, "a report")


if __name__ == "__main__":
    main()
