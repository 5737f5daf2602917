#!/usr/bin/env python3
"""Two processes of a centre behind haproxy on one PostgreSQL server, set up as docs/operations.md says: simulated and
real PCs report through the balancer while one process is killed and the server is stopped and started."""

import http.client
import json
import re
import shutil
import socket
import ssl
import sys

from office import OWN_PASSWORD, Centre, LinuxAgent, Office
from wardwatch_testing import SOURCE, free_port, main, program, run, wait_until

sys.path.insert(0, str(SOURCE / "tests/reporting/central"))
from postgres_server import PostgresServer  # noqa: E402 (where it lies must be known first)

PCS = 120
# Another address of the loopback: what comes from here is the balancer's.
BALANCER = "127.0.0.2"
# A person's, which the centre learns from the balancer alone.
PERSON = "127.0.0.9"


class Balancer:
    """haproxy with the configuration that the document shows, on free ports of the loopback."""

    def __init__(self, test, centres):
        if not shutil.which("haproxy", path="/usr/sbin:/usr/bin:/sbin:/bin"):
            raise SystemExit("haproxy is missing: apt-get install haproxy")
        self.agents_port, self.people_port = free_port(), free_port()
        self.control = test.folder / "haproxy.sock"
        file = test.folder / "haproxy.cfg"
        file.write_text(self._configuration(centres))
        self.process = test.start([shutil.which("haproxy", path="/usr/sbin:/usr/bin:/sbin:/bin"), "-db", "-f", file],
                                  "haproxy")
        wait_until(lambda: self._alive() == 4, 60, "haproxy to find both processes well")

    def _configuration(self, centres):
        document = (SOURCE / "docs/operations.md").read_text("utf-8")
        text = re.search(r"^       global\n(?:       .*\n|\n)+", document, re.MULTILINE)[0]
        for wanted, ours in (("*:8443", f"127.0.0.1:{self.agents_port}"), ("*:8444", f"127.0.0.1:{self.people_port}"),
                             ("maxconn 200000",
                              f"maxconn 2000\n        stats socket {self.control} mode 600 level admin"),
                             ("10.0.0.11:8443", f"127.0.0.1:{centres[0].agents_port} source {BALANCER}"),
                             ("10.0.0.11:8444", f"127.0.0.1:{centres[0].people_port} source {BALANCER}"),
                             ("10.0.0.12:8443", f"127.0.0.1:{centres[1].agents_port} source {BALANCER}"),
                             ("10.0.0.12:8444", f"127.0.0.1:{centres[1].people_port} source {BALANCER}")):
            assert text.count(wanted) == 1, (wanted, text)
            text = text.replace(wanted, ours)
        return text

    def say(self, command):
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(self.control))
            control.sendall(command.encode() + b"\n")
            answer = b""
            while part := control.recv(65536):
                answer += part
        return answer.decode()

    def _alive(self):
        if not self.process.running():
            raise AssertionError(self.process.text())
        try:
            return sum(1 for row in self.servers() if row["status"].startswith("UP"))
        except OSError:
            return 0

    def servers(self):
        """Each server of each listener, by haproxy's own names of its figures."""
        lines = self.say("show stat").lstrip("# ").splitlines()
        names = lines[0].split(",")
        rows = [dict(zip(names, line.split(","))) for line in lines[1:] if line]
        return [row for row in rows if row["svname"] not in ("FRONTEND", "BACKEND")]

    def connections(self, listener, server):
        return next(int(row["scur"]) for row in self.servers()
                    if (row["pxname"], row["svname"]) == (listener, server))

    def ask(self, method, path, body=None, headers=None):
        """As a browser of PERSON does, over a new connection."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.people_port, timeout=30, context=context,
                                                 source_address=(PERSON, 0))
        try:
            connection.request(method, path, body=body and json.dumps(body),
                               headers={"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read()), answer.headers
        finally:
            connection.close()


class BalancedTest(Office):
    def setUp(self):
        self.server = self.enterContext(PostgresServer(fsync="on", synchronous_commit="on", autovacuum="on"))
        super().setUp()
        self.other = self.second_centre()
        self.balancer = Balancer(self, (self.centre, self.other))

    def config(self):
        return {"database": self.server.url(), "proxies": [BALANCER]}

    def make_centre(self):
        return Centre(self, config=self.config())

    def second_centre(self):
        folder = self.folder / "second"
        folder.mkdir(mode=0o700)
        for name in ("ca.crt", "ca.key", "sealing.key"):
            shutil.copy(self.centre.folder / name, folder / name)
        return Centre(self, "second", config=self.config(), joins=self.centre)

    def reports(self):
        answer = self.server.query("SELECT count(*), count(DISTINCT report_id) FROM reports")
        return [int(number) for number in answer.split("|")]

    def fleet(self, verb, *arguments):
        return [program("WARDWATCH_FLEET", "linux/reporting/fleet/wardwatch-fleet"), verb, "--url",
                f"https://127.0.0.1:{self.balancer.agents_port}", "--state", self.folder / "fleet", *arguments]

    def sign_in(self):
        """Through the balancer; the headers of what is asked from then on."""
        status, session, headers = self.balancer.ask("POST", "/api/v1/session",
                                                     {"user": "admin", "password": OWN_PASSWORD})
        self.assertEqual(status, 200, session)
        return {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": session["csrf_token"]}

    def test_people_are_the_same_at_both_and_known_by_their_own_address(self):
        self.centre.get("/api/v1/overview")  # its administrator has a password of their own now
        headers = self.sign_in()
        # One request after the other goes to another process.
        for _ in range(4):
            status, answer, _ = self.balancer.ask("GET", "/api/v1/audit", headers=headers)
            self.assertEqual(status, 200, answer)
        addresses = {entry["address"] for entry in answer["entries"] if entry["action"] == "signIn"}
        self.assertIn(PERSON, addresses)
        self.assertNotIn(BALANCER, addresses)
        for row in self.balancer.servers():
            if row["pxname"] == "people":
                self.assertGreater(int(row["stot"]), 1, row)
        # Wrong passwords count at both together.
        answers = [self.balancer.ask("POST", "/api/v1/session", {"user": "binh", "password": "wrong"})[0]
                   for _ in range(6)]
        self.assertEqual(answers, [401] * 5 + [429])
        self.assertEqual(self.balancer.ask("DELETE", "/api/v1/session", headers=headers)[0], 200)
        for _ in range(2):
            self.assertEqual(self.balancer.ask("GET", "/api/v1/session", headers=headers)[0], 401)

    def test_a_command_given_at_one_reaches_a_pc_at_the_other(self):
        self.centre.get("/api/v1/overview")
        self.balancer.say("disable server agents/one")
        pc = LinuxAgent(self, self.centre)
        pc.enrol(self.centre.token(), port=self.balancer.agents_port)
        self.assertIn(f"enrolled device={pc.device_id} from=127.0.0.1",
                      self.other.folder.with_suffix(".log").read_text("utf-8"))
        pc.serve()
        wait_until(lambda: self.reports() == [1, 1] and self.balancer.connections("agents", "two") > 0, 60,
                   "the first report")
        self.assertEqual(self.balancer.connections("agents", "one"), 0)
        token = self.centre.get("/api/v1/session")["csrf_token"]
        status, answer, _ = self.centre._request(
            "POST", "/api/v1/scans", json.dumps({"devices": [pc.device_id]}),
            {"Cookie": self.centre._session, "Content-Type": "application/json", "X-CSRF-Token": token})
        self.assertEqual(status, 201, answer)
        batch = json.loads(answer)["batch_id"]
        ended = {"done", "failed", "expired"}
        state = wait_until(
            lambda: ended & {each["state"] for each in self.centre.get(f"/api/v1/scans/{batch}")["devices"]}, 120,
            "the scan")
        self.assertEqual(state, {"done"})
        self.assertEqual(self.reports(), [2, 2])

    def test_a_pc_that_is_revoked_is_refused_on_the_connection_that_is_open(self):
        pc = LinuxAgent(self, self.centre)
        pc.enrol(self.centre.token(), port=self.balancer.agents_port)
        context = ssl.create_default_context(cafile=pc.folder / "ca.pem")
        context.load_cert_chain(pc.folder / "certificate.pem", pc.folder / "key.pem")
        connection = http.client.HTTPSConnection("127.0.0.1", self.balancer.agents_port, timeout=60, context=context)
        self.addCleanup(connection.close)

        def poll():
            connection.request("POST", "/v1/commands", body='{"wait_seconds":0,"has":[]}',
                               headers={"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        self.assertEqual(poll()[0], 200)
        self.centre.cli("device", "revoke", pc.device_id)
        status, answer = wait_until(lambda: (got := poll())[0] != 200 and got, 60, "the refusal")
        self.assertEqual((status, json.loads(answer)["error"]), (403, "device_revoked"))

    def test_a_process_and_then_the_database_go_and_nothing_is_lost(self):
        self.centre.get("/api/v1/overview")
        run(self.fleet("prepare", "--ca-sha256", self.centre.ca_sha256, "--count", PCS, "--months", 0, "--token",
                       self.centre.token(uses=PCS), "--workers", 8), timeout=300)
        load = self.start(self.fleet("load", "--ramp", 2, "--seconds", 45, "--polls", "--heartbeats", 60, "--changed",
                                     50, "--verify", "--json", self.folder / "result", "--acknowledged",
                                     self.folder / "acknowledged"), "load")
        load.wait_for("measuring")
        for server in ("one", "two"):
            wait_until(lambda name=server: self.balancer.connections("agents", name) > PCS / 4, 60, server)
        count = self.reports()[0]
        wait_until(lambda: self.reports()[0] > count + 50, 60, "reports of a quiet time")

        self.centre.process.kill()
        count = self.reports()[0]
        wait_until(lambda: self.reports()[0] > count + 50, 60, "reports at the one that is left")
        headers = self.sign_in()

        self.server.stop()
        status, answer, got = self.balancer.ask("GET", "/api/v1/overview", headers=headers)
        self.assertEqual((status, answer["code"]), (503, "database_away"))
        self.assertGreater(int(got["Retry-After"]), 0)
        log = self.other.folder.with_suffix(".log")
        wait_until(lambda: "path=/v1/reports status=503" in log.read_text("utf-8"), 60, "a report to be put off")
        self.server.start()
        count = self.reports()[0]
        wait_until(lambda: self.reports()[0] > count + 50, 60, "reports after the server's start")
        self.assertEqual(self.balancer.ask("GET", "/api/v1/overview", headers=headers)[0], 200)

        self.assertEqual(load.process.wait(300), 0, load.text()[-3000:])
        result = json.loads((self.folder / "result").read_text())
        reports = result["reports"]
        self.assertEqual((reports["verified"], reports["lost"], reports["different"], reports["unsent"]),
                         (True, 0, 0, 0), (reports, result["problems"]))
        acknowledged = (self.folder / "acknowledged").read_text().splitlines()
        self.assertGreater(len(acknowledged), 150)
        self.assertEqual(reports["acknowledged"], len(acknowledged))
        stored = self.server.query("SELECT device_id || chr(9) || report_id FROM reports").splitlines()
        self.assertEqual(sorted(stored), sorted(acknowledged))


if __name__ == "__main__":
    main()
