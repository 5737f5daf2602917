#!/usr/bin/env python3
"""The dashboard in a real browser against a real centre (walk.mjs). WARDWATCH_CENTRAL names the program; screenshots
stay in ./dashboard-screenshots. Names of areas as arguments run these alone."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import uuid

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "end_to_end"))
from page_centre import Centre, Pc, account, fact, instant, pc_facts, profile, unknown  # noqa: E402

CITY, WARD, OFFICE, OTHER = "Thành phố Hà Nội", "Phường Bến Thành", "Văn phòng Ủy ban", "Phường Yên Tĩnh"
HOSTILE_HOST = "<img src=x onerror=\"document.title='owned'\">"
NEW_HOST = "PC MỚI+05%2B"  # What a query string writes in its own way.
HOSTILE_FOLDER = "<script>document.title='owned'</script>"


class ScanningPc(Pc):
    """A PC that comes for commands and answers a scan step by step, until it is told to stop. It stays at the first
    step until the walk has seen it."""

    def start(self, step_seen):
        self.step_seen = step_seen
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._answer)
        self.thread.start()

    def stop(self):
        self.stopped.set()
        self.thread.join()

    def _answer(self):
        done = []
        while not self.stopped.is_set():
            status, answer = self.post("/v1/commands", {"wait_seconds": 1, "has": done})
            assert status == 200, answer
            for command in answer["commands"]:
                if command["id"] not in done:
                    done.append(command["id"])
                    self._scan(f"/v1/commands/{command['id']}")

    def _scan(self, path):
        for position in range(3):
            self.post(path, {"state": "running", "collector": "accounts", "position": position, "count": 3})
            while not self.step_seen.exists() and not self.stopped.wait(0.05):
                pass
        report_id = str(uuid.uuid4())
        body = {"format": 1, "report_id": report_id, "device_id": self.device_id, "agent_version": "0.1.0",
                "trigger": "manual", "taken_at": instant(),
                "facts": sorted(self.facts, key=lambda f: (f["id"], f["instance"]))}
        self.post(path, {"state": "done", "report_id": report_id})
        status, answer = self.post("/v1/reports", body)
        assert status == 201, answer


def add_units(centre):
    """The ids of the units, and a token for each that has PCs."""
    units = {}
    for name, parent in ((CITY, None), (WARD, CITY), (OTHER, CITY), (OFFICE, f"{CITY}/{WARD}")):
        units[name] = centre.cli("unit", "add", name, *(["--parent", parent] if parent else []))["id"]
    tokens = {}
    for name in (WARD, OFFICE, OTHER):
        tokens[name] = centre.cli("token", "create", "--unit", str(units[name]), "--uses", "5")["token"]
    return units, tokens


def without(facts, prefix):
    return [f for f in facts if not f["id"].startswith(prefix)]


def add_pcs(centre, tokens):
    """PCs that have failed, passed, said nothing, or tell hostile names."""
    good = ScanningPc(centre, "PC-MOT-CUA-01", tokens[WARD])
    good.report(pc_facts([account("an.nguyen", 10)], []))
    bad = Pc(centre, "PC-KẾ-TOÁN-02", tokens[OFFICE])
    profiles = [profile("Lê Thị Chi/chrome/Default", 7, 2), profile("binh/firefox/x.default", 0, 0)]
    bad.report(pc_facts([account("Lê Thị Chi", 120), account("binh", 5)], profiles, minimum_length=6))
    vague = Pc(centre, "PC-TU-PHAP-03", tokens[WARD])
    facts = pc_facts([account("cuong", 3)], [profile("cuong/edge/Default", 0, 0)])
    vague.report(without(facts, "antivirus.") + [unknown("antivirus", "timed out after 20 s")])
    hostile = Pc(centre, HOSTILE_HOST, tokens[WARD])
    hostile.report(pc_facts([account("dung", 3)], [profile(f"{HOSTILE_FOLDER}/chrome/Default", 1, 0)]))
    Pc(centre, NEW_HOST, tokens[WARD])
    quiet = Pc(centre, "PC-YEN-06", tokens[OTHER])
    facts = pc_facts([account("hoa", 4)], [profile("hoa/chrome/Default", 0, 0)])
    ended = fact("antivirus.licence_expires_at", instant(-20), "Bkav Pro", "wsc")
    quiet.report(without(facts, "antivirus.licence_expires_at") + [ended])
    return {"good": good, "bad": bad, "vague": vague, "hostile": hostile, "quiet": quiet}


def walk(known):
    """Goes through the page; returns the exit code."""
    packages = subprocess.run([HERE.parents[1] / "cmake/node_packages.sh", HERE], check=True, stdout=subprocess.PIPE,
                              text=True).stdout.strip()
    environment = {**os.environ, "WARDWATCH_NODE_PACKAGES": packages, "WARDWATCH_WALK": json.dumps(known)}
    command = ["node", HERE / "walk.mjs", *sys.argv[1:]]
    return subprocess.run(command, check=False, timeout=800, env=environment).returncode


def main():
    program = pathlib.Path(os.environ["WARDWATCH_CENTRAL"]).resolve()
    shots = pathlib.Path("dashboard-screenshots").resolve()
    shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wardwatch-dashboard-") as name:
        folder = pathlib.Path(name)
        centre = Centre(program, folder)
        try:
            units, tokens = add_units(centre)
            pcs = add_pcs(centre, tokens)
            known = {"address": centre.started["people_url"], "password": centre.started["password"],
                     "shots": str(shots), "folder": str(folder), "profile": str(folder / "profile"), "units": units,
                     "names": {"city": CITY, "ward": WARD, "office": OFFICE, "other": OTHER},
                     "new_host": NEW_HOST, "hostile": {"host": HOSTILE_HOST, "folder": HOSTILE_FOLDER},
                     "bad_facts": len(pcs["bad"].facts), "pcs": {key: pc.device_id for key, pc in pcs.items()}}
            pcs["good"].start(folder / "step-seen")
            try:
                code = walk(known)
            finally:
                pcs["good"].stop()
            log = centre.log.read_text()
            assert known["password"] not in log and "wrong password" not in log, "the centre's log holds a password"
        finally:
            centre.close()
    if code != 0:
        raise SystemExit(code)
    print(f"dashboard: all as it should be; screenshots in {shots}")


if __name__ == "__main__":
    main()
