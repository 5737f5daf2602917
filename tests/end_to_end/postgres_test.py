#!/usr/bin/env python3
"""Centres on a PostgreSQL server that the test starts: one, and two on one database, with real agents. The server is
stopped and started, a centre is killed, a command reaches a PC that the other centre holds, and all data goes to SQLite
and back."""

import json
import shutil
import sys

from office import Centre, Office
from wardwatch_testing import SOURCE, central, main, run, wait_until

sys.path.insert(0, str(SOURCE / "tests/reporting/central"))
from postgres_server import PostgresServer  # noqa: E402 (where it lies must be known first)


class PostgresTest(Office):
    def setUp(self):
        self.server = self.enterContext(PostgresServer(fsync="on", synchronous_commit="on", autovacuum="on"))
        super().setUp()

    def make_centre(self):
        return Centre(self, config={"database": self.server.url()})

    def second_centre(self):
        """Beside the first one: its own folder with the same CA, the same database."""
        folder = self.folder / "second"
        folder.mkdir(mode=0o700)
        for name in ("ca.crt", "ca.key", "sealing.key"):
            shutil.copy(self.centre.folder / name, folder / name)
        return Centre(self, "second", config={"database": self.server.url()}, joins=self.centre)

    def reports(self):
        answer = self.server.query("SELECT count(*), count(DISTINCT report_id) FROM reports")
        return [int(number) for number in answer.split("|")]

    def test_enrol_report_and_look(self):
        pc = self.enrolled()
        pc.serve()
        device = self.centre.wait_for_report()
        self.assertEqual(device["device_id"], pc.device_id)
        self.assertTrue(self.centre.verdicts(pc.device_id)["verdicts"])
        self.assertEqual(len(self.centre.devices()), 1)
        self.assertFalse((self.centre.folder / "central.db").exists())
        found = {each["check"]: each for each in self.centre.cli("doctor")["findings"]}
        self.assertEqual(found["database"]["health"], "ok")
        self.assertIn("postgresql://", found["database"]["found"])
        self.assertEqual(found["backup_program"]["health"], "ok")

    def test_backup_beside_a_running_centre_and_restore(self):
        pc = self.enrolled()
        pc.serve()
        self.centre.wait_for_report()
        file = self.folder / "backup.tar"
        self.assertIn("central.pgdump", self.centre.cli("backup", file)["files"])
        self.centre.cli("unit", "add", "Sau sao lưu")
        units = self.server.query("SELECT count(*) FROM units")
        self.assertIn("stop", self.centre.cli("restore", "--replace", file, expect=4).stderr)
        self.centre.process.stop()
        restored = self.centre.cli("restore", "--replace", file)
        self.assertEqual(self.server.query(f"SELECT count(*) FROM {restored['schema_aside']}.units"), units)
        self.assertEqual(self.server.query("SELECT count(*) FROM units"), str(int(units) - 1))
        # The PC of the backup is the centre's again.
        self.centre.start()
        count = self.reports()[0]
        self.assertEqual(self.scan_at(self.centre, pc.device_id), {"done"})
        self.assertGreater(self.reports()[0], count)

    def test_a_folder_without_the_ca_is_refused(self):
        config = self.folder / "stranger.json"
        config.write_text(json.dumps({"database": self.server.url()}))
        said = run([central(), "serve", "--lang", "en", "--config", config, "--data", self.folder / "stranger"],
                   expect=4)
        self.assertIn("copy ca.crt, ca.key and sealing.key", said.stderr)

    def scan_at(self, centre, device_id):
        """As the page asks, of this process; the state that the PC's command comes to."""
        token = centre.get("/api/v1/session")["csrf_token"]
        headers = {"Cookie": centre._session, "Content-Type": "application/json", "X-CSRF-Token": token}
        status, answer, _ = centre._request("POST", "/api/v1/scans", json.dumps({"devices": [device_id]}), headers)
        self.assertEqual(status, 201, answer)
        batch = json.loads(answer)["batch_id"]
        ended = {"done", "failed", "expired"}
        return wait_until(lambda: ended & {each["state"] for each in centre.get(f"/api/v1/scans/{batch}")["devices"]},
                          120, "the scan")

    def test_two_centres_and_a_server_that_restarts(self):
        pc = self.enrolled()
        pc.serve()
        self.centre.wait_for_report()
        self.centre.get("/api/v1/overview")  # its administrator has a password of their own now
        other = self.second_centre()
        self.assertEqual(len(other.devices()), 1)
        # Asked at the one, scanned by the PC whose poll waits at the other.
        self.assertEqual(self.scan_at(other, pc.device_id), {"done"})
        self.assertEqual(self.reports(), [2, 2])

        # A report that comes while the database is away waits at its PC.
        second = self.enrolled("second_agent")
        self.server.stop()
        second.serve()
        wait_until(second.waiting, 60, "a report in the outbox")
        self.server.start()
        wait_until(lambda: self.reports() == [3, 3] and not second.waiting(), 120, "the report at the centre")
        self.assertEqual(self.scan_at(other, pc.device_id), {"done"})

        # The duties go over to the one that is left, and so does whoever looks at the page.
        self.centre.process.kill()
        self.assertEqual(len(other.devices()), 2)
        wait_until(lambda: self.server.query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") != "0", 60,
                   "the other one to be on duty")

    def test_to_sqlite_and_back(self):
        pc = self.enrolled()
        pc.serve()
        self.centre.wait_for_report()
        self.centre.process.stop()
        file = self.folder / "moved.db"
        there = self.centre.cli("migrate-store", "--to", file)
        self.assertEqual(oct(file.stat().st_mode & 0o777), "0o600")
        self.server.create("again")
        sqlite = self.folder / "sqlite"
        shutil.copytree(self.centre.folder, sqlite)
        shutil.copy(file, sqlite / "central.db")
        back = json.loads(run([central(), "--json", "--data", sqlite, "migrate-store", "--to",
                               self.server.url("again")]).stdout)
        sums = [{each["table"]: each["sha256"] for each in moved["tables"] if each["table"] != "audit"}
                for moved in (there, back)]
        self.assertEqual(*sums)
        self.assertGreater(next(each["rows"] for each in there["tables"] if each["table"] == "reports"), 0)


if __name__ == "__main__":
    main()
