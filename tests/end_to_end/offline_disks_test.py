#!/usr/bin/env python3
"""Offline disks made after public bug reports and other products' test data: `scan --root` says what they hold, and
never none of what cannot be read or lies where only few programs look. The archives hold made data only."""

import os
import sqlite3

import made_stores
from wardwatch_testing import FIXTURES, EndToEnd, main, run, scan

CHROME = "AppData/Local/Google/Chrome/User Data"
FIREFOX = "AppData/Roaming/Mozilla/Firefox"
NEWER = "unknown: Firefox's newer store logins.db holds passwords that logins.json does not, and it is not read"
YANDEX = "unknown: Yandex Browser keeps passwords in Ya Passman Data, which is not read"
DENIED = "unknown: access_denied"
KEY3 = ("unknown: key3.db holds the key of an older Firefox's passwords, and none of its stores that are read is "
        "there")


class OfflineDisks(EndToEnd):
    def unpacked(self, name):
        root = self.folder / name
        root.mkdir()
        run(["tar", "-xf", FIXTURES / "disks" / f"{name}.tar.xz", "-C", root, "--no-same-owner"])
        return scan(root)

    def check(self, facts, profiles, saved):
        """`saved`: of each instance; None stands for a number that a test looks at itself."""
        self.assertEqual(facts.plain("browser_credentials.profiles"), profiles)
        found = {instance: facts.plain("browser_credentials.saved", instance) for instance in facts.instances()}
        self.assertEqual(found, saved)

    def test_names(self):
        facts = self.unpacked("names")
        self.assertEqual(facts.plain("browser_credentials.profiles"), 6)
        self.assertEqual([facts.plain("browser_credentials.saved", each) for each in facts.instances()], [1] * 6)

    def test_signons(self):
        instance = "van.le/firefox/q1w2e3r4.default"
        facts = self.unpacked("signons_sqlite")
        self.check(facts, 1, {instance: 4})
        self.assertEqual(facts.plain("browser_credentials.never_saved", instance), 1)
        self.check(self.unpacked("signons_beside_json"), 1, {instance: 2})

    def test_profiles_ini_utf16(self):
        self.check(self.unpacked("profiles_ini_utf16"), 2,
                   {"lan.tran/firefox/abcd1234.default": 0, "lan.tran/firefox/lan": 3})

    def test_opera_side_profiles(self):
        self.check(self.unpacked("opera_side_profiles"), 6, {
            "hoa/opera/Default": 2, "hoa/opera/side:77aa/Default": 6, "mai/opera/.": 1, "mai/opera-gx/.": 1,
            "mai/opera/side:7a1f_1690000000": 5, "mai/opera-gx/side:7a1f_1690000000": 5})

    def test_profile_groups(self):
        self.check(self.unpacked("profile_groups"), 2,
                   {"ha.do/firefox/ofhe6u2x.default-release": 1, "ha.do/firefox/pTjUXXUB.Profile 1": 2})

    def test_broken_links(self):
        facts = self.unpacked("broken_links")
        self.check(facts, "unknown: 4 homes, browser folders or profiles could not be looked at", {
            "a.files/firefox/q1w2e3r4.default": DENIED, "b.account/chrome/Default": 2, "c.userdata/chrome/?": DENIED,
            "d.home/?/?": DENIED, "e.default/chrome/Default": DENIED, "f.appdata/?/?": DENIED,
            "g.login/chrome/Default": DENIED})
        self.assertEqual(facts.plain("browser_credentials.account_store_saved", "b.account/chrome/Default"), DENIED)

    def test_chromium_schemas(self):
        facts = self.unpacked("chromium_schemas")
        self.check(facts, 4, {"v1/chrome/Default": 2, "v13/chrome/Default": 2, "v33/chrome/Default": 3,
                              "yandex_only/yandex/Default": 1})
        for version in ("v1", "v13", "v33"):
            self.assertEqual(facts.plain("browser_credentials.newest_change_at", f"{version}/chrome/Default"),
                             "2014-06-16T21:55:45Z")

    def user(self, name, folder):
        path = self.folder / "disk/Users" / name / folder
        path.mkdir(parents=True, exist_ok=True)
        return path

    def test_more_names_and_links(self):
        """Other spellings of everything that is looked for, and links in the middle of every path."""
        shouted = self.user("hoa", "APPDATA/local/GOOGLE/chrome/user data/DEFAULT")
        made_stores.chromium_store(str(shouted / "LOGIN DATA"), 3)
        made_stores.chromium_store(str(self.user("lan", CHROME + "/Default") / "login data for account"), 2)
        side = self.user("mai", "AppData/Roaming/Opera Software/Opera Stable")
        os.symlink("unsupported reparse tag 0xa000000c", side / "_side_profiles")
        made_stores.chromium_store(str(side / "Login Data"), 1)
        os.symlink("unsupported reparse tag 0xa0000003", self.user("nga", CHROME) / "Work")
        os.symlink("unsupported reparse tag 0xa0000003", self.user("oanh", "AppData/Local/Google") / "Chrome")
        os.symlink("unsupported reparse tag 0x80000013", self.user("phuc", FIREFOX) / "profiles.ini")
        os.symlink("unsupported reparse tag 0xa0000003", self.user("quy", FIREFOX) / "Profiles")
        journal = self.user("son", CHROME + "/Default")
        made_stores.chromium_store(str(journal / "Login Data"), 4)
        os.symlink("unsupported reparse tag 0x80000013", journal / "Login Data-journal")
        os.symlink("hoa", self.folder / "disk/Users/hoa.old")
        secret = self.folder / "not the disk" / CHROME / "Default"
        secret.mkdir(parents=True)
        made_stores.chromium_store(str(secret / "Login Data"), 9)
        os.symlink(self.folder / "not the disk", self.folder / "disk/Users/out")
        self.check(scan(self.folder / "disk"), "unknown: 6 homes, browser folders or profiles could not be looked at", {
            "hoa/chrome/DEFAULT": 3, "lan/chrome/Default": "unknown: absent", "mai/opera/.": 1,
            "mai/opera/side:?": DENIED, "nga/chrome/Work": DENIED, "oanh/chrome/?": DENIED, "phuc/firefox/?": DENIED,
            "quy/firefox/?": DENIED, "son/chrome/Default": DENIED, "out/?/?": DENIED})

    def profile(self, name):
        return self.user(name, FIREFOX + "/Profiles/x.default")

    def test_more_stores_of_firefox(self):
        def newer(name, changed):
            with sqlite3.connect(self.profile(name) / "logins.db") as database:
                for table, gone in (("loginsL", "is_deleted"), ("loginsM", "is_overridden")):
                    database.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, origin, timeCreated INTEGER, "
                                     f"timePasswordChanged INTEGER, secFields, guid, {gone} TINYINT DEFAULT 0)")
                for each in changed:
                    database.execute("INSERT INTO loginsL VALUES (NULL,'https://a',1,?,'TESTPW','g',0)", (each,))
            database.close()

        def older(name, count):
            made_stores.firefox_logins(str(self.profile(name) / "logins.json"), count)

        late = (made_stores.FIRST_SAVE + 10 ** 6) * 1000
        newer("an", [late])
        newer("binh", [])
        newer("chi", [late]), older("chi", 2)
        newer("dung", [1000]), older("dung", 2)
        (self.profile("em") / "logins.db").write_bytes(b"rubbish")
        key3 = bytes.fromhex("0006156100000002") + bytes(16376)
        (self.profile("giang") / "key3.db").write_bytes(b"x")
        (self.profile("giau") / "key3.db").write_bytes(key3[:9000] + bytes.fromhex("f8" + 14 * "00" + "01") + key3)
        (self.profile("gio") / "key3.db").write_bytes(key3)
        newer("giac", [0]), older("giac", 0)
        (self.profile("hanh") / "signons3.txt").write_text("#2e\n.\n")
        (self.profile("khoa") / "signons.sqlite").write_bytes(b"")
        self.user("kim", "AppData/Local/Yandex/YandexBrowser/User Data/Profile 1").joinpath(
            "Ya Passman Data").write_bytes(b"")
        found = {f"{name}/firefox/x.default": value for name, value in {
            "an": NEWER, "binh": 0, "chi": NEWER, "dung": 2, "khoa": "unknown: empty_file", "giac": NEWER, "gio": 0,
            "em": "unknown: Firefox's newer store logins.db cannot be read, and there is no logins.json",
            "giang": KEY3, "giau": KEY3,
            "hanh": "unknown: Firefox before version 3.5 kept passwords in signons.txt, which is not read"}.items()}
        self.check(scan(self.folder / "disk"), 12, found | {"kim/yandex/Profile 1": YANDEX})

    def test_more_lists_of_firefox(self):
        """profiles.ini in each encoding, with each way to write a path."""
        def listed(name, bytes_):
            self.user(name, FIREFOX).joinpath("profiles.ini").write_bytes(bytes_)

        elsewhere = self.folder / "disk/Dữ liệu"
        for number, name in enumerate(("an", "binh", "chi"), 1):
            folder = elsewhere / name
            folder.mkdir(parents=True)
            made_stores.firefox_logins(str(folder / "logins.json"), number)
        absolute = "[Profile0]\r\nIsRelative=0\r\nPath=c:\\DỮ LIỆU\\{}\r\n"
        listed("an", absolute.format("an").encode("utf-8-sig"))
        listed("binh", b"\xfe\xff" + absolute.format("BINH").encode("utf-16-be"))
        listed("chi", absolute.format("chi").encode("utf-16"))
        listed("dung", absolute.format("dung").encode("utf-16-le"))
        made_stores.firefox_logins(str(self.profile("em") / "logins.json"), 4)
        listed("giang", b"[Profile0]\npath = Other/x.default\nisrelative = 1\n")
        made_stores.firefox_logins(str(self.user("giang", FIREFOX + "/Other/x.default") / "logins.json"), 5)
        listed("em", b"[Profile0]\nIsRelative=1\nPath=profiles\\X.DEFAULT\n[Profile1]\nPath=Profiles/x.default\n")
        self.check(scan(self.folder / "disk"), "unknown: 1 homes, browser folders or profiles could not be looked at", {
            "an/firefox/an": 1, "binh/firefox/BINH": 2, "chi/firefox/chi": 3, "dung/firefox/?": DENIED,
            "em/firefox/X.DEFAULT": 4, "giang/firefox/x.default": 5})

    def test_channels(self):
        local, roaming = "AppData/Local/{}/User Data/Default", "AppData/Roaming/Opera Software/{}/Default"
        folders = {
            "brave-beta": local.format("BraveSoftware/Brave-Browser-Beta"),
            "brave-dev": local.format("BraveSoftware/Brave-Browser-Dev"),
            "brave-nightly": local.format("BraveSoftware/Brave-Browser-Nightly"),
            "chrome-testing": local.format("Google/Chrome for Testing"), 
            "opera-air": roaming.format("Opera Air Stable"),
            "opera-beta": roaming.format("Opera Next"), "opera-crypto": roaming.format("Opera Crypto Stable"),
            "opera-dev": roaming.format("Opera Developer"), "yandex-beta": local.format("Yandex/YandexBrowserBeta"),
            "yandex-canary": local.format("Yandex/YandexBrowserCanary"),
            "yandex-dev": local.format("Yandex/YandexBrowserDeveloper")}
        for number, folder in enumerate(folders.values(), 1):
            made_stores.chromium_store(str(self.user("an", folder) / "Login Data"), number)
        self.check(scan(self.folder / "disk"), 11,
                   {f"an/{browser}/Default": number for number, browser in enumerate(folders, 1)})

    def test_yandex(self):
        """Its own stores, of then and now, alone and beside Chromium's."""
        def store(user, name, saved, **options):
            folder = self.user(user, "AppData/Local/Yandex/YandexBrowser/User Data/Default")
            made_stores.chromium_store(str(folder / name), saved, **options)

        store("an", "Ya Login Data", 2)
        store("binh", "Ya Passman Data", 3), store("binh", "Login Data", 0)
        store("chi", "Ya Passman Data", 3), store("chi", "Login Data", 2, first=10)
        store("dung", "Ya Passman Data", 4, never=True)
        store("em", "Ya Passman Data", 0)
        store("giang", "Login Data", 1)
        (self.user("giang", "AppData/Local/Yandex/YandexBrowser/User Data/Default") / "Ya Passman Data").write_text("x")
        facts = scan(self.folder / "disk")
        saved = {"an": 2, "binh": 3, "chi": 5, "dung": 0, "em": 0, "giang": YANDEX}
        self.check(facts, 6, {f"{user}/yandex/Default": count for user, count in saved.items()})
        self.assertEqual(facts.plain("browser_credentials.never_saved", "dung/yandex/Default"), 4)

    def test_roaming_copy(self):
        """A copy of the passwords in profile.pb lies where a policy of the past kept it."""
        made_stores.chromium_store(str(self.user("an", CHROME + "/Default") / "Login Data"), 0)
        (self.user("an", "AppData/Roaming/Google/Chrome/User Data") / "profile.pb").write_bytes(b"\x0a\x01")
        facts = scan(self.folder / "disk")
        self.assertEqual(facts.plain("browser_credentials.saved", "an/chrome/Default"), 0)
        self.assertTrue(facts.plain("browser_credentials.saved", "an/chrome/roaming:profile.pb").startswith("unknown"))


if __name__ == "__main__":
    main()
