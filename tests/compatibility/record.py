#!/usr/bin/env python3
"""Records what a version of Wardwatch leaves behind and what its agent says (README.md). As root: its PCs have names
and people of their own.

    tests/compatibility/record.py BUILD COMMIT

BUILD is the build folder of that version, such as build/linux; recordings/COMMIT is made.
"""

import datetime
import json
import pathlib
import re
import shutil
import socket
import sqlite3
import subprocess
import sys

import faked_time
import agent_story
import office_story
import views
from linux_pc import LinuxPc
from recording import RECORDINGS, Recording, pack, write_compressed
from served_centre import ServedCentre, as_host

LARGEST = 300_000  # bytes of a recording
# Days after the recording's end at which agents are listened to.
AGENT_STORIES = [(0.1, "live"), (250, "renew")]
# Of these PCs everything is shown, and of two simulated ones.
SHOWN = ["PC-LINUX-01", "PC-LINUX-03", "PC-LINUX-04", "BT-VP-01", "BT-TP-02", "BN-01", "DK-VP-01"]


def programs(build):
    names = ("reporting/central/wardwatch-central", "agent/wardwatch", "reporting/fleet/wardwatch-fleet")
    return [pathlib.Path(build).resolve() / name for name in names]


class Recorder:
    """Each step runs in a process of its own, at its own time: `at` starts it, `step` is what it does there."""

    def __init__(self, build, commit):
        self.build, self.commit = build, commit
        self.programs = programs(build)
        self.target, self.work = RECORDINGS / commit, RECORDINGS / f"{commit}.making"

    def at(self, moment, *step):
        print(faked_time.instant(moment), *step, flush=True)
        code = faked_time.run_at(moment, [sys.executable, __file__, self.build, self.commit, *step])
        if code != 0:
            raise SystemExit(f"{step}: exit code {code}")

    def record(self):
        for folder in (self.target, self.work):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        today = faked_time.now().replace(hour=2, minute=0, second=0, microsecond=0)
        end, opened = today - datetime.timedelta(days=3), today - datetime.timedelta(days=1)
        for number, (days, _) in enumerate(office_story.STAGES):
            self.at(end - datetime.timedelta(days=days), "stage", number)
        self.at(end + datetime.timedelta(minutes=30), "close")
        self.write_about(end, opened)
        before = self.certificates()
        for days, story in AGENT_STORIES:
            self.at(end + datetime.timedelta(days=days), "agents", story)
        self.write_requests(before)
        self.at(opened, "ask")
        self.refuse_what_is_not_for_others()
        shutil.rmtree(self.work)

    def step(self, name, *arguments):
        getattr(self, name)(*arguments)

    def stage(self, number):
        with office_story.Office(self.programs, self.work) as office:
            office_story.STAGES[int(number)][1](office)

    def close(self):
        """The centre is stopped; a PC has a report that waits."""
        LinuxPc(office_story.Office(self.programs, self.work), agent_story.OLD).report_later()
        ServedCentre(self.programs[0], self.work).cli("backup", "backup.tar")
        write_compressed(self.target / "backup.tar.xz", (self.work / "backup.tar").read_bytes())
        pack(self.work / "data", self.target / "data.tar.xz", "data")
        pack(self.work / "pcs" / agent_story.OLD / "data", self.target / "agent.tar.xz", "agent")

    def write_about(self, end, opened):
        state = json.loads((self.work / "state.json").read_text())
        state.update(self.what_is_shown(end))
        version = subprocess.run([self.programs[0], "--version"], capture_output=True, text=True, check=True).stdout
        about = {"commit": self.commit, "version": version.strip(), "recorded_at": faked_time.instant(end),
                 "opened_at": faked_time.instant(opened), "state": state}
        (self.target / "about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n")

    def what_is_shown(self, end):
        """What the asks are about; asked of a copy, since the audit log notes questions."""
        shutil.copytree(self.work / "data", self.work / "copy/data")
        copy = ServedCentre(self.programs[0], self.work / "copy")
        ids = {each["host_name"]: each["device_id"] for each in copy.cli("device", "list")["devices"]}
        first, last, before = ((end + datetime.timedelta(days=days)).strftime("%Y-%m-%d") for days in (-30, -2, 1))
        simulated = sorted(ids[name] for name in ids if name.startswith("MP-"))
        return {"shown": [ids[name] for name in SHOWN] + simulated[:2],
                "audit_head": copy.cli("audit", "verify")["head"], "first_day": first, "last_day": last,
                "day_before": before, "waiting_report": self.waiting_report()}

    def waiting_report(self):
        store = sqlite3.connect(self.work / "pcs" / agent_story.OLD / "data/wardwatch.db")
        (report,), = store.execute("SELECT report_id FROM outbox").fetchall()
        return report

    # From here on `work`/data is no longer what was packed.

    def pc(self, name):
        return self.work / "pcs" / name / "data"

    def certificates(self):
        return {name: (self.pc(name) / "certificate.pem").read_text()
                for name in (agent_story.OLD, agent_story.REVOKED)}

    def agents(self, story):
        with office_story.Office(self.programs, self.work) as office:
            agents = agent_story.AgentStory(office)
            getattr(agents, story)()
            (self.work / f"{story}.json").write_text(json.dumps(agents.kept(), ensure_ascii=False))

    def write_requests(self, certificates):
        pcs = {name: {"device_id": (self.pc(name) / "device_id").read_text().strip(),
                      "key": (self.pc(name) / "key.pem").read_text(), "certificate": certificates.get(name)}
               for name in (agent_story.OLD, agent_story.REVOKED, agent_story.NEW)}
        said = [each for _, story in AGENT_STORIES for each in json.loads((self.work / f"{story}.json").read_text())]
        text = json.dumps({"pcs": pcs, "said": said}, ensure_ascii=False, indent=1)
        (self.target / "requests.json").write_text(text + "\n")

    def ask(self):
        """What this version answers itself."""
        recording, folder = Recording(self.target), self.work / "asked"
        folder.mkdir()
        recording.unpack("data", folder)
        recording.unpack("agent", folder)
        centre = ServedCentre(self.programs[0], folder, as_host("trungtam"))
        centre.start()
        try:
            asker = views.Asker(centre, recording.sign_in(centre))
            asker.settle(recording.state["day_before"])
            answers = [{**each, "answer": asker.answer(each)} for each in views.asked(recording.state)]
        finally:
            centre.kill()
        answers += [{**each, "answer": views.agent_answer(self.programs[1], folder, each)}
                    for each in views.of_the_agent()]
        text = json.dumps(answers, ensure_ascii=False, sort_keys=True)
        write_compressed(self.target / "answers.json.xz", text.encode())

    def refuse_what_is_not_for_others(self):
        """Neither this machine's name nor a path of it, and no more than a repository bears."""
        recording, folder = Recording(self.target), self.work / "unpacked"
        for name in ("data", "agent"):
            recording.unpack(name, folder)
        (folder / "backup.tar").write_bytes(recording.backup())
        (folder / "answers.json").write_text(json.dumps(recording.answers(), ensure_ascii=False))
        words = [re.escape(word) for word in (socket.gethostname(), str(RECORDINGS.parents[2]))]
        for file in [*folder.rglob("*"), *self.target.glob("*.json")]:
            for word in words if file.is_file() else []:
                if found := re.search(rf"(?<![\w/+]){word}(?![\w/+])".encode(), file.read_bytes()):
                    raise SystemExit(f"{file}: {found[0].decode()!r} is of this machine")
        size = sum(file.stat().st_size for file in self.target.iterdir())
        if size > LARGEST:
            raise SystemExit(f"{self.target} has {size} bytes, more than {LARGEST}")
        print(f"{self.target}: {size} bytes")


if __name__ == "__main__":
    recorder = Recorder(*sys.argv[1:3])
    recorder.step(*(sys.argv[3:] or ["record"]))
