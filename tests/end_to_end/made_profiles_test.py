#!/usr/bin/env python3
"""Stores that this test makes itself, healthy and broken, each with a known truth: `scan --root` must say exactly that,
and never a number where the store could not be read."""

import json
import os
import pathlib
import shutil
import subprocess
import time

import made_stores
from wardwatch_testing import EndToEnd, Facts, agent, main, scan

COUNTS = ("saved", "federated", "never_saved", "official")


class MadeProfiles(EndToEnd):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "disk"
        self.chrome = self.root / "Users/mai/AppData/Local/Google/Chrome/User Data"
        self.firefox = self.root / "Users/mai/AppData/Roaming/Mozilla/Firefox"
        self.chrome.mkdir(parents=True)

    def login_data(self, profile):
        (self.chrome / profile).mkdir(exist_ok=True)
        return str(self.chrome / profile / "Login Data")

    def logins_json(self, profile):
        (self.firefox / "Profiles" / profile).mkdir(parents=True, exist_ok=True)
        return str(self.firefox / "Profiles" / profile / "logins.json")

    def check(self, facts, instance, status, **counts):
        found = facts.store(f"mai/{instance}")
        self.assertEqual(found.get("store_status"), status, f"{instance}: {found}")
        for name, value in counts.items():
            self.assertEqual(found.get(name), value, f"{instance} {name}: {found}")

    def check_unreadable(self, facts, instance, status):
        """No count of a store that could not be read is a number, and the reason is its status."""
        self.check(facts, instance, status, **{name: f"unknown: {status}" for name in COUNTS})

    def test_healthy_chromium_stores(self):
        made_stores.chromium_store(self.login_data("Default"), 1500)
        made_stores.chromium_store(self.login_data("Profile 1"), 3, version=5)
        mixed = made_stores.create_chromium(self.login_data("Profile 2"))
        made_stores.add_chromium(mixed, 4)
        made_stores.add_chromium(mixed, 3, first=100, never=True, host="https://never{}.example")
        made_stores.add_chromium(mixed, 2, first=200, federated=True, host="https://federated{}.example")
        made_stores.add_chromium(mixed, 7, first=300)
        mixed.execute("DELETE FROM logins WHERE origin_url LIKE 'https://site30%'")
        mixed.close()
        made_stores.chromium_store(self.login_data("Profile 3"), 0)
        made_stores.chromium_store(self.login_data("Profile 4"), 2)
        made_stores.chromium_store(self.login_data("Profile 4") + " For Account", 5)
        facts = scan(self.root)
        newest = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(made_stores.FIRST_SAVE + 60 * 1499))
        self.check(facts, "chrome/Default", "ok", saved=1500, federated=0, never_saved=0, official=0,
                   newest_change_at=newest)
        self.check(facts, "chrome/Profile 1", "ok", saved=3, never_saved=0)
        self.check(facts, "chrome/Profile 2", "ok", saved=4, never_saved=3, federated=2)
        self.check(facts, "chrome/Profile 3", "ok", saved=0, newest_change_at=None)
        self.check(facts, "chrome/Profile 4", "ok", saved=2, account_store_saved=5)

    def test_interrupted_chromium_writes(self):
        self.chrome.joinpath("Default").mkdir()
        made_stores.hot_journal(self.login_data("Default"), before=40, during=600)
        made_stores.write_ahead_log(self.login_data("Profile 1"), before=7, after=3)
        made_stores.write_ahead_log(self.login_data("Profile 2"), before=7, after=5, torn=True)
        # What a browser that ended well leaves: an empty journal, and one whose header was wiped after the commit.
        made_stores.chromium_store(self.login_data("Profile 3"), 6)
        open(self.login_data("Profile 3") + "-journal", "wb").close()
        made_stores.chromium_store(self.login_data("Profile 4"), 8)
        pathlib.Path(self.login_data("Profile 4") + "-journal").write_bytes(bytes(4096))
        before = self.all_bytes()
        facts = scan(self.root)
        self.check(facts, "chrome/Default", "recovered", saved=40)
        self.check(facts, "chrome/Profile 1", "recovered", saved=10)
        self.check(facts, "chrome/Profile 2", "recovered", saved=12)
        self.check(facts, "chrome/Profile 3", "ok", saved=6)
        self.check(facts, "chrome/Profile 4", "ok", saved=8)
        self.assertEqual(self.all_bytes(), before, "the scan changed the browser's files")

    def all_bytes(self):
        return {str(path): path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def test_broken_chromium_stores(self):
        for number, (name, spoil) in enumerate(BROKEN):
            made_stores.chromium_store(self.login_data(f"Profile {number}"), 900)
            spoil(pathlib.Path(self.login_data(f"Profile {number}")))
        facts = scan(self.root)
        for number, (name, _) in enumerate(BROKEN):
            with self.subTest(name=name):
                self.check_unreadable(facts, f"chrome/Profile {number}", name.split(":")[0])

    def test_not_files(self):
        """A reader that opens a named pipe hangs; one that follows a link leaves the user's home."""
        outside = str(self.folder / "outside")
        made_stores.chromium_store(outside, 5)
        os.mkfifo(self.login_data("Pipe"))
        os.mkdir(self.login_data("Folder"))
        os.symlink(outside, self.login_data("Link"))
        made_stores.chromium_store(str(self.folder / "elsewhere/Login Data"), 5)
        os.symlink(self.folder / "elsewhere", self.chrome / "Linked profile")
        os.mkfifo(self.logins_json("pipe.default"))
        made_stores.chromium_store(self.login_data("Default"), 1)
        facts = scan(self.root, timeout=30)
        self.check(facts, "chrome/Default", "ok", saved=1)
        for instance in ("chrome/Pipe", "chrome/Folder", "chrome/Link", "chrome/Linked profile",
                         "firefox/pipe.default"):
            with self.subTest(instance=instance):
                found = facts.store(f"mai/{instance}")
                self.assertNotIn(type(found.get("saved")), (int,), found)
                self.assertNotIn(found.get("store_status"), ("ok", "recovered", "backup_used"), found)

    def test_denied(self):
        """The scan of a user who may not read another's files says so."""
        made_stores.chromium_store(self.login_data("Default"), 5)
        os.chmod(self.login_data("Default"), 0)
        made_stores.chromium_store(self.login_data("Profile 1"), 2)
        options = {}
        if os.geteuid() == 0:
            os.chmod(self.folder, 0o755)
            options = {"user": 65534, "env": {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}}
        facts = scan(self.root, **options)
        self.check_unreadable(facts, "chrome/Default", "access_denied")
        self.check(facts, "chrome/Profile 1", "ok", saved=2)

    def test_firefox_stores(self):
        made_stores.firefox_logins(self.logins_json("many.default"), 1500)
        made_stores.firefox_logins(self.logins_json("backup.default"), 9)
        os.rename(self.logins_json("backup.default"),
                  self.firefox / "Profiles/backup.default/logins-backup.json")
        made_stores.firefox_logins(str(self.firefox / "Profiles/spoilt.default/logins-backup.json"), 6)
        pathlib.Path(self.logins_json("spoilt.default")).write_text('{"logins": [{"hostname": "https://a.exa')
        pathlib.Path(self.logins_json("broken.default")).write_text('{"logins": [{"hostname": "https://a.exa')
        pathlib.Path(self.logins_json("deep.default")).write_text("[" * 5_000_000)
        pathlib.Path(self.logins_json("deep2.default")).write_text(
            '{"logins": ' + "[" * 100_000 + "]" * 100_000 + "}")
        pathlib.Path(self.logins_json("other.default")).write_text('{"logins": {"a": 1}}')
        pathlib.Path(self.logins_json("empty.default")).write_text("")
        entries = [made_stores.firefox_entry(number) for number in range(4)]
        entries[1] = {"id": 2, "guid": entries[1]["guid"], "deleted": True, "timePasswordChanged": 1}
        entries[2]["hostname"] = "chrome://FirefoxAccounts"
        made_stores.write_firefox_logins(self.logins_json("mixed.default"), entries)
        facts = scan(self.root)
        self.check(facts, "firefox/many.default", "ok", saved=1500)
        self.check(facts, "firefox/backup.default", "backup_used", saved=9)
        self.check(facts, "firefox/spoilt.default", "backup_used", saved=6)
        self.check(facts, "firefox/mixed.default", "ok", saved=2)
        for profile in ("broken", "deep", "deep2", "other"):
            with self.subTest(profile=profile):
                self.check(facts, f"firefox/{profile}.default", "corrupt", saved="unknown: corrupt")
        self.assertIn(facts.store("mai/firefox/empty.default")["store_status"], ("empty_file", "corrupt"))
        self.assertIsInstance(facts.store("mai/firefox/empty.default")["saved"], str)

    def test_large_logins_json(self):
        """50 MB of padding around 20 passwords: read whole, and right."""
        entries = [made_stores.firefox_entry(number) for number in range(20)]
        for entry in entries:
            entry["padding"] = "x" * (50 * 1024 * 1024 // 20)
        made_stores.write_firefox_logins(self.logins_json("large.default"), entries)
        self.check(scan(self.root), "firefox/large.default", "ok", saved=20)

    def test_two_hundred_profiles(self):
        for number in range(200):
            made_stores.chromium_store(self.login_data(f"Profile {number}"), number % 7)
        facts = scan(self.root)
        self.assertEqual({name: facts.plain("browser_credentials.saved", f"mai/chrome/Profile {name}")
                          for name in range(200)}, {name: name % 7 for name in range(200)})
        self.assertEqual(facts.plain("browser_credentials.profiles"), 200)

    def test_strange_names(self):
        """Folder names are chosen by users: the output stays valid JSON, and no other profile suffers."""
        names = ['Nguyễn "Quote" <b>', "tab\there", "line\nbreak", "back\\slash", "x" * 200]
        for name in names:
            made_stores.chromium_store(self.login_data(name), 1)
        broken = os.fsencode(self.chrome) + b"/bad\xff\xfename"
        os.mkdir(broken)
        made_stores.chromium_store(self.login_data("Default"), 3)
        with open(self.login_data("Default"), "rb") as source, open(broken + b"/Login Data", "wb") as target:
            target.write(source.read())
        done = subprocess.run([agent(), "scan", "--json", "--root", self.root], capture_output=True, check=True)
        report = json.loads(done.stdout.decode("utf-8", "strict"))
        saved = [fact for fact in report["facts"] if fact["id"] == "browser_credentials.saved"]
        self.assertEqual(sorted(fact["value"] for fact in saved), [1] * len(names) + [3, 3], saved)
        self.assertEqual(scan(self.root).store("mai/chrome/Default")["saved"], 3)

    def test_two_hundred_users(self):
        """A classroom's or terminal server's PC: everybody is counted. Prints what it cost."""
        first = self.login_data("Default")
        made_stores.chromium_store(first, 20)
        for number in range(200):
            profile = self.root / f"Users/user{number}/AppData/Local/Microsoft/Edge/User Data/Default"
            profile.mkdir(parents=True)
            shutil.copyfile(first, profile / "Login Data")
        output = self.folder / "scan.json"
        began = time.monotonic()
        with open(output, "wb") as file:
            process = subprocess.Popen([agent(), "scan", "--json", "--root", self.root], stdout=file)
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        print(f"201 profiles with 20 passwords each: {time.monotonic() - began:.1f} s, "
              f"{usage.ru_utime + usage.ru_stime:.1f} s "
              f"of processor time, {usage.ru_maxrss // 1024} MiB at most")
        facts = Facts(json.loads(output.read_text(encoding="utf-8")))
        for number in range(200):
            self.assertEqual(facts.plain("browser_credentials.saved", f"user{number}/edge/Default"), 20)
        self.assertEqual(facts.plain("browser_credentials.profiles", ""), 201)

    def test_official_hosts(self):
        """Only the office's own hosts count as official, whatever else a host is made to look like."""
        store = made_stores.create_chromium(self.login_data("Default"))
        official = ["https://egov.hanoi.gov.vn", "https://EGOV.Hanoi.gov.vn:8443", "http://a.b.hanoi.gov.vn"]
        others = ["https://evil-hanoi.gov.vn", "https://hanoi.gov.vn.example", "https://example/?x=.hanoi.gov.vn",
                  "https://a.hanoi.gov.vn.evil.example", "https://a.hanoi.gov.vn@evil.example"]
        for number, host in enumerate(official + others):
            made_stores.add_chromium(store, 1, first=number, host=host)
        store.close()
        self.check(scan(self.root), "chrome/Default", "ok", saved=len(official + others), official=len(official),
                   official_oldest_change_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(made_stores.FIRST_SAVE)))


def overwrite(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def sparse(path):
    os.truncate(path, 300 * 1024 * 1024)


# Status that must be reported (and, after a colon, which of several ways to get there) → how to spoil a good store.
BROKEN = [
    ("corrupt:one page overwritten", lambda path: overwrite(path, 20 * made_stores.PAGE, b"\xa5" * made_stores.PAGE)),
    ("corrupt:first table page overwritten", lambda path: overwrite(path, 4 * made_stores.PAGE, os.urandom(2048))),
    ("corrupt:cut in half", lambda path: os.truncate(path, path.stat().st_size // 2 // 2048 * 2048)),
    ("corrupt:cut inside a page", lambda path: os.truncate(path, path.stat().st_size // 2 // 2048 * 2048 + 77)),
    ("empty_file", lambda path: os.truncate(path, 0)),
    ("not_a_database:text", lambda path: path.write_text("this is no database " * 500)),
    ("not_a_database:noise", lambda path: path.write_bytes(os.urandom(8192))),
    ("not_a_database:only zeros", lambda path: path.write_bytes(bytes(8192))),
    ("too_large", sparse),
]

if __name__ == "__main__":
    main()
