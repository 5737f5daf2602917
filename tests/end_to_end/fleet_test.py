#!/usr/bin/env python3
"""Hundreds of simulated PCs from one process, with faults: what the centre acknowledged it has, once."""

import json
import re

from office import Centre, Office, read_database
from wardwatch_testing import main, program, run

PCS = 300


class Fleet(Office):
    def setUp(self):
        super().setUp()
        self.fleet = program("WARDWATCH_FLEET", "linux/reporting/fleet/wardwatch-fleet")
        self.state = self.folder / "fleet"
        self.common = ["--url", f"https://127.0.0.1:{self.centre.agents_port}", "--state", self.state]

    def make_centre(self):
        # A few PCs send here what in an office thousands do.
        return Centre(self, config={"device_quota": {"reports_per_hour": 1_000_000}})

    def prepare(self, count, months=0):
        run([self.fleet, "prepare", *self.common, "--ca-sha256", self.centre.ca_sha256, "--count", count, "--months",
             months, "--token", self.centre.token(uses=count), "--workers", 8, "--json", self.folder / "prepared"],
            timeout=300)
        return json.loads((self.folder / "prepared").read_text())

    def load(self, *arguments, seed=1, expect=0):
        done = run([self.fleet, "load", *self.common, "--seed", seed, "--json", self.folder / "result",
                    "--acknowledged", self.folder / "acknowledged", *arguments], expect=expect, timeout=500)
        acknowledged = [tuple(line.split("\t")) for line in
                        (self.folder / "acknowledged").read_text().splitlines()]
        return json.loads((self.folder / "result").read_text()), acknowledged, done.stdout

    def stored(self):
        return [row[:2] for row in self.centre.stored_reports()]

    def test_faults_lose_and_double_nothing(self):
        prepared = self.prepare(PCS)
        self.assertEqual(prepared["exchanges"]["enrolment"]["answered"], PCS - 1)  # the first by the agents' client
        result, acknowledged, told = self.load(
            "--ramp", 3, "--seconds", 12, "--polls", "--heartbeats", 60, "--changed", 50, "--slow", 10,
            "--slow-bytes", 8000, "--dead", 5, "--skewed", 10, "--power-cut", 5, "--back-within", 1, "--verify")
        self.assertEqual((result["pcs"], result["seed"]), (PCS, 1))
        faults = result["faults"]
        self.assertTrue(0 < faults["slow"] < 90 and 0 < faults["dead"] < 60 and 0 < faults["skewed"] < 90, faults)
        self.assertGreaterEqual(result["connected"], PCS - faults["dead"])
        self.assertGreater(result["back_seconds"], 0)
        for kind in ("connection", "heartbeat", "report"):
            exchange = result["exchanges"][kind]
            self.assertGreater(exchange["answered"], 0, kind)
            self.assertEqual(exchange["refused"], 0, kind)
            self.assertLessEqual(exchange["p50_ms"], exchange["p99_ms"])
            self.assertEqual(sum(count for _, count in exchange["buckets_us"]), exchange["answered"])
        reports = result["reports"]
        self.assertGreater(reports["acknowledged"], 100)
        self.assertEqual(reports["unsent"], 0)
        self.assertEqual((reports["verified"], reports["lost"], reports["different"]), (True, 0, 0))
        self.assertEqual(reports["known"], reports["acknowledged"])
        # And by the database itself: each stands there once, and nothing else does.
        self.assertEqual(len(acknowledged), len(set(acknowledged)))
        self.assertEqual(sorted(self.stored()), sorted(acknowledged))
        skewed = read_database(self.centre.folder / "central.db",
                               "SELECT count(*) FROM reports WHERE taken_at < received_at - 86400")
        self.assertGreater(skewed[0][0], 0)
        self.assertRegex(told, rf"sent again: {reports['known']} were there, 0 were lost, 0 differ")

    def test_what_is_lost_is_found(self):
        self.prepare(2)
        _, acknowledged, _ = self.load("--ramp", 0, "--seconds", 1, "--report-first")
        self.assertEqual(len(acknowledged), 2)
        process = self.start([self.fleet, "load", *self.common, "--ramp", 0, "--seconds", 3, "--report-first",
                              "--verify", "--json", self.folder / "lossy"], "lossy")
        process.wait_for("measuring")
        self.centre.change_database("DELETE FROM reports WHERE device_id = ?", acknowledged[0][0])
        self.assertEqual(process.process.wait(60), 1)
        self.assertEqual(json.loads((self.folder / "lossy").read_text())["reports"]["lost"], 1)

    def test_processes_share_a_state_and_certificates(self):
        self.prepare(3)
        first = self.start([self.fleet, "load", *self.common, "--pcs", 4, "--seconds", 3, "--ramp", 0, "--seed", 5,
                            "--back-to-back", "reports", "--verify"], "first")
        result, _, _ = self.load("--first", 4, "--pcs", 4, "--seconds", 3, "--ramp", 0, "--back-to-back", "reports",
                                 "--verify", "--watch", self.centre.process.pid, seed=5)
        self.assertEqual(first.process.wait(60), 0)
        together = result["reports"]["acknowledged"] + int(
            re.search(r"^reports: (\d+) acknowledged", first.text(), re.MULTILINE)[1])
        self.assertEqual(len(self.stored()), together)
        self.assertGreater(result["watched"]["ended"]["processor_seconds"],
                           result["watched"]["began"]["processor_seconds"])
        self.assertGreater(result["watched"]["ended"]["private_kib"], 1000)

    def test_connections_are_made_anew(self):
        self.prepare(2)
        result, _, _ = self.load("--seconds", 2, "--ramp", 0, "--back-to-back", "connections")
        made = result["exchanges"]["connection"]["answered"]
        self.assertGreater(made, 4)
        self.assertEqual(result["exchanges"]["heartbeat"]["answered"], made)
        self.assertEqual(result["problems"], {})
        result, _, _ = self.load("--seconds", 2, "--ramp", 0, "--back-to-back", "handshakes", "--no-certificate",
                                 seed=2)
        self.assertGreater(result["exchanges"]["connection"]["answered"], 4)

    def test_a_refused_token_is_told(self):
        done = run([self.fleet, "prepare", *self.common, "--ca-sha256", self.centre.ca_sha256, "--count", 3,
                    "--months", 0, "--token", self.centre.token(uses=2)], expect=4)
        self.assertIn("token_used_up", done.stderr)


if __name__ == "__main__":
    main()
