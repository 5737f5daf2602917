#!/usr/bin/env python3
"""What older versions left (README.md) is opened by today's centre and agent, and what their agents said is said again.

Each recording at its own time, in a process of its own: compatibility_test.py [RECORDING]
"""

import json
import re
import sys
import unittest

import faked_time
import views
from comparison import Comparison
from recording import RECORDINGS, Recording
from replay import Replay, status_and_kind
from served_centre import ServedCentre, wait_until
from wardwatch_testing import EndToEnd, agent, central

# Texts that are others on purpose since a recording: what was answered → what is answered now. Each with the reason.
ON_PURPOSE = {
    # One table of words for how PCs stand (reporting/policy/standing.cpp): reports say what the page says.
    "Tạm miễn": "Được miễn trừ",
    # Rules and parameters of the built-in policy have changed.
    "2026-11-2": "2026-11-3",
}
# Defaults that have changed.
CHANGED = {"retention show": ["monthly_reports_days"]}
# What nobody knows has a remedy of its own: the rule's would have people mend what may be right.
HOW_TO_KNOW = ("Xử lý theo lý do đã nêu, rồi quét lại máy này để biết kết quả.",
               "Act on the reason that is told, then scan this PC again to know.",
               "Quét lại không giúp biết thêm: phần mềm không đọc được điều này. Hãy kiểm tra trực tiếp tại máy.",
               "Another scan tells no more: this cannot be read here. Look at the PC itself.")
REMEDIES = re.compile(r"net accounts|secpol\.msc|PasswordManagerEnabled|Windows Security"
                      r"|^(Gia hạn|Renew|Mở …|Open …|Đổi mật khẩu trên|Change the password at)")
# A profile is told as people call it, within sentences, too.
BROWSERS = {"chrome": "Chrome", "chromium": "Chromium", "coccoc": "Cốc Cốc", "edge": "Edge", "firefox": "Firefox"}
PROFILE = re.compile(rf"([^ /]+)/({'|'.join(BROWSERS)})/([^ :]+)")

BROWSER_ALONE = re.compile(rf"(mật khẩu của |passwords in )({'|'.join(BROWSERS)})\b")


def retold(text):
    """How a recorded text may be told today, beside as it was."""
    def profile(of):
        def told(found):
            return f"{BROWSERS[found[2]]} {of} {found[1]}" + ("" if found[3] == "Default" else f" ({found[3]})")
        return told
    known = HOW_TO_KNOW if REMEDIES.search(text) else ()
    browser = BROWSER_ALONE.sub(lambda found: found[1] + BROWSERS[found[2]], text)
    return {*known, browser, *(PROFILE.sub(profile(of), text) for of in ("của", "of"))}


