"""A centre and its Linux agents for a test: on free ports of 127.0.0.1, asked through the people's API as the page
asks."""

import http.client
import json
import os
import pathlib
import re
import sqlite3
import ssl
import subprocess
import tempfile

from packed_texts import unpacked
from wardwatch_testing import EndToEnd, Facts, agent, central, free_port, run, wait_until

UNIT = "Phường Thử Nghiệm"
# What the administrator sets instead of the password that was made.
OWN_PASSWORD = "Trời mưa 7 ngày!A"


def read_database(file, query):
    """Asks a copy of one of our own databases: a Linux reader beside a Windows program under Wine sees no locks."""
    def both():
        return [path.read_bytes() if path.exists() else b""
                for path in (pathlib.Path(f"{file}-wal"), pathlib.Path(file))]
    last = both()
    while (now := both()) != last:
        last = now
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "copy.db"
        copy.write_bytes(last[1])
        pathlib.Path(f"{copy}-wal").write_bytes(last[0])
        database = sqlite3.connect(copy)
        try:
            return database.execute(query).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []  # it is just being made
            raise
        finally:
            database.close()


class Centre:
    def __init__(self, test, name="centre", known_as=(), config=None, joins=None):
        """With `joins` it is one more process of that centre, whose administrator and units are there."""
        self._test, self._name = test, name
        self._options = []
        if config:
            file = test.folder / f"{name}.json"
            file.write_text(json.dumps(config))
            self._options = ["--config", file]
        self._names = [word for host in known_as for word in ("--name", host)]
        self.folder = test.folder / name
        self.agents_port, self.people_port = free_port(), free_port()
        self._session = None
        self.process = None
        announced = self.start()
        self.ca_sha256 = announced["ca_sha256"]
        if joins:
            self.password = joins.password
            return
        self.password = pathlib.Path(announced["password_file"]).read_text("utf-8").strip()
        self.cli("unit", "add", UNIT)

    def start(self):
        """Starts it, again after a kill, on the same data and ports; what it printed."""
        before = len(self.process.text()) if self.process else 0
        self.process = self._test.start(
            [central(), "serve", "--json", *self._options, "--data", self.folder,
             "--agents", f"127.0.0.1:{self.agents_port}", "--people", f"127.0.0.1:{self.people_port}",
             "--log", self.folder.with_suffix(".log"), *self._names],
            self._name)
        wait_until(lambda: self._healthy(), 60, "the centre to answer")
        return json.loads(self.process.text()[before:])

    def _healthy(self):
        if not self.process.running():
            raise AssertionError(f"the centre ended: {self.process.text()[-3000:]}")
        try:
            return self._request("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def cli(self, *arguments, expect=0):
        done = run([central(), "--json", *self._options, "--data", self.folder, *arguments], expect=expect)
        return json.loads(done.stdout) if expect == 0 else done

    def token(self, uses=1, days=1):
        return self.cli("token", "create", "--unit", UNIT, "--uses", uses, "--days", days)["token"]

    def change_database(self, statement, *values):
        """For what no command offers: a token that expired yesterday, a forgotten certificate."""
        database = sqlite3.connect(self.folder / "central.db", timeout=30)
        database.execute(statement, values)
        database.commit()
        database.close()

    def stored_reports(self):
        """(device id, report id, the bytes that arrived) of every report."""
        rows = read_database(self.folder / "central.db",
                             "SELECT r.device_id, r.report_id, r.body, b.body FROM reports r LEFT JOIN "
                             "report_bases b ON b.device_id = r.device_id AND b.number = r.base ORDER BY r.id")
        return [(device, report, unpacked(body, unpacked(base or b""))) for device, report, body, base in rows]

    # --- the people's API ---

    def _request(self, method, path, body=None, headers=None):
        context = ssl.create_default_context()
        context.check_hostname = False  # the page's certificate is looked at by other tests
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.people_port, timeout=30, context=context)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def get(self, path):
        status, body = 401, b""
        if self._session:
            status, body, _ = self._request("GET", path, headers={"Cookie": self._session})
        if status == 401:  # not signed in yet, or the centre was restarted
            self._sign_in()
            status, body, _ = self._request("GET", path, headers={"Cookie": self._session})
        assert status == 200, (path, status, body)
        return json.loads(body)

    def _sign_in(self):
        def post(path, body, **headers):
            status, answer, got = self._request("POST", path, json.dumps(body),
                                                {"Content-Type": "application/json", **headers})
            assert status == 200, (path, status, answer)
            self._session = got["Set-Cookie"].split(";")[0]
            return json.loads(answer)
        session = post("/api/v1/session", {"user": "admin", "password": self.password})
        if session["must_change_password"]:
            post("/api/v1/session/password", {"old_password": self.password, "new_password": OWN_PASSWORD},
                 **{"Cookie": self._session, "X-CSRF-Token": session["csrf_token"]})
            self.password = OWN_PASSWORD

    def devices(self):
        return self.get("/api/v1/devices")["devices"]

    def device(self, device_id):
        return self.get(f"/api/v1/devices/{device_id}")

    def verdicts(self, device_id):
        return self.get(f"/api/v1/devices/{device_id}/verdicts")

    def facts(self, device_id):
        return Facts(self.device(device_id)["report"])

    def wait_for_polls(self, count):
        """Until so many PCs are connected and wait for a command."""
        def waiting():
            self.get("/api/v1/session")
            text = self._request("GET", "/metrics", headers={"Cookie": self._session})[1].decode()
            return re.search(r"(?m)^wardwatch_polls_waiting (\d+)$", text)[1] == str(count)
        wait_until(waiting, 60, f"{count} polls that wait")

    def wait_for_report(self, seconds=60):
        """The one device, as soon as it has a report."""
        def reported():
            devices = self.devices()
            return devices[0] if devices and devices[0]["last_report_at"] else None
        return wait_until(reported, seconds, "a report at the centre")


