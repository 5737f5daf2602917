#!/usr/bin/env python3
"""The fixture users, scanned on an offline disk natively and under Wine, and as the users of a living Wine PC: every
number equals truth.json."""

from fixture_truth import check_stores, expected_stores
from windows_pc import WindowsPc
from wardwatch_testing import EndToEnd, main, scan, unpack_fixture_users


class Fixtures(EndToEnd):
    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        unpack_fixture_users(self.disk)
        self.expected = expected_stores(self.disk)

    def test_offline_disk_natively(self):
        check_stores(self, scan(self.disk), self.expected)

    def test_offline_disk_under_wine(self):
        pc = WindowsPc(self, self.folder / "pc")
        check_stores(self, pc.scan("Z:" + str(self.disk).replace("/", "\\")), self.expected)

    def test_users_of_a_windows_pc(self):
        pc = WindowsPc(self, self.folder / "pc")
        pc.add_fixture_users()
        facts = pc.scan()
        check_stores(self, facts, self.expected)
        self.assertEqual(facts.plain("host.name").lower(), pc.name().lower())


if __name__ == "__main__":
    main()
