"""What recorded agents live through: enrolment, reports, heartbeats, commands, an update, renewal, refusals."""

import json
import time

from linux_pc import LinuxPc
from office_story import BEN_THANH
from recording_proxy import RecordingProxy
from served_centre import wait_until

# One that has been there from the beginning, one that is new, one that was revoked.
OLD, NEW, REVOKED = "PC-LINUX-01", "PC-LINUX-09", "PC-LINUX-03"
# Of the new one alone.
OFFER = ["update", "offer", "VERSION", "--unit", f"{BEN_THANH}/Tư pháp"]


def offer(version):
    return [version if word == "VERSION" else word for word in OFFER]


class AgentStory:
    """`office` is served from a copy of the recorded data folder: what is replayed finds it as it was before this."""

    def __init__(self, office):
        self.office = office
        self.old, self.revoked = LinuxPc(office, OLD), LinuxPc(office, REVOKED)
        self.new = LinuxPc(office, NEW, {"update_signers": ["ab" * 32]})
        self.pcs = {}
        for pc in (self.old, self.new, self.revoked):
            if (pc.data / "device_id").exists():
                self.know(pc)
        self.proxy = RecordingProxy(office.folder / "data", office.agents_port, self.pcs)

    def know(self, pc):
        self.pcs[pc.device_id] = pc.name, pc.data

    def kept(self):
        """What was said, without the polls that ended with nothing: their waiting proves nothing more."""
        return [each for each in self.proxy.said if '"commands":[]' not in each["answer"].get("body", "")]

    # --- what is waited for ---

    def wait_for(self, path, pc, count=1):
        wait_until(lambda: len(self.proxy.of(path, pc.name)) >= count, 90, f"{count} of {path} by {pc.name}")

    def wait_for_news(self, pc, command, state):
        def told():
            return any(f'"{state}"' in each["request"]["body"]
                       for each in self.proxy.of(f"/v1/commands/{command}", pc.name))
        wait_until(told, 90, f"{state} of {command}")

    def commands(self, pc):
        """The polls that were answered with a command."""
        return [each for each in self.proxy.of("/v1/commands ", pc.name) if '"id"' in each["answer"]["body"]]

    def ordered(self, pc, *order):
        """The office orders something while the PC waits for it; the command's id."""
        known = len(self.commands(pc))
        time.sleep(1)  # the PC waits again
        self.office.cli(*order)
        wait_until(lambda: len(self.commands(pc)) > known, 120, f"the answer to {order}")
        said = self.commands(pc)[-1]
        said["office"] = list(order)
        return json.loads(said["answer"]["body"])["commands"][0]["id"]

    # --- what happens ---

    def live(self):
        self.new.enrol("0" * 64, self.proxy.port, expect=4)
        self.new.enrol(self.office.state["enrolment_token"], self.proxy.port)
        self.know(self.new)
        services = self.report()
        for pc in (self.new, self.old):
            self.wait_for_news(pc, self.ordered(pc, "scan", "--device", pc.name), "done")
        # Linux has no installer for it, but fetches the whole package before it says so.
        self.wait_for_news(self.new, self.ordered(self.new, *offer("0.9.0")), "failed")
        for service in services:
            assert service.stop() == 0
        self.installed_update()
        self.refused()

    def report(self):
        services = []
        for pc in (self.new, self.old):
            pc.save_passwords(6)  # an unchanged PC has nothing to report
            services.append(pc.serve(self.proxy.port))
            self.wait_for("/v1/reports", pc)
        # Each minute they say that nothing changed; then a password is saved.
        for pc in (self.new, self.old):
            self.wait_for("/v1/heartbeat", pc)
        self.new.save_passwords(5)
        self.wait_for("/v1/reports", self.new, 2)
        return services

    def installed_update(self):
        """What an agent says that an update has just started again: only Windows installs one, so its trace is made."""
        self.office.cli(*offer("0.8.0"))
        admin = self.office.somebody()

        def waiting():
            time.sleep(0.5)
            commands = admin.json("GET", f"/devices/{self.new.device_id}/commands")["commands"]
            return [each["command_id"] for each in commands
                    if each["kind"] == "update" and each["state"] in ("waiting", "offline")]
        command, = wait_until(waiting, 120, "the second update to be ordered")
        (self.new.data / "update.json").write_text(json.dumps({"command_id": command, "version": "0.1.0"}))
        service = self.new.serve(self.proxy.port)
        self.wait_for_news(self.new, command, "done")
        assert service.stop() == 0
        self.commands(self.new)[-1]["office"] = offer("0.8.0")

    def refused(self):
        def told():
            return any(" 403 " in each["answer"]["head"] for each in self.proxy.of("/v1/reports", REVOKED))
        self.revoked.save_passwords(7)
        service = self.revoked.serve(self.proxy.port)
        wait_until(told, 60, "the refusal")
        service.stop()

    def renew(self):
        """Most of a year later."""
        for pc in (self.new, self.old):
            service = pc.serve(self.proxy.port)
            self.wait_for("/v1/renew", pc)
            assert service.stop() == 0
        # Whatever else they said in the meantime depends on what a year brought.
        self.proxy.said = self.proxy.of("/v1/renew")
