#!/usr/bin/env python3
"""Scans that the centre asks for: real centre, real Linux agents. Delivery, PCs that are away, time that is over, kills
at random moments, and many PCs that wait."""

import json
import os
import pathlib
import random
import re
import ssl
import socket
import time

from office import Office, read_database
from wardwatch_testing import central, main, run, wait_until

FAILED, OPEN, ERROR = 1, 2, 4  # exit codes of `scan`
POLLS = int(os.environ.get("WARDWATCH_TEST_POLLS", "200"))


class ScanFromCentre(Office):
    def scan(self, *arguments, expect=0):
        """`scan --json`, whatever its exit code should be."""
        done = run([central(), "--json", "--lang", "en", "--data", self.centre.folder, "scan", *arguments],
                   expect=expect,
                   timeout=300)
        return json.loads(done.stdout)

    def page(self):
        """What asks for a scan as the page does, signed in."""
        token = self.centre.get("/api/v1/session")["csrf_token"]
        headers = {"Cookie": self.centre._session, "Content-Type": "application/json", "X-CSRF-Token": token}

        def ask(body):
            status, answer, _ = self.centre._request("POST", "/api/v1/scans", json.dumps(body), headers)
            self.assertEqual(status, 201, answer)
            return json.loads(answer)
        return ask

    def states(self, batch_id):
        return [device["state"] for device in self.centre.get(f"/api/v1/scans/{batch_id}")["devices"]]

    def from_centre(self):
        """report id → device id of the reports that the centre asked for."""
        rows = read_database(self.centre.folder / "central.db",
                             "SELECT report_id, device_id FROM reports WHERE trigger = 'centre'")
        return dict(rows)

    def wait_until_delivered(self, batch_id):
        wait_until(lambda: set(self.states(batch_id)) - {"waiting", "offline"}, 60, "the command to be delivered")

    def test_scan_and_wait(self):
        pc = self.enrolled()
        service = pc.serve()
        self.centre.wait_for_report()
        done = self.scan("--device", pc.device_id, "--wait")
        self.assertEqual((done["total"], done["done"], done["finished"]), (1, 1, True))
        self.assertEqual(self.from_centre(), {done["devices"][0]["report_id"]: pc.device_id})
        self.assertEqual(self.centre.facts(pc.device_id).report["trigger"], "centre")

        # By name, for people: progress lines, then a table.
        name = self.centre.devices()[0]["host_name"]
        text = run([central(), "--lang", "en", "--data", self.centre.folder, "scan", "--device", name, "--wait",
                    "60"]).stdout
        self.assertRegex(text, r"(?m)^Scan: [0-9a-f-]{36}$")
        self.assertRegex(text, r"(?m)^1 of 1 done, 0 failed, 0 offline$")
        batch_id = re.search(r"Scan: (\S+)", text)[1]
        self.assertEqual(self.scan("--batch", batch_id)["done"], 1)

        # A PC whose channel is at rest is told by another process, and by the page.
        page = self.page()
        for ask in (lambda: self.scan("--all"), lambda: page({"all": True})):
            self.centre.wait_for_polls(1)
            batch_id = ask()["batch_id"]
            self.wait_until_delivered(batch_id)
            wait_until(lambda: self.states(batch_id) == ["done"], 60, "the scan")
        self.assertEqual(service.stop(), 0)

    def test_wrong_orders(self):
        pc = self.enrolled()
        for arguments, code in ((["--device", "nobody"], ERROR), (["--unit", "Nowhere"], ERROR), ([], 3),
                                (["--all", "--unit", "1"], 3),
                                (["--batch", "nothing"], ERROR), (["--all", "--expires", "0"], None)):
            done = run([central(), "--lang", "en", "--data", self.centre.folder, "scan", *arguments], expect=None)
            self.assertEqual(done.returncode, code or done.returncode, (arguments, done.stderr))
            self.assertNotEqual(done.returncode, 0)
            self.assertTrue(done.stderr.strip())
        self.centre.cli("device", "revoke", pc.device_id)
        self.assertEqual(self.centre.cli("scan", "--device", pc.device_id, expect=ERROR).stdout, "")
        self.assertEqual(self.centre.cli("scan", "--all", expect=ERROR).stdout, "")

    def test_pc_that_is_away_scans_when_it_comes_back(self):
        here, away = self.enrolled("here"), self.enrolled("away")
        here.serve()
        wait_until(lambda: self.centre.device(here.device_id)["last_report_at"], 60,
                   "the report of the PC that is there")
        scan = self.scan("--all", "--wait", "8", expect=OPEN)
        self.assertEqual((scan["done"], scan["offline"], scan["finished"]), (1, 1, False))
        away.serve()
        scan = self.scan("--batch", scan["batch_id"], "--wait", "60")
        self.assertEqual(scan["done"], 2)
        self.assertEqual(sorted(self.from_centre().values()), sorted([here.device_id, away.device_id]))

    def test_order_that_is_over_its_time(self):
        pc = self.enrolled()
        late = self.scan("--all", "--expires", "1")["batch_id"]
        self.centre.change_database("UPDATE commands SET expires_at = ?", int(time.time()))
        pc.serve()
        self.assertEqual(self.scan("--all", "--wait")["done"], 1)
        self.assertEqual(self.states(late), ["expired"])
        self.assertEqual(self.scan("--batch", late, expect=OPEN)["expired"], 1)
        self.assertEqual(len(self.from_centre()), 1)

    def test_revoked_pc(self):
        pc, other = self.enrolled(), self.enrolled("other")
        scan = self.scan("--all")
        self.centre.cli("device", "revoke", pc.device_id)
        pc.serve()
        other.serve()
        scan = self.scan("--batch", scan["batch_id"], "--wait", "60", expect=FAILED)
        self.assertEqual((scan["failed"], scan["done"]), (1, 1))
        self.assertEqual(list(self.from_centre().values()), [other.device_id])

    def test_kills_end_in_the_truth(self):
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        pc = self.enrolled()
        batches = []
        for round_ in range(16):
            service = pc.serve()
            time.sleep(chance.uniform(0, 1))
            batches.append(self.scan("--all")["batch_id"])
            time.sleep(chance.uniform(0, 1.5))
            if round_ % 2:
                self.centre.process.kill()
                time.sleep(chance.uniform(0, 0.5))
                self.centre.start()
            service.kill()
        service = pc.serve()
        scans = [self.scan("--batch", batch, "--wait", "120") for batch in batches]
        ids = {scan["devices"][0]["report_id"] for scan in scans}
        print(f"\n  seed {seed}: {len(batches)} orders, {len(ids)} reports")
        # Each order is done, and by a report of this PC that was taken for it: orders that wait together share one.
        self.assertEqual({scan["done"] for scan in scans}, {1})
        self.assertLessEqual(ids, set(self.from_centre()))
        self.assertEqual(service.stop(), 0)
        # Nothing of all that runs once more: what did would be done before the one that is ordered now.
        before = len(self.from_centre())
        again = pc.serve()
        self.centre.wait_for_polls(1)
        self.assertEqual(self.scan("--all", "--wait", "120")["done"], 1)
        self.assertEqual(again.stop(), 0)
        self.assertEqual(len(self.from_centre()), before + 1)

    # --- many that wait ---

    def _poll(self, pc, body):
        """A connection that has sent a poll."""
        context = ssl.create_default_context(cafile=pc.folder / "ca.pem")
        context.load_cert_chain(pc.folder / "certificate.pem", pc.folder / "key.pem")
        connection = context.wrap_socket(socket.create_connection(("127.0.0.1", self.centre.agents_port)),
                                         server_hostname="127.0.0.1")
        text = json.dumps(body)
        connection.sendall(
            f"POST /v1/commands HTTP/1.1\r\nHost: x\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
        return connection

    def _threads_of_the_centre(self):
        status = pathlib.Path(f"/proc/{self.centre.process.pid}/status").read_text()
        return int(re.search(r"(?m)^Threads:\s*(\d+)", status)[1])

    def test_many_polls_wait(self):
        pcs = [self.enrolled(f"pc{i}") for i in range(10)]
        self.centre.devices()  # who signs in starts the thread that hashes
        threads = self._threads_of_the_centre()
        polls = [self._poll(pcs[i % len(pcs)], {"wait_seconds": 55, "has": []}) for i in range(POLLS)]
        self.centre.wait_for_polls(POLLS)
        self.assertEqual(self._threads_of_the_centre(), threads)
        self.scan("--all")
        for i, poll in enumerate(polls):
            poll.settimeout(60)
            answer = b""
            while not answer.endswith(b"\"longest_wait_seconds\":500}"):
                more = poll.recv(65536)
                self.assertTrue(more, f"poll {i} ended without an answer: {answer}")
                answer += more
            commands = json.loads(answer.split(b"\r\n\r\n", 1)[1])["commands"]
            self.assertEqual([(each["device_id"], each["kind"]) for each in commands],
                             [(pcs[i % len(pcs)].device_id, "scan")])
        for poll in polls:
            poll.close()

    def test_centre_stops_while_polls_wait(self):
        pc = self.enrolled()
        polls = [self._poll(pc, {"wait_seconds": 55, "has": []}) for _ in range(20)]
        self.centre.wait_for_polls(20)
        self.assertEqual(self.centre.process.stop(), 0)
        for poll in polls:
            poll.settimeout(10)
            try:
                self.assertEqual(poll.recv(100), b"")
            except ConnectionError:
                pass


if __name__ == "__main__":
    main()
