"""A real agent on a PC that has a name, a person and a browser of its own; as root."""

import json
import os
import time

from served_centre import run, wait_until

import made_stores

# A name, and other people than this machine's.
ELSEWHERE = """hostname "$0" && mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/shadow" /etc/shadow && shift &&
exec "$@" """
LOGIN_DATA = "home/.config/chromium/Default/Login Data"


class LinuxPc:
    def __init__(self, office, name, config=None):
        self.office, self.name = office, name
        self.folder = office.folder / "pcs" / name
        self.data = self.folder / "data"
        if not self.data.exists():
            self.data.mkdir(parents=True, mode=0o700)
            self._make({"startup_spread_seconds": 0, "heartbeat_interval_minutes": 1, **(config or {})})

    def _make(self, config):
        (self.data / "config.json").write_text(json.dumps(config))
        self.save_passwords(2)
        home, changed = self.folder / "home", int(time.time()) // 86400 - 60
        (self.folder / "passwd").write_text("root:x:0:0:root:/root:/bin/bash\n"
                                            f"lan.pham:x:{os.geteuid()}:0:Phạm Lan:{home}:/bin/bash\n")
        (self.folder / "shadow").write_text(f"root:*:{changed}:0:99999:7:::\n"
                                            f"lan.pham:$y$j9T$test$test:{changed}:0:99999:7:::\n")

    def save_passwords(self, count):
        """The person's browser holds so many from now on."""
        store = self.folder / LOGIN_DATA
        made_stores.chromium_store(f"{store}.new", count, host="https://motcua{}.hanoi.gov.vn")
        os.replace(f"{store}.new", store)

    def command(self, *arguments):
        return ["unshare", "-um", "sh", "-c", ELSEWHERE, self.name, self.folder, self.office.agent, "--lang", "en",
                "--data", self.data, *arguments]

    def enrol(self, token, port=None, expect=0):
        run(self.command("enroll", "--url", f"https://127.0.0.1:{port or self.office.centre.agents_port}", "--token",
                         token, "--ca-sha256", self.office.centre.started["ca_sha256"]), expect=expect)

    def use_port(self, port):
        file = self.data / "config.json"
        config = json.loads(file.read_text())
        file.write_text(json.dumps({**config, "collector_url": f"https://127.0.0.1:{port}"}))

    def serve(self, port=None):
        self.use_port(port or self.office.centre.agents_port)
        return self.office.process(self.command("service", "run"), self.folder / "agent.out")

    @property
    def device_id(self):
        return (self.data / "device_id").read_text().strip()

    def report(self, saved=2):
        """Runs the service until the centre has a new report of it; of a PC that has sent one before, only a browser
        that holds another number of passwords is news."""
        self.save_passwords(saved)
        before = self.office.newest_report(self.device_id)
        service = self.serve()
        wait_until(lambda: self.office.newest_report(self.device_id) != before, 60, f"a report of {self.name}")
        assert service.stop() == 0

    def report_later(self):
        """Takes one that waits, since no centre is there."""
        run(self.command("scan", "--send"), expect=None)
