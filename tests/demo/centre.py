"""The centre of ./run: started once, and again on the same data."""

import json
import os
import socket
import time


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(seconds, what, condition):
    until = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() >= until:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.5)
    return answer


def write_secret(file, text):
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


class Centre:
    def __init__(self, program, data, password_file, agents_port, steps, processes):
        self.program, self.data, self.agents_port = program, data, agents_port
        self.page_port = agents_port + 1
        self._password_file, self._steps, self._processes = password_file, steps, processes

    def ask(self, *arguments):
        """A command of the centre, and what it answers as JSON."""
        return json.loads(self._steps.output(self.program, "--json", "--data", self.data, *arguments))

    def text(self, *arguments):
        return self._steps.output(self.program, "--data", self.data, *arguments)

    # --- start ---

    def start(self):
        log = self._processes.log("central")
        write_secret(log, "")
        self._processes.start("central", self.program, "serve", "--json", "--data", self.data,
                              "--agents", f"127.0.0.1:{self.agents_port}", "--people", f"127.0.0.1:{self.page_port}",
                              "--log", log.with_name("central-events.log"))
        announced = wait_for(30, "the centre", self._announced)
        self._keep_password(announced.get("password_file"))

    def _announced(self):
        text = self._processes.log("central").read_text("utf-8", "replace")
        if self._processes.running("central") is None:
            raise ChildProcessError(text)
        # It listens before it says its addresses and the first password.
        return json.loads(text) if text.rstrip().endswith("}") and listens(self.page_port) else None

    def _keep_password(self, first):
        """Of the first start: a demo may keep it until somebody has signed in with it and set their own."""
        if first:
            with open(first, encoding="utf-8") as file:
                write_secret(self._password_file, file.read())
        elif not self._admin()["must_change_password"]:
            self._password_file.unlink(missing_ok=True)
        elif not self.password():
            write_secret(self._password_file, self.ask("user", "passwd", "admin")["password"] + "\n")

    def _admin(self):
        return next(user for user in self.ask("user", "list")["users"] if user["user"] == "admin")

    def password(self):
        """The one that was made, while it is good."""
        return self._password_file.read_text("utf-8").strip() if self._password_file.exists() else ""

    # --- units and PCs ---

    def add_unit(self, path):
        if path not in [unit["path"] for unit in self.ask("unit", "list")["units"]]:
            self.ask("unit", "add", path)

    def token(self, unit, uses=1):
        return self.ask("token", "create", "--unit", unit, "--uses", uses, "--days", 1)["token"]

    def fingerprint(self):
        return self.ask("ca", "fingerprint")["sha256"]

    def address(self):
        return f"https://127.0.0.1:{self.agents_port}"

    def enrolment(self, unit):
        """Whoever enrols: the fingerprint tells the agent which centre is meant."""
        return ["--url", self.address(), "--ca-sha256", self.fingerprint(), "--token", self.token(unit)]

    def settings(self):
        """The demo does not spread its PCs over five minutes."""
        return json.dumps({"startup_spread_seconds": 0, "collector_url": self.address(),
                           "ca_sha256": self.fingerprint()})

    def last_report_at(self, device):
        return self.ask("device", "show", device)["last_report_at"]

    def wait_for_report(self, device, seconds, of, start):
        """Runs `start`, and waits for a report that is newer than the last one."""
        before = self.last_report_at(device)
        time.sleep(1)  # reports are told apart by whole seconds here
        start()
        wait_for(seconds, f"a report from {of}", lambda: self.last_report_at(device) not in (None, before))
