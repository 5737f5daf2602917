#!/usr/bin/env python3
"""Where Windows and its policies put users and their browsers' data: another drive, UserDataDir, a server; and the
users of domains, as the registry names them. The shipped program under Wine."""

import made_stores
from wardwatch_testing import EndToEnd, main
from wine import PROFILE_LIST
from windows_pc import WindowsPc

POLICIES = r"HKLM\SOFTWARE\Policies"
DOMAIN_SID = "S-1-5-21-1004336348-1177238915-682003330"


class WindowsProfiles(EndToEnd):
    def setUp(self):
        super().setUp()
        self.pc = WindowsPc(self, self.folder / "pc")
        self.second_drive = self.folder / "second drive"
        self.second_drive.mkdir()
        (self.pc.folder / "dosdevices/d:").symlink_to(self.second_drive)

    def reg(self, key, name, value, kind="REG_SZ"):
        self.pc.run("reg", "add", key, "/v", name, "/t", kind, "/d", value, "/f")

    def user(self, sid, path):
        self.reg(f"{PROFILE_LIST}\\{sid}", "ProfileImagePath", path, "REG_EXPAND_SZ")

    def store(self, folder, count):
        folder.mkdir(parents=True)
        made_stores.chromium_store(str(folder / "Login Data"), count)

    def test_other_drives_and_user_data_dir(self):
        home = self.second_drive / "Homes/binh"
        self.user(f"{DOMAIN_SID}-1105", r"D:\Homes\binh")
        self.store(home / "AppData/Local/Google/Chrome/User Data/Default", 3)
        self.store(home / "AppData/Local/Kho/Profile 1", 4)
        self.store(self.second_drive / "Chung/Default", 5)
        self.reg(POLICIES + r"\Microsoft\Edge", "UserDataDir", r"${local_app_data}\Kho")
        self.reg(POLICIES + r"\Google\Chrome", "UserDataDir", r"\\server\profiles\${profile}")
        self.reg(POLICIES + r"\Chromium", "UserDataDir", r"d:\Chung")
        self.reg(POLICIES + r"\Vivaldi", "UserDataDir", r"Q:\${profile}")
        facts = self.pc.scan()

        def saved(instance):
            return facts.plain("browser_credentials.saved", instance)
        self.assertEqual(saved("binh/chrome/Default"), 3)
        self.assertEqual(saved("binh/edge/moved:Profile 1"), 4)
        self.assertEqual(saved("*/chromium/moved:Default"), 5)
        self.assertIn("another computer", saved("binh/chrome/moved:?"))
        self.assertIn("not read there", saved("binh/vivaldi/moved:?"))
        self.assertIn("could not be looked at", facts.plain("browser_credentials.profiles"))

    def test_domain_users_without_a_domain(self):
        """Wine has no domain controller: unknown, with the reason, and no wait."""
        self.user(f"{DOMAIN_SID}-1105", r"C:\users\binh")
        self.user("S-1-12-1-1-2-3-4", r"C:\users\chi")
        used = (1_795_305_600 + 11_644_473_600) * 10_000_000  # 2026-11-22T00:00:00Z
        key = f"{PROFILE_LIST}\\{DOMAIN_SID}-1105"
        self.reg(key, "LocalProfileLoadTimeHigh", str(used >> 32), "REG_DWORD")
        self.reg(key, "LocalProfileLoadTimeLow", str(used & 0xFFFFFFFF), "REG_DWORD")
        facts = self.pc.scan()
        self.assertEqual(facts.plain("accounts.domain_users"), 2)
        self.assertEqual(facts.plain("accounts.kind", r"?\binh"), "domain")
        self.assertEqual(facts.plain("accounts.kind", r"?\chi"), "entra")
        self.assertEqual(facts.plain("accounts.last_logon_at", r"?\binh"), "2026-11-22T00:00:00Z")
        changed = facts.of("accounts.password_changed_at")
        self.assertIn("domain controller is not reachable", changed[r"?\binh"]["unknown"])
        self.assertEqual(changed[r"?\chi"]["unknown"], "Microsoft Entra account: managed online")
        # The prefix's own user is an account of this PC, not a domain's.
        self.assertEqual([kind["value"] for name, kind in facts.of("accounts.kind").items() if "\\" not in name],
                         ["local"])

    def test_microsoft_account(self):
        """Wine offers no information level 24, so the account database's value is looked for; what it holds stays
        there."""
        address = "mai.tran@outlook.example"
        self.reg(r"HKLM\SAM\SAM\Domains\Account\Users\000003E8", "InternetUserName", address.encode("utf-16-le").hex(),
                 "REG_BINARY")
        facts = self.pc.scan()
        (name, kind), = facts.of("accounts.kind").items()
        self.assertEqual(kind["value"], "microsoft")
        self.assertEqual(facts.plain("accounts.password_ever_set", name)[:8], "unknown:")
        self.assertNotIn("outlook", str(facts.report))


if __name__ == "__main__":
    main()
