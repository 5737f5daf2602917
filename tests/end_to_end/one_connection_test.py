#!/usr/bin/env python3
"""What an agent says to its centre, and how: one connection for all, polls that are heartbeats, compressed reports;
what networks do to silent connections; a centre that is older than the agent. Real programs, on Linux and under
Wine."""

import json
import time

from counting_relay import CountingRelay
from office import LinuxAgent, Office, read_database
from older_centre import OlderCentre
from wardwatch_testing import main, wait_until
from windows_pc import WindowsPc

SOON = 30  # seconds, on a busy machine; a poll lasts longer


class OneConnection(Office):
    def setUp(self):
        super().setUp()
        self.relay = CountingRelay(self.centre.agents_port)
        self.addCleanup(self.relay.close)

    def behind_the_relay(self, **settings):
        pc = self.enrolled()
        pc.use_port(self.relay.port)
        pc.set(**settings)
        return pc

    def stored(self):
        return {row[1] for row in self.centre.stored_reports()}

    def waits(self):
        """The connection over which a poll waits that knows what the centre offers: its answer is not there yet."""
        def waiting():
            if not self.relay.connections:
                return None
            exchanges = (last := self.relay.connections[-1]).exchanges()
            return last if len(exchanges) > 2 and exchanges[-1][1] == 0 else None
        return wait_until(waiting, 120, "a poll to wait")

    def manual_scan(self, pc):
        """Somebody at the PC asks for one: it is always reported. Its id."""
        wait_until(lambda: json.loads(pc.run("status", "--json").stdout)["live"], 60, "the service")
        before = set(pc.reports())
        pc.run("scan", "--wait")
        (new,) = set(pc.reports()) - before
        return new

    def assert_at_the_centre_soon(self, report_id):
        began = time.monotonic()
        wait_until(lambda: report_id in self.stored(), SOON, "the report at the centre")
        return time.monotonic() - began

    def test_all_goes_over_one_connection(self):
        pc = self.behind_the_relay()
        service = pc.serve()
        self.centre.wait_for_report()
        connection = self.waits()
        took = self.assert_at_the_centre_soon(self.manual_scan(pc))
        print(f"\n  a report behind a poll that waits: {took:.2f} s")
        # The next poll waits, and is told at once.
        self.waits()
        batch = self.centre.cli("scan", "--all", "--wait", "60")
        self.assertEqual((batch["done"], batch["finished"]), (1, True))
        self.assertEqual(len(self.relay.connections), 1)
        self.assertTrue(connection.open)
        self.assertEqual(service.stop(), 0)
        self.assertEqual(self.stored(), set(pc.reports()))

    def test_reports_are_compressed_once_the_centre_has_offered_it(self):
        pc = self.behind_the_relay()
        service = pc.serve()
        self.centre.wait_for_report()
        first = next(iter(pc.reports().values()))
        said = max(one[0] for one in self.relay.connections[-1].exchanges())
        self.assertGreater(said, len(first.encode()))  # nothing was offered yet
        self.waits()
        before = len(self.relay.connections[-1].exchanges())
        self.assert_at_the_centre_soon(report_id := self.manual_scan(pc))
        said = max(one[0] for one in self.relay.connections[-1].exchanges()[before - 1:])
        report = pc.reports()[report_id].encode()
        print(f"\n  {len(report)} bytes of a report were sent as {said}")
        self.assertLess(said, len(report) * 2 // 3)
        # What arrived is what the PC stored.
        self.assertIn((pc.device_id, report_id, report.decode()), [tuple(row) for row in self.stored_as_sent()])
        self.assertEqual(service.stop(), 0)

    def stored_as_sent(self):
        return [(row[0], row[1], row[2] if isinstance(row[2], str) else row[2].decode())
                for row in self.centre.stored_reports()]

    def carrying_poll_was_answered(self):
        records = list(self.relay.connections[-1].records)
        return any(asked[1] and 300 < asked[2] < 700 and not answer[1] and answer[0] - asked[0] > 20
                   for asked, answer in zip(records, records[1:]))

    def test_polls_carry_the_heartbeat(self):
        pc = self.behind_the_relay(heartbeat_interval_minutes=1)
        service = pc.serve()
        self.centre.wait_for_report()
        self.waits()
        self.centre.change_database("UPDATE devices SET outbox_depth = 77")
        # It is larger than other polls, and answered as late as they are.
        wait_until(self.carrying_poll_was_answered, 300, "a poll with a heartbeat")
        self.assertEqual(self.centre.devices()[0]["outbox_depth"], 0)
        self.assertEqual(len(self.relay.connections), 1)
        self.assertEqual(service.stop(), 0)

    def test_a_connection_that_was_cut_is_begun_again(self):
        pc = self.behind_the_relay()
        service = pc.serve()
        self.centre.wait_for_report()
        self.waits().cut()
        wait_until(lambda: len(self.relay.connections) == 2, SOON, "another connection")
        batch = self.centre.cli("scan", "--all", "--wait", "60")
        self.assertEqual((batch["done"], batch["finished"]), (1, True))
        self.assertEqual(service.stop(), 0)
        self.assertEqual(self.stored(), set(pc.reports()))

    def test_a_connection_that_died_silently_holds_up_no_report(self):
        pc = self.behind_the_relay()
        service = pc.serve()
        self.centre.wait_for_report()
        self.waits().swallow()
        took = self.assert_at_the_centre_soon(self.manual_scan(pc))
        print(f"\n  a report behind a poll that is dead: {took:.1f} s")
        self.assertEqual(len(self.relay.connections), 2)
        self.assertEqual(service.stop(), 0)
        # Each once, whatever was said twice.
        self.assertEqual(sorted(row[1] for row in self.centre.stored_reports()), sorted(pc.reports()))

    def test_a_centre_that_is_older(self):
        pc = self.behind_the_relay(heartbeat_interval_minutes=1)
        older = OlderCentre(self.centre.folder, self.centre.agents_port, pc.folder)
        self.addCleanup(older.close)
        pc.use_port(older.port)
        service = pc.serve()
        self.centre.wait_for_report()
        wait_until(lambda: older.asked("/v1/heartbeat"), 150, "a heartbeat by itself")
        self.assert_at_the_centre_soon(self.manual_scan(pc))
        self.assertEqual(older.refused, [])
        self.assertEqual({(len(poll), poll["wait_seconds"] <= 55) for poll in older.asked("/v1/commands")}, {(2, True)})
        batch = self.centre.cli("scan", "--all", "--wait", "60")
        self.assertEqual((batch["done"], batch["finished"]), (1, True))
        self.assertEqual(service.stop(), 0)
        # It becomes this one, which offers all, and then the older one again: nothing is lost.
        pc.use_port(self.relay.port)
        service = pc.serve()
        self.waits()
        self.assert_at_the_centre_soon(self.manual_scan(pc))
        self.assertEqual(service.stop(), 0)
        pc.use_port(older.port)
        service = pc.serve()
        self.assert_at_the_centre_soon(self.manual_scan(pc))
        # What the agent had been offered was refused once, and said as any centre takes it.
        self.assertEqual([path for path in older.refused if path != "/v1/reports"], [])
        self.assertEqual(service.stop(), 0)
        self.assertEqual((self.stored(), pc.waiting()), (set(pc.reports()), set()))
        self.assertEqual(read_database(pc.folder / "wardwatch.db", "SELECT count(*) FROM refused"), [(0,)])


class OneConnectionOfWindows(Office):
    def test_all_goes_over_one_connection(self):
        relay = CountingRelay(self.centre.agents_port)
        self.addCleanup(relay.close)
        pc = WindowsPc(self, self.folder / "pc")
        pc.enrol(self.centre, port=relay.port)
        enrolled = len(relay.connections)
        pc.install_service()
        self.centre.wait_for_report(120)

        def waiting():
            exchanges = relay.connections[-1].exchanges()
            return len(exchanges) > 2 and exchanges[-1][1] == 0
        wait_until(waiting, 150, "a poll to wait")
        batch = self.centre.cli("scan", "--all", "--wait", "120")
        self.assertEqual((batch["done"], batch["finished"]), (1, True))
        pc.agent("scan", "--wait", "--json")
        wait_until(lambda: len(self.centre.stored_reports()) >= 3, SOON, "the report that somebody asked for")
        self.assertEqual(len(relay.connections), enrolled + 1)
        pc.stop_service()


if __name__ == "__main__":
    main()
