#!/usr/bin/env python3
"""Linux agent and centre over mutual TLS: enrolment, report, verdicts; kills at random moments lose and double nothing;
who does not belong is refused, in words that say why."""

import json
import random
import socket
import ssl
import time

from office import Centre, LinuxAgent, Office
from wardwatch_testing import main, wait_until

REFUSED = 4  # the agent's exit code for "it did not work"
CHECKS = ("accounts", "antivirus", "browser_policy", "password_policy")


class Chain(Office):
    def test_from_collector_to_verdict(self):
        pc = self.enrolled()
        service = pc.serve()
        device = self.centre.wait_for_report()
        self.assertIn(device["status"], ("pass", "fail", "unknown"))
        facts = self.centre.facts(device["device_id"])
        self.assertEqual(facts.plain("host.name"), device["host_name"])
        judged = self.centre.verdicts(device["device_id"])
        self.assertEqual(judged["report_id"], facts.report["report_id"])
        self.assertEqual({verdict["rule"] for verdict in judged["verdicts"]} - {
            rule["id"] for rule in self.centre.get("/api/v1/policy")["rules"]}, set())
        self.assertEqual(service.stop(), 0)
        # What the agent says by itself about the same report is what the centre says.
        stored = pc.reports()[facts.report["report_id"]]
        file = self.folder / "report.json"
        file.write_text(stored)
        own = json.loads(pc.run("check", "--json", "--report", file, expect=None).stdout)
        self.assertEqual([(v["rule"], v["instance"], v["status"]) for v in own["verdicts"]],
                         [(v["rule"], v["instance"], v["status"]) for v in judged["verdicts"]])
        self.assertEqual([body for _, _, body in self.centre.stored_reports()], [stored.encode()])

    def test_collector_that_is_switched_off(self):
        """The service skips it, and the centre judges its rules unknown: neither kept nor broken."""
        pc = self.enrolled()
        pc.switch_off("accounts")
        service = pc.serve()
        device = self.centre.wait_for_report()
        service.stop()
        reason = "switched off by the settings"
        facts = self.centre.facts(device["device_id"])
        self.assertEqual([facts.plain(id_) for id_, _ in facts.by_key if id_.startswith("accounts")],
                         ["unknown: " + reason])
        rules = {verdict["rule"]: verdict["status"] for verdict in self.centre.verdicts(device["device_id"])["verdicts"]
                 if verdict["reason"] == reason}
        self.assertEqual((len(rules) > 0, set(rules.values())), (True, {"unknown"}))
        # The first report went out before any answer; from then on the agent knows that this centre takes codes.
        pc.switch_off("host")
        service = pc.serve()
        wait_until(lambda: len(self.centre.stored_reports()) == 2, 60, "the next report")
        service.stop()
        reports = [json.loads(body) for *_, body in self.centre.stored_reports()]
        self.assertEqual([report["format"] for report in reports], [1, 2])
        self.assertIn({"id": "host", "instance": "", "unknown": reason, "reason": {"code": "switched_off"}},
                      reports[1]["facts"])

    def test_kills_lose_and_double_nothing(self):
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        pc = self.enrolled()
        # Kills fall from before a start is ready to after its report is made, however fast this machine is now.
        began = time.monotonic()
        service = pc.serve()
        wait_until(pc.reports, 120, "the first report to be made")
        span = 1.5 * (time.monotonic() - began)
        service.kill()
        made = dict(pc.reports())
        round_ = 0
        while round_ < 40 or (len(made) <= 10 and round_ < 400):
            round_ += 1
            pc.switch_off(CHECKS[round_ % len(CHECKS)])  # a start without news makes no report
            service = pc.serve()
            kill_centre = chance.random() < 0.4
            moments = sorted(chance.uniform(0, span) for _ in range(2))
            time.sleep(moments[0])
            if kill_centre:
                self.centre.process.kill()
                time.sleep(moments[1] - moments[0])
            service.kill()
            made.update(pc.reports())
            if kill_centre:
                self.centre.start()
        service = pc.serve()
        wait_until(lambda: made.update(pc.reports()) or (made and not pc.waiting()), 120, "the outbox to run empty")
        service.stop()
        made.update(pc.reports())
        stored = self.centre.stored_reports()
        print(f"seed {seed}: {len(made)} reports made in {round_ + 2} starts, {len(stored)} at the centre")
        self.assertGreater(len(made), 10)
        self.assertEqual(sorted(report_id for _, report_id, _ in stored), sorted(made))
        self.assertEqual({report_id: body.decode() for _, report_id, body in stored}, made)
        listed = self.centre.get(f"/api/v1/devices/{stored[0][0]}/reports")["reports"]
        self.assertLessEqual({report["report_id"] for report in listed}, set(made))

    def test_reports_wait_for_the_centre(self):
        """What was taken while the centre was away arrives later, oldest first."""
        pc = self.enrolled()
        self.centre.process.kill()
        for _ in range(3):
            pc.run("scan", "--send", expect=REFUSED)
        self.assertEqual(len(pc.waiting()), 3)
        order = [json.loads(text)["report_id"] for text in pc.reports().values()]
        self.centre.start()
        service = pc.serve()
        wait_until(lambda: not pc.waiting(), 120, "the outbox to run empty")
        service.stop()
        self.assertEqual([report_id for _, report_id, _ in self.centre.stored_reports()][:3], order)

    def assert_refused(self, done, *words):
        text = done.stdout + done.stderr
        print("\n  said: " + done.stderr.strip())
        for word in words:
            self.assertRegex(text.lower(), word)
        self.assertNotRegex(text, r"(?i)exception|terminate|asan|errno")

    def test_wrong_authority(self):
        other = Centre(self, "other")
        pc = LinuxAgent(self, self.centre)
        self.assert_refused(pc.enrol(self.centre.token(), ca_sha256=other.ca_sha256, expect=REFUSED), "fingerprint|ca")
        self.assertEqual(self.centre.devices(), [])
        # Enrolled here, then led to another centre: neither side talks to the other.
        pc.enrol(self.centre.token())
        pc.use_port(other.agents_port)
        self.assert_refused(pc.run("scan", "--send", expect=REFUSED), "ca|certificate|trust")
        self.assertEqual(len(pc.waiting()), 1)
        self.assertEqual(other.stored_reports(), [])

    def test_foreign_client_certificate(self):
        """A PC of another centre that trusts this one shows the other's certificate."""
        other = Centre(self, "other")
        stranger = LinuxAgent(self, other, "stranger")
        stranger.enrol(other.token())
        mine = self.enrolled("mine")
        (stranger.folder / "ca.pem").write_bytes((mine.folder / "ca.pem").read_bytes())
        stranger.use_port(self.centre.agents_port)
        config = json.loads((stranger.folder / "config.json").read_text())
        (stranger.folder / "config.json").write_text(json.dumps({**config, "ca_sha256": self.centre.ca_sha256}))
        self.assert_refused(stranger.run("scan", "--send", expect=REFUSED), "certificate|enrol")
        self.assertEqual(self.centre.stored_reports(), [])

    def test_certificate_that_the_centre_forgot(self):
        pc = self.enrolled()
        self.centre.change_database("DELETE FROM certificates")
        self.assert_refused(pc.run("scan", "--send", expect=REFUSED), "certificate", "enrol")
        self.assertEqual(self.centre.stored_reports(), [])

    def test_tokens(self):
        def enrol(name, token, expect=REFUSED):
            return LinuxAgent(self, self.centre, name).enrol(token, expect=expect)
        once = self.centre.token(uses=1)
        enrol("first", once, expect=0)
        self.assert_refused(enrol("second", once), "token", "used")
        self.assert_refused(enrol("unknown", "0123456789abcdef"), "token", "know")
        expired = self.centre.token()
        self.centre.change_database("UPDATE tokens SET expires_at = ? WHERE id = (SELECT max(id) FROM tokens)",
                                    int(time.time()) - 5)
        self.assert_refused(enrol("late", expired), "token", "expired")
        revoked = self.centre.token()
        self.centre.cli("token", "revoke", self.centre.cli("token", "list")["tokens"][-1]["id"])
        self.assert_refused(enrol("revoked", revoked), "token", "revoked")
        self.assertEqual(len(self.centre.devices()), 1)

    def test_revoked_device(self):
        pc = self.enrolled()
        pc.run("scan", "--send", expect=None)
        self.assertEqual(len(self.centre.stored_reports()), 1)
        self.centre.cli("device", "revoke", self.centre.devices()[0]["device_id"])
        self.assert_refused(pc.run("scan", "--send", expect=REFUSED), "revoked")
        self.assertEqual(len(self.centre.stored_reports()), 1)
        self.assertEqual(len(pc.waiting()), 1)

    def test_revoked_device_that_resumes_its_session(self):
        pc = self.enrolled()
        context = ssl.create_default_context(cafile=pc.folder / "ca.pem")
        context.load_cert_chain(pc.folder / "certificate.pem", pc.folder / "key.pem")

        def poll(session):
            body = b'{"wait_seconds":0,"has":[]}'
            with socket.create_connection(("127.0.0.1", self.centre.agents_port), 30) as plain:
                with context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as tls:
                    tls.sendall(b"POST /v1/commands HTTP/1.1\r\nHost: centre\r\nConnection: close\r\nContent-Length: "
                                + str(len(body)).encode() + b"\r\n\r\n" + body)
                    answer = b"".join(iter(lambda: tls.recv(4096), b"")).decode()
                    return answer.split(" ")[1], answer, tls.session_reused, tls.session

        status, answer, resumed, session = poll(None)
        self.assertEqual((status, resumed), ("200", False), answer)
        status, answer, resumed, session = poll(session)
        self.assertEqual((status, resumed), ("200", True), answer)
        self.centre.cli("device", "revoke", self.centre.devices()[0]["device_id"])
        status, answer, resumed, _ = poll(session)
        self.assertEqual((status, resumed), ("403", True), answer)
        self.assertIn("device_revoked", answer)

    def test_enrolling_twice_uses_the_token_once(self):
        token = self.centre.token(uses=2)
        pc = LinuxAgent(self, self.centre)
        pc.enrol(token)
        pc.enrol(token)
        self.assertEqual(self.centre.cli("token", "list")["tokens"][0]["used"], 1)
        self.assertEqual(len(self.centre.devices()), 1)


if __name__ == "__main__":
    main()
