#!/usr/bin/env python3
"""Records what a version of Wardwatch leaves behind and what its agent says (README.md). As root: its PCs have names and people of
their own.

    tests/compatibility/record.py BUILD COMMIT

BUILD is the build folder of that version, such as build/linux; recordings/COMMIT is made.
"""

import datetime
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys

import agent_story
import faked_time
import office_story
import views
from recording import RECORDINGS, Recording, pack, write_answers
from served_centre import ServedCentre, as_host

LARGEST = 300_000  # bytes of a recording
# Days after the recording's end at which agents are listened to.
AGENT_STORIES = [(0.1, "live"), (250, "renew")]


def programs(build):
    build = pathlib.Path(build)
    return [build / "reporting/central/wardwatch-central", build / "agent/wardwatch", build / "reporting/fleet/wardwatch-fleet"]


def in_its_time(moment, *arguments):
    code = faked_time.run_at(moment, [sys.executable, __file__, *arguments])
    if code != 0:
        raise SystemExit(f"{arguments}: exit code {code}")


def what_is_shown(central, work, end):
    """Of what the asks are about; asked of a copy, since the audit log notes questions."""
    shutil.copytree(work / "data", work / "copy/data")
    copy = ServedCentre(central, work / "copy")
    devices = copy.cli("device", "list")["devices"]
    ids = {each["host_name"]: each["device_id"] for each in devices}
    names = ["PC-LINUX-01", "PC-LINUX-03", "PC-LINUX-04", "BT-VP-01", "BT-TP-02", "BN-01", "DK-VP-01"]
    day = [(end + datetime.timedelta(days=days)).strftime("%Y-%m-%d") for days in (-30, -2, 1)]
    return {"shown": [ids[name] for name in names] + sorted(each for name, each in ids.items() if name.startswith("MP-"))[:2],
            "audit_head": copy.cli("audit", "verify")["head"], "first_day": day[0], "last_day": day[1], "day_before": day[2]}


def record(build, commit):
    target, work = RECORDINGS / commit, RECORDINGS / (commit + ".making")
    for folder in (target, work):
        shutil.rmtree(folder, ignore_errors=True)
    work.mkdir(parents=True)
    end = (faked_time.now() - datetime.timedelta(days=3)).replace(hour=2, minute=0, second=0, microsecond=0)
    opened = end + datetime.timedelta(days=2)
    for number, (days, stage) in enumerate(office_story.STAGES):
        print(f"{stage.__name__}: {days} days before", flush=True)
        in_its_time(end - datetime.timedelta(days=days), "stage", build, work, number)
    target.mkdir()
    pack(work / "data", target / "data.tar.xz")
    state = json.loads((work / "state.json").read_text())
    state.update(what_is_shown(programs(build)[0], work, end))
    about = {"commit": commit, "version": subprocess.run([programs(build)[0], "--version"], capture_output=True, text=True, check=True)
             .stdout.strip(), "recorded_at": faked_time.instant(end), "opened_at": faked_time.instant(opened), "state": state}
    (target / "about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n")
    record_agents(build, work, target, end)
    print("what it answers", flush=True)
    (work / "asked").mkdir()
    in_its_time(opened, "ask", build, target, work / "asked")
    refuse_what_is_not_for_others(target, work)
    shutil.rmtree(work)


def refuse_what_is_not_for_others(target, work):
    """Neither this machine's name nor a path of it, and no more than a repository bears."""
    Recording(target).unpack(work / "unpacked")
    files = [*(work / "unpacked/data").iterdir(), *target.glob("*.json"), work / "answers.json"]
    files[-1].write_text(json.dumps(Recording(target).answers(), ensure_ascii=False))
    words = [re.escape(socket.gethostname()), re.escape(str(RECORDINGS.parents[2])), re.escape(str(pathlib.Path.home())) + "/"]
    for file in files:
        for word in words:
            if found := re.search(rf"(?<![\w/+]){word}(?![\w/+])".encode(), file.read_bytes()):
                raise SystemExit(f"{file}: {found[0].decode()!r} is of this machine")
    size = sum(file.stat().st_size for file in target.iterdir())
    if size > LARGEST:
        raise SystemExit(f"{target} has {size} bytes, more than {LARGEST}")
    print(f"{target}: {size} bytes")


def record_agents(build, work, target, end):
    """From here on `work`/data is no longer what was packed."""
    names = (agent_story.OLD, agent_story.REVOKED, agent_story.NEW)
    folders = {name: work / "pcs" / name / "data" for name in names}
    certificates = {name: (folders[name] / "certificate.pem").read_text() for name in names[:2]}
    for days, story in AGENT_STORIES:
        print(f"agents: {story}", flush=True)
        in_its_time(end + datetime.timedelta(days=days), "agents", build, work, story)
    pcs = {name: {"device_id": (folder / "device_id").read_text().strip(), "key": (folder / "key.pem").read_text(),
                  "certificate": certificates.get(name)} for name, folder in folders.items()}
    said = [each for _, story in AGENT_STORIES for each in json.loads((work / f"{story}.json").read_text())]
    (target / "requests.json").write_text(json.dumps({"pcs": pcs, "said": said}, ensure_ascii=False, indent=1) + "\n")


def tell_agents(build, work, story):
    with office_story.Office(programs(build), work) as office:
        agents = agent_story.AgentStory(office)
        getattr(agents, story)()
        (work / f"{story}.json").write_text(json.dumps(agent_story.kept(agents.proxy.said), ensure_ascii=False))


def ask(build, target, work):
    recording = Recording(target)
    centre = recording.centre(programs(build)[0], work, as_host("trungtam"))
    centre.start()
    try:
        asker = views.Asker(centre, recording.sign_in(centre))
        views.settled(asker, recording.about["state"])
        answers = [{**each, "answer": asker.answer(each)} for each in views.asked(recording.about["state"])]
    finally:
        centre.kill()
    write_answers(recording.folder / "answers.json.xz", answers)


def main(arguments):
    if arguments[:1] == ["stage"]:
        build, work, number = arguments[1:]
        with office_story.Office(programs(build), pathlib.Path(work)) as office:
            office_story.STAGES[int(number)][1](office)
    elif arguments[:1] == ["agents"]:
        tell_agents(arguments[1], pathlib.Path(arguments[2]), arguments[3])
    elif arguments[:1] == ["ask"]:
        ask(*arguments[1:])
    else:
        record(*arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
