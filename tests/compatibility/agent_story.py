"""What recorded agents live through: enrolment, reports, heartbeats, commands, an update, renewal, refusals."""

import json
import time

from office_story import CITY, LinuxPc
from recording_proxy import RecordingProxy
from served_centre import run, wait_until

OLD, NEW, REVOKED = "PC-LINUX-01", "PC-LINUX-09", "PC-LINUX-03"


class AgentStory:
    """`office` is served from a copy of the recorded data folder: what is replayed finds it as it was before this."""

    def __init__(self, office):
        self.office = office
        self.old, self.new = LinuxPc(office, OLD), LinuxPc(office, NEW, {"update_signers": ["ab" * 32]})
        self.pcs = {}
        for pc in (self.old, self.new, LinuxPc(office, REVOKED)):
            if (pc.data / "device_id").exists():
                self.know(pc)
        self.proxy = RecordingProxy(office.centre.folder / "data", office.centre.agents_port, self.pcs)

    def know(self, pc):
        self.pcs[pc.device_id] = pc.name, pc.data

    def wait_for(self, path, name, count=1, seconds=90):
        return wait_until(lambda: len(found := self.proxy.of(path, name)) >= count and found, seconds, f"{count} of {path} by {name}")

    def ordered(self, pc, *command):
        """The office orders something while the PC waits for it."""
        known = len(self.commands(pc))
        time.sleep(1)  # the PC waits again
        self.office.cli(*command)
        wait_until(lambda: len(self.commands(pc)) > known, 120, f"the answer to {command}")
        said = self.commands(pc)[-1]
        said["office"] = list(command)
        return json.loads(said["answer"]["body"])["commands"][0]["id"]

    def commands(self, pc):
        """The polls that were answered with a command."""
        return [each for each in self.proxy.of("/v1/commands", pc.name) if '"id"' in each["answer"]["body"]
                and each["request"]["head"].startswith("POST /v1/commands HTTP")]

    def news(self, pc, command, state):
        wait_until(lambda: any(f'"{state}"' in each["request"]["body"] for each in self.proxy.of(f"/v1/commands/{command}", pc.name)),
                   90, f"{state} of {command}")

    def live(self):
        self.enrol()
        services = self.report()
        self.ordered_scans()
        self.update()
        for service in services:
            assert service.stop() == 0
        self.installed_update()
        self.refused()

    def enrol(self):
        refused = run(self.new.command("enroll", "--url", f"https://127.0.0.1:{self.proxy.port}", "--token", "0" * 64, "--ca-sha256",
                                       self.office.centre.started["ca_sha256"]), expect=None)
        assert refused.returncode == 4, refused
        self.new.enrol(self.office.state["enrolment_token"], self.proxy.port)
        self.know(self.new)

    def report(self):
        services = []
        for pc in (self.new, self.old):
            pc.use_port(self.proxy.port)
            services.append(pc.serve())
            self.wait_for("/v1/reports", pc.name)
        # An enrolled PC says each minute that nothing changed; then a password is saved.
        for pc in (self.new, self.old):
            self.wait_for("/v1/heartbeat", pc.name)
        self.new.save_passwords(5)
        self.wait_for("/v1/reports", self.new.name, 2)
        return services

    def ordered_scans(self):
        for pc in (self.new, self.old):
            command = self.ordered(pc, "scan", "--device", pc.name)
            self.news(pc, command, "done")

    def update(self):
        """Linux has no installer for it, but fetches the whole package before it says so."""
        command = self.ordered(self.new, "update", "offer", "0.9.0", "--unit", f"{CITY}/Phường Bến Thành/Tư pháp")
        self.news(self.new, command, "failed")

    def installed_update(self):
        """What an agent finds that an update has just restarted; only Windows installs one."""
        self.office.cli("update", "offer", "0.8.0", "--unit", f"{CITY}/Phường Bến Thành/Tư pháp")
        admin = self.office.admin()

        def waiting():
            commands = admin.json("GET", f"/devices/{self.new.device_id}/commands")["commands"]
            time.sleep(0.5)
            return [each["command_id"] for each in commands if each["kind"] == "update" and each["state"] in ("waiting", "offline")]
        command, = wait_until(waiting, 120, "the second update to be ordered")
        (self.new.data / "update.json").write_text(json.dumps({"command_id": command, "version": "0.1.0"}))
        service = self.new.serve()
        self.news(self.new, command, "done")
        assert service.stop() == 0
        self.commands(self.new)[-1]["office"] = ["update", "offer", "0.8.0", "--unit", f"{CITY}/Phường Bến Thành/Tư pháp"]

    def refused(self):
        """A PC that was revoked."""
        pc = LinuxPc(self.office, REVOKED)
        pc.use_port(self.proxy.port)
        service = pc.serve()
        wait_until(lambda: any(" 403 " in each["answer"]["head"] for each in self.proxy.of("/v1/", pc.name)), 60, "the refusal")
        service.stop()

    def renew(self):
        """Most of a year later."""
        for pc in (self.new, self.old):
            pc.use_port(self.proxy.port)
            service = pc.serve()
            self.wait_for("/v1/renew", pc.name)
            assert service.stop() == 0


def kept(said):
    """Without the polls that ended with nothing, whose waiting proves nothing more."""
    return [each for each in said if '"commands":[]' not in each["answer"].get("body", "")]
