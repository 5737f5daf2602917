#!/usr/bin/env python3
"""The centre's command line, as an administrator uses it: help, mistakes, exit codes, JSON, both languages. (The
agent's is in tests/agent/cli/cli_test.py, which runs on Windows, too.)"""

import csv
import hashlib
import io
import json
import os
import signal
import socket
import sqlite3
import subprocess

from office import OWN_PASSWORD, UNIT, Centre, LinuxAgent
from wardwatch_testing import EndToEnd, central, main, run, wait_until

USAGE, FAILURE = 3, 4


class CentreCommands(EndToEnd):
    def setUp(self):
        super().setUp()
        self.data = self.folder / "dữ liệu"

    def centre(self, *arguments, expect=0, language="en"):
        return run([central(), "--lang", language, "--data", self.data, *arguments], expect=expect)

    def test_help_and_version(self):
        self.assertRegex(self.centre("--version").stdout, r"\d+\.\d+\.\d+")
        for verb in ("serve", "unit", "token", "device", "user", "api-token", "audit", "ca"):
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
        self.assertIn("không có tùy chọn hay đối số --nonsense",
                      self.centre("serve", "--nonsense", expect=USAGE, language="vi").stderr)
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
            table = self.centre("device", "show", device["device_id"], "--all", language=language).stdout
            self.assertIn(word, table)
            self.assertIn(shown["verdicts"][0]["title"][language], table)
        self.centre("device", "show", "00000000-0000-4000-8000-000000000000", expect=FAILURE)

    def test_cards_and_notes(self):
        centre = Centre(self)
        self.data = centre.folder
        pc = LinuxAgent(self, centre)
        pc.enrol(centre.token())
        host, device = centre.devices()[0]["host_name"], centre.devices()[0]["device_id"]
        told = self.centre("device", "describe", host, "--owner", "Trần Thị Lan", "--room", "P.203", language="vi")
        for word in ("Người sử dụng", "Trần Thị Lan", "P.203"):
            self.assertIn(word, told.stdout)
        card = centre.cli("device", "describe", device, "--owner", "", "--telephone", "024 3825 1234")
        self.assertEqual((card["owner"], card["room"], card["telephone"], card["number"], card["changed_by"]),
                         ("", "P.203", "024 3825 1234", 2, "cli"))
        self.assertEqual(centre.get(f"/api/v1/devices/{device}")["card"]["room"], "P.203")  # the page sees it
        self.assertIn("P.203", self.centre("device", "show", device).stdout)

        self.assertIn("no notes", self.centre("device", "note", "list", host).stdout)
        first = centre.cli("device", "note", "add", host, "Chị Lan nghỉ hưu.")
        typed = subprocess.run([central(), "--json", "--data", self.data, "device", "note", "add", host], check=True,
                               input="Thay ổ cứng.\nHẹn thứ Hai.\n".encode(), stdout=subprocess.PIPE)
        self.assertEqual(json.loads(typed.stdout)["text"], "Thay ổ cứng.\nHẹn thứ Hai.")
        self.assertEqual([note["text"] for note in centre.cli("device", "note", "list", host)["notes"]],
                         ["Thay ổ cứng.\nHẹn thứ Hai.", "Chị Lan nghỉ hưu."])
        self.assertIn("    Hẹn thứ Hai.\n", self.centre("device", "note", "list", host).stdout)
        self.assertEqual(centre.cli("device", "note", "remove", host, first["id"]), {"removed": first["id"]})
        gone = self.centre("device", "note", "remove", host, first["id"], expect=FAILURE)
        self.assertIn(f"no note {first['id']}", gone.stderr)
        self.assertEqual(centre.cli("device", "show", device)["note_count"], 1)
        for wrong in (["describe", host], ["describe", host, "--room", "x" * 151], ["describe", "no-pc", "--room", "x"],
                      ["note", "add", host, " "], ["note", "list", "no-pc"]):
            with self.subTest(wrong=wrong):
                self.assertIn("Error: ", self.centre("device", *wrong, expect=FAILURE).stderr)
        entries = centre.cli("audit", "list", "--text", host)["entries"]  # the log is for ever, a person's data is not
        self.assertIn(("device describe", f"{host} --owner --room"), [(e["action"], e["detail"]) for e in entries])
        self.assertIn(("device note add", host), [(e["action"], e["detail"]) for e in entries])
        self.assertNotIn("Lan", json.dumps(centre.cli("audit", "list")["entries"], ensure_ascii=False))

    def test_export_and_erasure(self):
        centre = Centre(self)
        self.data = centre.folder
        pc = LinuxAgent(self, centre)
        pc.enrol(centre.token())
        pc.run("scan", "--send")
        host, device = centre.devices()[0]["host_name"], centre.devices()[0]["device_id"]
        centre.cli("device", "describe", host, "--owner", "Trần Thị Lan", "--telephone", "024 3825 1234")
        file = self.folder / "pc.json"
        self.assertEqual(centre.cli("device", "export", host, file), {"device_id": device, "file": str(file)})
        whole = json.loads(file.read_text("utf-8"))
        self.assertEqual((whole["device"][0]["host_name"], whole["card"][0]["owner"], whole["reports_left_out"]),
                         (host, "Trần Thị Lan", 0))
        self.assertEqual([r["report"]["device_id"] for r in whole["reports"]], [device])
        self.assertEqual(json.loads(self.centre("device", "export", device).stdout)["device"], whole["device"])

        # Root is an account of each Linux PC: it is on this one still.
        found = json.loads(self.centre("person", "export", "root", "trần thị lan").stdout)
        self.assertEqual([len(d["reports"]) for d in found["devices"]], [1])
        self.assertEqual(found["cards"][0]["telephone"], "024 3825 1234")
        erased = centre.cli("person", "erase", "root", "Trần Thị Lan")
        self.assertEqual((erased["reports"], erased["cards"]), (0, 1))
        self.assertEqual(erased["left"], [{"kind": "newest_report", "device_id": device, "name": host}])
        self.assertIn(f"xóa tài khoản trên máy rồi quét lại, hoặc thu hồi và xóa máy: {host}",
                      self.centre("person", "erase", "root", language="vi").stdout)
        self.assertEqual(centre.cli("device", "show", device)["card"]["owner"], "")

        self.assertIn("revoke it first", self.centre("device", "erase", device, expect=FAILURE).stderr)
        centre.cli("device", "revoke", device)
        self.assertEqual(centre.cli("device", "erase", device)["reports"], 1)
        self.assertEqual(centre.cli("device", "list")["devices"], [])
        entries = [(e["action"], e["detail"]) for e in centre.cli("audit", "list")["entries"]]
        self.assertNotIn("Lan", json.dumps(entries, ensure_ascii=False))
        self.assertNotIn(" root", " ".join(detail for action, detail in entries if action.startswith("person")))
        self.assertTrue([detail for action, detail in entries if action == "person erase" and len(detail) == 33])

    def test_units_change_and_keep_their_history(self):
        centre = Centre(self)
        self.data = centre.folder
        pc = LinuxAgent(self, centre)
        pc.enrol(centre.token())
        device = centre.devices()[0]
        for name in ("Quận 1", "Quận 3"):
            centre.cli("unit", "add", name)
        moved = centre.cli("unit", "move", UNIT, "--under", "Quận 1")
        self.assertEqual(moved["after"], f"Quận 1/{UNIT}")
        self.assertEqual(centre.cli("unit", "rename", UNIT, "Phường Mới")["before"], f"Quận 1/{UNIT}")
        self.assertEqual(centre.cli("device", "move", device["host_name"], "--unit", "Quận 3")["moved"], 1)
        self.assertEqual(centre.devices()[0]["unit"], "Quận 3")  # the running centre sees it
        merged = centre.cli("unit", "merge", "Quận 3", "Phường Mới")
        self.assertEqual((merged["into"], merged["devices"]), ("Quận 1/Phường Mới", 1))
        centre.cli("unit", "move", "Phường Mới", "--top")
        self.assertEqual({unit["name"] for unit in centre.get("/api/v1/units")["units"]}, {"Quận 1", "Phường Mới"})
        self.assertEqual([(move["from"], move["to"])
                          for move in centre.cli("device", "show", device["device_id"])["moves"]],
                         [("Phường Mới", "Quận 3"), ("Quận 3", "Phường Mới")])
        self.assertIn("Quận 3 → Phường Mới", self.centre("device", "show", device["device_id"]).stdout)

        def kinds(*unit):
            return [change["kind"] for change in centre.cli("unit", "history", *unit)["changes"]]
        self.assertEqual(kinds("Phường Mới"), ["added", "moved", "renamed", "merged", "moved"])
        self.assertEqual(kinds("Quận 3"), ["added", "merged"])
        self.assertEqual(len(kinds()), 7)
        for language, word in (("en", "merged into"), ("vi", "nhập vào")):
            self.assertIn(word, self.centre("unit", "history", language=language).stdout)
        for arguments in (["unit", "merge", "Quận 1", "Quận 1"], ["unit", "move", "Quận 3", "--top"],
                          ["unit", "rename", "Quận 1", "=x"], ["unit", "history", "Quận 9"],
                          ["device", "move", "no-such-pc", "--unit", "Quận 1"]):
            with self.subTest(arguments=arguments):
                self.assertIn("Error: ", self.centre(*arguments, expect=FAILURE).stderr)
        for arguments in (["unit", "move", "Quận 1"], ["unit", "move", "Quận 1", "--top", "--under", "Phường Mới"],
                          ["unit", "merge", "Quận 1"], ["device", "move", "--unit", "Quận 1"]):
            with self.subTest(arguments=arguments):
                self.centre(*arguments, expect=USAGE)

    def test_units_as_csv(self):
        centre = Centre(self)
        self.data = centre.folder
        file = self.folder / "đơn vị.csv"

        def bring(content, *options, expect=0, language="en"):
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
            return self.centre("unit", "import", file, *options, expect=expect, language=language)

        def names():
            return [unit["name"] for unit in centre.cli("unit", "list")["units"]]
        content = f"path;pcs\r\n{UNIT};\r\n{UNIT}/Phòng Văn hóa, Xã hội;\r\n\"Xã \"\"Mới\"\"/Trụ sở\";\r\n"
        self.assertIn("Would add 3 units", bring("\ufeff" + content, "--dry-run").stdout)
        self.assertEqual(names(), [UNIT])
        self.assertIn("Đã thêm 3 đơn vị", bring(content, language="vi").stdout)
        self.assertEqual(names(), [UNIT, "Phòng Văn hóa, Xã hội", 'Xã "Mới"', "Trụ sở"])
        self.assertIn("Added 0 units", bring(content).stdout)

        wrong = bring("path\nPhường Tốt\n=cmd|' /C calc'!A0\nA//B\nA,B\n", expect=FAILURE).stderr
        for line in ("line 3", "line 4", "line 5"):
            self.assertIn(line, wrong)
        self.assertIn("dòng 3", bring("path\nPhường Tốt\n@x\n", "--dry-run", expect=FAILURE, language="vi").stderr)
        self.assertIn("Phường Excel", bring("path\nPhường Excel\n".encode("utf-16"), "--dry-run").stdout)
        self.assertIn("UTF-8", bring("path\nPh\xfang\n".encode("cp1258"), expect=FAILURE).stderr)
        self.assertIn("path", bring("unit\nA\n", expect=FAILURE).stderr)
        self.assertIn("5 MB", bring(b"path\n" + b"A\n" * (3 << 20), expect=FAILURE).stderr)
        self.assertIn("empty", bring("", expect=FAILURE).stderr)
        self.centre("unit", "import", self.folder / "none.csv", expect=FAILURE)
        self.centre("unit", "import", self.folder, expect=FAILURE)
        self.assertEqual(len(names()), 4, "a refused file changed something")

        printed = self.centre("unit", "export").stdout
        self.centre("unit", "export", file)
        self.assertEqual(file.read_bytes().decode(), printed)
        self.assertTrue(printed.startswith("\ufeffpath,pcs\r\n"))
        rows = list(csv.reader(io.StringIO(printed.lstrip("\ufeff"), newline="")))
        self.assertEqual([row[0] for row in rows],
                         ["path", UNIT, f"{UNIT}/Phòng Văn hóa, Xã hội", 'Xã "Mới"', 'Xã "Mới"/Trụ sở'])
        self.assertEqual(centre.cli("unit", "import", file), {"added": [], "dry_run": False})
        self.centre("unit", "export", self.folder / "no folder" / "x.csv", expect=FAILURE)

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

    def test_people(self):
        centre = Centre(self)
        self.data = centre.folder
        made = centre.cli("user", "add", "lan", "--role", "unit_manager", "--unit", UNIT, "--full-name", "Trần Thị Lan")
        self.assertGreaterEqual(len(made["password"]), 12)
        for password in ("abc", "P@ssw0rd1234!", "Hoa.Nguyen!2026x"):
            weak = subprocess.run([central(), "--data", self.data, "user", "add", "hoa.nguyen", "--password-stdin"],
                                  input=f"{password}\n".encode(), capture_output=True, check=False)
            self.assertEqual(weak.returncode, USAGE, password)
        for wrong in (["--role", "king"], ["--role", "unit_manager"], ["--role", "administrator", "--unit", UNIT]):
            with self.subTest(wrong=wrong):
                self.assertIn(self.centre("user", "add", "hoa", *wrong, expect=None).returncode, (USAGE, FAILURE))
        self.centre("user", "add", "lan", expect=FAILURE)
        users = {user["user"]: user for user in centre.cli("user", "list")["users"]}
        self.assertEqual(set(users), {"admin", "lan"})
        self.assertEqual((users["lan"]["role"], users["lan"]["unit"], users["lan"]["must_change_password"]),
                         ("unit_manager", UNIT, True))
        self.centre("user", "disable", "admin", expect=FAILURE)  # nobody could administer
        centre.cli("user", "change", "lan", "--role", "auditor", "--all-units")
        centre.cli("user", "disable", "lan")
        lan = centre.cli("user", "list")["users"][1]
        self.assertEqual((lan["role"], lan["unit"], lan["disabled"]), ("auditor", None, True))
        centre.cli("user", "enable", "lan")
        centre.password = centre.cli("user", "passwd", "admin")["password"]
        self.assertEqual(centre.devices(), [])
        self.assertEqual(centre.password, OWN_PASSWORD)  # it had to be changed
        self.assertEqual(json.loads(self.centre("--json", "ca", "fingerprint").stdout)["sha256"], centre.ca_sha256)

    def test_audit_log_and_api_tokens(self):
        centre = Centre(self)
        self.data = centre.folder
        self.assertIn("--service-account", self.centre("api-token", "create", "grafana", expect=USAGE).stderr)
        token = centre.cli("api-token", "create", "grafana", "--role", "auditor", "--days", "30", "--owner", "admin")
        status, body, _ = centre._request("GET", "/api/v1/units", headers={"Authorization": f"Bearer {token['token']}"})
        self.assertEqual((status, len(json.loads(body)["units"])), (200, 1))
        self.assertIsNotNone(centre.cli("api-token", "list")["tokens"][0]["last_used_at"])
        centre.cli("api-token", "revoke", token["id"])
        self.assertEqual(centre._request("GET", "/api/v1/units",
                                         headers={"Authorization": f"Bearer {token['token']}"})[0], 401)
        centre.devices()
        self.centre("unit", "add", UNIT, expect=FAILURE)
        entries = centre.cli("audit", "list")["entries"]
        said = [(entry["actor"].split(":")[0], entry["action"]) for entry in reversed(entries)]
        self.assertEqual(said, [("cli", "unit add"), ("cli", "api-token create"), ("cli", "api-token create failed"),
                                ("cli", "api-token create"), ("cli", "api-token revoke"), ("", "denied"),
                                ("admin", "signIn"), ("admin", "changeOwnPassword"), ("cli", "unit add"),
                                ("cli", "unit add failed"), ("cli", "audit list")])
        self.assertIn("grafana", entries[-4]["detail"])
        self.assertNotIn(token["token"], json.dumps(entries))
        head = centre.cli("audit", "verify")
        self.assertTrue(head["valid"])
        self.assertTrue(centre.cli("audit", "verify", "--expect", head["head"])["valid"])
        self.assertIn("CUT OFF", self.centre("audit", "verify", "--expect", "0" * 64, expect=1).stdout)
        rows = list(csv.reader(io.StringIO(self.centre("audit", "export").stdout.lstrip("\ufeff"))))
        self.assertEqual(rows[0][:4], ["id", "at", "actor", "address"])
        self.assertEqual(len(rows) - 1, head["entries"] + 1)  # the export stands in it, too
        centre.change_database("DROP TRIGGER audit_is_not_changed")
        centre.change_database("UPDATE audit SET actor = 'nobody' WHERE id = 2")
        self.assertIn("entry 2", self.centre("audit", "verify", expect=1).stdout)

    def test_service_accounts_and_sessions(self):
        centre = Centre(self)
        self.data = centre.folder
        self.centre("service-account", "add", "prometheus", "--owner", "nobody", expect=FAILURE)
        centre.cli("service-account", "add", "prometheus", "--owner", "admin")
        token = centre.cli("api-token", "create", "metrics", "--role", "auditor", "--service-account", "prometheus")
        self.assertEqual(token["owner"], "admin")
        account = centre.cli("service-account", "list")["service_accounts"][0]
        self.assertEqual((account["owner"], account["tokens"], account["disabled"]), ("admin", 1, False))

        def asked():
            return centre._request("GET", "/api/v1/units", headers={"Authorization": f"Bearer {token['token']}"})[0]
        self.assertEqual(asked(), 200)
        centre.cli("service-account", "disable", "prometheus")
        self.assertEqual(asked(), 401)
        centre.cli("service-account", "enable", "prometheus")
        centre.cli("user", "add", "lan", "--role", "auditor")
        centre.cli("service-account", "owner", "prometheus", "lan")
        self.assertEqual(asked(), 200)
        centre.cli("user", "disable", "lan")
        self.assertEqual(asked(), 401)
        long = self.centre("api-token", "create", "a", "--role", "administrator", "--owner", "admin", "--days", "31",
                           expect=FAILURE)
        self.assertIn("30 days", long.stderr)

        self.assertEqual(centre.devices(), [])  # signs in
        session, = centre.cli("user", "sessions", "admin")["sessions"]
        self.assertEqual(session["address"], "127.0.0.1")
        self.assertEqual(centre.cli("user", "end-sessions", "admin", "--session", session["id"])["ended"], 1)
        self.assertEqual(centre.cli("user", "sessions", "admin")["sessions"], [])

    def test_a_chain_written_anew_is_told_by_the_heads_that_left(self):
        heads = self.folder / "heads.jsonl"
        centre = Centre(self, config={"audit_heads": {"file": str(heads)}})
        self.data = centre.folder
        self.assertEqual(centre.devices(), [])  # signs in
        cookie = centre._session
        centre.process.process.send_signal(signal.SIGTERM)
        wait_until(lambda: not centre.process.running(), 60, "the centre to end")
        centre.start()
        self.assertEqual(centre._request("GET", "/api/v1/units", headers={"Cookie": cookie})[0], 200)
        wait_until(lambda: heads.exists() and heads.read_text().endswith("\n"), 60, "a signed head to leave")
        self.assertEqual((centre.folder / "audit.key").stat().st_mode & 0o777, 0o600)
        head = json.loads(heads.read_text().splitlines()[0])
        self.assertEqual(head["public_key"], centre.cli("audit", "key")["public_key"])
        held = centre.cli("audit", "verify", "--heads", str(heads))
        self.assertEqual((held["valid"], held["heads"]), (True, len(heads.read_text().splitlines())))

        # As somebody does who owns the database and knows how the chain is made.
        database = sqlite3.connect(centre.folder / "central.db", timeout=30)
        database.execute("DROP TRIGGER audit_is_not_changed")
        database.execute("UPDATE audit SET actor = 'nobody' WHERE id = 1")
        previous = ""
        for row in database.execute("SELECT id, at, actor, address, action, subject, detail FROM audit ORDER BY id"
                                    ).fetchall():
            text = json.dumps([previous, *row], ensure_ascii=False, separators=(",", ":"))
            now = hashlib.sha256(text.encode()).hexdigest()
            database.execute("UPDATE audit SET previous = ?, hash = ? WHERE id = ?", (previous, now, row[0]))
            previous = now
        database.commit()
        database.close()
        self.assertIn("as written", self.centre("audit", "verify").stdout)
        self.assertIn("REPLACED", self.centre("audit", "verify", "--heads", heads, expect=1).stdout)


if __name__ == "__main__":
    main()
