#!/usr/bin/env python3
"""Every recording (README.md) is opened by today's centre, and its agent is answered by it, at the recording's own time."""

import json
import sys

import faked_time
import views
from recording import RECORDINGS, Recording
from replay import Replay
from wardwatch_testing import EndToEnd, central, unittest

# Texts that are others on purpose since a recording: what was answered → (what is answered now, why).
ON_PURPOSE = {}


class Compatibility(EndToEnd):
    """One recording, at whose time this process runs."""

    recording = None

    def served(self):
        centre = self.recording.centre(central(), self.folder)
        self.addCleanup(centre.kill)
        centre.start()
        return centre

    def test_an_old_data_folder_is_opened_and_says_what_it_said(self):
        centre = self.served()
        asker = views.Asker(centre, self.recording.sign_in(centre))
        views.settled(asker, self.recording.about["state"])
        answers = self.recording.answers()
        self.assertGreater(len(answers), 100)
        comparison = views.Comparison(self.recording.opened, {old: new for old, (new, _) in ON_PURPOSE.items()})
        for ask in answers:
            comparison.compare(ask["answer"], asker.answer(ask), " ".join(ask.get("command") or [ask["get"], "by", ask["by"]]), ask["ignore"])
        self.assertEqual(comparison.found, [], f"{len(comparison.found)} differences:\n" + "\n".join(comparison.found[:40]))
        centre.stop()

    def test_an_old_agent_is_understood_and_understands(self):
        centre = self.served()
        requests = self.recording.requests()
        replay = Replay(centre, requests, self.folder)
        replay.run()
        self.assertEqual(replay.differences, [])
        paths = {each["request"]["head"].split(" ")[1].split("/")[2] for each in requests["said"]}
        self.assertEqual(paths, {"enroll", "reports", "heartbeat", "commands", "updates", "renew"})
        for name, pc in requests["pcs"].items():
            reports = [each for each in replay.requests_of(name, "/v1/reports")]
            self.check_pc(centre, replay, name, pc["device_id"], reports)
        centre.stop()

    def check_pc(self, centre, replay, name, device_id, reports):
        admin = self.recording.sign_in(centre)("admin")
        details = admin.json("GET", f"/devices/{device_id}")
        commands = admin.json("GET", f"/devices/{device_id}/commands")["commands"]
        self.assertGreater(len(reports), 0)
        if details["revoked"]:
            self.assertNotIn(json.loads(reports[-1]["body"])["report_id"], json.dumps(details["report"]))
            return
        # What was said is what the centre holds, and to say it again is no mistake.
        last = json.loads(reports[-1]["body"])
        self.assertEqual((details["report"]["report_id"], details["report"]["trigger"]), (last["report_id"], last["trigger"]))
        for told, fact in zip(details["report"]["facts"], last["facts"], strict=True):
            self.assertEqual({name: told[name] for name in fact}, fact)
        for report in reports:
            status, _, body = replay.send(name, report)
            self.assertEqual((status, json.loads(body)["stored"]), (200, False))
        self.assertEqual({each["command_id"]: each["state"] for each in commands if each["command_id"] in replay.commands.values()},
                         replay.ended[name])
        # With the renewed certificate.
        status, _, body = replay.send(name, replay.requests_of(name, "/v1/heartbeat")[-1])
        self.assertEqual((status, json.loads(body)["want_report"]), (200, False))


def main():
    if len(sys.argv) == 2:
        Compatibility.recording = Recording(RECORDINGS / sys.argv[1])
        sys.stdout.reconfigure(line_buffering=True)
        unittest.main(argv=sys.argv[:1], verbosity=2, warnings="ignore")
    failed = []
    for folder in sorted(path.parent for path in RECORDINGS.glob("*/about.json")):
        print(f"--- {folder.name}", flush=True)
        if faked_time.run_at(Recording(folder).opened, [sys.executable, __file__, folder.name]) != 0:
            failed.append(folder.name)
    if failed or not any(RECORDINGS.glob("*/about.json")):
        raise SystemExit(f"not compatible with: {', '.join(failed) or 'nothing was recorded'}")


if __name__ == "__main__":
    main()
