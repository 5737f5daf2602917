#!/usr/bin/env python3
"""The centre's command line, as an administrator uses it: help, mistakes, exit codes, JSON, both languages. (The agent's is in
tests/agent/cli_test.py, which runs on Windows, too.)"""

import json
import os
import socket
import subprocess

from office import UNIT, Centre, LinuxAgent
from wardwatch_testing import EndToEnd, central, main, run

USAGE, FAILURE = 3, 4


class CentreCommands(EndToEnd):
    def setUp(self):
        super().setUp()
        self.data = self.folder / "dữ liệu"

    def centre(self, *arguments, expect=0, language="en"):
        return run([central(), "--lang", language, "--data", self.data, *arguments], expect=expect)

    def test_help_and_version(self):
        self.assertRegex(self.centre("--version").stdout, r"\d+\.\d+\.\d+")
        for verb in ("serve", "unit", "token", "device", "user", "ca"):
            self.assertIn(verb, self.centre("--help").stdout)
            self.assertNotEqual(self.centre(verb, "--help").stdout, self.centre(verb, "--help", language="vi").stdout)

    def test_wrong_usage_is_3(self):
        for arguments in ([], ["nonsense"], ["unit"], ["unit", "add"], ["token", "create"], ["serve", "--nonsense"],
                          ["serve", "--agents", "nowhere"], ["serve", "--agents", "127.0.0.1:99999"],
                          ["token", "create", "--unit", "x", "--uses", "0"], ["token", "revoke", "x"]):
            with self.subTest(arguments=arguments):
                done = self.centre(*arguments, expect=USAGE)
                self.assertTrue(done.stderr.strip(), "nothing was said")
        self.assertFalse(self.data.exists(), "a mistake left something behind")
        self.assertIn("nonsense", self.centre("nonsense", expect=USAGE).stderr)
        self.assertIn("thiếu lệnh", self.centre(expect=USAGE, language="vi").stderr)
        self.assertIn("không có tùy chọn hay đối số --nonsense", self.centre("serve", "--nonsense", expect=USAGE, language="vi").stderr)
        self.assertIn("--uses: 0 không nằm trong khoảng",
                      self.centre("token", "create", "--unit", "x", "--uses", "0", expect=USAGE, language="vi").stderr)
        for words in (["--help"], ["token", "--help"], ["token", "create", "--help"]):
            self.assertNotRegex(self.centre(*words, language="vi").stdout, "Usage|Options|OPTIONS|REQUIRED|Subcommands")

    def test_without_a_centre_it_says_so(self):
        for arguments in (["unit", "list"], ["token", "list"], ["device", "list"], ["ca", "fingerprint"]):
            with self.subTest(arguments=arguments):
                self.assertIn(str(self.data), self.centre(*arguments, expect=FAILURE).stderr)
        self.assertFalse(self.data.exists(), "looking made a centre")

    def test_units_tokens_and_devices(self):
        centre = Centre(self)
        self.data = centre.folder
        self.centre("unit", "add", UNIT, expect=FAILURE)  # the name is taken
        below = centre.cli("unit", "add", "Văn phòng", "--parent", UNIT)
        self.assertEqual([unit["name"] for unit in centre.cli("unit", "list")["units"]], [UNIT, "Văn phòng"])
        self.centre("unit", "add", "x", "--parent", "no such unit", expect=FAILURE)
        self.centre("token", "create", "--unit", "no such unit", expect=FAILURE)
        token = centre.cli("token", "create", "--unit", f"{UNIT}/Văn phòng", "--uses", 2, "--days", 3)
        self.assertEqual((token["uses"], token["unit"]), (2, f"{UNIT}/Văn phòng"))
        listed = self.centre("token", "list").stdout
        self.assertIn("0/2", listed)
        self.assertNotIn(token["token"], listed + self.centre("--json", "token", "list").stdout)
        pc = LinuxAgent(self, centre)
        pc.enrol(token["token"])
        pc.run("scan", "--send")
        device = centre.cli("device", "list", "--unit", below["id"])["devices"][0]
        self.assertEqual(device["unit"], f"{UNIT}/Văn phòng")
        shown = centre.cli("device", "show", device["device_id"])
        self.assertEqual(shown["device_id"], device["device_id"])
        self.assertEqual(centre.verdicts(device["device_id"])["verdicts"], shown["verdicts"])
        for language, word in (("en", "Rule"), ("vi", "Quy định")):
            table = self.centre("device", "show", device["device_id"], language=language).stdout
            self.assertIn(word, table)
            self.assertIn(shown["verdicts"][0]["title"][language], table)
        self.centre("device", "show", "00000000-0000-4000-8000-000000000000", expect=FAILURE)

    def test_second_serve_and_busy_port(self):
        centre = Centre(self)
        again = [central(), "--lang", "en", "serve", "--data", centre.folder, "--agents", "127.0.0.1:0",
                 "--people", "127.0.0.1:0"]
        self.assertIn(str(centre.folder), run(again, expect=FAILURE).stderr)
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            done = run([central(), "--lang", "en", "serve", "--data", self.data, "--agents", f"127.0.0.1:{port}",
                        "--people", "127.0.0.1:0"], expect=FAILURE)
            self.assertIn(str(port), done.stderr)
            self.assertNotRegex(done.stdout, "(?i)password")  # shown once: not by a start that failed

    def test_data_folder_is_closed_to_others(self):
        centre = Centre(self)
        self.assertEqual(os.stat(centre.folder).st_mode & 0o777, 0o700)
        for file in centre.folder.iterdir():
            self.assertEqual(os.stat(file).st_mode & 0o077, 0, file)

    def test_passwords(self):
        centre = Centre(self)
        self.data = centre.folder
        made = centre.cli("user", "add", "lan")
        self.assertGreaterEqual(len(made["password"]), 12)
        weak = subprocess.run([central(), "--data", self.data, "user", "add", "hoa", "--password-stdin"], input=b"abc\n",
                              capture_output=True, check=False)
        self.assertEqual(weak.returncode, USAGE)
        self.assertEqual({user["user"] for user in centre.cli("user", "list")["users"]}, {"admin", "lan"})
        new = centre.cli("user", "passwd", "admin")["password"]
        self.assertEqual(centre.password == new, False)
        centre.password = new
        self.assertEqual(centre.devices(), [])
        self.centre("user", "add", "lan", expect=FAILURE)
        self.assertEqual(json.loads(self.centre("--json", "ca", "fingerprint").stdout)["sha256"], centre.ca_sha256)


if __name__ == "__main__":
    main()