class LinuxAgent:
    """An agent with a data folder of its own. With `home`, that folder is the home of the machine's one person."""

    def __init__(self, test, centre, name="agent", home=None):
        self._test, self._centre, self._name = test, centre, name
        self.folder = test.folder / name
        self._before = []
        self.config = {"startup_spread_seconds": 0}
        if home:
            self._before = self._as_only_person(home)
        self.folder.mkdir(mode=0o700)
        self._write_config()

    def _as_only_person(self, home):
        passwd = self._test.folder / "passwd"
        passwd.write_text(f"person:x:{os.geteuid()}:0:A person:{home}:/bin/sh\n")
        command = ["unshare", "-m" if os.geteuid() == 0 else "-Urm", "sh", "-c",
                   'mount --bind "$0" /etc/passwd && exec "$@"', passwd]
        if subprocess.run([*map(str, command), "true"], check=False, capture_output=True).returncode != 0:
            self._test.skipTest("this system does not let a test have its own /etc/passwd")
        return command

    def switch_off(self, collector):
        """From the next start on, this one alone."""
        file = self.folder / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "disabled_collectors": [collector]}))

    def _write_config(self):
        (self.folder / "config.json").write_text(json.dumps(self.config))

    def command(self, *arguments):
        return [*self._before, agent(), "--lang", "en", "--data", self.folder, *arguments]

    def run(self, *arguments, expect=0):
        return run(self.command(*arguments), expect=expect)

    def enrol(self, token, ca_sha256=None, port=None, expect=0):
        return self.run("enroll", "--url", f"https://127.0.0.1:{port or self._centre.agents_port}", "--token", token,
                        "--ca-sha256", ca_sha256 or self._centre.ca_sha256, expect=expect)

    @property
    def device_id(self):
        return (self.folder / "device_id").read_text().strip()

    def set(self, **settings):
        """From the next start on."""
        file = self.folder / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **settings}))

    def use_port(self, port):
        self.set(collector_url=f"https://127.0.0.1:{port}")

    def serve(self):
        return self._test.start(self.command("service", "run"), self._name)

    def reports(self):
        """report id → the JSON that it stored."""
        return dict(read_database(self.folder / "wardwatch.db", "SELECT report_id, json FROM reports"))

    def waiting(self):
        return {row[0] for row in read_database(self.folder / "wardwatch.db", "SELECT report_id FROM outbox")}


class Office(EndToEnd):
    """A test that has a centre."""

    def setUp(self):
        super().setUp()
        self.centre = self.make_centre()

    def make_centre(self):
        return Centre(self)

    def enrolled(self, name="agent"):
        pc = LinuxAgent(self, self.centre, name)
        pc.enrol(self.centre.token())
        return pc