class Compatibility(EndToEnd):
    recording = None

    def serve(self):
        centre = ServedCentre(central(), self.folder)
        self.addCleanup(centre.kill)
        centre.start()
        return centre

    def check_answers(self, answer, asks):
        comparison = Comparison(self.recording.opened, ON_PURPOSE, retold)
        for ask in asks:
            form = views.put_together if ask["form"] == "openapi" else lambda said: said
            name = views.name_of(ask)
            comparison.compare(form(ask["answer"]), form(answer(ask)), name, ask["ignore"] + CHANGED.get(name, []))
        found = comparison.found
        if found:
            self.fail(f"{len(found)} differences from {self.recording.folder.name}:\n" + "\n".join(found[:40]))

    def check_centre(self, centre):
        asker = views.Asker(centre, self.recording.sign_in(centre))
        asker.settle(self.recording.state["day_before"])
        asks = [ask for ask in self.recording.answers() if "agent" not in ask]
        self.assertGreater(len(asks), 100)
        self.check_answers(asker.answer, asks)

    def test_its_data_folder_is_opened_and_says_what_it_said(self):
        self.recording.unpack("data", self.folder)
        centre = self.serve()
        self.check_centre(centre)
        centre.stop()

    def test_its_backup_is_restored(self):
        (self.folder / "backup.tar").write_bytes(self.recording.backup())
        centre = ServedCentre(central(), self.folder)
        self.assertIn("central.db", centre.cli("backup", "--verify", "backup.tar")["files"])
        centre.cli("restore", "backup.tar")
        centre = self.serve()
        self.check_centre(centre)
        centre.stop()

    def test_todays_agent_goes_on_with_its_data_folder(self):
        for name in ("data", "agent"):
            self.recording.unpack(name, self.folder)
        asks = [ask for ask in self.recording.answers() if "agent" in ask]
        self.assertGreater(len(asks), 1)
        self.check_answers(lambda ask: views.agent_answer(agent(), self.folder, ask), asks)
        centre = self.serve()
        file = self.folder / "agent/config.json"
        url = f"https://127.0.0.1:{centre.agents_port}"
        file.write_text(json.dumps({**json.loads(file.read_text()), "collector_url": url}))
        device_id = (self.folder / "agent/device_id").read_text().strip()
        service = self.start([agent(), "--lang", "en", "--data", self.folder / "agent", "service", "run"], "service")
        admin = self.recording.sign_in(centre)("admin")

        def reports():
            return [each["report_id"] for each in admin.json("GET", f"/devices/{device_id}/reports")["reports"]]
        # It sends the report that waited, and one of its own: same PC, same key, nothing forgotten.
        waited = self.recording.state["waiting_report"]
        found = wait_until(lambda: waited in (now := reports()) and now[0] != waited and now, 60, "both reports")
        self.assertEqual(service.stop(), 0)
        status = views.agent_answer(agent(), self.folder, {"agent": ["status"]})
        self.assertEqual((status["device_id"], status["outbox_depth"], status["refused"]), (device_id, 0, []))
        self.assertIn(found[0], reports())
        centre.stop()

    def test_its_agents_are_understood_and_understand(self):
        self.recording.unpack("data", self.folder)
        centre = self.serve()
        requests = self.recording.requests()
        replay = Replay(centre, requests, self.folder)
        replay.run()
        self.assertEqual(replay.differences, [])
        paths = {each["request"]["head"].split(" ")[1].split("/")[2] for each in requests["said"]}
        self.assertEqual(paths, {"enroll", "reports", "heartbeat", "commands", "updates", "renew"})
        admin = self.recording.sign_in(centre)("admin")
        for name, pc in requests["pcs"].items():
            self.check_pc(admin, replay, name, pc["device_id"])
        centre.stop()

    def check_pc(self, admin, replay, name, device_id):
        """What the PC said is what the centre holds, and to say it again is no mistake."""
        reports = replay.requests_of(name, "/v1/reports")
        last = json.loads(reports[-1]["body"])
        details = admin.json("GET", f"/devices/{device_id}")
        if details["revoked"]:
            self.assertNotEqual(details["report"]["report_id"], last["report_id"])
            return
        self.assertEqual(details["report"]["report_id"], last["report_id"])
        self.assertEqual(details["report"]["trigger"], last["trigger"])
        for told, fact in zip(details["report"]["facts"], last["facts"], strict=True):
            self.assertEqual({part: told[part] for part in fact}, fact)
        states = {each["command_id"]: each["state"] for each in
                  admin.json("GET", f"/devices/{device_id}/commands")["commands"]}
        self.assertEqual({each: states[each] for each in replay.ended[name]}, replay.ended[name])
        self.assertGreater(len(replay.ended[name]), 0)
        # With the renewed certificate by now.
        heartbeat = replay.requests_of(name, "/v1/heartbeat")[-1]
        for request, member in [*((each, "stored") for each in reports), (heartbeat, "want_report")]:
            head, body = replay.send(name, request)
            self.assertEqual((status_and_kind(head)[0], json.loads(body)[member]), (200, False))


def main():
    if len(sys.argv) == 2:
        Compatibility.recording = Recording(RECORDINGS / sys.argv[1])
        sys.stdout.reconfigure(line_buffering=True)
        unittest.main(argv=sys.argv[:1], verbosity=2, warnings="ignore")
    recordings = [Recording(file.parent) for file in sorted(RECORDINGS.glob("*/about.json"))]
    failed = []
    for recording in recordings:
        name = recording.folder.name
        print(f"--- {name}", flush=True)
        if faked_time.run_at(recording.opened, [sys.executable, __file__, name]) != 0:
            failed.append(name)
    if failed or not recordings:
        raise SystemExit(f"not compatible with: {', '.join(failed) or 'nothing is recorded'}")


if __name__ == "__main__":
    main()
