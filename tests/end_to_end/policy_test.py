"""Waivers and versions of the policy at the command line, beside a running centre that judges with them."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import page_centre
import wardwatch_testing as w

RULE = "password-age"


class PolicyTest(w.EndToEnd):
    def centre(self):
        centre = page_centre.Centre(w.central(), self.folder)
        self.addCleanup(lambda: centre.process.poll() is not None or centre.process.kill())
        self.addCleanup(centre.process.stdout.close)
        return centre

    def verdict(self, centre, pc):
        details = centre.cli("device", "show", pc.device_id)
        verdict, = [one for one in details["verdicts"] if one["rule"] == RULE]
        return details, verdict

    def refused(self, centre, *arguments):
        done = w.run([centre.program, *arguments, "--data", self.folder / "data", "--lang", "en"], expect=4)
        return done.stderr

    def human(self, centre, *arguments):
        return w.run([centre.program, *arguments, "--data", self.folder / "data", "--lang", "vi"]).stdout

    def pc(self, centre, name, password_age):
        token = centre.cli("token", "create", "--unit", "Phường Bến Thành")["token"]
        pc = page_centre.Pc(centre, name, token)
        pc.report([fact if fact["id"] != "password_policy.maximum_age_days" else {**fact, "value": 30}
                   for fact in page_centre.pc_facts([page_centre.account("an.nguyen", password_age)], [])])
        return pc

    def test_waived_then_judged_with_another_policy_and_after_a_restart(self):
        centre = self.centre()
        centre.cli("unit", "add", "Phường Bến Thành")
        old, ageing = self.pc(centre, "PC-01", 100), self.pc(centre, "PC-02", 70)
        self.assertEqual(self.verdict(centre, old)[0]["status"], "fail")

        waiver = centre.cli("waiver", "add", "--rule", RULE, "--device", "PC-01", "--reason", "Máy chờ thay",
                            "--ends-on", page_centre.instant(-30)[:10])
        details, verdict = self.verdict(centre, old)
        self.assertEqual((details["status"], details["failed"], details["waived"]), ("pass", 0, 1))
        self.assertEqual((verdict["status"], verdict["waived"], verdict["waiver_id"]), ("fail", True, waiver["id"]))
        self.assertIn("được miễn trừ", self.human(centre, "device", "show", old.device_id))
        self.assertIn("Máy chờ thay", self.human(centre, "waiver", "list"))
        self.assertIn("no rule", self.refused(centre, "waiver", "add", "--rule", "nothing", "--all", "--reason", "x",
                                              "--ends-on", page_centre.instant(-30)[:10]))

        change = ["--set", "max_password_age_days=60"]
        preview = centre.cli("policy", "preview", *change)
        self.assertEqual((preview["devices"], preview["newly_failing"]), (2, 1))
        self.assertEqual([pc["host_name"] for pc in preview["examples"]], ["PC-02"])
        published = centre.cli("policy", "publish", *change, "--reason", "Công văn mới", "--rejudge-history")
        self.assertEqual((published["number"], published["created_by"]), (2, "cli"))
        # Nobody told the running centre: it looks.
        w.wait_until(lambda: self.verdict(centre, ageing)[0]["status"] == "fail", 30, "the running centre's judging")
        self.assertEqual(self.verdict(centre, old)[0]["waived"], 1)
        w.wait_until(lambda: centre.cli("policy", "versions")["judging"] == {"devices": 0, "day": None}, 30,
                     "the history")
        self.assertIn("policy in force number=2", centre.log.read_text())
        self.assertIn("already", self.refused(centre, "policy", "publish", *change, "--reason", "again"))
        self.assertIn("Công văn mới", self.human(centre, "policy", "versions"))
        self.assertIn("max_password_age_days", self.human(centre, "policy", "show"))

        centre.close()
        centre = self.centre()
        new = self.pc(centre, "PC-03", 70)
        details, verdict = self.verdict(centre, new)
        self.assertEqual(details["status"], "fail")
        self.assertEqual(verdict["required"]["en"], "changed within the last 60 days")
        centre.cli("waiver", "end", str(waiver["id"]))
        self.assertEqual(self.verdict(centre, old)[0]["status"], "fail")
        self.assertIn("no waiver in force", self.refused(centre, "waiver", "end", str(waiver["id"])))
        centre.close()


if __name__ == "__main__":
    w.main()
